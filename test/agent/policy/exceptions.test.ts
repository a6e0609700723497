import { describe, expect, it } from 'vitest';
import { coverOf, describeMark, withExceptions, type ExceptionSubject, type PolicyException } from '../../../agent/policy/exceptions.ts';
import { isFinding, matchesRule } from '../../../agent/policy/finding.ts';
import { isExcepted, isFlagged } from '../../../agent/report/table.ts';
import type { Verdict } from '../../../agent/policy/types.ts';

const SUBJECT: ExceptionSubject = {
  keys: ['mac:44:19:b6:00:00:01', 'serial:OLDKEY1'],
  identifiers: [
    { kind: 'mac', value: '44:19:b6:00:00:01' },
    { kind: 'serial', value: 'DS-2CD2143G2-I20230101AAWRK12345678' },
  ],
  addresses: ['192.0.2.10'],
  site: 'hq',
};

function exception(changes: Partial<PolicyException> = {}): PolicyException {
  return {
    id: 'lobby',
    device: { mac: '44:19:b6:00:00:01' },
    policy: null,
    reason: 'lease ends',
    approver: 'CISO',
    mitigation: 'no internet',
    from: '2026-01-01',
    expires: '2026-06-30',
    ...changes,
  };
}

const VERDICT: Verdict = { policy: 'p', title: 'P', verdict: 'restricted', certainty: 'confirmed', because: 'b', basis: 'maker' };

describe('agent/policy/exceptions', () => {
  it.each([
    ['2025-12-31', 'future', true],
    ['2026-01-01', 'covered', false],
    ['2026-06-30', 'covered', false],
    ['2026-07-01', 'expired', true],
  ])('on %s an exception from January to June is %s, and the device a finding: %s', (today, state, flagged) => {
    const [verdict] = withExceptions([VERDICT], SUBJECT, [exception()], today);
    expect(verdict?.exception?.state).toBe(state);
    expect(verdict && isFinding(verdict)).toBe(flagged);
    // Listed either way: what the device is has not changed.
    expect(verdict && matchesRule(verdict)).toBe(true);
    expect(isFlagged({ verdicts: verdict ? [verdict] : [] })).toBe(flagged);
    expect(isExcepted({ verdicts: verdict ? [verdict] : [] })).toBe(!flagged);
  });

  it('says in words what holds and what ran out', () => {
    expect(describeMark({ id: 'lobby', state: 'covered', expires: '2026-06-30', reason: 'lease ends' })).toBe(
      'excepted until 2026-06-30 (lease ends)',
    );
    expect(describeMark({ id: 'lobby', state: 'expired', expires: '2026-06-30', reason: 'x' })).toBe(
      'exception lobby expired on 2026-06-30: a finding again',
    );
  });

  it.each([
    [{ key: 'serial:OLDKEY1' }, true],
    [{ mac: '44-19-B6-00-00-01' }, true],
    [{ serial: 'ds-2cd2143g2-i20230101aawrk12345678' }, true],
    [{ serial: '20230101AAWRK12345678' }, true],
    [{ serial: '345678' }, false],
    [{ address: '192.0.2.10', site: 'hq' }, true],
    [{ address: '192.0.2.10', site: 'branch' }, false],
    [{ address: '192.0.2.1', site: 'hq' }, false],
    [{ mac: '44:19:b6:00:00:01', serial: 'OTHER12345' }, false],
    [{ site: 'hq' }, false],
    [{}, false],
  ])('%j names the device: %s', (device, covered) => {
    expect(coverOf(SUBJECT, ['p'], [exception({ device })], '2026-03-01')[0]?.covered).toBe(covered);
  });

  it('holds for one policy where it names one, and the other stays a finding', () => {
    const verdicts = withExceptions([VERDICT, { ...VERDICT, policy: 'q' }], SUBJECT, [exception({ policy: 'q' })], '2026-03-01');
    expect(verdicts.map((verdict) => isFinding(verdict))).toEqual([true, false]);
    expect(isFlagged({ verdicts })).toBe(true);
  });

  it('lets the one in force decide over one that ran out, and the longest over the others', () => {
    const list = [
      exception({ id: 'old', expires: '2026-02-01' }),
      exception({ id: 'short', expires: '2026-04-01' }),
      exception({ id: 'long', expires: '2026-05-01' }),
    ];
    const at = (day: string): string | undefined => coverOf(SUBJECT, ['p'], list, day)[0]?.exception?.id;
    expect([at('2026-03-01'), at('2026-04-15'), at('2026-05-02')]).toEqual(['long', 'long', 'long']);
    expect(coverOf(SUBJECT, ['p'], list, '2026-05-02')[0]).toMatchObject({ covered: false, expired: true });
  });
});
