/**
 * The result as a table for a terminal: flagged first, then other surveillance devices, then what could not be told. Pure.
 * Device text is made printable here; nothing a device says moves the cursor or reorders a line.
 */
import Table from 'cli-table3';
import { printable } from '../../probes/text.ts';
import { describeMark } from '../policy/exceptions.ts';
import { isFinding, matchesRule } from '../policy/finding.ts';
import type { DeviceReport } from './device.ts';

export interface TableStyle {
  readonly columns: number;
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly dim: (text: string) => string;
}

export interface DeviceGroups {
  readonly flagged: readonly DeviceReport[];
  readonly review: readonly DeviceReport[];
  /** Match a rule, and an exception holds for them. */
  readonly excepted: readonly DeviceReport[];
  readonly surveillance: readonly DeviceReport[];
  readonly unknown: readonly DeviceReport[];
  readonly cleared: readonly DeviceReport[];
}

/** A finding: the device itself showed, at least probably, that it matches a chosen policy, and no exception holds for it. */
export function isFlagged({ verdicts }: Pick<DeviceReport, 'verdicts'>): boolean {
  return verdicts.some(isFinding);
}

/** It matches a rule under some policy, and an exception covers every such match. */
export function isExcepted({ verdicts }: Pick<DeviceReport, 'verdicts'>): boolean {
  return verdicts.some(matchesRule) && !verdicts.some(isFinding);
}

/** No finding, but a person should look: only a hint, or only what is known of the brand. */
export function needsLook(device: DeviceReport): boolean {
  return !isFlagged(device) && !isExcepted(device) && device.verdicts.some(({ verdict }) => verdict === 'needs-review');
}

/** Known to be no surveillance device, and nothing about it is open. */
export function isCleared(device: DeviceReport): boolean {
  return isLeft(device) && device.surveillance === false;
}

function isLeft(device: DeviceReport): boolean {
  return !isFlagged(device) && !isExcepted(device) && !needsLook(device);
}

/** Sorts devices into the groups people look for, each by address. */
export function groupDevices(devices: readonly DeviceReport[]): DeviceGroups {
  const sorted = [...devices].sort((a, b) => compareAddresses(a.address, b.address));
  const flagged = sorted.filter(isFlagged);
  const review = sorted.filter(needsLook);
  const excepted = sorted.filter(isExcepted);
  const rest = sorted.filter(isLeft);
  return {
    flagged: [...flagged].sort((a, b) => Number(b.surveillance === true) - Number(a.surveillance === true)),
    review,
    excepted,
    surveillance: rest.filter(({ surveillance }) => surveillance === true),
    unknown: rest.filter(({ surveillance }) => surveillance === null),
    cleared: sorted.filter(isCleared),
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
  const { flagged, review, excepted, surveillance, unknown, cleared } = groupDevices(devices);
  const parts: string[] = [];
  const section = (title: string, list: readonly DeviceReport[], isRed: boolean): void => {
    if (list.length === 0) return;
    parts.push(`${style.bold(isRed ? style.red(title) : title)}\n${rows(list, style, isRed)}`);
  };
  section(`FLAGGED  ${count(flagged.length, 'device')}`, flagged, true);
  section(`TO REVIEW  ${count(review.length, 'device')}: hints only, a person decides`, review, false);
  section(`EXCEPTED  ${count(excepted.length, 'device')}: they match a rule, and somebody has approved them for a time`, excepted, false);
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
  const [typeWidth, sureWidth, macWidth] = [wide ? 17 : 13, 10, wide ? 18 : 0];
  const left = columns - 2 - addressWidth - typeWidth - sureWidth - macWidth;
  const makerWidth = Math.max(16, Math.floor(left * (wide ? 0.42 : 0.6)));
  const widths = [2, addressWidth, makerWidth, typeWidth, ...(wide ? [macWidth] : []), left - makerWidth, sureWidth];
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 1, compact: true, head: [] },
    colWidths: widths,
  });
  table.push(['', 'ADDRESS', 'MADE BY (SOLD AS)', 'TYPE', ...(wide ? ['MAC'] : []), 'MODEL', 'SURE'].map(style.dim));
  for (const device of devices) {
    const cells = [
      isRed ? '!' : ' ',
      device.address,
      makerText(device),
      typeText(device),
      ...(wide ? [device.mac ?? '-'] : []),
      [device.model, wide ? device.firmware : null].filter((text) => text !== null).join('  ') || '-',
      device.certainty ?? '-',
    ];
    table.push(cells.map((cell, index) => fit(cell, (widths[index] ?? 1) - 1)).map((cell) => (isRed ? style.red(cell) : cell)));
  }
  const [head = '', ...lines] = table.toString().split('\n');
  const body = lines.flatMap((line, index) => {
    const device = devices[index];
    // A flag without its reason is an accusation: the reason stands under it. So does the end of an exception.
    const below = device ? [...(isRed && device.because !== '' ? [device.because] : []), ...exceptionLines(device)] : [];
    return [line.trimEnd(), ...below.map((text) => style.dim(fit(`${' '.repeat(2 + addressWidth)}${text}`, columns)))];
  });
  return `${[head.trimEnd(), ...body].join('\n')}\n`;
}

/** Each exception that names the device, once. */
function exceptionLines({ verdicts }: DeviceReport): string[] {
  return [...new Set(verdicts.filter(matchesRule).flatMap(({ exception }) => (exception ? [describeMark(exception)] : [])))];
}

function fit(text: string, width: number): string {
  return printable(text, Math.max(1, width));
}

function makerText({ maker, brand, brandCertainty, summary }: DeviceReport): string {
  if (maker !== null && brand !== null && maker !== brand) return `${maker} (as ${brand}${brandCertainty === 'possible' ? '?' : ''})`;
  if (maker !== null) return maker;
  return brand === null ? (summary === 'not identified' ? '-' : 'maker unknown') : `${brand} (maker not established)`;
}

function typeText({ deviceType, surveillance }: DeviceReport): string {
  if (deviceType === null || deviceType === 'surveillance-device') return surveillance === true ? 'surveillance' : '-';
  return deviceType;
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
