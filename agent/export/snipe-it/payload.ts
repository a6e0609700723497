/**
 * A device as Snipe-IT fields, and the difference to the asset that is there. Pure. Only what Camsweep knows is ever compared or written:
 * name, location, status and who has it are people's, from the moment an asset exists.
 */
import { printable } from '../../../probes/text.ts';
import type { ExportDevice, FieldChange } from '../types.ts';
import { dayOf, keyText, presenceLine, stableName, usableSerial, verdictLine } from '../wording.ts';
import type { AssetRow, FieldId, SnipeItSettings } from './schema.ts';

/** Columns are varchar(191) in older databases. */
const MAX_LENGTH = 190;

export interface AssetFields {
  readonly tag: string;
  readonly name: string;
  readonly serial: string | null;
  readonly manufacturer: string;
  /** Null where the device does not tell. */
  readonly model: string | null;
  /** Null: not known, and then what is there stays. */
  readonly custom: Readonly<Record<FieldId, string | null>>;
}

export function assetOf(device: ExportDevice): AssetFields {
  const text = (value: string | null): string | null =>
    value === null || value.trim() === '' ? null : printable(value.trim(), MAX_LENGTH);
  return {
    tag: tagOf(device.key),
    name: stableName(device.key),
    serial: usableSerial(device, MAX_LENGTH),
    manufacturer: text(device.brand) ?? text(device.maker) ?? 'Unknown',
    model: text(device.model),
    custom: {
      key: keyOn(device.key),
      mac: device.mac,
      addresses: text(device.addresses.join(', ')),
      firmware: text(device.firmware),
      restriction: text(verdictLine(device)),
      presence: text(presenceLine(device)),
      firstSeen: dayOf(device.firstSeen),
      // A day is enough, and an asset is not written at every scan for it.
      lastSeen: dayOf(device.lastSeen),
    },
  };
}

/** The key as an asset carries it. */
export function keyOn(key: string): string {
  return keyText(key, MAX_LENGTH);
}

export function tagOf(key: string): string {
  return stableName(key).toUpperCase();
}

/** Columns of this instance: which custom fields it has. */
export type Columns = ReadonlyMap<FieldId, string>;

export interface Difference {
  readonly changes: readonly FieldChange[];
  /** Body of a PATCH. */
  readonly body: Readonly<Record<string, string>>;
  /** The asset is filed under the placeholder, and the device now tells its model. */
  readonly learnsModel: boolean;
}

export function differenceOf(wanted: AssetFields, row: AssetRow, columns: Columns, settings: SnipeItSettings): Difference {
  const pairs: (readonly [field: string, column: string, before: string, after: string | null])[] = [
    ['serial', 'serial', decoded(row.serial ?? ''), wanted.serial],
    ...[...columns].map(([id, column]) => [settings.fields[id], column, customValue(row, column), wanted.custom[id]] as const),
  ];
  const changed = pairs.flatMap(([field, column, before, after]) =>
    after === null || before === after ? [] : [{ field, column, before, after }],
  );
  const learnsModel = wanted.model !== null && sameName(row.model?.name ?? '', settings.unknownModel);
  return {
    changes: [
      ...changed.map(({ field, before, after }) => ({ field, before: before === '' ? null : before, after })),
      ...(learnsModel ? [{ field: 'model', before: settings.unknownModel, after: wanted.model }] : []),
    ],
    body: Object.fromEntries(changed.map(({ column, after }) => [column, after])),
    learnsModel,
  };
}

export function customValue({ custom_fields: fields }: AssetRow, column: string): string {
  const found = fields === null || fields === undefined ? undefined : Object.values(fields).find(({ field }) => field === column);
  return typeof found?.value === 'string' ? decoded(found.value) : '';
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#039': "'", '#39': "'" } as const;
const isEntity = (name: string): name is keyof typeof ENTITIES => name in ENTITIES;

/** Snipe-IT escapes what it gives out for a web page; what is stored is plain. */
export function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#0?39);/g, (whole, name: string) => (isEntity(name) ? ENTITIES[name] : whole));
}

/** Case and spaces make no second manufacturer. */
export function sameName(left: string, right: string): boolean {
  return folded(left) === folded(right);
}

function folded(name: string): string {
  return decoded(name).normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
