/**
 * What has to be written for one device: record, interface, MAC, addresses. Pure. What Camsweep made or took over carries its tag, and only
 * that is ever taken off a device again.
 */
import { printable } from '../../../probes/text.ts';
import type { FieldChange } from '../types.ts';
import type { Found } from './lookup.ts';
import { macIdOn } from './lookup.ts';
import { differenceOf, familyOf, fieldOn, hostOf, type Difference, type TagIds, type Wanted } from './payload.ts';
import { FIELD_IDS, FIELDS, type AddressRow, type DeviceRow, type InterfaceRow, type NetBoxSettings } from './schema.ts';

/** `take`: from a device of ours that is not there any more. */
export type AddressStep =
  | { readonly kind: 'new'; readonly host: string }
  | { readonly kind: 'assign'; readonly host: string; readonly row: AddressRow }
  | { readonly kind: 'take'; readonly host: string; readonly row: AddressRow; readonly holder: DeviceRow };

export interface Todo {
  /** Undefined: a new record. */
  readonly row: DeviceRow | undefined;
  readonly difference: Difference | undefined;
  /** Undefined: none is there that could be its, or none is needed. */
  readonly port: InterfaceRow | undefined;
  readonly needsPort: boolean;
  /** `id`: an object that belongs to nobody. */
  readonly mac:
    | { readonly kind: 'there'; readonly id: number }
    | { readonly kind: 'new' }
    | { readonly kind: 'assign'; readonly id: number }
    | undefined;
  /** The interface has no main MAC, and gets this one. */
  readonly setsMac: boolean;
  readonly addresses: readonly AddressStep[];
  /** Taken off, last of all. */
  readonly released: readonly AddressRow[];
  /** Somebody else's, and left there. */
  readonly contested: readonly string[];
  /** By family; a host that will be on the device then, or null: none. */
  readonly primaries: readonly { readonly family: 4 | 6; readonly host: string | null }[];
  readonly changes: readonly FieldChange[];
}

export interface Rules {
  readonly tagIds: TagIds;
  readonly settings: NetBoxSettings;
}

/** Why nothing may be written: a new record would be a second one of something people entered. */
export function strangerAt(wanted: Wanted, { match, elsewhere }: Found): string | undefined {
  if (match.kind !== 'none') return undefined;
  for (const { host, row, holder } of elsewhere) {
    if (row.assigned_object_type === null || row.assigned_object_type === undefined) continue;
    if (holder && fieldOn(holder, 'key') !== '') continue;
    const whose = holder
      ? `device ${holder.id} (${printable(holder.name ?? 'without a name', 64)}), which has no Camsweep key: if it is this device, enter ${wanted.key} as its ${FIELDS.key}`
      : `${printable(row.assigned_object_type, 60)} ${row.assigned_object_id ?? ''}`;
    return `address ${host} is that of ${whose}`;
  }
  return undefined;
}

/** `claimed`: hosts that another device is being given at this moment. */
export function todoOf(wanted: Wanted, found: Found, rules: Rules, claimed: (host: string) => boolean = () => false): Todo {
  const { match, interfaces } = found;
  const { tag } = rules.tagIds;
  const row = match.kind === 'one' ? match.row : undefined;
  const difference = row && differenceOf(wanted, row, rules.tagIds, rules.settings);
  const { addresses, contested } = addressSteps(wanted, found, tag, claimed);
  const released = releasedOf(wanted, found, tag);
  const port = portOf(wanted, found, rules.settings);
  const onPort = port && macIdOn(port, wanted.mac);
  const elsewhere = interfaces.some((one) => one !== port && macIdOn(one, wanted.mac) !== undefined);
  const free = found.macs.filter(({ assigned_object_id: on }) => on === null || on === undefined);
  const mac =
    wanted.mac === null || wanted.merged || elsewhere
      ? undefined
      : onPort !== undefined
        ? ({ kind: 'there', id: onPort } as const)
        : free.length === 1 && free[0]
          ? ({ kind: 'assign', id: free[0].id } as const)
          : ({ kind: 'new' } as const);
  const setsMac = mac !== undefined && (port?.primary_mac_address ?? null) === null;
  const primaries = row || addresses.length > 0 ? primariesOf(wanted, found, row, addresses, released) : [];
  const needsPort = addresses.length > 0 || (mac !== undefined && (mac.kind !== 'there' || setsMac));
  return {
    ...{ row, difference, port, needsPort, mac, setsMac, addresses, released, contested, primaries },
    changes: [
      ...(difference?.changes ?? newRecord(wanted, rules.settings)),
      ...(needsPort && !port ? [{ field: 'interface', before: null, after: rules.settings.interfaceName }] : []),
      ...(mac && (mac.kind !== 'there' || setsMac) ? [{ field: 'MAC', before: null, after: wanted.mac }] : []),
      ...addresses.map((step) => ({
        field: 'address',
        before: step.kind === 'take' ? `on device ${step.holder.id}` : null,
        after: step.host,
      })),
      ...released.map(({ address }) => ({ field: 'address', before: address, after: null })),
      ...primaries.map(({ family, host }) => ({ field: `primary IPv${family}`, before: null, after: host })),
    ],
  };
}

function newRecord(wanted: Wanted, { role, status, unknownModel }: NetBoxSettings): readonly FieldChange[] {
  const fields: readonly (readonly [string, string | null])[] = [
    ['name', wanted.name],
    ['site', wanted.site],
    ['role', role],
    ['status', status],
    ['manufacturer', wanted.manufacturer],
    ['device type', wanted.model ?? unknownModel],
    ['serial', wanted.serial],
    ...FIELD_IDS.map((id) => [FIELDS[id], wanted.fields[id]] as const),
  ];
  return fields.flatMap(([field, after]) => (after === null ? [] : [{ field, before: null, after }]));
}

/** The one with its MAC, with addresses of ours, of our name, or the only one there is if it has no MAC yet. */
function portOf(wanted: Wanted, { interfaces, addresses }: Found, { interfaceName }: NetBoxSettings): InterfaceRow | undefined {
  const withMac = interfaces.find((row) => macIdOn(row, wanted.mac) !== undefined);
  const mine = addresses.find(({ address }) => wanted.addresses.includes(hostOf(address) ?? ''));
  const only = interfaces.length === 1 && (interfaces[0]?.mac_addresses ?? []).length === 0 ? interfaces[0] : undefined;
  return (
    withMac ??
    interfaces.find(({ id }) => id === mine?.assigned_object_id) ??
    interfaces.find(({ name }) => name.toLowerCase() === interfaceName.toLowerCase()) ??
    only
  );
}

function addressSteps(
  wanted: Wanted,
  { addresses, elsewhere }: Found,
  tag: number,
  claimed: (host: string) => boolean,
): { readonly addresses: readonly AddressStep[]; readonly contested: readonly string[] } {
  const steps: AddressStep[] = [];
  const contested: string[] = [];
  const there = new Set(addresses.flatMap(({ address }) => hostOf(address) ?? []));
  for (const host of wanted.merged ? [] : wanted.addresses) {
    if (there.has(host)) continue;
    const step = claimed(host)
      ? undefined
      : stepOf(
          wanted,
          host,
          elsewhere.filter((one) => one.host === host),
          tag,
        );
    if (step) steps.push(step);
    else contested.push(host);
  }
  return { addresses: steps, contested };
}

function stepOf(wanted: Wanted, host: string, rows: Found['elsewhere'], tag: number): AddressStep | undefined {
  const [first] = rows;
  if (!first) return { kind: 'new', host };
  // Several objects of one address are somebody's arrangement (anycast, a virtual address).
  if (rows.length > 1) return undefined;
  const { row, holder } = first;
  if ((row.assigned_object_id ?? null) === null) return { kind: 'assign', host, row };
  // Only what is seen takes from what is not seen, or two that both claim an address would take it from each other for ever.
  const isOurs = holder !== undefined && fieldOn(holder, 'key') !== '' && row.tags.some(({ id }) => id === tag);
  return isOurs && wanted.present && fieldOn(holder, 'presence') !== 'present' ? { kind: 'take', host, row, holder } : undefined;
}

/** Addresses Camsweep gave it that it has not any more. What is missing keeps the last it was seen with. */
function releasedOf(wanted: Wanted, { addresses }: Found, tag: number): readonly AddressRow[] {
  if (!wanted.present && !wanted.merged) return [];
  return addresses.filter(({ address, tags }) => {
    const host = hostOf(address) ?? '';
    return tags.some(({ id }) => id === tag) && (wanted.merged || !wanted.addresses.includes(host));
  });
}

/** A main address is set where there is none, or where the one there is goes; a person's choice stays. */
function primariesOf(
  wanted: Wanted,
  { addresses }: Found,
  row: DeviceRow | undefined,
  steps: readonly AddressStep[],
  released: readonly AddressRow[],
): Todo['primaries'] {
  const there = new Set(addresses.filter((one) => !released.includes(one)).flatMap(({ address }) => hostOf(address) ?? []));
  const after = wanted.addresses.filter((host) => there.has(host) || steps.some((step) => step.host === host));
  return ([4, 6] as const).flatMap((family) => {
    const current = (family === 4 ? row?.primary_ip4 : row?.primary_ip6)?.id;
    if (current !== undefined && !released.some(({ id }) => id === current)) return [];
    const host = wanted.merged ? null : (after.find((one) => familyOf(one) === family) ?? null);
    return current === undefined && host === null ? [] : [{ family, host }];
  });
}
