/** Stores in folders of their own, and processes that write them, for tests. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../../agent/clock.ts';
import { openDatabase, text } from '../../../../agent/inventory/store/database.ts';
import type { Store } from '../../../../agent/inventory/store/store.ts';
import type { MergeResult, NewScan, ScanCoverage, Sighting } from '../../../../agent/inventory/types.ts';
import { coverageOf } from '../material.ts';

const CHILD = fileURLToPath(new URL('./writing-child.mjs', import.meta.url));

/** A folder that is gone after `action`. */
export async function inFolder(action: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'camsweep-store-'));
  try {
    await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A clock that stands on one day until it is told another. */
export function clockAt(day: number): Clock & { day: number } {
  const clock = {
    day,
    nowMs: () => clock.day * 86_400_000,
    timestamp: () => dayOf(clock.day),
    sleep: () => Promise.resolve(),
  };
  return clock;
}

/** Noon of a day of January 2026. */
export function dayOf(day: number): string {
  return new Date(Date.UTC(2026, 0, day, 12)).toISOString();
}

export function newScan(day: number, site = 'hq'): NewScan {
  return {
    uid: `scan-${site}-${day}`,
    site,
    startedAt: dayOf(day),
    targets: ['192.0.2.0/24'],
    probes: ['http'],
    policies: ['ca-federal-2025'],
    version: '1.0.0',
    dataVersion: '2026.1.1',
    dataHash: 'abc',
  };
}

/** One whole scan of 192.0.2.0/24 on a day. */
export function takeScan(store: Store, day: number, sightings: readonly Sighting[], coverage?: ScanCoverage, site = 'hq'): MergeResult {
  const writer = store.beginScan(newScan(day, site));
  const at = dayOf(day);
  const result = writer.end({
    endedAt: at,
    interrupted: false,
    coverage: coverage ?? coverageOf(sightings.map(({ address }) => address)),
    summary: {},
    sightings: sightings.map((seen) => ({ ...seen, firstAt: at, lastAt: at })),
  });
  if (!result) throw new Error(writer.problem());
  return result;
}

/** `ok` where SQLite finds nothing wrong with the file. */
export function integrityOf(path: string): string {
  const database = openDatabase(path, { readOnly: false, busyTimeoutMs: 5000 });
  try {
    const row = database.get('PRAGMA integrity_check');
    return row ? text(row, 'integrity_check') : 'no answer';
  } finally {
    database.close();
  }
}

/** A process that writes a store until it is killed; resolves when it has opened it. */
export function startWriter(path: string, stream: string, label: string, wrap: readonly string[] = []): Promise<ChildProcess> {
  const [command, ...args] = [...wrap, process.execPath, CHILD, path, stream, label];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`writer ended with ${String(code)}`)));
  });
}

export function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}
