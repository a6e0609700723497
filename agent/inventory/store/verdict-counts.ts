/** How many devices of a site stood at which verdict after each scan: what a burn-down is drawn from. */
import { VERDICTS, type VerdictWord } from '../../policy/types.ts';
import type { DeviceStatus, StoredScanRow } from '../types.ts';
import { integer, text, type Database } from './database.ts';
import { statusOf } from './device-rows.ts';

export interface VerdictCount {
  readonly scanId: number;
  readonly at: string;
  readonly site: string;
  readonly policy: string;
  readonly verdict: VerdictWord;
  readonly status: DeviceStatus;
  readonly surveillance: boolean | null;
  readonly devices: number;
}

export function countVerdicts(database: Database, { id, site }: Pick<StoredScanRow, 'id' | 'site'>): void {
  database.run('DELETE FROM verdict_counts WHERE scan_id = ?', id);
  database.run(
    `INSERT INTO verdict_counts (scan_id, policy, verdict, status, surveillance, devices)
     SELECT ?, v.policy, v.verdict, d.status, coalesce(d.surveillance, -1), COUNT(*) FROM devices d JOIN verdicts v ON v.device_id = d.id
     WHERE d.site = ? AND d.merged_into IS NULL GROUP BY v.policy, v.verdict, d.status, d.surveillance`,
    ...[id, site],
  );
}

/** Scan by scan, oldest first. */
export function verdictHistory(database: Database, policy: string, site?: string): VerdictCount[] {
  const rows = database.all(
    `SELECT c.scan_id, s.started_at, s.site, c.policy, c.verdict, c.status, c.surveillance, c.devices FROM verdict_counts c
     JOIN scans s ON s.id = c.scan_id WHERE c.policy = ? AND s.site = coalesce(?, s.site) ORDER BY c.scan_id`,
    policy,
    site ?? null,
  );
  return rows.map((row) => ({
    scanId: integer(row, 'scan_id'),
    at: text(row, 'started_at'),
    site: text(row, 'site'),
    policy: text(row, 'policy'),
    verdict: VERDICTS.find((word) => word === text(row, 'verdict')) ?? 'unknown',
    status: statusOf(text(row, 'status')),
    surveillance: [null, false, true][integer(row, 'surveillance') + 1] ?? null,
    devices: integer(row, 'devices'),
  }));
}
