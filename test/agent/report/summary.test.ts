import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../../agent/report/summary.ts';
import type { CoverageSummary } from '../../../agent/sweep/coverage.ts';

const saidOf = (counts: { asked: number; alive: number; silent: number; notReached: number }): string | undefined => {
  const summary = { addresses: 254, excluded: 0, byProbe: {}, complete: counts.notReached === 0, ...counts };
  return textOf(summary, 0).split('\n')[1];
};
const textOf = (summary: CoverageSummary, wordless: number): string =>
  renderSummary({ reports: [], summary, elapsedMs: 1000, labels: ['192.0.2.0/24'], interrupted: false, subnets: [], wordless });

describe('agent/report/summary', () => {
  it('says of nobody that he was silent who was not asked', () => {
    expect(saidOf({ asked: 254, alive: 254, silent: 0, notReached: 0 })).toBe('Nothing flagged.');
    expect(saidOf({ asked: 254, alive: 4, silent: 250, notReached: 0 })).toBe(
      'Nothing flagged among what answered; 250 addresses said nothing.',
    );
    expect(saidOf({ asked: 100, alive: 4, silent: 96, notReached: 154 })).toBe(
      'Nothing flagged among what answered; 96 addresses said nothing, 154 were not asked to the end.',
    );
    expect(saidOf({ asked: 4, alive: 4, silent: 0, notReached: 250 })).toBe(
      'Nothing flagged among what answered; 250 were not asked to the end.',
    );
    expect(saidOf({ asked: 0, alive: 0, silent: 0, notReached: 254 })).toBe('Nothing was asked.');
  });

  it('counts who lives and tells nothing as not identified: the classes add up to those alive', () => {
    const summary = { addresses: 9, asked: 9, alive: 3, silent: 6, excluded: 0, notReached: 0, byProbe: {}, complete: true };
    expect(textOf(summary, 3)).toContain('9 asked, 3 alive, 0 flagged, 0 to review, 0 other surveillance, 0 cleared, 3 not identified.');
  });
});
