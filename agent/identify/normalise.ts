/**
 * What firmware lines and serial numbers say beyond themselves: version, date of the build, date of production, region. Pure:
 * an age needs a date, and the caller brings it.
 */
import { parseFirmware, parseSerial } from '../../probes/serial.ts';

export interface Firmware {
  /** As written; a build or date that followed is left out. */
  readonly version: string;
  /** ISO 8601 date. */
  readonly buildDate?: string;
}

const MAX_LENGTH = 256;
const VERSION = /(?<![\w.])V?\d{1,6}(?:\.\d{1,10}){1,5}(?:\.[A-Za-z]{1,3}\d{0,4})?(?![\w.]*\.\d)/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;

/** Ways to write a date that mean one day only; `05-06-2019` is not among them. */
const DATES: readonly {
  readonly pattern: RegExp;
  readonly parts: (match: RegExpExecArray) => readonly [year: string, month: string, day: string];
}[] = [
  { pattern: /build\W{0,4}(?:date\W{0,3})?(\d{2})(\d{2})(\d{2})(?!\d)/i, parts: ([, y = '', m = '', d = '']) => [`20${y}`, m, d] },
  { pattern: /(?<!\d)(20\d{2})[-./](\d{1,2})[-./](\d{1,2})(?!\d)/, parts: ([, y = '', m = '', d = '']) => [y, m, d] },
  { pattern: /(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)/, parts: ([, y = '', m = '', d = '']) => [y, m, d] },
  { pattern: /(?<!\d)(\d{2})[-/](1[3-9]|2\d|3[01])[-/](20\d{2})(?!\d)/, parts: ([, m = '', d = '', y = '']) => [y, m, d] },
  { pattern: /\b([A-Z][a-z]{2})[a-z]{0,6} {1,2}(\d{1,2}),? (20\d{2})\b/, parts: ([, m = '', d = '', y = '']) => [y, monthOf(m), d] },
  { pattern: /\b(\d{1,2}) ([A-Z][a-z]{2})[a-z]{0,6} (20\d{2})\b/, parts: ([, d = '', m = '', y = '']) => [y, monthOf(m), d] },
];

/** Version and build date of a firmware line, whatever the maker; undefined where there is no version in it. */
export function normaliseFirmware(text: string): Firmware | undefined {
  const line = text.slice(0, MAX_LENGTH).trim();
  const buildDate = parseFirmware(line)?.buildDate ?? buildDateOf(line);
  const version = VERSION.exec(line)?.[0];
  return version === undefined ? undefined : { version, ...(buildDate === undefined ? {} : { buildDate }) };
}

/** The date in `build 240826`, `2021-03-10`, `20210310`, `May 15 2012` …, ISO 8601. */
export function buildDateOf(text: string): string | undefined {
  const line = text.slice(0, MAX_LENGTH);
  for (const { pattern, parts } of DATES) {
    const match = pattern.exec(line);
    const date = match ? isoDate(...parts(match)) : undefined;
    if (date !== undefined) return date;
  }
  return undefined;
}

function monthOf(name: string): string {
  return String(MONTHS.findIndex((month) => month === name.toLowerCase()) + 1);
}

/** Undefined where there is no such day. */
function isoDate(year: string, month: string, day: string): string | undefined {
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(iso) ? undefined : iso;
}

export interface Production {
  /** ISO 8601 date. */
  readonly produced: string;
  /** Four letters, e.g. `AAWR`, `CCCH`: the market it was made for. */
  readonly region: string;
}

/** What a serial of the `DS-` family tells; undefined for any other. */
export function normaliseSerial(serial: string, model?: string): Production | undefined {
  const parts = parseSerial(serial, model);
  return parts && { produced: parts.produced, region: parts.region };
}

/** Firmware that nobody finished fills the model in with a word for "model". */
const PLACEHOLDER = /^(?:model(?: ?name)?|ipc|dvr|nvr|unknown|undefined|default|null|none|n\/?a|x+|-+|0+)$/i;

/** True where a model says that there is none. */
export function isPlaceholder(model: string): boolean {
  return PLACEHOLDER.test(model.trim());
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole days from an ISO date to another; undefined where one of them is no date, negative where it lies ahead. */
export function ageInDays(date: string, on: string): number | undefined {
  const days = Math.floor((Date.parse(on) - Date.parse(date)) / DAY_MS);
  return Number.isNaN(days) ? undefined : days;
}
