/** What is taken in: each field of a body checked as NetBox checks it, and refused in its words. */
import { z } from 'zod';
import { fieldsOf, type State } from './state.ts';
import { plain, type Assigned, type Device, type Row } from './tables.ts';

export const bodySchema = z.record(z.string(), z.unknown());
export type Body = z.infer<typeof bodySchema>;

export class Refused extends Error {
  readonly words: Readonly<Record<string, readonly string[]>>;
  constructor(words: Readonly<Record<string, readonly string[]>>) {
    super(JSON.stringify(words));
    this.words = words;
  }
}

export const refuse = (field: string, words: string): never => {
  throw new Refused({ [field]: [words] });
};

export const text = (body: Body, field: string, max: number, required: boolean): string | undefined => {
  const value = body[field];
  if (value === undefined && !required) return undefined;
  if (typeof value !== 'string' || (required && value.trim() === '')) return refuse(field, 'This field is required.');
  if (value.includes('\u0000')) return refuse(field, 'Null characters are not allowed.');
  if (value.length > max) return refuse(field, `Ensure this field has no more than ${max} characters.`);
  return value;
};

export const related = (
  body: Body,
  field: string,
  table: { readonly rows: ReadonlyMap<number, Row> },
  required: boolean,
): number | null | undefined => {
  const value = body[field];
  if (value === undefined && !required) return undefined;
  if (value === null && !required) return null;
  if (typeof value !== 'number' || !table.rows.has(value))
    return refuse(field, `Related object not found using the provided numeric ID: ${String(value)}`);
  return value;
};

export const oneOf = (body: Body, field: string, known: readonly string[]): string | undefined => {
  const value = body[field];
  if (value === undefined) return undefined;
  return typeof value === 'string' && known.includes(value) ? value : refuse(field, `"${plain(value)}" is not a valid choice.`);
};

const tagIds = (state: State, value: unknown, field: string): readonly number[] => {
  const ids = z.array(z.number()).safeParse(value);
  if (!ids.success || ids.data.some((key) => !state.tags.rows.has(key))) return refuse(field, 'Related object not found.');
  return [...new Set(ids.data)];
};

export const newTags = (state: State, body: Body, before: readonly number[]): readonly number[] => {
  const changes = state.addsTags && (body.add_tags !== undefined || body.remove_tags !== undefined);
  if (changes && body.tags !== undefined) return refuse('tags', 'Cannot specify "tags" together with "add_tags" or "remove_tags".');
  if (body.tags !== undefined) return tagIds(state, body.tags, 'tags');
  if (!changes) return before;
  const removed = body.remove_tags === undefined ? [] : tagIds(state, body.remove_tags, 'remove_tags');
  const added = body.add_tags === undefined ? [] : tagIds(state, body.add_tags, 'add_tags');
  return [...new Set([...before.filter((key) => !removed.includes(key)), ...added])];
};

export const newFields = (state: State, body: Body, before: Device['fields'], own: number): Device['fields'] => {
  const given = body.custom_fields === undefined ? {} : bodySchema.parse(body.custom_fields);
  const known = fieldsOf(state, 'dcim.device');
  // What is no field is dropped without a word.
  const merged = Object.fromEntries(
    known.flatMap(({ name }) => (name in given || name in before ? [[name, name in given ? given[name] : before[name]] as const] : [])),
  );
  for (const { name, type, unique, required } of known) {
    const value = merged[name];
    const isEmpty = value === undefined || value === null || value === '';
    if (isEmpty && required) refuse('__all__', `Missing required custom field '${name}'.`);
    if (isEmpty) continue;
    if (typeof value !== 'string' || value.includes('\u0000')) refuse('__all__', `Invalid value for custom field '${name}'`);
    if (type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(plain(value))) refuse('__all__', `Invalid value for custom field '${name}': date`);
    if (unique && state.devices.by(`cf_${name} ${plain(value)}`).some((row) => row.id !== own))
      refuse('__all__', `Custom field '${name}' must have a unique value.`);
  }
  return merged;
};

export const newAssigned = (state: State, body: Body, before: Assigned): Assigned => {
  const { assigned_object_type: type, assigned_object_id: key } = body;
  if (type === undefined && key === undefined) return before;
  if ((type === null) !== (key === null))
    return refuse('assigned_object_id', 'Must specify both assigned_object_type and assigned_object_id.');
  if (type === null) return { objectType: null, objectId: null };
  if (type !== 'dcim.interface' || typeof key !== 'number' || !state.interfaces.rows.has(key))
    return refuse('assigned_object_id', 'Related object not found using the provided attributes.');
  return { objectType: type, objectId: key };
};

export const ownerOf = (state: State, { objectType, objectId }: Assigned): number | undefined =>
  objectType === 'dcim.interface' ? state.interfaces.rows.get(objectId ?? 0)?.device : undefined;

export const newPrimary = (state: State, body: Body, family: 4 | 6, own: number, before: number | null): number | null => {
  const value = related(body, `primary_ip${family}`, state.addresses, false);
  if (value === undefined || value === null) return value === null ? null : before;
  const row = state.addresses.rows.get(value);
  if (!row || row.address.includes(':') !== (family === 6)) return refuse(`primary_ip${family}`, `not an IPv${family} address.`);
  if (ownerOf(state, row) !== own)
    return refuse(`primary_ip${family}`, `The specified IP address (${row.address}) is not assigned to this device.`);
  return value;
};
