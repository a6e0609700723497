/**
 * Snipe-IT as its API behaves: refusals are 200 with `"status": "error"`, asset tags are unique (serials too, where told so), `?serial=` is
 * ignored, what is given out is escaped for HTML, custom fields have numbered columns and are dropped without a word where the model's field
 * set does not hold them.
 */
import { z } from 'zod';
import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../stand-in.ts';

export interface Asset {
  readonly id: number;
  readonly tag: string;
  name: string;
  serial: string;
  modelId: number;
  statusId: number;
  locationId: number | null;
  assignedTo: string | null;
  readonly custom: Record<string, string>;
}

export interface SnipeIt extends StandIn {
  readonly assets: Map<number, Asset>;
  readonly makers: { readonly id: number; readonly name: string }[];
  readonly models: { readonly id: number; readonly name: string; readonly makerId: number; readonly fieldset: boolean }[];
  readonly fields: { readonly id: number; readonly name: string; readonly column: string; inSet: boolean }[];
  /** An asset somebody made by hand. */
  addByHand(asset: Partial<Omit<Asset, 'id'>> & { readonly tag: string }): Asset;
}

export interface SnipeItOptions {
  readonly uniqueSerial?: boolean;
  readonly fieldNames?: readonly string[];
  readonly pageRows?: number;
}

export const FIELDSET_ID = 3;
const USUAL_FIELDS = [
  'Asset owner',
  'Camsweep key',
  'MAC Address',
  'IP addresses',
  'Firmware',
  'Restriction',
  'Presence',
  'First seen',
  'Last seen',
];
const body = z.record(z.string(), z.union([z.string(), z.number()]));

export async function startSnipeIt({
  uniqueSerial = false,
  fieldNames = USUAL_FIELDS,
  pageRows = 500,
}: SnipeItOptions = {}): Promise<SnipeIt> {
  const assets = new Map<number, Asset>();
  const makers: SnipeIt['makers'] = [];
  const models: SnipeIt['models'] = [];
  const fields = fieldNames.map((name, index) => fieldOf(name, index + 4, true));
  let next = 100;
  const id = (): number => (next += 1);

  const checkTag = (tag: string, but: number): string | undefined =>
    [...assets.values()].some((asset) => asset.id !== but && asset.tag === tag) ? 'The asset tag must be unique.' : undefined;
  const checkSerial = (serial: string, but: number): string | undefined =>
    uniqueSerial && serial !== '' && [...assets.values()].some((asset) => asset.id !== but && asset.serial === serial)
      ? 'The serial must be unique.'
      : undefined;
  const store = (asset: Asset, values: Readonly<Record<string, string | number>>): void => {
    const held = models.find((model) => model.id === asset.modelId)?.fieldset === true;
    for (const { column, inSet } of fields) if (held && inSet && column in values) asset.custom[column] = String(values[column]);
  };
  const rowOf = (asset: Asset): unknown => {
    const model = models.find((candidate) => candidate.id === asset.modelId);
    const held = model?.fieldset === true ? fields.filter(({ inSet }) => inSet) : [];
    const custom = held.map(({ name, column }) => [name, { field: column, value: escaped(asset.custom[column] ?? '') }] as const);
    return {
      id: asset.id,
      name: escaped(asset.name),
      asset_tag: escaped(asset.tag),
      serial: escaped(asset.serial),
      model: model ? { id: model.id, name: escaped(model.name) } : null,
      status_label: { id: asset.statusId, name: 'Ready' },
      rtd_location: asset.locationId === null ? null : { id: asset.locationId, name: 'Store' },
      assigned_to: asset.assignedTo,
      custom_fields: custom.length === 0 ? [] : Object.fromEntries(custom),
    };
  };
  const create = (values: Readonly<Record<string, string | number>>): StandInAnswer => {
    const tag = String(values.asset_tag ?? '');
    const wrong = {
      ...(tag === '' ? { asset_tag: ['The asset tag field is required.'] } : {}),
      ...(models.some((model) => model.id === values.model_id) ? {} : { model_id: ['The selected model id is invalid.'] }),
      ...(typeof values.status_id === 'number' ? {} : { status_id: ['The status id field is required.'] }),
    };
    const taken = checkTag(tag, 0) ?? checkSerial(String(values.serial ?? ''), 0);
    if (Object.keys(wrong).length > 0 || taken !== undefined) return refused(taken ?? wrong);
    const asset: Asset = {
      id: id(),
      tag,
      name: String(values.name ?? ''),
      serial: String(values.serial ?? ''),
      modelId: Number(values.model_id),
      statusId: Number(values.status_id),
      locationId: typeof values.rtd_location_id === 'number' ? values.rtd_location_id : null,
      assignedTo: null,
      custom: {},
    };
    assets.set(asset.id, asset);
    store(asset, values);
    return accepted(asset.id);
  };
  const change = (asset: Asset, values: Readonly<Record<string, string | number>>): StandInAnswer => {
    const taken = values.serial === undefined ? undefined : checkSerial(String(values.serial), asset.id);
    if (taken !== undefined) return refused(taken);
    if (values.serial !== undefined) asset.serial = String(values.serial);
    if (values.name !== undefined) asset.name = String(values.name);
    if (values.status_id !== undefined) asset.statusId = Number(values.status_id);
    if (values.rtd_location_id !== undefined) asset.locationId = Number(values.rtd_location_id);
    if (values.model_id !== undefined) asset.modelId = Number(values.model_id);
    store(asset, values);
    return accepted(asset.id);
  };
  const list = (rows: readonly unknown[], { query }: StandInRequest): StandInAnswer => {
    const offset = Number(query.get('offset') ?? 0);
    return {
      status: 200,
      json: { total: rows.length, rows: rows.slice(offset, offset + Math.min(Number(query.get('limit') ?? 50), pageRows)) },
    };
  };
  const fieldRows = (): readonly { readonly id: number; readonly inSet: boolean }[] =>
    fields.map(({ id: fieldId, name, column, inSet }) => ({ id: fieldId, name, db_column_name: column, inSet }));

  const get = (request: StandInRequest): StandInAnswer => {
    const [, what, how, value = ''] = request.path.split('/');
    if (what === 'fields') return list(fieldRows(), request);
    if (what === 'fieldsets')
      return list(
        fieldRows().filter(({ inSet }) => inSet),
        request,
      );
    if (what === 'manufacturers')
      return list(
        makers.map((maker) => ({ ...maker, name: escaped(maker.name) })),
        request,
      );
    if (what === 'models') {
      const named = (makerId: number): unknown => makers.find((maker) => maker.id === makerId) ?? null;
      return list(
        models.map(({ id: modelId, name, makerId }) => ({ id: modelId, name: escaped(name), manufacturer: named(makerId) })),
        request,
      );
    }
    if (what !== 'hardware') return { status: 404, json: { status: 'error', messages: 'endpoint not found' } };
    const all = [...assets.values()];
    if (how === undefined) return list(all.map(rowOf), request);
    const key = decodeURIComponent(value);
    if (how === 'byserial') {
      const found = all.filter(({ serial }) => serial.toLowerCase() === key.toLowerCase());
      return found.length === 0 ? refused('Asset does not exist.') : { status: 200, json: { total: found.length, rows: found.map(rowOf) } };
    }
    const found = all.find((asset) => (how === 'bytag' ? asset.tag === key : asset.id === Number(how)));
    return found ? { status: 200, json: rowOf(found) } : refused('Asset does not exist.');
  };
  const write = ({ method, path, body: sent }: StandInRequest): StandInAnswer => {
    const values = body.parse(sent);
    const [, what, which = '', action] = path.split('/');
    if (what === 'hardware' && method === 'POST') return create(values);
    const asset = assets.get(Number(which));
    if (what === 'hardware') return asset ? change(asset, values) : refused('Asset does not exist.');
    const made = id();
    if (what === 'manufacturers') {
      // Unique as MySQL compares: without case.
      if (makers.some(({ name }) => name.toLowerCase() === String(values.name).toLowerCase()))
        return refused('The name has already been taken.');
      makers.push({ id: made, name: String(values.name) });
    } else if (what === 'models') {
      if (values.category_id === undefined) return refused({ category_id: ['The category id field is required.'] });
      models.push({
        id: made,
        name: String(values.name),
        makerId: Number(values.manufacturer_id),
        fieldset: values.fieldset_id === FIELDSET_ID,
      });
    } else if (what === 'fields' && action === 'associate') {
      for (const field of fields) if (field.id === Number(which)) field.inSet = true;
    } else if (what === 'fields') {
      fields.push(fieldOf(String(values.name), made, false));
    } else return { status: 404, json: { status: 'error', messages: 'endpoint not found' } };
    return accepted(made);
  };
  const standIn = await startStandIn((request) => (request.method === 'GET' ? get(request) : write(request)));
  return {
    ...standIn,
    assets,
    makers,
    models,
    fields,
    addByHand({ tag, ...rest }) {
      const asset = {
        id: id(),
        tag,
        name: '',
        serial: '',
        modelId: 0,
        statusId: 1,
        locationId: null,
        assignedTo: null,
        custom: {},
        ...rest,
      };
      assets.set(asset.id, asset);
      return asset;
    },
  };
}

function fieldOf(name: string, id: number, inSet: boolean): SnipeIt['fields'][number] {
  return { id, name, column: `_snipeit_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}_${id}`, inSet };
}

function accepted(id: number): StandInAnswer {
  return { status: 200, json: { status: 'success', messages: 'done', payload: { id } } };
}

function refused(messages: unknown): StandInAnswer {
  return { status: 200, json: { status: 'error', messages, payload: null } };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#039;');
}
