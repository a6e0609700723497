/**
 * Old recordings go, everything else stays: devices, events, coverage and conclusions of every scan. The newest recordings of a
 * device are never removed, so that it can always be explained and judged again.
 */
import { integer, type Database } from './database.ts';

export interface PruneOptions {
  /** Scans of each site whose recordings are kept in full; the newest ones. */
  readonly keepScans: number;
}

export interface PruneResult {
  readonly scans: number;
  readonly recordings: number;
  readonly exchanges: number;
}

export function prune(database: Database, { keepScans }: PruneOptions): PruneResult {
  const old = database
    .all(
      `SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY site ORDER BY id DESC) AS age, merged_at FROM scans)
       WHERE age > ? AND merged_at IS NOT NULL ORDER BY id`,
      keepScans,
    )
    .map((row) => integer(row, 'id'));
  const result = { scans: 0, recordings: 0, exchanges: 0 };
  for (const scan of old) {
    const { recordings, exchanges } = database.transaction(() => pruneScan(database, scan));
    if (recordings > 0) result.scans++;
    result.recordings += recordings;
    result.exchanges += exchanges;
  }
  return result;
}

function pruneScan(database: Database, scan: number): { recordings: number; exchanges: number } {
  const kept = 'SELECT h.address_id FROM hosts h JOIN devices d ON d.id = h.device_id WHERE h.scan_id = ? AND d.last_scan = ?';
  const uses = database.all(
    `SELECT exchange_id, COUNT(*) AS number FROM recordings WHERE scan_id = ? AND address_id NOT IN (${kept}) GROUP BY exchange_id`,
    ...[scan, scan, scan],
  );
  if (uses.length === 0) return { recordings: 0, exchanges: 0 };
  const { changes } = database.run(`DELETE FROM recordings WHERE scan_id = ? AND address_id NOT IN (${kept})`, scan, scan, scan);
  let exchanges = 0;
  for (const row of uses) exchanges += release(database, integer(row, 'exchange_id'), integer(row, 'number'));
  return { recordings: changes, exchanges };
}

/** An exchange nobody uses any more goes, and gives up its hold on what it was the difference from. */
function release(database: Database, id: number, number: number): number {
  const row = database.get('UPDATE exchanges SET uses = uses - ? WHERE id = ? RETURNING uses, base', number, id);
  if (!row || integer(row, 'uses') > 0) return 0;
  database.run('DELETE FROM exchange_contents WHERE id = ?', id);
  database.run('DELETE FROM exchanges WHERE id = ?', id);
  return 1 + (row.base === null ? 0 : release(database, integer(row, 'base'), 1));
}
