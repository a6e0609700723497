/** Coverage of a scan in and out of the store: dark space as ranges, one row for each live address. */
import type { DarkRange, DarkState, DeviceState, LiveHost, ScanCoverage } from '../types.ts';
import { integerOrNull, text, type Database } from './database.ts';
import { getOutcomes, putAddress, putOutcomes, putState } from './states.ts';

export function putCoverage(database: Database, scanId: number, { dark, live }: ScanCoverage): void {
  for (const { first, last, state } of dark) {
    database.run('INSERT OR REPLACE INTO coverage_ranges (scan_id, first, last, state) VALUES (?, ?, ?, ?)', scanId, first, last, state);
  }
  for (const { address, outcomes } of live) {
    const outcomesId = putOutcomes(database, outcomes);
    database.run(
      'INSERT INTO hosts (scan_id, address_id, outcomes_id) VALUES (?, ?, ?) ON CONFLICT (scan_id, address_id) DO UPDATE SET outcomes_id = excluded.outcomes_id',
      ...[scanId, putAddress(database, address), outcomesId],
    );
  }
}

export interface HostSeen {
  readonly deviceId: number;
  readonly state: DeviceState;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Books an address of a scan to a device. */
export function putHost(database: Database, scanId: number, address: string, { deviceId, state, firstMs, lastMs }: HostSeen): void {
  database.run(
    `INSERT INTO hosts (scan_id, address_id, device_id, state_id, first_ms, last_ms) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (scan_id, address_id) DO UPDATE SET device_id = excluded.device_id, state_id = excluded.state_id,
       first_ms = excluded.first_ms, last_ms = excluded.last_ms`,
    ...[scanId, putAddress(database, address), deviceId, putState(database, state), firstMs, lastMs],
  );
}

export function getCoverage(database: Database, scanId: number): ScanCoverage {
  const dark: DarkRange[] = database
    .all('SELECT first, last, state FROM coverage_ranges WHERE scan_id = ?', scanId)
    .map((row) => ({ first: text(row, 'first'), last: text(row, 'last'), state: darkState(text(row, 'state')) }));
  const live: LiveHost[] = database
    .all('SELECT a.address, h.outcomes_id FROM hosts h JOIN addresses a ON a.id = h.address_id WHERE h.scan_id = ?', scanId)
    .map((row) => ({ address: text(row, 'address'), outcomes: getOutcomes(database, integerOrNull(row, 'outcomes_id')) }));
  return { dark, live };
}

function darkState(word: string): DarkState {
  return (['silent', 'excluded', 'not-reached'] as const).find((state) => state === word) ?? 'not-reached';
}
