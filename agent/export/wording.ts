/**
 * How a device is named and put into words where a system has one field for it. Pure. Names come from the stable key only: they are the
 * same for ever, never empty, and hold nothing but letters, digits and dashes, whatever a device said of itself.
 */
import { createHash } from 'node:crypto';
import { printable } from '../../probes/text.ts';
import type { ExportDevice } from './types.ts';

const MAX_SLUG_LENGTH = 32;

/** `mac:44:19:b6:00:00:01` → `cam-4419b6000001`; a key that does not fit gets a digest behind it, so that two never share a name. */
export function stableName(key: string): string {
  const mac = /^mac:((?:[0-9a-f]{2}:){5}[0-9a-f]{2})$/.exec(key)?.[1];
  if (mac !== undefined) return `cam-${mac.replaceAll(':', '')}`;
  const slug = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG_LENGTH)
    .replace(/^-|-$/g, '');
  return `cam-${slug === '' ? '' : `${slug}-`}${digest(key).slice(0, 8)}`;
}

/** A key as a system keeps it: one that is too long or cannot be shown as it is gets a digest, so that two never become one. */
export function keyText(key: string, maxLength: number): string {
  const shown = printable(key, maxLength).trim();
  return shown === key ? key : `${printable(key, maxLength - 10).trim()}#${digest(key).slice(0, 8)}`;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const ORDER = ['restricted', 'likely-restricted', 'needs-review', 'no-match', 'unknown'] as const;

/** The worst verdict and the policies that give it: `restricted: ca-fed-2025, us-889`. */
export function verdictLine({ verdicts, flagged }: ExportDevice): string {
  const worst = ORDER.find((word) => verdicts.some(({ verdict }) => verdict === word));
  if (worst === undefined) return 'not judged';
  const policies = verdicts.filter(({ verdict }) => verdict === worst).map(({ policy }) => policy);
  const excepted = !flagged && (worst === 'restricted' || worst === 'likely-restricted') ? ' (excepted)' : '';
  return `${worst}: ${policies.sort().join(', ')}${excepted}`;
}

/** What became of it: systems keep the record, and this line says that it is no more. */
export function presenceLine({ status, mergedInto }: ExportDevice): string {
  return mergedInto === undefined ? status : `merged into ${printable(mergedInto)}`;
}

/** A serial that can serve as one elsewhere: nothing invisible in it and not cut, because a changed serial finds the wrong record. */
export function usableSerial({ serial }: ExportDevice, maxLength: number): string | null {
  if (serial === null) return null;
  const bare = serial.trim();
  return bare !== '' && printable(bare, maxLength) === bare ? bare : null;
}

/** Whether the serial tells this device from others: one that the inventory saw at several devices does not. */
export function serialIdentifies({ serial, identifiers }: ExportDevice): boolean {
  return serial !== null && identifiers.some(({ kind }) => kind === 'serial');
}

/** `2026-01-15` of `2026-01-15T02:00:07.000Z`. */
export function dayOf(timestamp: string): string {
  return timestamp.slice(0, 10);
}
