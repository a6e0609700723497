/**
 * CSV: RFC 4180, CRLF, UTF-8, fixed columns in a fixed order, one device a row, lists joined with `;`, nothing for what is not known.
 * What a spreadsheet would run as a formula gets a leading apostrophe; control and bidi characters become visible dots. Pure.
 */
import { z } from 'zod';
import { printable } from '../../../probes/text.ts';
import { EXPORT_SCHEMA_VERSION, type DocumentTarget, type ExportDevice } from '../types.ts';

/** Append only: who reads by position must not be broken. */
const COLUMNS = {
  schema_version: () => EXPORT_SCHEMA_VERSION,
  key: ({ key }) => key,
  site: ({ site }) => site,
  status: ({ status }) => status,
  address: ({ addresses }) => addresses[0],
  mac: ({ mac }) => mac,
  flagged: ({ flagged }) => String(flagged),
  verdicts: ({ verdicts }) => verdicts.map(({ policy, verdict }) => `${policy}=${verdict}`).join(';'),
  maker: ({ maker }) => maker,
  brand: ({ brand }) => brand,
  owner: ({ owner }) => owner,
  model: ({ model }) => model,
  firmware: ({ firmware }) => firmware,
  serial: ({ serial }) => serial,
  device_type: ({ deviceType }) => deviceType,
  surveillance: ({ surveillance }) => (surveillance === null ? null : String(surveillance)),
  certainty: ({ certainty }) => certainty,
  phase_out: ({ phaseOut }) => phaseOut,
  custodian: ({ custodian }) => custodian,
  location: ({ location }) => location,
  note: ({ note }) => note,
  first_seen: ({ firstSeen }) => firstSeen,
  last_seen: ({ lastSeen }) => lastSeen,
  addresses: ({ addresses }) => addresses.join(';'),
  identifiers: ({ identifiers }) => identifiers.map(({ kind, value }) => `${kind}:${value}`).join(';'),
  former_keys: ({ formerKeys }) => formerKeys.join(';'),
  merged_into: ({ mergedInto }) => mergedInto,
  summary: ({ summary }) => summary,
  because: ({ because }) => because,
  contradictions: ({ contradictions }) => contradictions.join(';'),
  signatures: ({ evidence }) => [...new Set(evidence.map(({ signature }) => signature))].join(';'),
} as const satisfies Record<string, (device: ExportDevice) => string | null | undefined>;

export const csvTarget: DocumentTarget<Record<string, never>> = {
  kind: 'document',
  id: 'csv',
  title: 'CSV (RFC 4180), one device a row',
  settings: z.strictObject({}),
  extension: 'csv',
  writes: 'whole',
  render: (devices) => `${[Object.keys(COLUMNS).join(','), ...devices.map(csvRow)].join('\r\n')}\r\n`,
};

function csvRow(device: ExportDevice): string {
  return Object.values(COLUMNS)
    .map((value) => csvCell(value(device) ?? ''))
    .join(',');
}

const MAX_CELL_LENGTH = 4000;
/** Also behind spaces and as full-width forms: spreadsheets run those too. */
const FORMULA = /^[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

export function csvCell(text: string): string {
  const clean = printable(text, MAX_CELL_LENGTH);
  const safe = FORMULA.test(clean) ? `'${clean}` : clean;
  return /[",;\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
