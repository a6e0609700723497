/**
 * The inventory file, as everybody else uses it: readme.md one folder up has the list. Calls are synchronous. Keys may be any key
 * a device has or had, one of its identifiers, or an address it is at.
 */
import { join } from 'node:path';
import type { Recording } from '../../../probes/recording.ts';
import type { Clock } from '../../clock.ts';
import { CamsweepError } from '../../errors.ts';
import { DEFAULT_GONE_AFTER } from '../ageing.ts';
import { usable } from '../identifiers.ts';
import type { PhaseOutStatus } from '../phase-out.ts';
import type { DeviceState, EventRow, Identifier, Judge, MergeResult, NewScan, ScanCoverage, ScanEnding, StoredScanRow } from '../types.ts';
import { allAnnotations, listAnnotations, putAnnotation, type Annotation } from './annotations.ts';
import { getCoverage } from './coverage.ts';
import type { Database } from './database.ts';
import {
  countDevices,
  deviceDetail,
  listDevices,
  listSightings,
  type DeviceDetail,
  type DeviceFilter,
  type DeviceRow,
  type SightingRow,
} from './device-queries.ts';
import { isShared, membersOf } from './device-rows.ts';
import { findDevice } from './find-device.ts';
import { lastEvent, listEvents, type EventFilter } from './events.ts';
import { mergeScan } from './merge-scan.ts';
import { mergeByHand, splitByHand } from './merges.ts';
import { openStoreDatabase } from './migrate.ts';
import { setPhaseOut, type PhaseOutEntry } from './phase-out.ts';
import { clearRanges, forgetProgress, progressNotes } from './progress.ts';
import { createAppender, readRecordings, recordingCounts } from './recordings.ts';
import { createOutbox, outboxTargets, type Outbox } from './outbox.ts';
import { judgedBy, rejudge, setJudgedBy, type RejudgeOptions, type RejudgeResult } from './rejudge.ts';
import { prune, type PruneOptions, type PruneResult } from './retention.ts';
import { findScan, listScans, markAbandoned, pendingScans, scanById, type ScanFilter } from './scan-rows.ts';
import { beginScan, type ScanWriter } from './scan-writer.ts';
import { getState } from './states.ts';
import { verdictHistory, type VerdictCount } from './verdict-counts.ts';

export type {
  Annotation,
  DeviceDetail,
  DeviceFilter,
  DeviceRow,
  EventFilter,
  PhaseOutEntry,
  PruneResult,
  RejudgeOptions,
  RejudgeResult,
  ScanWriter,
  SightingRow,
  VerdictCount,
};

/** Who did something by hand, and why. */
export interface ByHand {
  readonly by: string;
  readonly reason: string;
}

export interface Store {
  readonly path: string;
  beginScan(scan: NewScan): ScanWriter;
  scans(filter?: ScanFilter): StoredScanRow[];
  findScan(word: string, site?: string): StoredScanRow | undefined;
  recordings(scanId: number, address?: string): Recording[];
  coverage(scanId: number): ScanCoverage;
  /** What a scan that was cut off noted of how far it had come. */
  progressNotes(scanId: number): Readonly<Record<string, unknown>>;
  /** Scans that were killed, or that a full disk cut off, and whose sightings are not devices yet. */
  pending(): StoredScanRow[];
  /** Completes a killed scan from the stream that was written beside the store; how many recordings that added. */
  addMissing(scanId: number, recordings: readonly Recording[]): number;
  mergePending(scanId: number, judge: Judge): MergeResult | undefined;
  devices(filter?: DeviceFilter): DeviceRow[];
  countDevices(filter?: DeviceFilter): number;
  device(key: string, site?: string): DeviceDetail | undefined;
  /** By its number in this file, as rows have it. */
  deviceById(id: number): DeviceDetail | undefined;
  sightings(key: string): SightingRow[];
  state(stateId: number): DeviceState | undefined;
  events(filter?: Omit<EventFilter, 'device'> & { readonly device?: string | undefined }): EventRow[];
  /** Number of the newest event, for `events({ after })`. */
  lastEvent(): number;
  verdictHistory(policy: string, site?: string): VerdictCount[];
  /** Returns the key of the device that stays. Throws CamsweepError. */
  mergeDevices(a: string, b: string, note: ByHand): string;
  /** Returns the keys of what was parted. Throws CamsweepError. */
  splitDevice(key: string, note: ByHand & { readonly identifiers?: readonly Identifier[] | undefined }): string[];
  annotate(key: string, note: Omit<Annotation, 'at'>): void;
  /** Do several devices show it, so that it identifies none of them? */
  isShared(identifier: Identifier): boolean;
  annotations(key: string): Annotation[];
  /** All entries or none: an unknown key throws CamsweepError `device-unknown`. Returns the status of each after it. */
  setPhaseOut(entries: readonly PhaseOutEntry[], by: string): PhaseOutStatus[];
  /** Annotations of every device that has some, by key, in one read. */
  allAnnotations(): ReadonlyMap<string, readonly Annotation[]>;
  rejudge(judge: Judge, options: RejudgeOptions): RejudgeResult;
  judgedBy(): string | undefined;
  setJudgedBy(basis: string): void;
  prune(options: PruneOptions): PruneResult;
  /** What was delivered to a target, under which key, and what was not. */
  outbox(target: string): Outbox;
  outboxTargets(): string[];
  close(): void;
}

export interface StoreOptions {
  readonly clock: Clock;
  readonly readOnly?: boolean | undefined;
  /** Scans in a row that must miss a device before it is gone. */
  readonly goneAfter?: number | undefined;
}

export function defaultStorePath(dataDirectory: string): string {
  return join(dataDirectory, 'camsweep.db');
}

/** Opens the file, makes it where it is missing, and marks scans whose process is gone. Throws CamsweepError. */
export function openStore(path: string, { clock, readOnly = false, goneAfter = DEFAULT_GONE_AFTER }: StoreOptions): Store {
  const database = openStoreDatabase(path, readOnly);
  if (!readOnly) database.transaction(() => markAbandoned(database, clock));
  const rootOfKey = (key: string, site?: string): number => {
    const id = findDevice(database, key, site);
    if (id === undefined) throw new CamsweepError('device-unknown', `${key}: no device in ${path}`);
    return id;
  };
  return {
    path,
    ...scanCalls(database, clock, goneAfter),
    devices: (filter = {}) => listDevices(database, filter),
    countDevices: (filter = {}) => countDevices(database, filter),
    device: (key, site) => {
      const id = findDevice(database, key, site);
      return id === undefined ? undefined : deviceDetail(database, id);
    },
    deviceById: (id) => deviceDetail(database, id),
    sightings: (key) => listSightings(database, rootOfKey(key)),
    state: (stateId) => getState(database, stateId),
    events: ({ device, ...filter } = {}) =>
      listEvents(database, { ...filter, device: device === undefined ? undefined : rootOfKey(device) }),
    lastEvent: () => lastEvent(database),
    isShared: (identifier) => isShared(database, usable(identifier) ?? identifier),
    verdictHistory: (policy, site) => verdictHistory(database, policy, site),
    ...handCalls(database, clock, rootOfKey),
    rejudge: (judge, options) => rejudge(database, judge, clock, options),
    judgedBy: () => judgedBy(database),
    setJudgedBy: (basis) => setJudgedBy(database, basis),
    prune: (options) => prune(database, options),
    outbox: (target) => createOutbox(database, target),
    outboxTargets: () => outboxTargets(database),
    close: () => database.close(),
  };
}

type ScanCalls = Pick<
  Store,
  'beginScan' | 'scans' | 'findScan' | 'recordings' | 'coverage' | 'progressNotes' | 'pending' | 'addMissing' | 'mergePending'
>;

function scanCalls(database: Database, clock: Clock, goneAfter: number): ScanCalls {
  const finish = (scanId: number, { endedAt, interrupted, coverage, summary, sightings }: ScanEnding): MergeResult =>
    database.transaction(() => {
      const scan = scanById(database, scanId);
      if (!scan) throw new CamsweepError('store-unusable', `${database.path}: scan ${scanId} is gone`);
      const status = interrupted ? 'interrupted' : 'complete';
      clearRanges(database, scanId);
      if (!interrupted) forgetProgress(database, scanId);
      return mergeScan(database, scan, { sightings, coverage, endedAt, status, summary, goneAfter });
    });
  return {
    beginScan: (scan) => beginScan(scan, { database, clock, finish }),
    scans: (filter) => listScans(database, filter),
    findScan: (word, site) => findScan(database, word, site),
    recordings: (scanId, address) => [...readRecordings(database, scanId, address)],
    coverage: (scanId) => getCoverage(database, scanId),
    progressNotes: (scanId) => progressNotes(database, scanId),
    pending: () => pendingScans(database),
    addMissing: (scanId, recordings) =>
      database.transaction(() => {
        const counts = recordingCounts(database, scanId);
        const missing = recordings.filter(({ from }) => {
          const left = counts.get(from.address) ?? 0;
          counts.set(from.address, left - 1);
          return left <= 0;
        });
        createAppender(database, scanId).append(missing);
        database.run('UPDATE scans SET recordings = recordings + ? WHERE id = ?', missing.length, scanId);
        return missing.length;
      }),
    mergePending: (scanId, judge) => {
      // Judged before the file is locked: it may take its time.
      const sightings = judgeAll(database, scanId, judge);
      return database.transaction(() => {
        const scan = scanById(database, scanId);
        if (!scan || scan.mergedAt !== null || scan.status === 'running') return undefined;
        const coverage = { dark: [], live: [] };
        const endedAt = scan.endedAt ?? scan.startedAt;
        return mergeScan(database, scan, { sightings, coverage, endedAt, status: 'incomplete', summary: {}, goneAfter });
      });
    },
  };
}

function judgeAll(database: Database, scanId: number, judge: Judge): ReturnType<Judge>[] {
  const byAddress = new Map<string, Recording[]>();
  for (const recording of readRecordings(database, scanId)) {
    const list = byAddress.get(recording.from.address) ?? [];
    list.push(recording);
    byAddress.set(recording.from.address, list);
  }
  return [...byAddress].map(([address, recordings]) => judge(address, recordings));
}

type HandCalls = Pick<Store, 'mergeDevices' | 'splitDevice' | 'annotate' | 'annotations' | 'allAnnotations' | 'setPhaseOut'>;

function handCalls(database: Database, clock: Clock, rootOfKey: (key: string) => number): HandCalls {
  const keyOfId = (id: number): string => deviceDetail(database, id)?.key ?? '';
  return {
    mergeDevices: (a, b, { by, reason }) =>
      database.transaction(() =>
        keyOfId(mergeByHand(database, rootOfKey(a), rootOfKey(b), { at: clock.timestamp(), scanId: null, by, reason })),
      ),
    splitDevice: (key, { by, reason, identifiers = [] }) =>
      database.transaction(() =>
        splitByHand(database, rootOfKey(key), identifiers, { at: clock.timestamp(), scanId: null, by, reason }).map(keyOfId),
      ),
    annotate: (key, note) => database.transaction(() => putAnnotation(database, rootOfKey(key), { ...note, at: clock.timestamp() })),
    annotations: (key) => listAnnotations(database, membersOf(database, rootOfKey(key))),
    allAnnotations: () => allAnnotations(database),
    setPhaseOut: (entries, by) =>
      database.transaction(() => {
        const at = clock.timestamp();
        return entries.map((entry) => setPhaseOut(database, rootOfKey(entry.key), entry, { at, by }));
      }),
  };
}
