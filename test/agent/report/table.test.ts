import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../agent/policy/types.ts';
import { describeDevice } from '../../../agent/report/device.ts';
import { groupDevices, isCleared } from '../../../agent/report/table.ts';
import { identityOf } from './observed.ts';

const hint: Verdict = {
  policy: 'rule-1',
  title: 'Rule one',
  verdict: 'needs-review',
  certainty: 'possible',
  basis: 'rebrand',
  because: 'label only',
};
const device = (address: string, surveillance: boolean | null, verdicts: readonly Verdict[]) =>
  describeDevice({ address, identity: { ...identityOf(), surveillance }, observations: [], verdicts });

describe('agent/report/table', () => {
  it('clears nobody about whom something is open', () => {
    const [printer, stranger, switchToReview] = [
      device('192.0.2.1', false, []),
      device('192.0.2.2', null, []),
      device('192.0.2.3', false, [hint]),
    ];
    const groups = groupDevices([printer, stranger, switchToReview]);
    expect(groups.review).toEqual([switchToReview]);
    expect(groups.cleared).toEqual([printer]);
    expect(groups.unknown).toEqual([stranger]);
    expect([printer, stranger, switchToReview].map(isCleared)).toEqual([true, false, false]);
  });
});
