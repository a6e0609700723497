/**
 * A scan on its way into the store: recordings in small batches while it runs. It never throws and never keeps the scan
 * waiting: a file that is locked is tried again, one that refuses is given up with one note, and the scan goes on.
 */
import type { Recording } from '../../../probes/recording.ts';
import type { Clock } from '../../clock.ts';
import { messageOfError } from '../../errors.ts';
import type { MergeResult, NewScan, ScanEnding, ScanSoFar } from '../types.ts';
import { isBusy, type Database } from './database.ts';
import { HEARTBEAT_MS } from './owner.ts';
import { createProgressWriter } from './progress.ts';
import { createAppender } from './recordings.ts';
import { insertScan } from './scan-rows.ts';

export interface ScanWriter {
  readonly id: number;
  readonly uid: string;
  record(recording: Recording): void;
  /** Writes how far the scan is; where the file is locked it is left for the next time. */
  soFar(progress: ScanSoFar): boolean;
  /** First fault, in words; later recordings were not kept. */
  problem(): string | undefined;
  /** Ends the scan and turns its sightings into devices. Undefined when the file refused: see `problem`. */
  end(ending: ScanEnding): MergeResult | undefined;
}

export interface WriterDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** The last transaction: coverage, devices, events. */
  readonly finish: (scanId: number, ending: ScanEnding) => MergeResult;
}

/** Writing these takes some ten milliseconds, in which nothing is heard. */
const BATCH_SIZE = 32;
const BATCH_MS = 250;
/** While a scan runs, waiting for a lock stops its clock: short, and again later. */
const PATIENCE_WHILE_SCANNING_MS = 40;
const PATIENCE_AT_END_MS = 60_000;
/** Recordings held back for a locked file before it is given up. */
const MAX_WAITING = 50_000;

/** Throws CamsweepError when the scan cannot be entered at all. */
export function beginScan(scan: NewScan, { database, clock, finish }: WriterDependencies): ScanWriter {
  const id = database.transaction(() => insertScan(database, scan));
  let appender = createAppender(database, id);
  const written = createProgressWriter(database, id);
  let waiting: Recording[] = [];
  let problem: string | undefined;
  let batch: NodeJS.Timeout | undefined;
  database.setBusyTimeout(PATIENCE_WHILE_SCANNING_MS);

  const flush = (): void => {
    clearTimeout(batch);
    batch = undefined;
    if (problem !== undefined) return;
    const [now, count] = [clock.timestamp(), waiting.length];
    try {
      database.transaction(() => {
        appender.append(waiting);
        database.run('UPDATE scans SET recordings = recordings + ?, heartbeat_at = ? WHERE id = ?', count, now, id);
      });
      waiting = [];
    } catch (error) {
      if (!isBusy(error) || waiting.length >= MAX_WAITING) return giveUp(error);
      appender = createAppender(database, id);
      schedule();
    }
  };
  const schedule = (): void => {
    batch ??= setTimeout(flush, BATCH_MS).unref();
  };
  const giveUp = (error: unknown): void => {
    problem = messageOfError(error);
    waiting = [];
  };
  const heartbeat = setInterval(flush, HEARTBEAT_MS).unref();

  return {
    id,
    uid: scan.uid,
    problem: () => problem,
    record(recording) {
      if (problem !== undefined) return;
      waiting.push(recording);
      // Beyond a full batch the timer tries: a locked file is not asked again with every recording.
      if (waiting.length === BATCH_SIZE) flush();
      else schedule();
    },
    soFar(progress) {
      // Recordings first: what is booked as asked must not be without its answers.
      flush();
      if (problem !== undefined || waiting.length > 0) return false;
      try {
        database.transaction(() => written.put(progress))();
        return true;
      } catch (error) {
        if (!isBusy(error)) giveUp(error);
        return false;
      }
    },
    end(ending) {
      clearInterval(heartbeat);
      try {
        database.setBusyTimeout(PATIENCE_AT_END_MS);
        flush();
        return problem === undefined ? finish(id, ending) : undefined;
      } catch (error) {
        giveUp(error);
        return undefined;
      }
    },
  };
}
