/** Events: written once, read by scan, time or device. */
import type { Change, EventCause, EventKind, EventRow } from '../types.ts';
import { EVENT_KINDS } from '../types.ts';
import { integer, integerOrNull, text, textOrNull, type Database, type Row, type SqlValue } from './database.ts';
import { membersOf, rootOf } from './device-rows.ts';
import { strings } from './scan-rows.ts';

export interface EventPlace {
  readonly at: string;
  readonly scanId: number | null;
  readonly site: string;
  readonly cause: EventCause;
}

/** Writes changes of one device; how many were new. A network change of a kind and topic happens to a device once a scan. */
export function putEvents(database: Database, device: number, changes: readonly Change[], { at, scanId, site, cause }: EventPlace): number {
  let count = 0;
  for (const { kind, topic, before, after } of changes) {
    count += database.run(
      'INSERT INTO events (at, scan_id, device_id, site, kind, cause, topic, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ...[at, scanId, device, site, kind, cause, topic ?? '', before, after],
    ).changes;
  }
  return count;
}

export interface EventFilter {
  /** After the event of this number. */
  readonly after?: number | undefined;
  /** After this scan, itself not included. */
  readonly sinceScan?: number | undefined;
  /** Of this scan. */
  readonly scan?: number | undefined;
  /** ISO 8601, UTC; from this moment on, up to that one. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly device?: number | undefined;
  /** Numbers above this one. */
  readonly afterId?: number | undefined;
  readonly site?: string | undefined;
  readonly kinds?: readonly EventKind[] | undefined;
  readonly limit?: number | undefined;
}

const MAX_EVENTS = 100_000;

/** In the order they happened. */
export function listEvents(database: Database, filter: EventFilter): EventRow[] {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const where = (condition: string, ...bound: readonly SqlValue[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  if (filter.after !== undefined) where('e.id > ?', filter.after);
  if (filter.sinceScan !== undefined)
    where(
      '(e.scan_id > ? OR (e.scan_id IS NULL AND e.at > (SELECT started_at FROM scans WHERE id = ?)))',
      filter.sinceScan,
      filter.sinceScan,
    );
  if (filter.scan !== undefined) where('e.scan_id = ?', filter.scan);
  if (filter.since !== undefined) where('e.at >= ?', filter.since);
  if (filter.until !== undefined) where('e.at <= ?', filter.until);
  if (filter.afterId !== undefined) where('e.id > ?', filter.afterId);
  if (filter.site !== undefined) where('e.site = ?', filter.site);
  if (filter.kinds) where(`e.kind IN (${filter.kinds.map(() => '?').join(', ')})`, ...filter.kinds);
  if (filter.device !== undefined) {
    const members = membersOf(database, filter.device);
    where(`e.device_id IN (${members.map(() => '?').join(', ')})`, ...members);
  }
  const rows = database.all(
    `SELECT e.id, e.at, e.scan_id, e.site, e.kind, e.cause, e.topic, e.before, e.after, e.device_id, d.merged_into, d.key, d.addresses, d.summary
     FROM events e JOIN devices d ON d.id = e.device_id
     ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY e.id LIMIT ?`,
    ...values,
    filter.limit ?? MAX_EVENTS,
  );
  return rows.flatMap((row) => eventOf(database, row));
}

/** Number of the newest one; 0 where there is none. */
export function lastEvent(database: Database): number {
  const row = database.get('SELECT coalesce(MAX(id), 0) AS id FROM events');
  return row ? integer(row, 'id') : 0;
}

function eventOf(database: Database, row: Row): EventRow[] {
  const kind = EVENT_KINDS.find((known) => known === text(row, 'kind'));
  const cause = (['network', 'data', 'hand'] as const).find((known) => known === text(row, 'cause'));
  const root = integerOrNull(row, 'merged_into') === null ? row : rootRow(database, integer(row, 'device_id'));
  if (!kind || !cause || !root) return [];
  const topic = text(row, 'topic');
  return [
    {
      id: integer(row, 'id'),
      at: text(row, 'at'),
      scanId: integerOrNull(row, 'scan_id'),
      site: text(row, 'site'),
      kind,
      cause,
      topic: topic === '' ? null : topic,
      before: textOrNull(row, 'before'),
      after: textOrNull(row, 'after'),
      device: text(root, 'key'),
      address: strings(text(root, 'addresses'))[0] ?? null,
      summary: text(root, 'summary'),
    },
  ];
}

function rootRow(database: Database, member: number): Row | undefined {
  return database.get('SELECT key, addresses, summary FROM devices WHERE id = ?', rootOf(database, member));
}
