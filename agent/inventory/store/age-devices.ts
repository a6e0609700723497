/** Devices a scan should have seen and did not: missing, then gone. Looks only at subnets that answered. */
import { addressKey, subnetBounds, subnetKey } from '../address-key.ts';
import { absenceOf, aged } from '../ageing.ts';
import type { CoverageIndex } from '../coverage-ranges.ts';
import type { StoredScanRow } from '../types.ts';
import { integer, text, type Database } from './database.ts';
import { statusOf } from './device-rows.ts';
import { putEvents } from './events.ts';
import { strings } from './scan-rows.ts';

export interface AgeingOptions {
  readonly goneAfter: number;
  readonly at: string;
}

/** Returns how many devices went. */
export function ageDevices(database: Database, scan: StoredScanRow, index: CoverageIndex, { goneAfter, at }: AgeingOptions): number {
  const live = database.all(
    'SELECT a.address, h.device_id FROM hosts h JOIN addresses a ON a.id = h.address_id WHERE h.scan_id = ?',
    scan.id,
  );
  const taken = new Set(live.filter((row) => row.device_id !== null).map((row) => text(row, 'address')));
  const subnets = new Set(live.flatMap((row) => addressKey(text(row, 'address')) ?? []).map(subnetKey));
  let gone = 0;
  for (const subnet of subnets) {
    const { first, last } = subnetBounds(subnet);
    const rows = database.all(
      `SELECT id, status, missed, addresses FROM devices WHERE site = ? AND merged_into IS NULL AND address_key BETWEEN ? AND ?
         AND last_scan < ? AND last_seen < ? AND status <> 'gone'`,
      ...[scan.site, first, last, scan.id, scan.startedAt],
    );
    for (const row of rows) {
      const addresses = strings(text(row, 'addresses'));
      const before = { status: statusOf(text(row, 'status')), missed: integer(row, 'missed') };
      const after = aged(
        before,
        absenceOf(addresses, index, (address) => taken.has(address)),
        goneAfter,
      );
      if (after.status === before.status && after.missed === before.missed) continue;
      const id = integer(row, 'id');
      database.run('UPDATE devices SET status = ?, missed = ? WHERE id = ?', after.status, after.missed, id);
      if (after.status !== 'gone') continue;
      const change = { kind: 'gone', topic: null, before: addresses.join(', '), after: null } as const;
      gone += putEvents(database, id, [change], { at, scanId: scan.id, site: scan.site, cause: 'network' });
    }
  }
  return gone;
}
