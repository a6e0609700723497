/** The sentence a person can quote: what was asked, what answered, what was found, and what a scan cannot show. Pure. */
import type { CoverageSummary } from '../sweep/coverage.ts';
import type { DeviceReport } from './device.ts';
import { groupDevices } from './table.ts';

export interface SummaryInput {
  readonly reports: readonly DeviceReport[];
  readonly summary: CoverageSummary;
  readonly elapsedMs: number;
  readonly labels: readonly string[];
  readonly interrupted: boolean;
  /** A line for each subnet. */
  readonly subnets: readonly string[];
  /** Who lives and told nothing of itself, mostly because it refused everything: there is no row for it. */
  readonly wordless: number;
}

/** Several lines, each complete by itself. */
export function renderSummary({ reports, summary, elapsedMs, labels, interrupted, subnets, wordless }: SummaryInput): string {
  const { flagged, review, excepted, surveillance, unknown, cleared } = groupDevices(reports);
  const rebrands = flagged.filter(({ maker, brand }) => maker !== null && brand !== null && maker !== brand).length;
  const where = labels.length <= 3 ? labels.join(', ') : `${labels.length} targets`;
  const lines = [
    `${where}: ${summary.asked} asked, ${summary.alive} alive, ${flagged.length} flagged, ${review.length} to review,${excepted.length === 0 ? '' : ` ${excepted.length} excepted,`} ${surveillance.length} other surveillance, ${cleared.length} cleared, ${unknown.length + wordless} not identified.`,
    flagged.length === 0
      ? headlineNone(summary)
      : `${flagged.length} flagged${rebrands > 0 ? `, ${rebrands} of them sold under another name` : ''}.`,
    `Coverage: ${summary.silent} silent, ${summary.excluded} excluded, ${summary.notReached} not reached; ${(elapsedMs / 1000).toFixed(1)} s.`,
    ...subnets,
    ...(interrupted ? ['Interrupted: this is a partial result.'] : []),
    'Not visible to a scan: devices switched off, behind a recorder or a firewall, analogue, or on networks not named above.',
  ];
  return `${lines.join('\n')}\n`;
}

function headlineNone({ asked, silent, notReached }: CoverageSummary): string {
  if (asked === 0) return 'Nothing was asked.';
  const open = [
    ...(silent === 0 ? [] : [`${silent} addresses said nothing`]),
    ...(notReached === 0 ? [] : [`${notReached} were not asked to the end`]),
  ];
  return open.length === 0 ? 'Nothing flagged.' : `Nothing flagged among what answered; ${open.join(', ')}.`;
}
