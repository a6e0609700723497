/**
 * A finished scan becomes inventory: coverage, which device each address is, what changed, who was missed. One transaction; the
 * rules are the pure files one folder up, this only reads what they ask for and writes what they decide.
 */
import { addressesAfter, changesOf, newDevice, type Before } from '../change.ts';
import { withKnowledge } from '../claims.ts';
import type { CoverageIndex } from '../coverage-ranges.ts';
import { indexCoverage } from '../coverage-ranges.ts';
import { groupSightings } from '../group.ts';
import { placeOf } from '../identifiers.ts';
import { resolveGroups, type Assignment } from '../resolve.ts';
import type { DeviceState, Identifier, MergeResult, ScanCoverage, ScanStatus, Sighting, StoredScanRow } from '../types.ts';
import { ageDevices } from './age-devices.ts';
import { putCoverage, putHost } from './coverage.ts';
import type { Database } from './database.ts';
import {
  coreById,
  identifiersOfDevice,
  insertDevice,
  membersOf,
  putIdentifier,
  rootOf,
  writeDevice,
  type DeviceCore,
} from './device-rows.ts';
import { putEvents } from './events.ts';
import { createKnown } from './known.ts';
import { joinDevices, shareIdentifier } from './merges.ts';
import { advancePhaseOuts } from './phase-out.ts';
import { timeOf } from './recordings.ts';
import { getState } from './states.ts';
import { countVerdicts } from './verdict-counts.ts';

export interface MergeMaterial {
  readonly sightings: readonly Sighting[];
  /** Absent for a killed scan: what it asked is not known, so it ages nobody out. */
  readonly coverage: ScanCoverage;
  readonly endedAt: string;
  readonly status: Exclude<ScanStatus, 'running'>;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly goneAfter: number;
}

interface Booking {
  readonly assignment: Assignment;
  readonly root: number;
  readonly isNew: boolean;
}

/** To be called inside a transaction. A scan that is merged already is left as it is. */
export function mergeScan(database: Database, scan: StoredScanRow, material: MergeMaterial): MergeResult {
  const { sightings, coverage, endedAt, status, summary, goneAfter } = material;
  const known = createKnown(database, scan.site);
  const index = indexCoverage(coverage);
  putCoverage(database, scan.id, coverage);

  const grouping = groupSightings(sightings, (identifier) => known.isShared(identifier));
  const resolution = resolveGroups(grouping.groups, known);
  const note = { at: endedAt, scanId: scan.id, by: 'rule' } as const;
  for (const { identifier, reason } of [...grouping.shared, ...resolution.shared])
    shareIdentifier(database, identifier, { ...note, reason });
  for (const { from, into, reason, identifier } of resolution.merges) {
    const [young, old] = [rootOf(database, from), rootOf(database, into)];
    if (young !== old) joinDevices(database, Math.max(young, old), Math.min(young, old), { ...note, reason, identifier });
  }

  const bookings = resolution.assignments.map((assignment) => book(database, scan, assignment));
  let [newDevices, events] = [0, 0];
  for (const [root, list] of byRoot(bookings)) {
    if (list.some(({ isNew }) => isNew)) newDevices++;
    events += updateDevice(database, scan, root, list, index, endedAt);
  }
  events += ageDevices(database, scan, index, { goneAfter, at: endedAt });
  events += advancePhaseOuts(database, { at: endedAt, scanId: scan.id, site: scan.site, cause: 'network' });
  database.run(
    'UPDATE scans SET status = ?, ended_at = ?, merged_at = ?, summary = ?, owner = NULL WHERE id = ?',
    ...[status, endedAt, endedAt, JSON.stringify(summary), scan.id],
  );
  countVerdicts(database, scan);
  return { scanId: scan.id, devices: byRoot(bookings).size, newDevices, merges: resolution.merges.length, events };
}

/** Gives the group its device, a new one where it has none, and books identifiers and sightings. */
function book(database: Database, scan: StoredScanRow, assignment: Assignment): Booking {
  const { group, device, learn } = assignment;
  const times = group.sightings.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).sort();
  const [first = scan.startedAt, last = scan.startedAt] = [times[0], times.at(-1)];
  const isNew = device === undefined;
  const root = isNew ? insertDevice(database, freshDevice(scan, first, last)) : rootOf(database, device);
  const member = assignment.member ?? root;
  const carriers = carriersOf(database, root, isNew);
  for (const identifier of learn)
    putIdentifier(database, identifier, carriers.get(`${identifier.kind}=${identifier.value}`) ?? member, first, last);
  for (const { address, firstAt, lastAt, state } of group.sightings) {
    const place = { kind: 'address', value: placeOf(scan.site, address) } as const;
    putIdentifier(database, place, member, firstAt, lastAt);
    putHost(database, scan.id, address, { deviceId: member, state, firstMs: timeOf(firstAt) ?? 0, lastMs: timeOf(lastAt) ?? 0 });
  }
  return { assignment, root, isNew };
}

function freshDevice(scan: StoredScanRow, firstSeen: string, lastSeen: string): Omit<DeviceCore, 'id' | 'key' | 'stateId'> {
  return { site: scan.site, status: 'present', missed: 0, firstSeen, lastSeen, lastScan: scan.id, addresses: [] };
}

/** Which member carries an identifier already: there it stays. */
function carriersOf(database: Database, root: number, isNew: boolean): ReadonlyMap<string, number> {
  if (isNew) return new Map();
  return new Map(
    identifiersOfDevice(database, membersOf(database, root)).map(({ kind, value, device }) => [`${kind}=${value}`, device] as const),
  );
}

function byRoot(bookings: readonly Booking[]): Map<number, Booking[]> {
  const roots = new Map<number, Booking[]>();
  for (const booking of bookings) roots.set(booking.root, [...(roots.get(booking.root) ?? []), booking]);
  return roots;
}

/** Writes what is known of the device after this scan; returns how many events that made. */
function updateDevice(
  database: Database,
  scan: StoredScanRow,
  root: number,
  bookings: readonly Booking[],
  index: CoverageIndex,
  at: string,
): number {
  const core = coreById(database, root);
  const sightings = bookings.flatMap(({ assignment }) => assignment.group.sightings);
  const now = sightings.map(({ state }) => state).reduce<DeviceState | undefined>((known, state) => withKnowledge(known, state), undefined);
  if (!core || !now) return 0;
  const isNew = bookings.some((booking) => booking.isNew);
  const seenAt = sightings.map(({ address }) => address).sort();
  const lastSeen =
    sightings
      .map(({ lastAt }) => lastAt)
      .sort()
      .at(-1) ?? scan.startedAt;
  // Two scans at once: the one that saw the device later has the last word on where and what it is.
  if (!isNew && lastSeen < core.lastSeen) return 0;
  const identifiers = identifiersOfDevice(database, membersOf(database, root));
  const place = { at, scanId: scan.id, site: scan.site, cause: 'network' } as const;
  const known = isNew ? undefined : getState(database, core.stateId);
  const state = withKnowledge(known, now);
  const before = beforeOf(core, known, identifiers);
  const after = { site: scan.site, seenAt, state };
  writeDevice(
    database,
    {
      ...core,
      site: scan.site,
      status: 'present',
      missed: 0,
      lastSeen,
      lastScan: scan.id,
      addresses: isNew ? seenAt : addressesAfter(before, after, index),
    },
    state,
    identifiers,
    at,
  );
  return putEvents(database, root, isNew ? newDevice(after) : changesOf(before, after, index), place);
}

function beforeOf(core: DeviceCore, state: DeviceState | undefined, identifiers: readonly Identifier[]): Before {
  const macs = identifiers.filter(({ kind }) => kind === 'mac').length;
  return { site: core.site, status: core.status, missed: core.missed, addresses: core.addresses, state, macs };
}
