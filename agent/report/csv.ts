/**
 * One device a row: RFC 4180, CRLF, fixed columns, lists joined with `;`. Pure. Device text that a spreadsheet would run as
 * a formula gets a leading apostrophe; control and bidi characters become visible dots.
 */
import { printable } from '../../probes/text.ts';
import { isFlagged } from './table.ts';
import type { DeviceReport } from './device.ts';

export const CSV_SCHEMA_VERSION = '1';

const COLUMNS = [
  'schema_version',
  'address',
  'mac',
  'flagged',
  'verdicts',
  'maker',
  'brand',
  'owner',
  'model',
  'firmware',
  'serial',
  'device_type',
  'surveillance',
  'certainty',
  'summary',
  'contradictions',
  'evidence',
  'ports',
] as const;

/** The whole file, header line included. */
export function renderCsv(devices: readonly DeviceReport[]): string {
  return csvText(
    COLUMNS,
    devices.map((device) => COLUMNS.map((column) => values(device)[column])),
  );
}

/** Rows of any table, safe for a spreadsheet. */
export function csvText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function values(device: DeviceReport): Readonly<Record<(typeof COLUMNS)[number], string>> {
  return {
    schema_version: CSV_SCHEMA_VERSION,
    address: device.address,
    mac: device.mac ?? '',
    flagged: String(isFlagged(device)),
    verdicts: device.verdicts.map(({ policy, verdict }) => `${policy}=${verdict}`).join(';'),
    maker: device.maker ?? '',
    brand: device.brand ?? '',
    owner: device.owner ?? '',
    model: device.model ?? '',
    firmware: device.firmware ?? '',
    serial: device.serial ?? '',
    device_type: device.deviceType ?? '',
    surveillance: device.surveillance === null ? '' : String(device.surveillance),
    certainty: device.certainty ?? '',
    summary: device.summary,
    contradictions: device.contradictions.join(';'),
    evidence: [...new Set(device.evidence.map(({ signature }) => signature))].join(';'),
    ports: device.ports.join(';'),
  };
}

const MAX_CELL_LENGTH = 2000;

function cell(text: string): string {
  const clean = printable(text, MAX_CELL_LENGTH);
  const safe = /^[=+\-@\t\r]/.test(clean) ? `'${clean}` : clean;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
