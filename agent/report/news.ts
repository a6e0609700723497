/**
 * A device told of while it is being watched: whether there is anything to say, and the line that says it. Pure. Each device
 * is told of once, and again only when we are surer, know something else of it, or it goes or comes back.
 */
import { printable } from '../../probes/text.ts';
import { CERTAINTIES } from '../identify/types.ts';
import type { DeviceReport } from './device.ts';
import { isFlagged } from './table.ts';

export const NEWS = ['new', 'surer', 'changed', 'left', 'back'] as const;
export type News = (typeof NEWS)[number];

/** What was last said of a device. */
export interface Told {
  readonly rank: number;
  readonly claims: string;
  readonly left: boolean;
  readonly flagged: boolean;
  /** Known to be no surveillance device. */
  readonly cleared: boolean;
}

export function toldOf(report: DeviceReport, left: boolean): Told {
  const { maker, brand, deviceType, model, firmware, serial, mac, surveillance } = report;
  return {
    rank: CERTAINTIES.findIndex((known) => known === report.certainty),
    claims: JSON.stringify([maker, brand, deviceType, model, firmware, serial, mac, surveillance, isFlagged(report)]),
    left,
    flagged: isFlagged(report),
    cleared: surveillance === false && !isFlagged(report),
  };
}

/** What there is to say now, or undefined when all of it was said. */
export function newsOf(before: Told | undefined, now: Told): News | undefined {
  if (!before) return 'new';
  if (now.left !== before.left) return now.left ? 'left' : 'back';
  if (now.rank > before.rank) return 'surer';
  return now.claims === before.claims ? undefined : 'changed';
}

export interface NewsStyle {
  readonly red: (text: string) => string;
  readonly dim: (text: string) => string;
}

const WORDS: Readonly<Record<News, string>> = {
  new: '',
  surer: 'now surer',
  changed: 'more known',
  left: 'said goodbye',
  back: 'is back',
};
const MAX_SUMMARY = 120;
const MAX_DETAIL = 60;

/** One line, without its end: mark, time, address, what it is, and by what it was heard. */
export function newsLine(report: DeviceReport, news: News, time: string, heardBy: readonly string[], style: NewsStyle): string {
  const flagged = isFlagged(report);
  const details = [report.model, report.firmware, report.mac].flatMap((text) => (text === null ? [] : [printable(text, MAX_DETAIL)]));
  const text = `${flagged ? '!' : ' '} ${time}  ${report.address.padEnd(15)} ${[printable(report.summary, MAX_SUMMARY), ...details].join('  ')}`;
  const aside = [WORDS[news], `heard by ${heardBy.join(', ')}`].filter((part) => part !== '').join('; ');
  return `${flagged ? style.red(text) : text}  ${style.dim(`(${aside})`)}`;
}
