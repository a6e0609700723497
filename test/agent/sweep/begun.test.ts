import { describe, expect, it } from 'vitest';
import { begunScan, doneRanges, leftOf, type BegunScan } from '../../../agent/sweep/begun.ts';
import { Coverage } from '../../../agent/sweep/coverage.ts';
import { parseTarget, walk, type TargetRange } from '../../../agent/sweep/targets.ts';
import type { Recording } from '../../../probes/recording.ts';
import { randomFrom } from '../../probes/mutate.ts';

const ranges = (...texts: string[]): TargetRange[] => texts.flatMap((text) => parseTarget(text) ?? []);
const TARGETS = ranges('10.0.0.0/24', '10.0.7.9');
const ALL = [...walk(TARGETS)];
const PROBES = ['http', 'snmp'];
const recording = (address: string): Recording => ({
  id: `${address}/1`,
  at: '2026-11-26T00:00:00.000Z',
  from: { address },
  protocol: 'http',
  response: {},
});

/** What happens to an address depends on the address alone, so that two ways to the end can be compared. */
function book(coverage: Coverage, address: string): void {
  const last = Number(address.split('.')[3]);
  if (last % 5 === 0) coverage.finish(address, { http: 'answered', snmp: last % 2 === 0 ? 'refused' : 'silent' }, 'alive');
  else if (last % 17 === 0) coverage.finishDark(address, 'excluded', 'excluded');
  else coverage.finishDark(address, last % 3 === 0 ? 'silent' : 'unreachable', 'silent');
}

function soFar(coverage: Coverage, recordings: readonly Recording[] = []): BegunScan {
  const { ranges: dark, outcomes } = coverage.darkSoFar();
  return begunScan({ dark, outcomes, live: [...coverage.live()].map(([address, of]) => ({ address, outcomes: of })), recordings });
}

describe('agent/sweep/begun', () => {
  it('ends with the coverage of a scan that was never cut off, wherever it is cut, and however often', () => {
    const whole = new Coverage(ALL.length, PROBES);
    for (const address of ALL) book(whole, address);
    const random = randomFrom(4);
    for (let round = 0; round < 50; round++) {
      let coverage = new Coverage(ALL.length, PROBES);
      let asked = 0;
      for (let cuts = 0; cuts < 3; cuts++) {
        const left = [...walk(leftOf(TARGETS, cuts === 0 ? undefined : soFar(coverage)))].sort(() => random() - 0.5);
        const cutAt = Math.floor(random() * left.length);
        const next = new Coverage(ALL.length, PROBES);
        if (cuts > 0) next.takeUp(soFar(coverage));
        for (const [index, address] of left.entries()) {
          if (index < cutAt) book(next, address);
          // What an abort does to those under way.
          else if (index < cutAt + 4) next.finishDark(address, 'aborted', 'not-reached');
          else if (index === cutAt + 4) next.finish(address, { http: 'answered', snmp: 'aborted' }, 'alive');
        }
        asked += cutAt;
        coverage = next;
      }
      const last = new Coverage(ALL.length, PROBES);
      last.takeUp(soFar(coverage));
      const left = [...walk(leftOf(TARGETS, soFar(coverage)))];
      for (const address of left) book(last, address);
      expect(last.summary()).toEqual(whole.summary());
      expect(last.dark(TARGETS).filter(({ state }) => state === 'not-reached')).toEqual([]);
      expect(asked + left.length).toBe(ALL.length); // nobody was asked to the end twice
    }
  });

  it('asks again who was cut off in the middle, and who answered after it had been booked as dark', () => {
    const coverage = new Coverage(ALL.length, PROBES);
    coverage.finish('10.0.0.1', { http: 'answered', snmp: 'silent' }, 'alive');
    coverage.finish('10.0.0.2', { http: 'answered', snmp: 'aborted' }, 'alive');
    coverage.finishDark('10.0.0.3', 'silent', 'silent');
    coverage.finishDark('10.0.0.4', 'unreachable', 'silent');
    coverage.finishDark('10.0.0.5', 'aborted', 'not-reached');
    const begun = soFar(coverage, [recording('10.0.0.1'), recording('10.0.0.2'), recording('10.0.0.3')]);
    expect([...walk(doneRanges(begun))]).toEqual(['10.0.0.1', '10.0.0.4']);
    expect(begun.outcomes.silent).toEqual({ silent: 0, unreachable: 1 });
  });

  it('believes no dark address where ranges and counts contradict each other', () => {
    const dark = [{ first: '10.0.0.1', last: '10.0.0.9', state: 'silent' }] as const;
    const live = [{ address: '10.0.0.20', outcomes: { http: 'answered' } }] as const;
    const begun = begunScan({ dark, outcomes: { silent: { silent: 8 }, excluded: {} }, live, recordings: [] });
    expect([...walk(doneRanges(begun))]).toEqual(['10.0.0.20']);
  });
});
