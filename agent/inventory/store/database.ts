/**
 * SQLite behind typed calls. The library binds a wrong type as NULL without a word, and a missing parameter too: every bind
 * goes through here and is checked. Rows come back as unknown columns and are read by name and type. Nothing here knows tables.
 */
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { CamsweepError, messageOfError } from '../../errors.ts';

export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, unknown>>;

export interface Database {
  readonly path: string;
  run(sql: string, ...values: readonly SqlValue[]): { readonly changes: number; readonly lastId: number };
  get(sql: string, ...values: readonly SqlValue[]): Row | undefined;
  all(sql: string, ...values: readonly SqlValue[]): Row[];
  iterate(sql: string, ...values: readonly SqlValue[]): IterableIterator<Row>;
  exec(sql: string): void;
  /** All or nothing; takes the write lock at once. Not to be nested. */
  transaction<T>(action: () => T): T;
  /** How long a locked file is waited for. Waiting blocks the process. */
  setBusyTimeout(ms: number): void;
  close(): void;
}

export interface OpenOptions {
  readonly readOnly: boolean;
  readonly busyTimeoutMs: number;
  /** For a read-only file in a read-only folder, where SQLite cannot keep its shared memory: nobody may be writing it. */
  readonly immutable?: boolean | undefined;
}

/** Opens a file. Throws CamsweepError `store-unusable`. */
export function openDatabase(path: string, { readOnly, busyTimeoutMs, immutable }: OpenOptions): Database {
  let connection: DatabaseSyncInstance;
  try {
    const location =
      immutable === true ? new URL(`file:${encodeURI(path).replaceAll('?', '%3f').replaceAll('#', '%23')}?immutable=1`) : path;
    connection = new DatabaseSync(location, { readOnly, timeout: busyTimeoutMs, enableForeignKeyConstraints: false });
  } catch (error) {
    throw storeError(path, error);
  }
  const statements = new Map<string, Prepared>();
  const prepared = (sql: string): Prepared => {
    const known = statements.get(sql);
    if (known) return known;
    const made = { statement: connection.prepare(sql), parameters: sql.split('?').length - 1 };
    statements.set(sql, made);
    return made;
  };
  const call = <T>(sql: string, values: readonly SqlValue[], action: (statement: Prepared['statement']) => T): T => {
    try {
      const { statement, parameters } = prepared(sql);
      check(sql, values, parameters);
      return action(statement);
    } catch (error) {
      throw storeError(path, error);
    }
  };
  const exec = (sql: string): void => {
    try {
      connection.exec(sql);
    } catch (error) {
      throw storeError(path, error);
    }
  };
  return {
    path,
    run: (sql, ...values) =>
      call(sql, values, (statement) => {
        const { changes, lastInsertRowid } = statement.run(...values);
        return { changes, lastId: Number(lastInsertRowid) };
      }),
    get: (sql, ...values) => call(sql, values, (statement) => rowOf(statement.get(...values))),
    all: (sql, ...values) => call(sql, values, (statement) => statement.all(...values).filter(isRow)),
    *iterate(sql, ...values) {
      // A statement of its own: a cached one that is being stepped must not be run again meanwhile.
      const statement = connection.prepare(sql);
      check(sql, values, sql.split('?').length - 1);
      for (const value of statement.iterate(...values)) {
        const row = rowOf(value);
        if (row) yield row;
      }
    },
    exec,
    transaction: (action) => transact(connection, exec, action),
    setBusyTimeout: (ms) => exec(`PRAGMA busy_timeout = ${Math.trunc(ms)}`),
    close() {
      statements.clear();
      if (!connection.isOpen) return;
      if (!readOnly) foldLog(connection);
      connection.close();
    },
  };
}

interface Prepared {
  readonly statement: StatementSyncInstance;
  readonly parameters: number;
}

/** Moves the write-ahead log into the file, so that the file alone is the whole store. Another process may be at it: then it does. */
function foldLog(connection: DatabaseSyncInstance): void {
  try {
    connection.exec('PRAGMA busy_timeout = 1000; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // the log stays, and is read with the file
  }
}

function transact<T>(connection: DatabaseSyncInstance, exec: (sql: string) => void, action: () => T): T {
  exec('BEGIN IMMEDIATE');
  try {
    const result = action();
    exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (connection.isTransaction) exec('ROLLBACK');
    throw error;
  }
}

function check(sql: string, values: readonly SqlValue[], parameters: number): void {
  if (values.length !== parameters) throw new Error(`${values.length} values for ${parameters} parameters of ${sql}`);
  for (const value of values) {
    const fits =
      value === null || typeof value === 'string' || value instanceof Uint8Array || (typeof value === 'number' && Number.isFinite(value));
    if (!fits) throw new Error(`cannot bind ${typeof value} in ${sql}`);
  }
}

function rowOf(value: unknown): Row | undefined {
  return isRow(value) ? value : undefined;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw wrongType(column, value, 'text');
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw wrongType(column, value, 'a number');
  return value;
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw wrongType(column, value, 'bytes');
  return value;
}

function wrongType(column: string, value: unknown, expected: string): CamsweepError {
  return new CamsweepError('store-unusable', `column ${column}: expected ${expected}, found ${value === null ? 'NULL' : typeof value}`);
}

/** Result codes of SQLite that somebody can mend, in words. */
const CODES: Readonly<Record<number, string>> = {
  5: 'another process is writing to it',
  6: 'another process is writing to it',
  8: 'the file or its folder may not be written',
  10: 'reading or writing failed',
  11: 'the file is damaged',
  13: 'the disk is full',
  14: 'the file cannot be opened',
  26: 'the file is no SQLite database',
};
const BUSY: readonly number[] = [5, 6];

/** Anything thrown below → CamsweepError with the path; faults of ours (a wrong bind) pass as they are. */
export function storeError(path: string, error: unknown): unknown {
  if (error instanceof CamsweepError) return error;
  const code = primaryCode(error);
  if (code === undefined) return error;
  const why = CODES[code];
  const failed = new CamsweepError(
    'store-unusable',
    `${path}: ${why === undefined ? '' : `${why} (`}${messageOfError(error)}${why === undefined ? '' : ')'}`,
  );
  failed.cause = error;
  return failed;
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** Somebody else holds the lock: trying again later may work. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error) ?? (error instanceof Error ? primaryCode(error.cause) : undefined);
  return code !== undefined && BUSY.includes(code);
}
