/**
 * What a target was given: per device the key it went under (which never changes for that target), the hash of what arrived last, and
 * where it stands; per target how far its events are. agent/export/readme.md says why. A merged device keeps its row, so that a merge
 * can be undone here as well.
 */
import { integer, text, textOrNull, type Database, type Row, type SqlValue } from './database.ts';
import { membersOf, rootOf } from './device-rows.ts';

/** `queued`: begun, and not known how it ended. `conflict`: several records match there; a person has to look. */
export const DELIVERY_STATES = ['queued', 'delivered', 'retry', 'dead', 'conflict'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Delivery {
  /** Whose row it is: the device itself, or one that was merged into it. */
  readonly deviceId: number;
  readonly key: string;
  readonly state: DeliveryState;
  /** Of what was delivered last; null where nothing was. */
  readonly hash: string | null;
  readonly attempts: number;
  /** ISO 8601, UTC. */
  readonly nextAt: string | null;
  readonly words: string | null;
  readonly changedAt: string;
}

/** The row a device goes by, and the keys of it that lead to nobody else there. */
export interface Assignment extends Delivery {
  readonly formerKeys: readonly string[];
  /** It had a row before. */
  readonly known: boolean;
}

export type Booking = Pick<Delivery, 'state' | 'hash' | 'attempts' | 'nextAt' | 'words'>;

export interface Outbox {
  /** The row each device goes by, in order. With `write`, a device that has none gets one. */
  assign(devices: readonly { readonly id: number; readonly key: string }[], at: string, write: boolean): Assignment[];
  /** Rows of devices that were merged into one that goes by another row: what they stand for there has to be aged out. */
  retired(): (Delivery & { readonly intoId: number })[];
  /** All of it or nothing. */
  book(bookings: readonly (Booking & { readonly deviceId: number })[], at: string): void;
  /** Undefined before the first event was sent. */
  cursor(): number | undefined;
  moveCursor(eventId: number): void;
  /** The event is given up, and the cursor moves past it. */
  buryEvent(eventId: number, at: string, words: string): void;
  deadEvents(): { readonly eventId: number; readonly at: string; readonly words: string }[];
  counts(): Readonly<Record<DeliveryState, number>>;
  /** Everything that is not delivered, oldest first. */
  troubles(limit: number): Delivery[];
  /** Dead letters, retries and conflicts are due again, of one key or all; dead events as well where no key is named. How many. */
  requeue(key?: string): number;
}

export function outboxTargets(database: Database): string[] {
  return database
    .all('SELECT target FROM deliveries UNION SELECT target FROM event_cursors UNION SELECT target FROM dead_events ORDER BY 1')
    .map((row) => text(row, 'target'));
}

const COLUMNS = 'device_id, key, state, hash, attempts, next_at, words, changed_at';

export function createOutbox(database: Database, target: string): Outbox {
  return {
    assign: (devices, at, write) => {
      const assignAll = (): Assignment[] => devices.map((device) => assign(database, target, device, at, write));
      return write ? database.transaction(assignAll) : assignAll();
    },
    retired: () => retired(database, target),
    book: (bookings, at) =>
      database.transaction(() => {
        for (const { deviceId, state, hash, attempts, nextAt, words } of bookings)
          database.run(
            'UPDATE deliveries SET state = ?, hash = ?, attempts = ?, next_at = ?, words = ?, changed_at = ? WHERE target = ? AND device_id = ?',
            ...[state, hash, attempts, nextAt, words, at, target, deviceId],
          );
      }),
    ...eventCalls(database, target),
    counts: () => {
      const rows = database.all('SELECT state, COUNT(*) AS number FROM deliveries WHERE target = ? GROUP BY state', target);
      const count = (state: DeliveryState): number =>
        rows.filter((row) => row.state === state).map((row) => integer(row, 'number'))[0] ?? 0;
      return {
        queued: count('queued'),
        delivered: count('delivered'),
        retry: count('retry'),
        dead: count('dead'),
        conflict: count('conflict'),
      };
    },
    troubles: (limit) =>
      database
        .all(`SELECT ${COLUMNS} FROM deliveries WHERE target = ? AND state <> 'delivered' ORDER BY changed_at, key LIMIT ?`, target, limit)
        .map(deliveryOf),
    requeue: (key) => database.transaction(() => requeue(database, target, key)),
  };
}

function requeue(database: Database, target: string, key: string | undefined): number {
  const values: SqlValue[] = key === undefined ? [target] : [target, key];
  const { changes } = database.run(
    `UPDATE deliveries SET state = 'queued', attempts = 0, next_at = NULL
     WHERE target = ? AND state IN ('retry', 'dead', 'conflict')${key === undefined ? '' : ' AND key = ?'}`,
    ...values,
  );
  if (key !== undefined) return changes;
  const first = database.get('SELECT MIN(event_id) AS id FROM dead_events WHERE target = ?', target);
  if (!first || first.id === null) return changes;
  // Events from the first dead one on are sent again, with the numbers they had: receivers know those.
  database.run('UPDATE event_cursors SET event_id = min(event_id, ?) WHERE target = ?', integer(first, 'id') - 1, target);
  return changes + database.run('DELETE FROM dead_events WHERE target = ?', target).changes;
}

type EventCalls = Pick<Outbox, 'cursor' | 'moveCursor' | 'buryEvent' | 'deadEvents'>;

function eventCalls(database: Database, target: string): EventCalls {
  const moveCursor = (eventId: number): void => {
    database.run(
      'INSERT INTO event_cursors (target, event_id) VALUES (?, ?) ON CONFLICT (target) DO UPDATE SET event_id = excluded.event_id',
      target,
      eventId,
    );
  };
  return {
    cursor: () => {
      const row = database.get('SELECT event_id FROM event_cursors WHERE target = ?', target);
      return row && integer(row, 'event_id');
    },
    moveCursor,
    buryEvent: (eventId, at, words) =>
      database.transaction(() => {
        database.run('INSERT OR REPLACE INTO dead_events (target, event_id, at, words) VALUES (?, ?, ?, ?)', target, eventId, at, words);
        moveCursor(eventId);
      }),
    deadEvents: () =>
      database
        .all('SELECT event_id, at, words FROM dead_events WHERE target = ? ORDER BY event_id', target)
        .map((row) => ({ eventId: integer(row, 'event_id'), at: text(row, 'at'), words: text(row, 'words') })),
  };
}

/** The device's own row, else the first one of what was merged into it. */
function rowOf(database: Database, target: string, members: readonly number[]): Delivery | undefined {
  const rows = members.flatMap((member) =>
    database.all(`SELECT ${COLUMNS}, since FROM deliveries WHERE target = ? AND device_id = ?`, target, member),
  );
  const own = rows.find((row) => integer(row, 'device_id') === members[0]);
  const first = own ?? rows.sort((a, b) => (text(a, 'since') < text(b, 'since') ? -1 : 1))[0];
  return first && deliveryOf(first);
}

function assign(
  database: Database,
  target: string,
  { id, key: wanted }: { readonly id: number; readonly key: string },
  at: string,
  write: boolean,
): Assignment {
  const members = membersOf(database, id);
  const known = rowOf(database, target, members);
  const delivery = known ?? {
    ...{ deviceId: id, key: freeKey(database, target, wanted, id), state: 'queued' as const },
    ...{ hash: null, attempts: 0, nextAt: null, words: null, changedAt: at },
  };
  if (!known && write)
    database.run(
      "INSERT INTO deliveries (target, device_id, key, since, state, changed_at) VALUES (?, ?, ?, ?, 'queued', ?)",
      ...[target, id, delivery.key, at, at],
    );
  const keys = members.flatMap((member) =>
    database.all('SELECT key FROM device_keys WHERE device_id = ? ORDER BY since', member).map((row) => text(row, 'key')),
  );
  const former = [...new Set([wanted, ...keys])].filter((key) => key !== delivery.key && leadsHere(database, target, key, members));
  return { ...delivery, formerKeys: former, known: known !== undefined };
}

/** What one device went by is never given to another, also after the first one is called something else. */
function freeKey(database: Database, target: string, wanted: string, device: number): string {
  const taken = database.get('SELECT 1 AS yes FROM deliveries WHERE target = ? AND key = ? AND device_id <> ?', target, wanted, device);
  return taken ? `${wanted}#${device}` : wanted;
}

function leadsHere(database: Database, target: string, key: string, members: readonly number[]): boolean {
  if (database.get('SELECT 1 AS yes FROM deliveries WHERE target = ? AND key = ?', target, key)) return false;
  return database
    .all('SELECT id FROM devices WHERE key = ? AND merged_into IS NULL', key)
    .every((row) => members.includes(integer(row, 'id')));
}

function retired(database: Database, target: string): (Delivery & { readonly intoId: number })[] {
  const rows = database.all(
    `SELECT ${COLUMNS.split(', ')
      .map((column) => `e.${column}`)
      .join(', ')} FROM deliveries e JOIN devices d ON d.id = e.device_id WHERE e.target = ? AND d.merged_into IS NOT NULL ORDER BY e.key`,
    target,
  );
  return rows.map(deliveryOf).flatMap((delivery) => {
    const intoId = rootOf(database, delivery.deviceId);
    const stands = rowOf(database, target, membersOf(database, intoId))?.deviceId === delivery.deviceId;
    return stands ? [] : [{ ...delivery, intoId }];
  });
}

function deliveryOf(row: Row): Delivery {
  return {
    deviceId: integer(row, 'device_id'),
    key: text(row, 'key'),
    state: DELIVERY_STATES.find((state) => state === text(row, 'state')) ?? 'queued',
    hash: textOrNull(row, 'hash'),
    attempts: integer(row, 'attempts'),
    nextAt: textOrNull(row, 'next_at'),
    words: textOrNull(row, 'words'),
    changedAt: text(row, 'changed_at'),
  };
}
