/** Devices as lists and one by one: what commands, reports and exporters read. */
import { z } from 'zod';
import { CamsweepError } from '../../errors.ts';
import { addressKey } from '../address-key.ts';
import type { ExceptionMark } from '../../policy/exceptions.ts';
import { VERDICTS, type VerdictWord } from '../../policy/types.ts';
import type { DeviceState, DeviceStatus } from '../types.ts';
import { listAnnotations, type Annotation } from './annotations.ts';
import { integer, integerOrNull, text, textOrNull, type Database, type Row, type SqlValue } from './database.ts';
import { coreOf, identifiersOfDevice, isoOf, isShared, membersOf, rootOf, type DeviceCore, type IdentifierRow } from './device-rows.ts';
import { getState } from './states.ts';

export interface VerdictRow {
  readonly policy: string;
  readonly verdict: VerdictWord;
  readonly certainty: string | null;
  readonly basis: string;
  /** When it became this verdict. */
  readonly since: string;
  /** The exception that names the device as of today; never stored. */
  readonly exception?: ExceptionMark | undefined;
}

export interface DeviceRow extends DeviceCore {
  readonly maker: string | null;
  readonly brand: string | null;
  readonly owner: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  readonly mac: string | null;
  readonly deviceType: string | null;
  readonly surveillance: boolean | null;
  readonly certainty: string | null;
  readonly summary: string;
  readonly verdicts: readonly VerdictRow[];
}

export interface MergeRow {
  readonly at: string;
  readonly from: string;
  readonly into: string;
  readonly reason: string;
  readonly by: string;
  readonly undoneAt: string | null;
  readonly undoneReason: string | null;
}

export interface DeviceDetail extends DeviceRow {
  readonly state: DeviceState;
  /** Former keys that still lead here. */
  readonly keys: readonly string[];
  readonly identifiers: readonly (Omit<IdentifierRow, 'device'> & { readonly shared: boolean })[];
  readonly merges: readonly MergeRow[];
  readonly annotations: readonly Annotation[];
}

export interface DeviceFilter {
  readonly site?: string | undefined;
  readonly status?: readonly DeviceStatus[] | undefined;
  readonly surveillance?: boolean | undefined;
  /** Leaves out what is known to be no surveillance and matches no policy. */
  readonly concerning?: boolean | undefined;
  /** Devices with one of these verdicts, under `policy` where that is given. */
  readonly verdicts?: readonly VerdictWord[] | undefined;
  readonly policy?: string | undefined;
  readonly limit?: number | undefined;
  /** The last device of the page before. */
  readonly after?: DeviceRow | undefined;
}

const COLUMNS =
  'd.id, d.key, d.site, d.status, d.missed, d.first_seen, d.last_seen, d.last_scan, d.addresses, d.state_id, d.maker, d.brand, d.owner, d.model, d.firmware, d.serial, d.mac, d.device_type, d.surveillance, d.certainty, d.summary, (SELECT json_group_array(json_array(v.policy, v.verdict, v.certainty, v.basis, v.since)) FROM verdicts v WHERE v.device_id = d.id) AS verdicts';
const MAX_DEVICES = 1_000_000;

/** In order of site and address. */
export function listDevices(database: Database, filter: DeviceFilter): DeviceRow[] {
  const { conditions, values } = conditionsOf(filter);
  const rows = database.all(
    `SELECT ${COLUMNS} FROM devices d WHERE ${conditions.join(' AND ')} ORDER BY d.site, d.address_key, d.id LIMIT ?`,
    ...values,
    filter.limit ?? MAX_DEVICES,
  );
  return rows.map(deviceOf);
}

export function countDevices(database: Database, filter: DeviceFilter): number {
  const { conditions, values } = conditionsOf({ ...filter, after: undefined });
  const row = database.get(`SELECT COUNT(*) AS number FROM devices d WHERE ${conditions.join(' AND ')}`, ...values);
  return row ? integer(row, 'number') : 0;
}

function conditionsOf({ site, status, surveillance, concerning, verdicts, policy, after }: DeviceFilter): {
  conditions: string[];
  values: SqlValue[];
} {
  const conditions = ['d.merged_into IS NULL'];
  const values: SqlValue[] = [];
  const where = (condition: string, ...bound: readonly SqlValue[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ');
  if (site !== undefined) where('d.site = ?', site);
  if (status) where(`d.status IN (${marks(status)})`, ...status);
  if (surveillance !== undefined) where('d.surveillance = ?', Number(surveillance));
  if (concerning === true) {
    where("(d.surveillance IS NOT 0 OR d.id IN (SELECT v.device_id FROM verdicts v WHERE v.verdict NOT IN ('no-match', 'unknown')))");
  }
  if (verdicts) {
    const byPolicy = policy === undefined ? '' : ' AND v.policy = ?';
    where(
      `d.id IN (SELECT v.device_id FROM verdicts v WHERE v.verdict IN (${marks(verdicts)})${byPolicy})`,
      ...verdicts,
      ...(policy === undefined ? [] : [policy]),
    );
  }
  if (after) where('(d.site, d.address_key, d.id) > (?, ?, ?)', after.site, addressKey(after.addresses[0] ?? '') ?? '', after.id);
  return { conditions, values };
}

function deviceOf(row: Row): DeviceRow {
  const core = coreOf(row);
  const surveillance = integerOrNull(row, 'surveillance');
  return {
    ...core,
    maker: textOrNull(row, 'maker'),
    brand: textOrNull(row, 'brand'),
    owner: textOrNull(row, 'owner'),
    model: textOrNull(row, 'model'),
    firmware: textOrNull(row, 'firmware'),
    serial: textOrNull(row, 'serial'),
    mac: textOrNull(row, 'mac'),
    deviceType: textOrNull(row, 'device_type'),
    surveillance: surveillance === null ? null : surveillance === 1,
    certainty: textOrNull(row, 'certainty'),
    summary: text(row, 'summary'),
    verdicts: verdictsOf(text(row, 'verdicts')),
  };
}

const verdictsSchema = z.array(z.tuple([z.string(), z.enum(VERDICTS).catch('unknown'), z.string().nullable(), z.string(), z.string()]));

function verdictsOf(json: string): VerdictRow[] {
  return verdictsSchema
    .parse(JSON.parse(json))
    .map(([policy, verdict, certainty, basis, since]) => ({ policy, verdict, certainty, basis, since }));
}

export function deviceDetail(database: Database, id: number): DeviceDetail | undefined {
  const row = database.get(`SELECT ${COLUMNS} FROM devices d WHERE d.id = ?`, id);
  if (!row) return undefined;
  const device = deviceOf(row);
  const state = getState(database, device.stateId);
  if (!state) throw new CamsweepError('store-unusable', `${database.path}: device ${device.key} has no state`);
  const members = membersOf(database, id);
  return {
    ...device,
    state,
    keys: members
      .flatMap((member) => database.all('SELECT key FROM device_keys WHERE device_id = ? ORDER BY since', member))
      .map((item) => text(item, 'key')),
    identifiers: identifiersOfDevice(database, members).map(({ kind, value, firstSeen, lastSeen }) => ({
      kind,
      value,
      firstSeen,
      lastSeen,
      shared: isShared(database, { kind, value }),
    })),
    merges: members.flatMap((member) => mergesOf(database, member)),
    annotations: listAnnotations(database, members),
  };
}

function mergesOf(database: Database, member: number): MergeRow[] {
  return database
    .all(
      `SELECT at, from_key, into_key, reason, made_by, undone_at, undone_reason FROM merges
       WHERE into_id = ? OR (from_id = ? AND undone_at IS NOT NULL) ORDER BY id`,
      member,
      member,
    )
    .map((row) => ({
      at: text(row, 'at'),
      from: text(row, 'from_key'),
      into: text(row, 'into_key'),
      reason: text(row, 'reason'),
      by: text(row, 'made_by'),
      undoneAt: textOrNull(row, 'undone_at'),
      undoneReason: textOrNull(row, 'undone_reason'),
    }));
}

export interface SightingRow {
  readonly scanId: number;
  readonly site: string;
  readonly address: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly stateId: number;
}

/** One a scan and address, newest first. */
export function listSightings(database: Database, root: number): SightingRow[] {
  return membersOf(database, root)
    .flatMap((member) =>
      database.all(
        `SELECT h.scan_id, s.site, a.address, h.first_ms, h.last_ms, h.state_id FROM hosts h
         JOIN addresses a ON a.id = h.address_id JOIN scans s ON s.id = h.scan_id WHERE h.device_id = ?`,
        member,
      ),
    )
    .map((row) => ({
      scanId: integer(row, 'scan_id'),
      site: text(row, 'site'),
      address: text(row, 'address'),
      firstAt: isoOf(integer(row, 'first_ms')),
      lastAt: isoOf(integer(row, 'last_ms')),
      stateId: integer(row, 'state_id'),
    }))
    .sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
}

/** Devices seen in one scan, by the address they were at then. */
export function devicesOfScan(database: Database, scanId: number): { address: string; device: number; stateId: number }[] {
  return database
    .all(
      'SELECT a.address, h.device_id, h.state_id FROM hosts h JOIN addresses a ON a.id = h.address_id WHERE h.scan_id = ? AND h.device_id IS NOT NULL',
      scanId,
    )
    .map((row) => ({
      address: text(row, 'address'),
      device: rootOf(database, integer(row, 'device_id')),
      stateId: integer(row, 'state_id'),
    }));
}
