/**
 * One screen of plain text for a mail or a chat: what changed, what is flagged, what was asked, what needs a person. Pure. Empty
 * when there is nothing to tell: a message that comes every night is not read.
 */
import { printable } from '../../probes/text.ts';
import type { EventRow } from '../inventory/types.ts';
import { describeEvent } from './inventory.ts';
import { renderSummary, type SummaryInput } from './summary.ts';
import { isFlagged } from './table.ts';

export interface MailInput extends SummaryInput {
  readonly site: string;
  readonly startedAt: string;
  /** Of this scan; empty where nothing is kept. */
  readonly events: readonly EventRow[];
  /** What went wrong on our side, in words. */
  readonly problems: readonly string[];
  /** Where nothing is kept nobody knows what is new: everything flagged is told. */
  readonly isKept: boolean;
}

const MOST = { events: 15, flagged: 12 } as const;
const WIDTH = 100;

export function renderMail(input: MailInput): string {
  const { events, problems, isKept, reports, interrupted, summary } = input;
  const flagged = reports.filter(isFlagged);
  const isWrong = interrupted || !summary.complete || problems.length > 0;
  if (events.length === 0 && !isWrong && (isKept || flagged.length === 0)) return '';
  const changes = events.map((event) =>
    clip(`${(event.address ?? '-').padEnd(15)} ${describeEvent(event)}: ${printable(event.summary, WIDTH)}`),
  );
  return [
    `Camsweep, site ${input.site}, scan of ${input.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    '',
    renderSummary(input).trimEnd(),
    ...section(`Changes since the scan before: ${events.length}`, changes, MOST.events),
    ...section(
      `Flagged: ${flagged.length}`,
      flagged.map(({ address, summary: what }) => clip(`${address.padEnd(15)} ${printable(what, WIDTH)}`)),
      MOST.flagged,
    ),
    ...section(
      `To look after: ${problems.length}`,
      problems.map((problem) => clip(printable(problem, 2 * WIDTH))),
      MOST.events,
    ),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[], most: number): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - most;
  return ['', title, ...lines.slice(0, most).map((line) => `  ${line}`), ...(rest > 0 ? [`  … and ${rest} more`] : [])];
}

function clip(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}
