/**
 * Opens a store file and brings its schema up to date. An older file is copied beside itself first; a newer one, or a database
 * of somebody else, is refused and not touched.
 */
import { makeDirectory } from './make-directory.ts';
import { chmodSync, closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CamsweepError, messageOfError } from '../../errors.ts';
import { integer, isBusy, openDatabase, type Database } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

/** `CAMS`: marks the file as ours (PRAGMA application_id). */
const APPLICATION_ID = 0x43414d53;
const BUSY_TIMEOUT_MS = 15_000;
/** Waits between two tries for the log: of different lengths, so that two processes do not meet again. */
const LOG_WAIT_MS = { least: 5, more: 40 };

/** Throws CamsweepError `store-newer`, `store-unusable`. `steps` and `busyTimeoutMs` are for tests. */
export function openStoreDatabase(
  path: string,
  readOnly: boolean,
  steps: readonly string[] = MIGRATIONS,
  busyTimeoutMs = BUSY_TIMEOUT_MS,
): Database {
  if (readOnly) return openToRead(path, steps);
  createPrivately(path);
  const database = openDatabase(path, { readOnly: false, busyTimeoutMs });
  try {
    checkOwner(database, steps);
    keepLog(database, busyTimeoutMs);
    // A commit outlives a killed process; only a power cut may take the last ones, and never the file.
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA journal_size_limit = 67108864');
    migrate(database, steps);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Writes go to a log. Two processes that open a new file in the same moment both read it, and then both want to switch it: SQLite tells one of
 * them at once that it is busy, because waiting would not help where each waits for the other. Elsewhere it waits by itself.
 */
function keepLog(database: Database, patienceMs: number): void {
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return database.exec('PRAGMA journal_mode = WAL');
    } catch (error) {
      if (!isBusy(error) || performance.now() >= untilMs) throw error;
      sleep(LOG_WAIT_MS.least + Math.random() * LOG_WAIT_MS.more);
    }
  }
}

/** Opening is synchronous, and comes before anything is asked. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function openToRead(path: string, steps: readonly string[]): Database {
  if (!existsSync(path)) throw new CamsweepError('scan-missing', `no store at ${path}`);
  let last: unknown;
  for (const immutable of [false, true]) {
    const database = openDatabase(path, { readOnly: true, busyTimeoutMs: BUSY_TIMEOUT_MS, immutable });
    try {
      const version = checkOwner(database, steps);
      if (version < steps.length)
        throw new CamsweepError(
          'store-unusable',
          `${path}: version ${version} of the schema, and read-only: it cannot be brought to ${steps.length}`,
        );
      return database;
    } catch (error) {
      database.close();
      if (error instanceof CamsweepError && error.cause === undefined) throw error;
      last = error;
    }
  }
  throw last;
}

/** What cameras say of a site is nobody else's business: owner only, folder and file. */
function createPrivately(path: string): void {
  try {
    makeDirectory(dirname(path));
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new CamsweepError('store-unusable', `${path}: ${messageOfError(error)}`);
  }
}

/** The file's schema version. Throws where it is newer than we are, or somebody else's. */
export function checkOwner(database: Database, steps: readonly string[]): number {
  // In this order: another process may make the file meanwhile, and what has a schema by now has had its owner since.
  const isEmpty = pragma(database, 'schema_version') === 0;
  const owner = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  if (!isEmpty && owner !== APPLICATION_ID) throw new CamsweepError('store-unusable', `${database.path}: a database, but not of Camsweep`);
  if (version > steps.length) {
    throw new CamsweepError(
      'store-newer',
      `${database.path}: written by a newer Camsweep (schema ${version}, this one knows ${steps.length})`,
    );
  }
  return version;
}

function pragma(database: Database, name: string): number {
  const row = database.get(`PRAGMA ${name}`);
  return row ? integer(row, name) : 0;
}

function migrate(database: Database, steps: readonly string[]): void {
  const version = pragma(database, 'user_version');
  if (version === steps.length) return;
  if (version > 0) backUp(database, version);
  database.transaction(() => {
    // Another process may have been faster.
    for (const step of steps.slice(pragma(database, 'user_version'))) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

function backUp(database: Database, version: number): void {
  const copy = `${database.path}.v${version}.bak`;
  rmSync(copy, { force: true });
  database.run('VACUUM INTO ?', copy);
  chmodSync(copy, 0o600);
}
