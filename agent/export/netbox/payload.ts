/**
 * A device as what NetBox should hold of it, and the difference to the record that is there. Pure. Name, site, role, status, rack, comments
 * and everything else not named here are people's from the moment a record exists.
 */
import { printable } from '../../../probes/text.ts';
import type { ExportDevice, FieldChange } from '../types.ts';
import {
  dayOf,
  digest,
  keyText as keyOfLength,
  presenceLine,
  serialIdentifies,
  stableName,
  usableSerial,
  verdictLine,
} from '../wording.ts';
import { FIELD_IDS, FIELDS, type DeviceRow, type FieldId, type NetBoxSettings } from './schema.ts';

/** dcim/models: Device.serial 50, Manufacturer.name and DeviceType.model 100. Texts of custom fields have no limit but ours. */
const MAX_SERIAL = 50;
const MAX_NAME = 100;
const MAX_TEXT = 500;
const MAX_KEY = 150;

export interface Wanted {
  readonly key: string;
  /** As they are in `camsweep_key`. */
  readonly formerKeys: readonly string[];
  readonly name: string;
  readonly site: string;
  readonly serial: string | null;
  /** The serial is this device's alone, and may lead to its record. */
  readonly serialIdentifies: boolean;
  readonly manufacturer: string;
  /** Null where the device does not tell. */
  readonly model: string | null;
  /** Upper case, as NetBox gives it out. */
  readonly mac: string | null;
  /** Without a mask; the first is the main one. */
  readonly addresses: readonly string[];
  /** Null: not known, and then what is there stays. */
  readonly fields: Readonly<Record<FieldId, string | null>>;
  readonly present: boolean;
  /** Gone for good: no record is made of it, and a record it has is marked. */
  readonly gone: boolean;
  readonly merged: boolean;
  readonly flagged: boolean;
}

export function wantedOf(device: ExportDevice, settings: NetBoxSettings): Wanted {
  const key = keyText(device.key);
  const serial = usableSerial(device, MAX_SERIAL);
  const addresses = device.addresses.flatMap((address) => hostOf(address) ?? []);
  return {
    key,
    formerKeys: device.formerKeys.map(keyText),
    name: stableName(device.key),
    site: settings.sites[device.site] ?? slugOf(device.site),
    serial,
    serialIdentifies: serial !== null && serialIdentifies(device),
    manufacturer: text(device.brand, MAX_NAME) ?? text(device.maker, MAX_NAME) ?? 'Unknown',
    model: text(device.model, MAX_NAME),
    mac: device.mac === null || !MAC.test(device.mac) ? null : device.mac.toUpperCase(),
    addresses: settings.addresses ? [...new Set(addresses)] : [],
    fields: {
      key,
      serial: text(device.serial, MAX_TEXT),
      firmware: text(device.firmware, MAX_TEXT),
      verdict: text(verdictLine(device), MAX_TEXT),
      presence: text(presenceLine(device), MAX_TEXT),
      addresses: text(device.addresses.join(', '), MAX_TEXT),
      firstSeen: dayOf(device.firstSeen),
      // A day is enough, and a record is not written at every scan for it.
      lastSeen: dayOf(device.lastSeen),
    },
    present: device.status === 'present',
    gone: device.status === 'gone',
    merged: device.mergedInto !== undefined,
    flagged: device.flagged,
  };
}

const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

function text(value: string | null, maxLength: number): string | null {
  return value === null || value.trim() === '' ? null : printable(value.trim(), maxLength);
}

export function keyText(key: string): string {
  return keyOfLength(key, MAX_KEY);
}

/** `Hikvision (HK) Ltd.` → `hikvision-hk-ltd`; a name without letters or too long for a slug gets a digest. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return slug !== '' && slug.length <= MAX_NAME ? slug : otherSlug(name);
}

/** Where the plain one is taken by another name. */
export function otherSlug(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replace(/^-|-$/g, '');
  return `${slug === '' ? 'x' : slug}-${digest(name).slice(0, 8)}`;
}

/** The address alone, in the form NetBox compares (`HOST()` of PostgreSQL); undefined where it is none or only holds on one link. */
export function hostOf(address: string): string | undefined {
  const host = address.trim().toLowerCase().split(/[/%]/)[0] ?? '';
  if (isFour(host)) return host;
  if (!host.includes(':') || host.startsWith('fe80:') || !URL.canParse(`http://[${host}]`)) return undefined;
  return new URL(`http://[${host}]`).hostname.slice(1, -1);
}

function isFour(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

export function familyOf(host: string): 4 | 6 {
  return host.includes(':') ? 6 : 4;
}

/** Tags by what they say: the id each has in this NetBox. */
export interface TagIds {
  readonly tag: number;
  readonly flaggedTag: number;
  readonly goneTag: number;
}

export interface Difference {
  readonly changes: readonly FieldChange[];
  readonly serial: string | undefined;
  /** By the names of NetBox. */
  readonly customFields: Readonly<Record<string, string>>;
  readonly addTags: readonly number[];
  readonly removeTags: readonly number[];
  /** The record is filed under the placeholder, and the device now tells its model. */
  readonly learnsModel: boolean;
}

export function differenceOf(wanted: Wanted, row: DeviceRow, tagIds: TagIds, settings: NetBoxSettings): Difference {
  const fields = FIELD_IDS.flatMap((id) => {
    const [before, after] = [fieldOn(row, id), wanted.fields[id]];
    return after === null || before === after ? [] : [{ field: FIELDS[id], before, after }];
  });
  const serial = ownsSerial(wanted, row) ? (wanted.serial ?? undefined) : undefined;
  const has = (tag: number): boolean => row.tags.some(({ id }) => id === tag);
  const marks = [
    [tagIds.tag, true],
    [tagIds.flaggedTag, wanted.flagged],
    [tagIds.goneTag, wanted.gone],
  ] as const;
  const addTags = marks.flatMap(([tag, should]) => (should && !has(tag) ? [tag] : []));
  const removeTags = marks.flatMap(([tag, should]) => (!should && has(tag) ? [tag] : []));
  const learnsModel = wanted.model !== null && sameName(row.device_type.model, settings.unknownModel);
  const nameOf = (tag: number): string =>
    tag === tagIds.tag ? settings.tag : tag === tagIds.flaggedTag ? settings.flaggedTag : settings.goneTag;
  return {
    changes: [
      ...fields.map(({ field, before, after }) => ({ field, before: before === '' ? null : before, after })),
      ...(serial === undefined ? [] : [{ field: 'serial', before: row.serial === '' ? null : (row.serial ?? null), after: serial }]),
      ...(learnsModel ? [{ field: 'device type', before: settings.unknownModel, after: wanted.model }] : []),
      ...addTags.map((tag) => ({ field: 'tag', before: null, after: nameOf(tag) })),
      ...removeTags.map((tag) => ({ field: 'tag', before: nameOf(tag), after: null })),
    ],
    serial,
    customFields: Object.fromEntries(fields.map(({ field, after }) => [field, after])),
    addTags,
    removeTags,
    learnsModel,
  };
}

/** It is empty, or still what Camsweep wrote before (and the device now tells another); what a person typed stays. */
function ownsSerial({ serial }: Wanted, row: DeviceRow): boolean {
  const there = row.serial ?? '';
  if (serial === null || there === serial) return false;
  return there === '' || there === fieldOn(row, 'serial');
}

/** Empty where there is none. */
export function fieldOn({ custom_fields: fields }: DeviceRow, id: FieldId): string {
  const value = fields[FIELDS[id]];
  return typeof value === 'string' ? value : '';
}

/** Case and spaces make no second manufacturer. */
export function sameName(left: string, right: string): boolean {
  return folded(left) === folded(right);
}

export function folded(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
