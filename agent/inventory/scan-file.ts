/**
 * A scan on disk: JSON Lines, first line what was scanned, then every recording as it came, last line how it ended. Each
 * line reaches the kernel before the scan goes on, so a killed scan leaves a readable file that lacks only its last line.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { recordingSchema, type Recording } from '../../probes/recording.ts';
import { makeDirectory } from './store/make-directory.ts';
import { CamsweepError, messageOfError } from '../errors.ts';

const headSchema = z.object({
  scan: z.object({
    uid: z.string().optional(),
    startedAt: z.string(),
    targets: z.array(z.string()),
    version: z.string(),
    signatures: z.string(),
  }),
});
const tailSchema = z.object({
  end: z.object({
    endedAt: z.string(),
    interrupted: z.boolean(),
    coverage: z.record(z.string(), z.record(z.string(), z.string())),
    summary: z.record(z.string(), z.unknown()),
  }),
});

export type ScanHead = z.infer<typeof headSchema>['scan'];
export type ScanTail = z.infer<typeof tailSchema>['end'];

export interface ScanFile {
  readonly path: string;
  record(recording: Recording): void;
  /** First fault while writing, in words; later recordings were not kept. */
  problem(): string | undefined;
  end(tail: ScanTail): void;
}

export interface StoredScan {
  readonly head: ScanHead;
  readonly recordings: readonly Recording[];
  /** Absent when the scan was killed. */
  readonly tail: ScanTail | undefined;
}

/** File of the newest scan below a data directory. */
export function lastScanPath(directory: string): string {
  return join(directory, 'last-scan.jsonl');
}

/**
 * Starts a scan file; the one before it is kept as `previous-scan.jsonl`. Throws CamsweepError `file-unwritable`; a fault
 * later (a full disk) is remembered in `problem`, because the scan itself must go on.
 */
export function createScanFile(path: string, head: ScanHead): ScanFile {
  let descriptor: number;
  let problem: string | undefined;
  try {
    makeDirectory(dirname(path));
    if (existsSync(path)) renameSync(path, join(dirname(path), 'previous-scan.jsonl'));
    descriptor = openSync(path, 'w', 0o600);
  } catch (error) {
    throw new CamsweepError('file-unwritable', `${path}: ${messageOfError(error)}`);
  }
  const write = (value: unknown): void => {
    if (problem !== undefined) return;
    try {
      writeFully(descriptor, `${JSON.stringify(value)}\n`);
    } catch (error) {
      problem = `${path}: ${messageOfError(error)}`;
    }
  };
  write({ scan: head });
  return {
    path,
    record: write,
    problem: () => problem,
    end(tail) {
      write({ end: tail });
      try {
        fsyncSync(descriptor);
        closeSync(descriptor);
      } catch (error) {
        problem ??= `${path}: ${messageOfError(error)}`;
      }
    },
  };
}

/** Writes all of it: a short write on a full disk must not pass for success. */
export function writeFully(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
}

/** Reads a scan file, also one that was cut off in the middle of a line. Throws CamsweepError. */
export function readScanFile(path: string): StoredScan {
  if (!existsSync(path)) throw new CamsweepError('scan-missing', `no scan at ${path}`);
  const lines = readText(path)
    .split('\n')
    .filter((line) => line !== '');
  const head = headSchema.safeParse(parseLine(lines[0] ?? ''));
  if (!head.success) throw new CamsweepError('recording-invalid', `${path}:1: expected the head of a scan`);
  const recordings: Recording[] = [];
  let tail: ScanTail | undefined;
  for (const [index, line] of lines.slice(1).entries()) {
    const value = parseLine(line);
    const end = tailSchema.safeParse(value);
    if (end.success) tail = end.data.end;
    const recording = recordingSchema.safeParse(value);
    if (recording.success) recordings.push({ ...recording.data, id: recording.data.id ?? `line-${index + 2}` });
  }
  return { head: head.data.scan, recordings, tail };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CamsweepError('file-unreadable', `${path}: ${messageOfError(error)}`);
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // the line a kill cut off
  }
}
