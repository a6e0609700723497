import { describe, expect, it } from 'vitest';
import { bestOutcome } from '../../probes/outcome.ts';
import { OUTCOMES } from '../../probes/probe.ts';

describe('probes/outcome', () => {
  it('takes the best, whatever the order', () => {
    expect(bestOutcome(['silent', 'answered', 'refused'])).toBe('answered');
    expect(bestOutcome(['refused', 'not-understood', 'aborted'])).toBe('not-understood');
    expect(bestOutcome(['unreachable', 'silent'])).toBe('silent');
  });

  it('puts an abort before the failures: what was not asked is not known to be closed', () => {
    expect(bestOutcome(['refused', 'aborted', 'silent'])).toBe('aborted');
  });

  it('knows every outcome, and calls an empty list excluded', () => {
    for (const outcome of OUTCOMES) expect(bestOutcome([outcome])).toBe(outcome);
    expect(bestOutcome([])).toBe('excluded');
  });
});
