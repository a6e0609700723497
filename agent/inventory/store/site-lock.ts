/**
 * One scan of a site at a time: a file beside the inventory, held by an exclusive SQLite transaction for as long as the scan runs. The
 * kernel lets go of it when the process ends, however it ends, so no lock is ever left behind by a kill. It lies beside the inventory, not in
 * the data directory: who shares one inventory shares its sites.
 */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from '../../clock.ts';
import { CamsweepError } from '../../errors.ts';
import { isBusy, openDatabase, type Database } from './database.ts';
import { makeDirectory } from './make-directory.ts';

export interface SiteLock {
  release(): void;
}

export interface LockOptions {
  /** The inventory file; it need not be there yet. */
  readonly store: string;
  readonly site: string;
  /** How long to wait for the other scan. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly pid: number;
  /** Told once, where it has to wait, for whom. */
  readonly onWait?: ((holder: string) => void) | undefined;
}

const ASK_AGAIN_MS = 500;

/**
 * Throws CamsweepError `site-busy` when another scan holds the site to the end of the wait, `stopped` when it is stopped before,
 * `store-unusable` where no lock can be made.
 */
export async function lockSite({ store, site, waitMs, clock, signal, pid, onWait }: LockOptions): Promise<SiteLock> {
  const folder = join(folderOf(store), 'locks');
  const path = join(folder, `${fileNameOf(site)}.lock`);
  const holder = `${path}.holder`;
  makeFolder(folder);
  const untilMs = clock.nowMs() + waitMs;
  for (let turn = 0; ; turn += 1) {
    const held = tryLock(path);
    if (held) {
      note(holder, `process ${pid} since ${clock.timestamp()}`);
      return { release: () => held.close() };
    }
    if (signal.aborted) throw new CamsweepError('stopped', `stopped while site ${site} was being scanned by ${told(holder)}`);
    if (clock.nowMs() >= untilMs) throw new CamsweepError('site-busy', `site ${site} is being scanned by ${told(holder)}`);
    if (turn === 0) onWait?.(told(holder));
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
}

/** Of the file itself, whatever link leads to it. */
function folderOf(store: string): string {
  for (const path of [store, dirname(store)]) {
    try {
      const real = realpathSync(path);
      return path === store ? dirname(real) : real;
    } catch {
      // not there yet
    }
  }
  return dirname(resolve(store));
}

function makeFolder(path: string): void {
  try {
    makeDirectory(path);
  } catch (error) {
    throw new CamsweepError('store-unusable', `${path}: ${error instanceof Error ? error.message : 'cannot be made'}`);
  }
}

/** A site may be called what no file may: too long in bytes, or with signs a file system does not take. */
function fileNameOf(site: string): string {
  return createHash('sha256').update(site).digest('hex').slice(0, 32);
}

function tryLock(path: string): Database | undefined {
  const database = openDatabase(path, { readOnly: false, busyTimeoutMs: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** For the message only: who holds the lock is the kernel's business. */
function note(path: string, text: string): void {
  try {
    writeFileSync(path, `${text}\n`);
  } catch {
    // a full disk: the lock itself holds
  }
}

function told(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 100).trim();
  } catch {
    return 'another process';
  }
}
