/**
 * Devices and their identifiers as rows. A merged device keeps its row, its identifiers and its sightings and points to the one
 * it was merged into: nothing moves, so a merge can be undone exactly. The row of the one that stays sums up all of them.
 */
import { addressKey } from '../address-key.ts';
import { withKnowledge } from '../claims.ts';
import { keyOf, placeOf } from '../identifiers.ts';
import { DEVICE_STATUSES, IDENTIFIER_KINDS, type DeviceState, type DeviceStatus, type Identifier, type IdentifierKind } from '../types.ts';
import { integer, integerOrNull, text, type Database, type Row } from './database.ts';
import { strings } from './scan-rows.ts';
import { getState, putState } from './states.ts';

/** A device that stands for itself and everything merged into it. */
export interface DeviceCore {
  readonly id: number;
  readonly key: string;
  readonly site: string;
  readonly status: DeviceStatus;
  readonly missed: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly lastScan: number;
  readonly addresses: readonly string[];
  readonly stateId: number;
}

const CORE = 'id, key, site, status, missed, first_seen, last_seen, last_scan, addresses, state_id';

export function coreOf(row: Row): DeviceCore {
  return {
    id: integer(row, 'id'),
    key: text(row, 'key'),
    site: text(row, 'site'),
    status: statusOf(text(row, 'status')),
    missed: integer(row, 'missed'),
    firstSeen: text(row, 'first_seen'),
    lastSeen: text(row, 'last_seen'),
    lastScan: integer(row, 'last_scan'),
    addresses: strings(text(row, 'addresses')),
    stateId: integer(row, 'state_id'),
  };
}

export function statusOf(word: string): DeviceStatus {
  return DEVICE_STATUSES.find((status) => status === word) ?? 'missing';
}

export function coreById(database: Database, id: number): DeviceCore | undefined {
  const row = database.get(`SELECT ${CORE} FROM devices WHERE id = ?`, id);
  return row && coreOf(row);
}

const MAX_DEPTH = 1000;

/** The device a member was merged into at last; itself where it was not. */
export function rootOf(database: Database, id: number): number {
  let current = id;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const row = database.get('SELECT merged_into FROM devices WHERE id = ?', current);
    const into = row ? integerOrNull(row, 'merged_into') : null;
    if (into === null) return current;
    current = into;
  }
  return current;
}

/** The device and everything merged into it, itself first. */
export function membersOf(database: Database, root: number): number[] {
  const members = [root];
  for (let index = 0; index < members.length && index < MAX_DEPTH; index++) {
    for (const row of database.all('SELECT id FROM devices WHERE merged_into = ? ORDER BY id', members[index] ?? 0))
      members.push(integer(row, 'id'));
  }
  return members;
}

export interface IdentifierRow extends Identifier {
  readonly device: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** Identifiers of all members, each kind from the first seen to the last. */
export function identifiersOfDevice(database: Database, members: readonly number[]): IdentifierRow[] {
  const rows = members.flatMap((member) =>
    database.all(
      'SELECT kind, value, device_id, first_seen, last_seen FROM identifiers WHERE device_id = ? ORDER BY first_seen, value',
      member,
    ),
  );
  return rows.flatMap((row) => {
    const kind = kindOf(text(row, 'kind'));
    if (!kind) return [];
    return [
      {
        kind,
        value: text(row, 'value'),
        device: integer(row, 'device_id'),
        firstSeen: text(row, 'first_seen'),
        lastSeen: text(row, 'last_seen'),
      },
    ];
  });
}

export function kindOf(word: string): IdentifierKind | undefined {
  return IDENTIFIER_KINDS.find((kind) => kind === word);
}

export function putIdentifier(database: Database, { kind, value }: Identifier, device: number, firstAt: string, lastAt: string): void {
  database.run(
    `INSERT INTO identifiers (kind, value, device_id, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, value, device_id) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)`,
    kind,
    value,
    device,
    firstAt,
    lastAt,
  );
}

export function isShared(database: Database, { kind, value }: Identifier): boolean {
  return database.get('SELECT 1 AS yes FROM shared_identifiers WHERE kind = ? AND value = ?', kind, value) !== undefined;
}

/** A new row; what it is follows with `writeDevice`. */
export function insertDevice(database: Database, core: Omit<DeviceCore, 'id' | 'key' | 'stateId'>): number {
  return database.run(
    `INSERT INTO devices (key, site, status, missed, first_seen, last_seen, last_scan, addresses, address_key, state_id, summary)
     VALUES ('', ?, ?, ?, ?, ?, ?, '[]', '', 0, '')`,
    core.site,
    core.status,
    core.missed,
    core.firstSeen,
    core.lastSeen,
    core.lastScan,
  ).lastId;
}

/** Writes everything that is known of a device, its key and verdicts included. `since` dates what is new of those. */
export function writeDevice(
  database: Database,
  device: Omit<DeviceCore, 'key' | 'stateId'>,
  state: DeviceState,
  identifiers: readonly Identifier[],
  since: string,
): string {
  const address = device.addresses[0] ?? '';
  const own = identifiers.filter((identifier) => !isShared(database, identifier));
  const key = freeKey(database, keyOf(own, placeOf(device.site, address)), device.id);
  const surveillance = state.surveillance === null ? null : Number(state.surveillance);
  database.run(
    `UPDATE devices SET key = ?, site = ?, status = ?, missed = ?, first_seen = ?, last_seen = ?, last_scan = ?, addresses = ?, address_key = ?,
       state_id = ?, maker = ?, brand = ?, owner = ?, model = ?, firmware = ?, serial = ?, mac = ?, device_type = ?, surveillance = ?, certainty = ?, summary = ?
     WHERE id = ?`,
    ...[key, device.site, device.status, device.missed, device.firstSeen, device.lastSeen, device.lastScan],
    ...[JSON.stringify(device.addresses), addressKey(address) ?? '', putState(database, state)],
    ...[state.maker?.name ?? null, state.brand?.name ?? null, state.owner?.name ?? null, state.model?.value ?? null],
    ...[state.firmware?.value ?? null, state.serial?.value ?? null, state.mac, state.deviceType?.value ?? null],
    ...[surveillance, state.certainty, state.summary, device.id],
  );
  database.run('INSERT INTO device_keys (key, device_id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', key, device.id, since);
  writeVerdicts(database, device, state, since);
  return key;
}

/** Two devices never go by one key: the later one gets its number behind it. */
function freeKey(database: Database, wanted: string, device: number): string {
  const taken = database.get('SELECT id FROM devices WHERE key = ? AND id <> ? AND merged_into IS NULL', wanted, device);
  return taken ? `${wanted}#${device}` : wanted;
}

function writeVerdicts(database: Database, device: Pick<DeviceCore, 'id' | 'lastScan'>, { verdicts }: DeviceState, since: string): void {
  const known = new Map(
    database
      .all('SELECT policy, verdict, since FROM verdicts WHERE device_id = ?', device.id)
      .map((row) => [text(row, 'policy'), row] as const),
  );
  for (const { policy, verdict, certainty, basis } of verdicts) {
    const before = known.get(policy);
    known.delete(policy);
    const from = before && text(before, 'verdict') === verdict ? text(before, 'since') : since;
    database.run(
      'INSERT OR REPLACE INTO verdicts (device_id, policy, verdict, certainty, basis, since, scan_id) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[device.id, policy, verdict, certainty, basis, from, device.lastScan],
    );
  }
  for (const policy of known.keys()) database.run('DELETE FROM verdicts WHERE device_id = ? AND policy = ?', device.id, policy);
}

/** Sums a device up again from the sightings of all its members: after a merge, a split, or newer conclusions. */
export function refreshDevice(database: Database, root: number, since: string): void {
  const members = membersOf(database, root);
  const own = coreById(database, root);
  const rows = members
    .flatMap((member) =>
      database.all(
        `SELECT h.scan_id, h.state_id, h.first_ms, h.last_ms, a.address, s.site FROM hosts h
         JOIN addresses a ON a.id = h.address_id JOIN scans s ON s.id = h.scan_id WHERE h.device_id = ?`,
        member,
      ),
    )
    .sort((a, b) => integer(a, 'last_ms') - integer(b, 'last_ms') || integer(a, 'scan_id') - integer(b, 'scan_id'));
  const last = rows.at(-1);
  if (!own || !last) return;
  let state: DeviceState | undefined;
  for (const row of rows) {
    const seen = getState(database, integer(row, 'state_id'));
    if (seen) state = withKnowledge(state, seen);
  }
  if (!state) return;
  const lastScan = integer(last, 'scan_id');
  const site = text(last, 'site');
  const lost = members.map((member) => coreById(database, member)).flatMap((core) => core ?? []);
  const seenLast = rows.filter((row) => integer(row, 'scan_id') === lastScan).map((row) => text(row, 'address'));
  const device = {
    id: root,
    site,
    ...standing(database, site, lastScan, lost),
    firstSeen: isoOf(Math.min(...rows.map((row) => integer(row, 'first_ms')))),
    lastSeen: isoOf(integer(last, 'last_ms')),
    lastScan,
    addresses: [...new Set(seenLast)].sort(),
  };
  writeDevice(database, device, state, identifiersOfDevice(database, members), since);
}

/** The best of its members, where the last scan of the site has not seen it; present where it has. */
function standing(
  database: Database,
  site: string,
  lastScan: number,
  members: readonly DeviceCore[],
): Pick<DeviceCore, 'status' | 'missed'> {
  const newest = database.get('SELECT MAX(id) AS id FROM scans WHERE site = ? AND merged_at IS NOT NULL', site);
  if (!newest || lastScan >= (integerOrNull(newest, 'id') ?? 0)) return { status: 'present', missed: 0 };
  const best = [...members].sort((a, b) => DEVICE_STATUSES.indexOf(a.status) - DEVICE_STATUSES.indexOf(b.status) || a.missed - b.missed)[0];
  return best ? { status: best.status, missed: best.missed } : { status: 'missing', missed: 1 };
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
