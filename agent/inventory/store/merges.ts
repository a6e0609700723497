/** Merging and parting devices, by rule and by hand. Nothing is moved or lost: a merge is a pointer and a reason. */
import { CamsweepError } from '../../errors.ts';
import { usable } from '../identifiers.ts';
import type { Identifier } from '../types.ts';
import { integer, text, type Database } from './database.ts';
import { coreById, identifiersOfDevice, insertDevice, kindOf, membersOf, refreshDevice, rootOf } from './device-rows.ts';
import { putEvents } from './events.ts';
import { getState } from './states.ts';

export interface MergeNote {
  readonly at: string;
  readonly scanId: number | null;
  readonly reason: string;
  readonly identifier?: Identifier | undefined;
  /** `rule`, or who did it. */
  readonly by: string;
}

/** Points one device to another; both must stand for themselves. */
export function joinDevices(database: Database, from: number, into: number, note: MergeNote): void {
  const [young, old] = [coreById(database, from), coreById(database, into)];
  if (!young || !old) return;
  database.run('UPDATE devices SET merged_into = ? WHERE id = ?', into, from);
  database.run(
    'INSERT INTO merges (at, scan_id, from_id, into_id, from_key, into_key, reason, kind, value, made_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[
      note.at,
      note.scanId,
      from,
      into,
      young.key,
      old.key,
      note.reason,
      note.identifier?.kind ?? null,
      note.identifier?.value ?? null,
      note.by,
    ],
  );
  refreshDevice(database, into, note.at);
  const change = { kind: 'merged', topic: note.reason, before: young.key, after: old.key } as const;
  putEvents(database, into, [change], { at: note.at, scanId: note.scanId, site: old.site, cause: note.by === 'rule' ? 'network' : 'hand' });
}

/** Takes a merge back; both stand for themselves again. */
export function undoMerge(database: Database, mergeId: number, { at, scanId, reason, by }: MergeNote): void {
  const row = database.get('SELECT from_id, into_id FROM merges WHERE id = ? AND undone_at IS NULL', mergeId);
  if (!row) return;
  const from = integer(row, 'from_id');
  const into = rootOf(database, integer(row, 'into_id'));
  database.run('UPDATE merges SET undone_at = ?, undone_by = ?, undone_reason = ? WHERE id = ?', at, by, reason, mergeId);
  database.run('UPDATE devices SET merged_into = NULL WHERE id = ?', from);
  refreshDevice(database, into, at);
  refreshDevice(database, from, at);
  partedEvent(database, from, into, { at, scanId, reason, by });
}

function partedEvent(database: Database, from: number, into: number, { at, scanId, reason, by }: MergeNote): void {
  const [parted, rest] = [coreById(database, from), coreById(database, into)];
  if (!parted || !rest) return;
  const change = { kind: 'split', topic: reason, before: rest.key, after: parted.key } as const;
  putEvents(database, from, [change], { at, scanId, site: parted.site, cause: by === 'rule' ? 'network' : 'hand' });
}

/** An identifier turned out to belong to several devices: it counts no more, and merges that stood on it are taken back. */
export function shareIdentifier(database: Database, { kind, value }: Identifier, note: MergeNote): void {
  database.run(
    'INSERT INTO shared_identifiers (kind, value, since, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    kind,
    value,
    note.at,
    note.reason,
  );
  const rows = database.all(
    "SELECT id FROM merges WHERE kind = ? AND value = ? AND made_by = 'rule' AND undone_at IS NULL ORDER BY id DESC",
    kind,
    value,
  );
  for (const row of rows) undoMerge(database, integer(row, 'id'), note);
}

/** By hand; the older device stays. Throws `option-invalid` where both are one already. */
export function mergeByHand(database: Database, a: number, b: number, note: MergeNote): number {
  if (a === b) throw new CamsweepError('option-invalid', 'both keys are one device already');
  const [into, from] = [Math.min(a, b), Math.max(a, b)];
  for (const one of membersOf(database, into)) {
    for (const other of membersOf(database, from))
      database.run('DELETE FROM apart WHERE a = ? AND b = ?', Math.min(one, other), Math.max(one, other));
  }
  joinDevices(database, from, into, note);
  return into;
}

/** Takes back every merge into the device, or parts the named identifiers from it. Returns the ids of what was parted. */
export function splitByHand(database: Database, root: number, identifiers: readonly Identifier[], note: MergeNote): number[] {
  const parted = identifiers.length === 0 ? partMembers(database, root, note) : [partIdentifiers(database, root, identifiers, note)];
  for (const id of parted) {
    for (const one of membersOf(database, root)) {
      for (const other of membersOf(database, id)) keepApart(database, one, other, note);
    }
  }
  return parted;
}

function keepApart(database: Database, a: number, b: number, { at, by, reason }: MergeNote): void {
  database.run(
    'INSERT INTO apart (a, b, at, made_by, reason) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    Math.min(a, b),
    Math.max(a, b),
    at,
    by,
    reason,
  );
}

function partMembers(database: Database, root: number, note: MergeNote): number[] {
  const rows = database.all('SELECT id, from_id FROM merges WHERE into_id = ? AND undone_at IS NULL ORDER BY id DESC', root);
  if (rows.length === 0)
    throw new CamsweepError('option-invalid', 'nothing was merged into this device: name an identifier of it with --identifier');
  for (const row of rows) undoMerge(database, integer(row, 'id'), note);
  return rows.map((row) => integer(row, 'from_id'));
}

function partIdentifiers(database: Database, root: number, identifiers: readonly Identifier[], note: MergeNote): number {
  const members = membersOf(database, root);
  const own = identifiersOfDevice(database, members);
  const named = own.filter((item) => identifiers.some(({ kind, value }) => kind === item.kind && value === item.value));
  if (named.length < identifiers.length)
    throw new CamsweepError('option-invalid', `the device has ${own.map(({ kind, value }) => `${kind}:${value}`).join(', ')}`);
  const rest = own.filter((item) => item.kind !== 'address' && !named.includes(item));
  if (rest.length === 0) throw new CamsweepError('option-invalid', 'nothing would be left of the device: leave one identifier');
  const core = coreById(database, root);
  if (!core) throw new CamsweepError('device-unknown', 'no such device');
  const made = insertDevice(database, core);
  for (const { kind, value, device } of named)
    database.run(
      'UPDATE OR REPLACE identifiers SET device_id = ? WHERE kind = ? AND value = ? AND device_id = ?',
      made,
      kind,
      value,
      device,
    );
  moveSightings(database, members, made, named);
  refreshDevice(database, made, note.at);
  if (coreById(database, made)?.stateId === 0) copyState(database, root, made);
  refreshDevice(database, root, note.at);
  partedEvent(database, made, root, note);
  return made;
}

/** Sightings that showed one of the identifiers go with them, and the addresses only those were at. */
function moveSightings(database: Database, members: readonly number[], made: number, named: readonly Identifier[]): void {
  for (const member of members) {
    for (const row of database.all('SELECT scan_id, address_id, state_id FROM hosts WHERE device_id = ?', member)) {
      const state = getState(database, integer(row, 'state_id'));
      const shows = state?.identifiers.some((item) => named.some(({ kind, value }) => kind === item.kind && value === item.value));
      if (shows === true)
        database.run(
          'UPDATE hosts SET device_id = ? WHERE scan_id = ? AND address_id = ?',
          made,
          integer(row, 'scan_id'),
          integer(row, 'address_id'),
        );
    }
  }
  const places = database.all(
    "SELECT DISTINCT s.site || ':' || a.address AS place FROM hosts h JOIN addresses a ON a.id = h.address_id JOIN scans s ON s.id = h.scan_id WHERE h.device_id = ?",
    made,
  );
  for (const row of places) {
    for (const member of members)
      database.run(
        "UPDATE OR REPLACE identifiers SET device_id = ? WHERE kind = 'address' AND value = ? AND device_id = ?",
        made,
        text(row, 'place'),
        member,
      );
  }
}

/** Identifiers that no kept sighting shows: the new device starts from what was known of the old one. */
function copyState(database: Database, root: number, made: number): void {
  database.run(
    'UPDATE devices SET (state_id, summary, key) = (SELECT state_id, summary, key || ? FROM devices WHERE id = ?) WHERE id = ?',
    `#${made}`,
    root,
    made,
  );
}

/** `serial:X`, `mac:X`, … as a person types it. Throws `option-invalid`. */
export function parseIdentifier(typed: string): Identifier {
  const colon = typed.indexOf(':');
  const kind = kindOf(typed.slice(0, colon));
  const identifier = kind && usable({ kind, value: typed.slice(colon + 1) });
  if (!identifier) throw new CamsweepError('option-invalid', `--identifier "${typed}": expected mac:…, serial:…, onvif:… or claimed-mac:…`);
  return identifier;
}
