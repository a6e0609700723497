/**
 * Newer signatures or policies over what is stored, without a packet: sightings are judged again from their recordings, devices
 * summed up again, and what differs becomes an event with cause `data`. Who is who is not decided again: identity is history.
 */
import type { Clock } from '../../clock.ts';
import { policyChanges, stateChanges } from '../change.ts';
import { knowsAsMuch, withKnowledge } from '../claims.ts';
import type { DeviceState, Judge } from '../types.ts';
import { integer, text, type Database, type Row } from './database.ts';
import { coreById, identifiersOfDevice, membersOf, writeDevice } from './device-rows.ts';
import { putEvents } from './events.ts';
import { readRecordings } from './recordings.ts';
import { getState, putState } from './states.ts';
import { countVerdicts } from './verdict-counts.ts';

export interface RejudgeOptions {
  /** `latest` goes back in a device's history only until as much is known as before; `all` judges every sighting. */
  readonly scope: 'latest' | 'all';
  /** What judges now, in one text: data hash and policies. `judgedBy` gives it back. */
  readonly basis: string;
}

export interface RejudgeResult {
  readonly devices: number;
  readonly changed: number;
  readonly events: number;
  /** Devices whose recordings are no longer kept: they stay as they were judged. */
  readonly unjudged: number;
}

const BATCH = 200;

export function rejudge(database: Database, judge: Judge, clock: Clock, { scope, basis }: RejudgeOptions): RejudgeResult {
  const roots = database.all('SELECT id FROM devices WHERE merged_into IS NULL ORDER BY id').map((row) => integer(row, 'id'));
  const result = { devices: roots.length, changed: 0, events: 0, unjudged: 0 };
  for (let start = 0; start < roots.length; start += BATCH) {
    database.transaction(() => {
      for (const root of roots.slice(start, start + BATCH)) {
        const events = rejudgeDevice(database, root, judge, scope, clock.timestamp());
        if (events === undefined) result.unjudged++;
        else if (events >= 0) {
          result.changed++;
          result.events += events;
        }
      }
    });
  }
  database.transaction(() => {
    const last = database.all('SELECT site, MAX(id) AS id FROM scans WHERE merged_at IS NOT NULL GROUP BY site');
    for (const row of last) countVerdicts(database, { id: integer(row, 'id'), site: text(row, 'site') });
    setJudgedBy(database, basis);
  });
  return result;
}

/** Events made; -1 where nothing changed; undefined where there was nothing to judge. */
function rejudgeDevice(database: Database, root: number, judge: Judge, scope: RejudgeOptions['scope'], at: string): number | undefined {
  const core = coreById(database, root);
  const before = core && getState(database, core.stateId);
  if (!core || !before) return undefined;
  const judged: DeviceState[] = [];
  const members = membersOf(database, root);
  for (const row of sightings(database, members)) {
    const state = judgeSighting(database, row, judge);
    if (!state) continue;
    judged.unshift(state);
    if (scope === 'latest' && knowsAsMuch(sumUp(judged), before)) break;
  }
  const after = sumUp(judged);
  if (!after) return undefined;
  if (JSON.stringify(after) === JSON.stringify(before)) return -1;
  writeDevice(database, core, after, identifiersOfDevice(database, members), at);
  return putEvents(database, root, [...stateChanges(before, after), ...policyChanges(before, after)], {
    at,
    scanId: null,
    site: core.site,
    cause: 'data',
  });
}

function sumUp(states: readonly DeviceState[]): DeviceState | undefined {
  return states.reduce<DeviceState | undefined>((known, state) => withKnowledge(known, state), undefined);
}

/** Newest first. */
function sightings(database: Database, members: readonly number[]): Row[] {
  return members
    .flatMap((member) =>
      database.all(
        'SELECT h.scan_id, h.address_id, h.state_id, h.last_ms, a.address FROM hosts h JOIN addresses a ON a.id = h.address_id WHERE h.device_id = ?',
        member,
      ),
    )
    .sort((a, b) => integer(b, 'last_ms') - integer(a, 'last_ms') || integer(b, 'scan_id') - integer(a, 'scan_id'));
}

function judgeSighting(database: Database, row: Row, judge: Judge): DeviceState | undefined {
  const [scanId, address] = [integer(row, 'scan_id'), text(row, 'address')];
  const recordings = [...readRecordings(database, scanId, address)];
  if (recordings.length === 0) return undefined;
  const { state } = judge(address, recordings);
  const stateId = putState(database, state);
  if (stateId !== integer(row, 'state_id')) {
    database.run('UPDATE hosts SET state_id = ? WHERE scan_id = ? AND address_id = ?', stateId, scanId, integer(row, 'address_id'));
  }
  return state;
}

/** What the inventory as a whole was judged by last. */
export function judgedBy(database: Database): string | undefined {
  const row = database.get("SELECT value FROM meta WHERE key = 'judged-by'");
  return row && text(row, 'value');
}

export function setJudgedBy(database: Database, basis: string): void {
  database.run("INSERT INTO meta (key, value) VALUES ('judged-by', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", basis);
}
