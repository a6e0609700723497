/** How far a scan has come, written while it runs: coverage as at its end, and notes whose meaning is the scan's own. */
import type { ScanSoFar } from '../types.ts';
import { putCoverage } from './coverage.ts';
import { text, type Database } from './database.ts';
import { record } from './scan-rows.ts';

/** Ranges are written anew: they grow together while a scan goes on. */
export function putProgress(database: Database, scanId: number, { coverage, notes }: ScanSoFar): void {
  clearRanges(database, scanId);
  putCoverage(database, scanId, coverage);
  database.run('INSERT OR REPLACE INTO scan_progress (scan_id, notes) VALUES (?, ?)', scanId, JSON.stringify(notes));
}

/** Before the last word on a scan's coverage is written. */
export function clearRanges(database: Database, scanId: number): void {
  database.run('DELETE FROM coverage_ranges WHERE scan_id = ?', scanId);
}

/** A scan that is complete is not continued. */
export function forgetProgress(database: Database, scanId: number): void {
  database.run('DELETE FROM scan_progress WHERE scan_id = ?', scanId);
}

/** Empty where none were written. */
export function progressNotes(database: Database, scanId: number): Record<string, unknown> {
  const row = database.get('SELECT notes FROM scan_progress WHERE scan_id = ?', scanId);
  return row ? record(text(row, 'notes')) : {};
}
