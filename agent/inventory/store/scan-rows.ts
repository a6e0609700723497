/** Rows of `scans`, and finding one by what a person types. */
import type { Clock } from '../../clock.ts';
import { SCAN_STATUSES, type NewScan, type ScanStatus, type StoredScanRow } from '../types.ts';
import { integer, text, textOrNull, type Database, type Row } from './database.ts';
import { isGone, ownerText, thisOwner } from './owner.ts';

const COLUMNS =
  'id, uid, site, started_at, ended_at, status, merged_at, targets, probes, policies, version, data_version, data_hash, summary, recordings';

export function insertScan(database: Database, scan: NewScan): number {
  return database.run(
    `INSERT INTO scans (uid, site, started_at, status, targets, probes, policies, version, data_version, data_hash, owner, heartbeat_at)
     VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?)`,
    scan.uid,
    scan.site,
    scan.startedAt,
    JSON.stringify(scan.targets),
    JSON.stringify(scan.probes),
    JSON.stringify(scan.policies),
    scan.version,
    scan.dataVersion,
    scan.dataHash,
    ownerText(thisOwner()),
    scan.startedAt,
  ).lastId;
}

export function scanOf(row: Row): StoredScanRow {
  return {
    id: integer(row, 'id'),
    uid: text(row, 'uid'),
    site: text(row, 'site'),
    startedAt: text(row, 'started_at'),
    endedAt: textOrNull(row, 'ended_at'),
    status: statusOf(text(row, 'status')),
    mergedAt: textOrNull(row, 'merged_at'),
    targets: strings(text(row, 'targets')),
    probes: strings(text(row, 'probes')),
    policies: strings(text(row, 'policies')),
    version: text(row, 'version'),
    dataVersion: text(row, 'data_version'),
    dataHash: text(row, 'data_hash'),
    summary: record(text(row, 'summary')),
    recordings: integer(row, 'recordings'),
  };
}

function statusOf(word: string): ScanStatus {
  return SCAN_STATUSES.find((status) => status === word) ?? 'incomplete';
}

export function strings(json: string): string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function record(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

const MAX_SCANS = 10_000;

export interface ScanFilter {
  readonly site?: string | undefined;
  readonly limit?: number | undefined;
}

/** Newest first. */
export function listScans(database: Database, { site, limit = MAX_SCANS }: ScanFilter = {}): StoredScanRow[] {
  const rows =
    site === undefined
      ? database.all(`SELECT ${COLUMNS} FROM scans ORDER BY id DESC LIMIT ?`, limit)
      : database.all(`SELECT ${COLUMNS} FROM scans WHERE site = ? ORDER BY id DESC LIMIT ?`, site, limit);
  return rows.map(scanOf);
}

export function scanById(database: Database, id: number): StoredScanRow | undefined {
  const row = database.get(`SELECT ${COLUMNS} FROM scans WHERE id = ?`, id);
  return row && scanOf(row);
}

/** A number, the beginning of a uid, `last`, `previous`, or a date: the last scan that began at or before it. */
export function findScan(database: Database, word: string, site?: string): StoredScanRow | undefined {
  const wanted = word.trim();
  if (/^\d{1,9}$/.test(wanted)) return scanById(database, Number(wanted));
  if (wanted === 'last' || wanted === 'previous') return listScans(database, { site, limit: 2 })[wanted === 'last' ? 0 : 1];
  if (/^[0-9a-f-]{6,36}$/i.test(wanted) && !/^\d{4}-\d\d/.test(wanted)) {
    const row = database.get(
      `SELECT ${COLUMNS} FROM scans WHERE substr(uid, 1, ${wanted.length}) = ? ORDER BY id DESC LIMIT 1`,
      wanted.toLowerCase(),
    );
    return row && scanOf(row);
  }
  const until = dateEnd(wanted);
  return until === undefined ? undefined : listScans(database, { site }).find(({ startedAt }) => startedAt <= until);
}

/** `2026-01-15` means all of that day; a full timestamp means itself. Undefined for no date. */
function dateEnd(text: string): string | undefined {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const time = Date.parse(isDay ? `${text}T23:59:59.999Z` : text);
  return /^\d{4}-\d\d-\d\d/.test(text) && Number.isFinite(time) ? new Date(time).toISOString() : undefined;
}

/** Marks scans whose process is gone as incomplete; how many. What they recorded stays. */
export function markAbandoned(database: Database, clock: Clock): number {
  const running = database.all("SELECT id, owner, heartbeat_at FROM scans WHERE status = 'running'");
  const now = Date.parse(clock.timestamp());
  const abandoned = running.filter((row) => isGone(textOrNull(row, 'owner'), now - Date.parse(textOrNull(row, 'heartbeat_at') ?? '')));
  for (const row of abandoned) {
    database.run("UPDATE scans SET status = 'incomplete', ended_at = heartbeat_at WHERE id = ? AND status = 'running'", integer(row, 'id'));
  }
  return abandoned.length;
}

/** Scans that ended without their sightings becoming devices: killed, or the file refused. Oldest first. */
export function pendingScans(database: Database): StoredScanRow[] {
  return database.all(`SELECT ${COLUMNS} FROM scans WHERE merged_at IS NULL AND status <> 'running' ORDER BY id`).map(scanOf);
}
