/** Plans and writes assets: looks in bulk where that is cheaper, looks again before each write, and reads again after it. */
import { TargetError } from '../errors.ts';
import type { DevicePlan, ExportDevice, TargetSession, TargetTools } from '../types.ts';
import { createSnipeItApi, type SnipeItApi } from './api.ts';
import { createCatalogue, type Catalogue } from './catalogue.ts';
import { AssetIndex, matchOf, type Match } from './lookup.ts';
import { assetOf, differenceOf, tagOf, type AssetFields, type Columns } from './payload.ts';
import { assetRow, type AssetRow, type SnipeItSettings } from './schema.ts';
import { readColumns, setUpFields } from './fields.ts';

export type SnipeItSession = TargetSession<null>;

interface Room {
  readonly api: SnipeItApi;
  readonly settings: SnipeItSettings;
  readonly catalogue: Catalogue;
  readonly columns: () => Promise<Columns>;
  /** All assets, where they were read; kept for the pages of devices that follow, and corrected by each write. */
  bulk: AssetIndex | undefined;
}

export function connectSnipeIt(settings: SnipeItSettings, { http }: TargetTools): SnipeItSession {
  const api = createSnipeItApi(http);
  let columns: Promise<Columns> | undefined;
  const room: Room = {
    api,
    settings,
    catalogue: createCatalogue(api, settings),
    bulk: undefined,
    columns: () => {
      columns ??= readColumns(api, settings).catch((error: unknown) => {
        columns = undefined;
        throw error;
      });
      return columns;
    },
  };
  return {
    plan: (devices) => planAll(room, devices),
    apply: ({ device }) => applyOne(room, device),
    setup: () => setUpFields(api, settings),
  };
}

async function planAll(room: Room, devices: readonly ExportDevice[]): Promise<readonly DevicePlan<null>[]> {
  const columns = await room.columns();
  const key = keyColumn(columns);
  if (devices.length > 0) room.bulk ??= await readAll(room.api, devices.length, key);
  const plans: DevicePlan<null>[] = [];
  for (const device of devices) {
    const wanted = assetOf(device);
    const rows = room.bulk?.candidates(device, wanted) ?? (await candidates(room.api, device, wanted));
    plans.push(planOf(device, wanted, matchOf(device, wanted, rows, key), columns, room.settings));
  }
  return plans;
}

/** Undefined where asking for each device costs less than reading every asset there is. */
async function readAll(api: SnipeItApi, devices: number, key: string): Promise<AssetIndex | undefined> {
  const first = await api.firstPage('/hardware');
  const pages = Math.ceil(first.total / Math.max(first.rows.length, 1));
  if (pages > 1 + 2 * devices) return undefined;
  const rows = pages > 1 ? await api.all('/hardware', assetRow) : first.rows.flatMap((row) => assetRow.safeParse(row).data ?? []);
  return new AssetIndex(rows, key);
}

async function candidates(api: SnipeItApi, device: ExportDevice, wanted: AssetFields): Promise<readonly AssetRow[]> {
  const rows: AssetRow[] = [];
  for (const key of [device.key, ...device.formerKeys]) rows.push(...(await api.byTag(tagOf(key))));
  if (wanted.serial !== null) rows.push(...(await api.bySerial(wanted.serial)));
  return rows;
}

function planOf(device: ExportDevice, wanted: AssetFields, match: Match, columns: Columns, settings: SnipeItSettings): DevicePlan<null> {
  if (match.kind === 'conflict') return { device, action: 'conflict', changes: [], why: match.why, work: null };
  if (match.kind === 'one') {
    const { changes } = differenceOf(wanted, match.row, columns, settings);
    return { device, action: changes.length === 0 ? 'unchanged' : 'update', changes, work: null };
  }
  // What is gone and never was there needs no asset to say so.
  if (device.status === 'gone') return { device, action: 'unchanged', changes: [], work: null };
  const fields = [
    ['asset tag', wanted.tag],
    ['serial', wanted.serial],
    ['model', wanted.model ?? settings.unknownModel],
  ] as const;
  const custom = [...columns.keys()].map((id) => [settings.fields[id], wanted.custom[id]] as const);
  const changes = [...fields, ...custom].flatMap(([field, after]) => (after === null ? [] : [{ field, before: null, after }]));
  return { device, action: 'create', changes, work: null };
}

async function applyOne(room: Room, device: ExportDevice): Promise<void> {
  const { api, settings } = room;
  const columns = await room.columns();
  const wanted = assetOf(device);
  const match = matchOf(device, wanted, await candidates(api, device, wanted), keyColumn(columns));
  if (match.kind === 'conflict') throw new TargetError('device', match.why);
  if (match.kind === 'none' && device.status === 'gone') return;
  const id = match.kind === 'one' ? await patch(room, match.row, wanted, columns) : await create(room, wanted, columns);
  if (id === undefined) return;
  const stored = await api.asset(id);
  if (!stored) throw new TargetError('retry', `asset ${id} was written and cannot be read`);
  room.bulk?.put(stored);
  const left = differenceOf(wanted, stored, columns, settings).changes.map(({ field }) => field);
  if (left.length > 0) {
    const hint = left.length === 1 && left[0] === 'serial' ? '' : `; does the field set of model "${stored.model?.name ?? ''}" hold them?`;
    throw new TargetError('device', `asset ${id}: said to be written, but not stored: ${left.join(', ')}${hint}`);
  }
}

async function patch(
  { api, settings, catalogue }: Room,
  row: AssetRow,
  wanted: AssetFields,
  columns: Columns,
): Promise<number | undefined> {
  const { body, changes, learnsModel } = differenceOf(wanted, row, columns, settings);
  if (changes.length === 0) return undefined;
  const model = learnsModel && wanted.model !== null ? { model_id: await catalogue.modelId(wanted.manufacturer, wanted.model) } : {};
  return api.write('PATCH', `/hardware/${row.id}`, { ...body, ...model });
}

async function create({ api, settings, catalogue }: Room, wanted: AssetFields, columns: Columns): Promise<number> {
  const { statusId, locationId, companyId, unknownModel } = settings;
  const custom = [...columns].flatMap(([id, column]) => {
    const value = wanted.custom[id];
    return value === null ? [] : [[column, value] as const];
  });
  return api.write('POST', '/hardware', {
    asset_tag: wanted.tag,
    name: wanted.name,
    status_id: statusId,
    model_id: await catalogue.modelId(wanted.manufacturer, wanted.model ?? unknownModel),
    ...(wanted.serial === null ? {} : { serial: wanted.serial }),
    ...(locationId === undefined ? {} : { rtd_location_id: locationId }),
    ...(companyId === undefined ? {} : { company_id: companyId }),
    ...Object.fromEntries(custom),
  });
}

function keyColumn(columns: Columns): string {
  const column = columns.get('key');
  if (column === undefined) throw new TargetError('target', 'the custom field of the key is missing');
  return column;
}
