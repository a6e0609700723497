/**
 * What NetBox has of the devices asked for, read in bulk, and which record each of them is: by our key, by our name, by serial, by MAC.
 * Several are a conflict, never a guess.
 */
import { printable } from '../../../probes/text.ts';
import type { ListOf, NetBoxApi } from './api.ts';
import { fieldOn, hostOf, type Wanted } from './payload.ts';
import {
  ADDRESS_FIELDS,
  addressRow,
  DEVICE_FIELDS,
  deviceRow,
  FIELDS,
  INTERFACE_FIELDS,
  interfaceRow,
  MAC_FIELDS,
  macRow,
  type AddressRow,
  type DeviceRow,
  type InterfaceRow,
  type MacRow,
  type NetBoxSettings,
} from './schema.ts';

export const DEVICES: ListOf<DeviceRow> = { path: '/api/dcim/devices/', schema: deviceRow, fields: DEVICE_FIELDS };
export const INTERFACES: ListOf<InterfaceRow> = { path: '/api/dcim/interfaces/', schema: interfaceRow, fields: INTERFACE_FIELDS };
export const MACS: ListOf<MacRow> = { path: '/api/dcim/mac-addresses/', schema: macRow, fields: MAC_FIELDS };
export const ADDRESSES: ListOf<AddressRow> = { path: '/api/ipam/ip-addresses/', schema: addressRow, fields: ADDRESS_FIELDS };
const KEY_FILTER = `cf_${FIELDS.key}`;

export type Match =
  { readonly kind: 'none' } | { readonly kind: 'one'; readonly row: DeviceRow } | { readonly kind: 'conflict'; readonly why: string };

/** One device and what is around it. */
export interface Found {
  readonly match: Match;
  readonly interfaces: readonly InterfaceRow[];
  /** Assigned to its interfaces, in our VRF. */
  readonly addresses: readonly AddressRow[];
  /** Objects of its MAC, where its interfaces lack it. */
  readonly macs: readonly MacRow[];
  /** Objects of its addresses in our VRF that its interfaces lack, with the device that has each. */
  readonly elsewhere: readonly Elsewhere[];
}

export interface Elsewhere {
  readonly host: string;
  readonly row: AddressRow;
  readonly holder: DeviceRow | undefined;
}

/** In the order asked. Rejects with TargetError. */
export async function findAll(api: NetBoxApi, settings: NetBoxSettings, wanted: readonly Wanted[]): Promise<readonly Found[]> {
  const rows = new Map<number, DeviceRow>();
  const keep = (found: readonly DeviceRow[]): void => found.forEach((row) => rows.set(row.id, row));
  keep(await api.find(DEVICES, KEY_FILTER, [...new Set(wanted.flatMap(({ key, formerKeys }) => [key, ...formerKeys]))]));
  const byKey = groupedBy([...rows.values()], (row) => fieldOn(row, 'key'));
  const isKnown = ({ key, formerKeys }: Wanted): boolean => [key, ...formerKeys].some((one) => byKey.has(one));
  const strangers = wanted.filter((item) => !isKnown(item) && !item.gone);
  const [bySerial, byName, macs] = await Promise.all([
    api.find(
      DEVICES,
      'serial',
      strangers.flatMap(({ serial, serialIdentifies }) => (serialIdentifies && serial !== null ? [serial] : [])),
    ),
    api.find(
      DEVICES,
      'name',
      strangers.map(({ name }) => name),
    ),
    api.find(
      MACS,
      'mac_address',
      strangers.flatMap(({ mac }) => mac ?? []),
    ),
  ]);
  keep([...bySerial, ...byName]);
  const behind = macs.flatMap(({ assigned_object: on }) => on?.device?.id ?? []).filter((id) => !rows.has(id));
  keep(await api.find(DEVICES, 'id', behind));
  const index = new RowIndex([...rows.values()]);
  const macsOf = groupedBy(macs, ({ mac_address: mac }) => mac.toUpperCase());
  const matches = wanted.map((item) => matchOf(item, index, macsOf.get(item.mac ?? '') ?? []));
  return surroundings(api, settings, wanted, matches, rows, macs, new Set(strangers.flatMap(({ mac }) => mac ?? [])));
}

async function surroundings(
  api: NetBoxApi,
  settings: NetBoxSettings,
  wanted: readonly Wanted[],
  matches: readonly Match[],
  rows: Map<number, DeviceRow>,
  macsRead: readonly MacRow[],
  asked: ReadonlySet<string>,
): Promise<readonly Found[]> {
  const ids = matches.flatMap((match) => (match.kind === 'one' ? [match.row.id] : []));
  const [interfaces, own] = await Promise.all([
    api.find(INTERFACES, 'device_id', ids),
    settings.addresses ? api.find(ADDRESSES, 'device_id', ids) : [],
  ]);
  const inVrf = ({ vrf }: AddressRow): boolean => (vrf?.id ?? undefined) === settings.vrfId;
  const interfacesOf = groupedBy(interfaces, ({ device }) => device.id);
  const ownOf = groupedBy(own.filter(inVrf), ({ assigned_object: on }) => on?.device?.id ?? 0);
  const lacking = wanted.map((item, index) => {
    const match = matches[index];
    if (!match || match.kind === 'conflict' || (match.kind === 'none' && item.gone)) return { mac: undefined, hosts: [] };
    const id = match.kind === 'one' ? match.row.id : 0;
    const hosts = new Set((ownOf.get(id) ?? []).flatMap(({ address }) => hostOf(address) ?? []));
    const hasMac = (interfacesOf.get(id) ?? []).some((row) => macIdOn(row, item.mac) !== undefined);
    return { mac: item.mac !== null && !hasMac ? item.mac : undefined, hosts: item.addresses.filter((host) => !hosts.has(host)) };
  });
  const [moreMacs, held] = await Promise.all([
    api.find(
      MACS,
      'mac_address',
      lacking.flatMap(({ mac }) => (mac === undefined || asked.has(mac) ? [] : [mac])),
    ),
    api.find(
      ADDRESSES,
      'address',
      lacking.flatMap(({ hosts }) => hosts),
    ),
  ]);
  const macsOf = groupedBy([...macsRead, ...moreMacs], ({ mac_address: mac }) => mac.toUpperCase());
  const heldOf = groupedBy(held.filter(inVrf), ({ address }) => hostOf(address) ?? '');
  const holders = held.flatMap(({ assigned_object: on }) => on?.device?.id ?? []).filter((id) => !rows.has(id));
  for (const row of await api.find(DEVICES, 'id', holders)) rows.set(row.id, row);
  return matches.map((match, index) => {
    const id = match.kind === 'one' ? match.row.id : 0;
    const { mac, hosts } = lacking[index] ?? { mac: undefined, hosts: [] };
    return {
      match,
      interfaces: interfacesOf.get(id) ?? [],
      addresses: ownOf.get(id) ?? [],
      macs: mac === undefined ? [] : (macsOf.get(mac) ?? []),
      elsewhere: hosts.flatMap((host) =>
        (heldOf.get(host) ?? []).map((row) => ({ host, row, holder: rows.get(row.assigned_object?.device?.id ?? 0) })),
      ),
    };
  });
}

/** Id of the object of that MAC on an interface. */
export function macIdOn({ mac_addresses: macs }: InterfaceRow, mac: string | null): number | undefined {
  return macs?.find((one) => one.mac_address.toUpperCase() === mac)?.id;
}

/** Records by what leads to them. */
export class RowIndex {
  readonly #keys: ReadonlyMap<string, readonly DeviceRow[]>;
  readonly #names: ReadonlyMap<string, readonly DeviceRow[]>;
  readonly #serials: ReadonlyMap<string, readonly DeviceRow[]>;
  readonly #ids: ReadonlyMap<number, DeviceRow>;

  constructor(rows: readonly DeviceRow[]) {
    this.#keys = groupedBy(rows, (row) => fieldOn(row, 'key'));
    this.#names = groupedBy(rows, ({ site, name }) => `${site.slug} ${(name ?? '').toLowerCase()}`);
    this.#serials = groupedBy(rows, ({ serial }) => (serial ?? '').toLowerCase());
    this.#ids = new Map(rows.map((row) => [row.id, row]));
  }

  byKey(key: string): readonly DeviceRow[] {
    return this.#keys.get(key) ?? [];
  }

  byName({ site, name }: Wanted): readonly DeviceRow[] {
    return this.#names.get(`${site} ${name.toLowerCase()}`) ?? [];
  }

  bySerial({ serial, serialIdentifies }: Wanted): readonly DeviceRow[] {
    return serial === null || !serialIdentifies ? [] : (this.#serials.get(serial.toLowerCase()) ?? []);
  }

  byId(id: number): DeviceRow | undefined {
    return this.#ids.get(id);
  }
}

/** `macs`: all objects of its MAC. The device's own key counts more than one it had before, and any key more than everything else. */
export function matchOf(wanted: Wanted, index: RowIndex, macs: readonly MacRow[]): Match {
  for (const key of [wanted.key, ...wanted.formerKeys]) {
    const own = index.byKey(key);
    if (own.length > 1) return several(`Camsweep key ${key}`, own);
    if (own[0]) return { kind: 'one', row: own[0] };
  }
  // What is gone may live on under another key (a merge), and its serial with it.
  if (wanted.gone) return { kind: 'none' };
  const nameless = index.byName(wanted).filter((row) => fieldOn(row, 'key') === '');
  const behindMac = macs.flatMap(({ assigned_object: on }) => index.byId(on?.device?.id ?? 0) ?? []);
  const ways = [
    [`name ${wanted.name}`, nameless],
    [`serial ${wanted.serial ?? ''}`, index.bySerial(wanted)],
    [`MAC ${wanted.mac ?? ''}`, behindMac],
  ] as const;
  const led = ways.filter(([, rows]) => rows.length > 0);
  const rows = [...new Map(led.flatMap(([, found]) => found).map((row) => [row.id, row])).values()];
  const what = led.map(([way]) => way).join(', ');
  const [row] = rows;
  if (!row) return { kind: 'none' };
  if (rows.length > 1) return several(what, rows);
  const owner = fieldOn(row, 'key');
  if (owner === '') return { kind: 'one', row };
  return { kind: 'conflict', why: `device ${row.id} has ${what} and belongs to ${printable(owner)}` };
}

function several(what: string, rows: readonly DeviceRow[]): Match {
  return { kind: 'conflict', why: `${what}: ${rows.length} devices have it (${rows.map(({ id }) => id).join(', ')})` };
}

export function groupedBy<Key, Row>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
