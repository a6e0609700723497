/** How far a scan has come, written while it runs: coverage as at its end, and notes whose meaning is the scan's own. */
import type { DarkRange, ScanSoFar } from '../types.ts';
import { putCoverage } from './coverage.ts';
import { text, type Database } from './database.ts';
import { record } from './scan-rows.ts';

export interface ProgressWriter {
  /** Writes what is new, in the caller's transaction; what it returns is to be called when that has gone through. */
  readonly put: (soFar: ScanSoFar) => () => void;
}

/** How far a scan is. Most ranges of a large network stay as they are from one time to the next: only the others are written. */
export function createProgressWriter(database: Database, scanId: number): ProgressWriter {
  let written: ReadonlyMap<string, DarkRange> | undefined;
  return {
    put({ coverage: { dark, live }, notes }) {
      const before = written;
      const now = new Map(dark.map((range) => [keyOf(range), range]));
      if (before === undefined) clearRanges(database, scanId);
      for (const [key, { first }] of before ?? [])
        if (!now.has(key)) database.run('DELETE FROM coverage_ranges WHERE scan_id = ? AND first = ?', scanId, first);
      putCoverage(database, scanId, { dark: dark.filter((range) => before?.has(keyOf(range)) !== true), live });
      database.run('INSERT OR REPLACE INTO scan_progress (scan_id, notes) VALUES (?, ?)', scanId, JSON.stringify(notes));
      return () => void (written = now);
    },
  };
}

function keyOf({ first, last, state }: DarkRange): string {
  return `${first} ${last} ${state}`;
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
