/** Custom fields of an instance: which column each of ours is, and making those that are missing. */
import { TargetError } from '../errors.ts';
import type { SnipeItApi } from './api.ts';
import { sameName, type Columns } from './payload.ts';
import { FIELD_NAMES, fieldRow, type FieldId, type SnipeItSettings } from './schema.ts';

const isFieldId = (id: string): id is FieldId => id in FIELD_NAMES;
const FIELD_IDS = Object.keys(FIELD_NAMES).filter(isFieldId);

/** Fields the instance does not have are left out, but for the key: without it a record of ours cannot be told from somebody else's. */
export async function readColumns(api: SnipeItApi, settings: SnipeItSettings): Promise<Columns> {
  const rows = await api.all('/fields', fieldRow);
  const columns = new Map(
    FIELD_IDS.flatMap((id) => {
      const row = rows.find(({ name }) => sameName(name, settings.fields[id]));
      return row ? [[id, row.db_column_name] as const] : [];
    }),
  );
  if (columns.has('key')) return columns;
  throw new TargetError('target', `custom field "${settings.fields.key}" is missing: make it in Snipe-IT, or let the set-up make it`);
}

/** Makes what is missing, and puts it into the field set where one is named. Again after a cut: it looks at both first. */
export async function setUpFields(api: SnipeItApi, settings: SnipeItSettings): Promise<readonly string[]> {
  const { fieldsetId } = settings;
  const rows = await api.all('/fields', fieldRow);
  const inSet = fieldsetId === undefined ? [] : await api.all(`/fieldsets/${fieldsetId}/fields`, fieldRow);
  const made: string[] = [];
  for (const id of FIELD_IDS) {
    const name = settings.fields[id];
    let fieldId = rows.find((row) => sameName(row.name, name))?.id;
    if (fieldId === undefined) {
      fieldId = await api.write('POST', '/fields', { name, element: 'text', format: 'ANY' });
      made.push(`custom field "${name}"`);
    }
    if (fieldsetId === undefined || inSet.some((row) => row.id === fieldId)) continue;
    await api.write('POST', `/fields/${fieldId}/associate`, { fieldset_id: fieldsetId });
    made.push(`custom field "${name}" in field set ${fieldsetId}`);
  }
  return made;
}
