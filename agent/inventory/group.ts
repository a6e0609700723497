/**
 * Which addresses of one scan are one device, and which identifiers several devices share. Pure.
 *
 * A recorder with two network ports and two cameras with one cloned serial look alike. Joining two devices hides one of them;
 * keeping one device apart shows it twice. The second is the smaller harm: where it cannot be told, addresses stay apart.
 */
import { sameMaker } from './claims.ts';
import { identifierText, sameSerial } from './identifiers.ts';
import type { DeviceState, Identifier, IdentifierKind, Sighting } from './types.ts';

/** Addresses of one scan that are one device. */
export interface Group {
  readonly sightings: readonly Sighting[];
  /** Those that are its own, in the order of the ladder. */
  readonly identifiers: readonly Identifier[];
}

export interface SharedIdentifier {
  readonly identifier: Identifier;
  readonly reason: string;
}

export interface Grouping {
  readonly groups: readonly Group[];
  /** Seen to belong to several devices in this very scan. */
  readonly shared: readonly SharedIdentifier[];
}

/** One MAC that answers for more addresses than this is a router's, answering for others. */
const MAX_ADDRESSES_OF_A_MAC = 4;
/** More network ports than this no recorder shows at a time. */
const MAX_HOMES = 4;
const SEVERAL_HOMES: readonly string[] = [
  'recorder',
  'encoder',
  'decoder',
  'video-management',
  'server',
  'storage',
  'router',
  'switch',
  'firewall',
  'load-balancer',
  'virtualisation',
];

/** Devices of this type are built with more than one network port. */
export function hasSeveralHomes(deviceType: string | undefined): boolean {
  return deviceType !== undefined && SEVERAL_HOMES.includes(deviceType);
}

/** Groups the sightings of one scan. `isShared` knows identifiers that earlier scans found shared. The order of input does not matter. */
export function groupSightings(sightings: readonly Sighting[], isShared: (identifier: Identifier) => boolean): Grouping {
  const ordered = [...sightings].sort((a, b) => (a.address < b.address ? -1 : Number(a.address > b.address)));
  const holders = new Map<string, { readonly identifier: Identifier; readonly sightings: Sighting[] }>();
  for (const sighting of ordered) {
    for (const identifier of sighting.state.identifiers) {
      const text = identifierText(identifier);
      const entry = holders.get(text) ?? { identifier, sightings: [] };
      entry.sightings.push(sighting);
      holders.set(text, entry);
    }
  }
  const shared: SharedIdentifier[] = [];
  const barred = new Set<string>();
  const links: (readonly [Sighting, Sighting])[] = [];
  for (const [text, { identifier, sightings: list }] of holders) {
    const reason = isShared(identifier) ? undefined : reasonShared(identifier, list);
    if (reason !== undefined) shared.push({ identifier, reason });
    if (reason !== undefined || isShared(identifier)) barred.add(text);
    else for (const other of list.slice(1)) if (list[0]) links.push([list[0], other]);
  }
  links.push(...claimLinks(ordered, barred));
  return { groups: join(ordered, links, barred), shared };
}

function reasonShared({ kind, value }: Identifier, list: readonly Sighting[]): string | undefined {
  if (list.length < 2) return undefined;
  if (kind === 'mac' && list.length > MAX_ADDRESSES_OF_A_MAC) return `MAC ${value} answered for ${list.length} addresses of one scan`;
  if (kind === 'serial' && homes(list) > MAX_HOMES) return `serial ${value} was shown by ${list.length} addresses of one scan`;
  for (const [index, a] of list.entries()) {
    for (const b of list.slice(index + 1, index + 1 + MAX_HOMES)) {
      if (!mayBeOne(kind, a.state, b.state))
        return `${kind} ${value} was shown by ${a.address} and ${b.address} in one scan, which are two devices`;
    }
  }
  return undefined;
}

function homes(list: readonly Sighting[]): number {
  return new Set(list.map(({ address, state }) => valuesOf(state, 'mac')[0] ?? address)).size;
}

/** Whether two addresses that answer at the same time may be one device, given that they share an identifier of this kind. */
function mayBeOne(kind: IdentifierKind, a: DeviceState, b: DeviceState): boolean {
  if (serialsDiffer(a, b)) return false;
  if (kind === 'mac') return sameMaker(a, b);
  const [macsA, macsB] = [valuesOf(a, 'mac'), valuesOf(b, 'mac')];
  const sameMac = macsA.some((mac) => macsB.includes(mac));
  if (sameMac || claimsMacOf(a, b) || claimsMacOf(b, a)) return true;
  if (!sameMaker(a, b) || differ(a.model?.value, b.model?.value) || differ(a.firmware?.value, b.firmware?.value)) return false;
  const several = [a, b].some(({ deviceType }) => hasSeveralHomes(deviceType?.value));
  if (macsA.length > 0 && macsB.length > 0) return several && kind === 'serial';
  // Across a router no MAC tells: a second identifier must agree.
  return several || overlap(a, b, kind === 'onvif' ? 'serial' : 'onvif') || (kind !== 'claimed-mac' && overlap(a, b, 'claimed-mac'));
}

function valuesOf({ identifiers }: DeviceState, kind: IdentifierKind): string[] {
  return identifiers.flatMap((identifier) => (identifier.kind === kind ? [identifier.value] : []));
}

function overlap(a: DeviceState, b: DeviceState, kind: IdentifierKind): boolean {
  const values = valuesOf(b, kind);
  return valuesOf(a, kind).some((value) => values.includes(value));
}

/** `a` says of itself the MAC that `b` was seen with: one box, two ports. */
function claimsMacOf(a: DeviceState, b: DeviceState): boolean {
  const macs = valuesOf(b, 'mac');
  return valuesOf(a, 'claimed-mac').some((mac) => macs.includes(mac));
}

function serialsDiffer(a: DeviceState, b: DeviceState): boolean {
  return disjointSerials(valuesOf(a, 'serial'), valuesOf(b, 'serial'));
}

/** Both have serials, and none of one is a spelling of one of the other. */
export function disjointSerials(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((one) => b.some((other) => sameSerial(one, other)));
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** Links from a claimed MAC to the address that was seen with it. */
function claimLinks(sightings: readonly Sighting[], barred: ReadonlySet<string>): (readonly [Sighting, Sighting])[] {
  const seen = new Map<string, Sighting>();
  for (const sighting of sightings) {
    for (const mac of valuesOf(sighting.state, 'mac'))
      if (!barred.has(identifierText({ kind: 'mac', value: mac }))) seen.set(mac, sighting);
  }
  return sightings.flatMap((sighting) =>
    valuesOf(sighting.state, 'claimed-mac').flatMap((mac): (readonly [Sighting, Sighting])[] => {
      const other = seen.get(mac);
      const isBarred = barred.has(identifierText({ kind: 'claimed-mac', value: mac }));
      if (!other || other === sighting || isBarred || serialsDiffer(sighting.state, other.state)) return [];
      return sameMaker(sighting.state, other.state) ? [[sighting, other]] : [];
    }),
  );
}

/** Connected sightings as groups, in order of address; a link that would join differing serials is left out. */
function join(sightings: readonly Sighting[], links: readonly (readonly [Sighting, Sighting])[], barred: ReadonlySet<string>): Group[] {
  const groupOf = new Map<Sighting, Sighting[]>(sightings.map((sighting) => [sighting, [sighting]]));
  for (const [a, b] of links) {
    const [one, other] = [groupOf.get(a), groupOf.get(b)];
    if (!one || !other || one === other) continue;
    if (one.some(({ state }) => other.some((member) => serialsDiffer(state, member.state)))) continue;
    one.push(...other);
    for (const member of other) groupOf.set(member, one);
  }
  const kinds: readonly IdentifierKind[] = ['mac', 'serial', 'onvif', 'claimed-mac'];
  return [...new Set(groupOf.values())].map((members) => {
    const own = new Map<string, Identifier>();
    for (const { state } of members) {
      for (const identifier of state.identifiers) {
        const text = identifierText(identifier);
        if (!barred.has(text)) own.set(text, identifier);
      }
    }
    return {
      sightings: [...members].sort((a, b) => (a.address < b.address ? -1 : 1)),
      identifiers: kinds.flatMap((kind) => [...own.values()].filter((identifier) => identifier.kind === kind)),
    };
  });
}
