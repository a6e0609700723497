/** Recordings of a scan in and out of the store: in by batches while the scan runs, out in order of arrival. */
import type { Recording } from '../../../probes/recording.ts';
import { integer, integerOrNull, text, type Database } from './database.ts';
import { getExchange, likenessOf, putExchange } from './exchanges.ts';
import { putAddress } from './states.ts';

/** Appends recordings of one scan; keeps what it needs to number them and to find what they are like. */
export interface Appender {
  /** To be called inside a transaction. After a rollback the appender must not be used again. */
  append(recordings: readonly Recording[]): void;
}

interface AddressMemory {
  readonly id: number;
  seq: number;
  /** Likeness → exchange, of the last scan that has this address. */
  readonly before: ReadonlyMap<number, number>;
}

/** How far back a likeness is looked for. */
const SCANS_BACK = 3;

export function createAppender(database: Database, scanId: number): Appender {
  const addresses = new Map<string, AddressMemory>();
  const inThisScan = new Map<number, number>();
  const earlier = database
    .all(
      'SELECT id FROM scans WHERE site = (SELECT site FROM scans WHERE id = ?) AND id < ? AND recordings > 0 ORDER BY id DESC LIMIT ?',
      scanId,
      scanId,
      SCANS_BACK,
    )
    .map((row) => integer(row, 'id'));

  const memoryOf = (address: string): AddressMemory => {
    const known = addresses.get(address);
    if (known) return known;
    const id = putAddress(database, address);
    const last = database.get('SELECT MAX(seq) AS seq FROM recordings WHERE scan_id = ? AND address_id = ?', scanId, id);
    const memory = { id, seq: (last && integerOrNull(last, 'seq')) ?? 0, before: likenesses(database, earlier, id) };
    addresses.set(address, memory);
    return memory;
  };
  return {
    append(recordings) {
      for (const recording of recordings) {
        const memory = memoryOf(recording.from.address);
        const likeness = likenessOf(recording);
        const { protocol, request, response, from } = recording;
        const likely = memory.before.get(likeness) ?? inThisScan.get(likeness);
        const exchange = putExchange(database, { protocol, request, response, port: from.port }, likely);
        if (!inThisScan.has(likeness)) inThisScan.set(likeness, exchange);
        database.run(
          'INSERT INTO recordings (scan_id, address_id, seq, at_ms, likeness, mac, exchange_id) VALUES (?, ?, ?, ?, ?, ?, ?)',
          scanId,
          memory.id,
          ++memory.seq,
          timeOf(recording.at),
          likeness,
          macNumber(from.mac),
          exchange,
        );
      }
    },
  };
}

function likenesses(database: Database, scans: readonly number[], addressId: number): Map<number, number> {
  for (const scan of scans) {
    const rows = database.all('SELECT likeness, exchange_id FROM recordings WHERE scan_id = ? AND address_id = ?', scan, addressId);
    if (rows.length > 0) return new Map(rows.map((row) => [integer(row, 'likeness'), integer(row, 'exchange_id')] as const));
  }
  return new Map();
}

/** Milliseconds since 1970, or null for a time that is none. */
export function timeOf(at: string | undefined): number | null {
  const time = at === undefined ? Number.NaN : Date.parse(at);
  return Number.isFinite(time) ? time : null;
}

function macNumber(mac: string | undefined): number | null {
  return mac !== undefined && /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) ? Number.parseInt(mac.replaceAll(':', ''), 16) : null;
}

function macText(mac: number): string {
  return (mac.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
}

/** Recordings of a scan, or of one address of it, in order of address and arrival. */
export function* readRecordings(database: Database, scanId: number, address?: string): Generator<Recording> {
  const select =
    'SELECT a.address, r.seq, r.at_ms, r.mac, r.exchange_id FROM recordings r JOIN addresses a ON a.id = r.address_id WHERE r.scan_id = ?';
  const rows =
    address === undefined
      ? database.iterate(`${select} ORDER BY r.address_id, r.seq`, scanId)
      : database.all(`${select} AND r.address_id = (SELECT id FROM addresses WHERE address = ?) ORDER BY r.seq`, scanId, address);
  for (const row of rows) {
    const exchange = getExchange(database, integer(row, 'exchange_id'));
    if (!exchange) continue;
    const { port, ...content } = exchange;
    const from = text(row, 'address');
    const [atMs, mac] = [integerOrNull(row, 'at_ms'), integerOrNull(row, 'mac')];
    yield {
      id: `${from}/${integer(row, 'seq')}`,
      ...(atMs === null ? {} : { at: new Date(atMs).toISOString() }),
      from: { address: from, ...(port === undefined ? {} : { port }), ...(mac === null ? {} : { mac: macText(mac) }) },
      ...content,
    };
  }
}

/** How many recordings of each address the scan has: what a stream of the same scan must have more of to be worth reading. */
export function recordingCounts(database: Database, scanId: number): Map<string, number> {
  const rows = database.all(
    'SELECT a.address, COUNT(*) AS number FROM recordings r JOIN addresses a ON a.id = r.address_id WHERE r.scan_id = ? GROUP BY r.address_id',
    scanId,
  );
  return new Map(rows.map((row) => [text(row, 'address'), integer(row, 'number')] as const));
}
