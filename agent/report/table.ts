/**
 * The result as a table for a terminal: flagged first, then other surveillance devices, then what could not be told. Pure.
 * Device text is made printable here; nothing a device says moves the cursor or reorders a line.
 */
import Table from 'cli-table3';
import { printable } from '../../probes/text.ts';
import type { DeviceReport } from './device.ts';

export interface TableStyle {
  readonly columns: number;
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly dim: (text: string) => string;
}

export interface DeviceGroups {
  readonly flagged: readonly DeviceReport[];
  readonly surveillance: readonly DeviceReport[];
  readonly unknown: readonly DeviceReport[];
  readonly cleared: readonly DeviceReport[];
}

/** Words of a verdict that make a device a finding. */
const FLAG_VERDICTS: readonly string[] = ['restricted', 'likely-restricted', 'needs-review'];

export function isFlagged({ verdicts }: DeviceReport): boolean {
  return verdicts.some(({ verdict }) => FLAG_VERDICTS.includes(verdict));
}

/** Sorts devices into the groups people look for, each by address. */
export function groupDevices(devices: readonly DeviceReport[]): DeviceGroups {
  const sorted = [...devices].sort((a, b) => compareAddresses(a.address, b.address));
  const flagged = sorted.filter(isFlagged);
  const rest = sorted.filter((device) => !isFlagged(device));
  return {
    flagged: [...flagged].sort((a, b) => Number(b.surveillance === true) - Number(a.surveillance === true)),
    surveillance: rest.filter(({ surveillance }) => surveillance === true),
    unknown: rest.filter(({ surveillance }) => surveillance === null),
    cleared: rest.filter(({ surveillance }) => surveillance === false),
  };
}

/** Numeric order for IPv4, textual otherwise. */
export function compareAddresses(a: string, b: string): number {
  const key = (address: string): string =>
    address.includes(':')
      ? address
      : address
          .split('.')
          .map((part) => part.padStart(3, '0'))
          .join('.');
  return key(a) < key(b) ? -1 : Number(key(a) > key(b));
}

/** All groups as text that fits the given width (at least 80 columns). */
export function renderTable(devices: readonly DeviceReport[], style: TableStyle, everything: boolean): string {
  const { flagged, surveillance, unknown, cleared } = groupDevices(devices);
  const parts: string[] = [];
  const section = (title: string, list: readonly DeviceReport[], isRed: boolean): void => {
    if (list.length === 0) return;
    parts.push(`${style.bold(isRed ? style.red(title) : title)}\n${rows(list, style, isRed)}`);
  };
  section(`FLAGGED  ${count(flagged.length, 'device')}`, flagged, true);
  section(`OTHER SURVEILLANCE  ${count(surveillance.length, 'device')}`, surveillance, false);
  section(`NOT IDENTIFIED  ${count(unknown.length, 'device')} that answered`, unknown, false);
  if (everything) section(`CLEARED  ${count(cleared.length, 'device')}, not surveillance`, cleared, false);
  else if (cleared.length > 0) parts.push(style.dim(`CLEARED  ${count(cleared.length, 'device')}, not surveillance (--all lists them)\n`));
  return parts.join('\n');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

const MIN_COLUMNS = 80;
const WIDE_COLUMNS = 120;

function rows(devices: readonly DeviceReport[], style: TableStyle, isRed: boolean): string {
  const columns = Math.max(MIN_COLUMNS, style.columns) - 1;
  const addressWidth = Math.min(40, Math.max(15, ...devices.map(({ address }) => address.length))) + 1;
  const wide = columns >= WIDE_COLUMNS;
  const [typeWidth, sureWidth, macWidth] = [16, 10, wide ? 18 : 0];
  const left = columns - 2 - addressWidth - typeWidth - sureWidth - macWidth;
  const makerWidth = Math.max(16, Math.floor(left * (wide ? 0.4 : 0.52)));
  const widths = [2, addressWidth, makerWidth, typeWidth, ...(wide ? [macWidth] : []), left - makerWidth, sureWidth];
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 1, compact: true, head: [] },
    colWidths: widths,
  });
  table.push(['', 'ADDRESS', 'MAKER', 'TYPE', ...(wide ? ['MAC'] : []), 'MODEL', 'SURE'].map(style.dim));
  for (const device of devices) {
    const cells = [
      isRed ? '!' : ' ',
      device.address,
      makerText(device),
      device.deviceType ?? (device.surveillance === true ? 'surveillance' : '-'),
      ...(wide ? [device.mac ?? '-'] : []),
      [device.model, wide ? device.firmware : null].filter((text) => text !== null).join('  ') || '-',
      device.certainty ?? '-',
    ];
    table.push(cells.map((cell, index) => fit(cell, (widths[index] ?? 1) - 1)).map((cell) => (isRed ? style.red(cell) : cell)));
  }
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

function fit(text: string, width: number): string {
  return printable(text, Math.max(1, width));
}

function makerText({ maker, brand, summary }: DeviceReport): string {
  if (maker !== null && brand !== null && maker !== brand) return `${maker}, sold as ${brand}`;
  if (maker !== null) return maker;
  return brand === null ? (summary === 'not identified' ? '-' : 'maker unknown') : `${brand} (maker not established)`;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;
