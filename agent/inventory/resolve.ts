/**
 * Which known device each group of a scan is: the identity ladder (design section 5). Pure; the store and the tests bring what
 * is known as `Known` and carry out the decisions.
 *
 * MAC seen at layer 2 > serial > ONVIF endpoint and MAC the device claims > site and address. An address change never makes a
 * new device; an address alone never merges two. Every merge carries its reason, so that it can be shown and undone.
 */
import { agreement, contradict, sameMaker } from './claims.ts';
import { disjointSerials, hasSeveralHomes, type Group, type SharedIdentifier } from './group.ts';
import { identifierText, rankOf } from './identifiers.ts';
import type { DeviceState, DeviceStatus, Identifier, IdentifierKind } from './types.ts';

/** A device as the rules need it: with the identifiers of everything merged into it. */
export interface KnownDevice {
  readonly id: number;
  readonly status: DeviceStatus;
  readonly identifiers: readonly Identifier[];
  readonly state: DeviceState | undefined;
}

/** What an identifier led to: the device, and the member of it that carries the identifier (itself, or one merged into it). */
export interface Match {
  readonly device: KnownDevice;
  readonly member: number;
}

export interface Known {
  /** Devices that carry the identifier; several where it is ambiguous. */
  byIdentifier(identifier: Identifier): readonly Match[];
  /** The device that was last at this address of the scan's site, where it has not been seen elsewhere since. */
  at(address: string): KnownDevice | undefined;
  isShared(identifier: Identifier): boolean;
  /** A person said these are two. */
  apart(a: number, b: number): boolean;
}

export interface Assignment {
  readonly group: Group;
  /** Undefined: a device nobody has seen before. */
  readonly device: number | undefined;
  /** Where identifiers and sightings are booked: `device`, or a member merged into it. */
  readonly member: number | undefined;
  /** How it was recognised. */
  readonly basis: IdentifierKind | 'new';
  /** Identifiers of the group that belong to no other device: these become the device's own. */
  readonly learn: readonly Identifier[];
}

export interface MergeDecision {
  readonly from: number;
  readonly into: number;
  readonly reason: string;
  readonly identifier: Identifier;
}

export interface Resolution {
  readonly assignments: readonly Assignment[];
  readonly merges: readonly MergeDecision[];
  readonly shared: readonly SharedIdentifier[];
}

interface Candidate extends Match {
  readonly identifier: Identifier;
}

interface Working {
  readonly known: Known;
  readonly shared: SharedIdentifier[];
  readonly merges: MergeDecision[];
  /** Device → groups recognised as it in this scan, and by what. */
  readonly taken: Map<number, Group[]>;
}

/** Decides for all groups of one scan. */
export function resolveGroups(groups: readonly Group[], known: Known): Resolution {
  const working: Working = { known, shared: [], merges: [], taken: new Map() };
  const candidates = new Map(groups.map((group) => [group, candidatesOf(group, known)] as const));
  const assignments = new Map<Group, Assignment>();
  // Who is recognised by MAC goes first: a serial must not lead another group to a device that is seen elsewhere right now.
  for (const rank of ['mac', 'serial', 'onvif'] as const) {
    for (const group of groups) {
      if (assignments.has(group)) continue;
      const home = (candidates.get(group) ?? []).find(
        (item) => rankOf(item.identifier.kind) <= rankOf(limitOf(rank)) && accepts(item, group, working),
      );
      if (!home) continue;
      take(home.device.id, group, working);
      assignments.set(group, { group, device: home.device.id, member: home.member, basis: home.identifier.kind, learn: [] });
    }
  }
  for (const group of groups) if (!assignments.has(group)) assignments.set(group, byAddress(group, working));
  for (const group of groups) {
    const assignment = assignments.get(group);
    if (!assignment) continue;
    mergeOthers(assignment, candidates.get(group) ?? [], working);
    assignments.set(group, { ...assignment, learn: learned(assignment, working) });
  }
  return { assignments: [...assignments.values()], merges: working.merges, shared: working.shared };
}

/** The endpoint and a claimed MAC stand on one rung. */
function limitOf(rank: 'mac' | 'serial' | 'onvif'): IdentifierKind {
  return rank === 'onvif' ? 'claimed-mac' : rank;
}

/** Devices the group's identifiers lead to, strongest identifier first. Ambiguous and shared ones lead nowhere. */
function candidatesOf(group: Group, known: Known): Candidate[] {
  return group.identifiers.flatMap((identifier): Candidate[] => {
    if (known.isShared(identifier)) return [];
    for (const spelling of spellingsOf(identifier)) {
      if (known.isShared(spelling)) continue;
      const matches = known.byIdentifier(spelling);
      const [first] = matches;
      if (first && matches.every(({ device }) => device.id === first.device.id))
        return [{ ...first, identifier: weaker(identifier, spelling) }];
    }
    return [];
  });
}

/** A MAC seen now may be one the device only claimed when it was found across a router, and the other way round. */
function spellingsOf(identifier: Identifier): Identifier[] {
  if (identifier.kind === 'mac') return [identifier, { kind: 'claimed-mac', value: identifier.value }];
  return identifier.kind === 'claimed-mac' ? [identifier, { kind: 'mac', value: identifier.value }] : [identifier];
}

function weaker(a: Identifier, b: Identifier): Identifier {
  return rankOf(a.kind) >= rankOf(b.kind) ? a : b;
}

function valuesOf(identifiers: readonly Identifier[], kind: IdentifierKind): string[] {
  return identifiers.flatMap((identifier) => (identifier.kind === kind ? [identifier.value] : []));
}

function disjoint(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((value) => b.includes(value));
}

function serialConflict(a: readonly Identifier[], b: readonly Identifier[]): boolean {
  return disjointSerials(valuesOf(a, 'serial'), valuesOf(b, 'serial'));
}

function macConflict(a: readonly Identifier[], b: readonly Identifier[]): boolean {
  return disjoint(valuesOf(a, 'mac'), valuesOf(b, 'mac'));
}

/** Whether the group is the device this identifier leads to. */
function accepts({ device, identifier }: Candidate, group: Group, working: Working): boolean {
  if (identifier.kind === 'mac') return true;
  const newMac = macConflict(device.identifiers, group.identifiers);
  if (identifier.kind === 'serial') {
    if (!group.sightings.every(({ state }) => !device.state || sameMaker(device.state, state))) return false;
    return !newMac || mayChangeMac(device, group, identifier, working);
  }
  if (serialConflict(device.identifiers, group.identifiers)) return false;
  return !newMac || isPortOf(identifier, device.identifiers, group.identifiers);
}

/** One of the two was seen with the MAC the other says is its own: one box, two ports. */
function isPortOf({ kind, value }: Identifier, ...sides: readonly (readonly Identifier[])[]): boolean {
  return kind === 'claimed-mac' && sides.some((side) => valuesOf(side, 'mac').includes(value));
}

/** A known serial behind a new MAC: a replaced or a second network port, unless the old one is in use elsewhere right now. */
function mayChangeMac(device: KnownDevice, group: Group, identifier: Identifier, working: Working): boolean {
  const others = (working.taken.get(device.id) ?? []).filter((other) => macConflict(other.identifiers, group.identifiers));
  if (others.length === 0) return true;
  const types = [device.state, ...group.sightings.map(({ state }) => state)].map((state) => state?.deviceType?.value);
  if (types.some(hasSeveralHomes)) return true;
  const where = [...others, group].map(({ sightings }) => sightings[0]?.address ?? '').join(' and ');
  working.shared.push({ identifier, reason: `serial ${identifier.value} belongs to two devices, at ${where} at the same time` });
  return false;
}

function take(device: number, group: Group, { taken }: Working): void {
  taken.set(device, [...(taken.get(device) ?? []), group]);
}

/** What nothing else recognised may be the device that was at its address, if nothing speaks against it. */
function byAddress(group: Group, working: Working): Assignment {
  for (const { address, state } of group.sightings) {
    const device = working.known.at(address);
    if (!device || working.taken.has(device.id) || !continues(device, group, state)) continue;
    take(device.id, group, working);
    return { group, device: device.id, member: device.id, basis: 'address', learn: [] };
  }
  return { group, device: undefined, member: undefined, basis: 'new', learn: [] };
}

function continues(device: KnownDevice, group: Group, state: DeviceState): boolean {
  if (macConflict(device.identifiers, group.identifiers) || serialConflict(device.identifiers, group.identifiers)) return false;
  const own = (identifiers: readonly Identifier[]): boolean => identifiers.some(({ kind }) => kind !== 'address');
  const [deviceHas, groupHas] = [own(device.identifiers), own(group.identifiers)];
  const before = device.state;
  if (!before) return !deviceHas;
  if (contradict(before, state)) return false;
  if (deviceHas && groupHas) {
    // Two identifiers of different kinds, never seen together: only maker and model can vouch for them.
    if (disjoint(valuesOf(device.identifiers, 'onvif'), valuesOf(group.identifiers, 'onvif'))) return false;
    return device.status !== 'gone' && agreement(before, state) === 2;
  }
  if (agreement(before, state) > 0) return true;
  if (device.status === 'gone') return before.deviceType !== null && before.deviceType.value === state.deviceType?.value;
  // Something else with the camera's old lease would open other ports: a camera that says little opens its own.
  return !deviceHas || state.ports.every((port) => before.ports.includes(port));
}

/** Other devices that the group's identifiers lead to are the same device, where nothing contradicts. The older one stays. */
function mergeOthers({ device, group }: Assignment, candidates: readonly Candidate[], working: Working): void {
  const home = candidates.find((candidate) => candidate.device.id === device)?.device;
  if (!home) return;
  for (const candidate of candidates) {
    const other = candidate.device;
    if (other.id === home.id || isMerged(working, other.id, home.id) || !mayMerge(home, other, candidate.identifier, group, working))
      continue;
    const [into, from] = home.id < other.id ? [home.id, other.id] : [other.id, home.id];
    const where = group.sightings[0]?.address ?? '';
    const reason = `${candidate.identifier.kind} ${candidate.identifier.value} and the identifiers of the other were seen together at ${where}`;
    working.merges.push({ from, into, reason, identifier: candidate.identifier });
  }
}

function isMerged({ merges }: Working, a: number, b: number): boolean {
  return merges.some(({ from, into }) => (from === a && into === b) || (from === b && into === a));
}

function mayMerge(home: KnownDevice, other: KnownDevice, identifier: Identifier, group: Group, working: Working): boolean {
  if (working.known.apart(home.id, other.id) || isBarred(identifier, working)) return false;
  if (serialConflict(home.identifiers, other.identifiers)) return false;
  if (home.state && other.state && !sameMaker(home.state, other.state)) return false;
  if (working.merges.some(({ from }) => from === home.id || from === other.id)) return false;
  // Somebody else is that device right now, with a MAC of its own.
  if ((working.taken.get(other.id) ?? []).some((rival) => rival !== group && macConflict(rival.identifiers, group.identifiers)))
    return false;
  if (identifier.kind === 'serial' || identifier.kind === 'mac') return true;
  return !macConflict(home.identifiers, other.identifiers) || isPortOf(identifier, home.identifiers, other.identifiers, group.identifiers);
}

function isBarred(identifier: Identifier, { shared }: Working): boolean {
  return shared.some((item) => identifierText(item.identifier) === identifierText(identifier));
}

/** What the device may call its own from now on: not what is shared, and nothing that leads to another device. */
function learned({ device, group }: Assignment, working: Working): Identifier[] {
  const { known } = working;
  const isOurs = (other: number): boolean => device !== undefined && (other === device || isMerged(working, other, device));
  return group.identifiers.filter((identifier) => {
    if (isBarred(identifier, working)) return false;
    return spellingsOf(identifier).every((spelling) => known.byIdentifier(spelling).every((match) => isOurs(match.device.id)));
  });
}
