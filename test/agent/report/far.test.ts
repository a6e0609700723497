import { describe, expect, it } from 'vitest';
import { describeDevice } from '../../../agent/report/device.ts';
import type { ReportDevice } from '../../../agent/report/document.ts';
import { addBusinessDays, renderFar } from '../../../agent/report/far.ts';
import type { Verdict } from '../../../agent/policy/types.ts';
import { reportDevice } from './document-of.ts';
import { identityOf } from './observed.ts';

const verdict = (policy: string, word: Verdict['verdict'], certainty = 'confirmed'): Verdict => ({
  policy,
  title: policy,
  verdict: word,
  certainty,
  because: 'because',
  basis: 'maker',
});
const device = (more: Partial<ReportDevice>): ReportDevice =>
  reportDevice(describeDevice({ address: '192.0.2.7', identity: identityOf({ model: 'DS-1' }), observations: [], verdicts: [] }), {
    maker: 'Hikvision',
    brand: 'ANNKE',
    ...more,
  });

function rows(devices: readonly ReportDevice[]): Record<string, string>[] {
  const [head = [], ...rest] = renderFar(devices, [
    {
      id: 'EX',
      state: 'covered',
      policy: null,
      device: 'x',
      reason: 'r',
      approver: 'a',
      mitigation: 'own VLAN',
      from: '2026-01-01',
      expires: '2027-01-01',
    },
  ])
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.split(','));
  return rest.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
}

describe('agent/report/far', () => {
  it.each([
    ['a Monday', '2026-03-02T10:00:00.000Z', 1, '2026-03-03'],
    ['a Friday', '2026-03-06T23:59:00.000Z', 1, '2026-03-09'],
    ['a Saturday', '2026-03-07T10:00:00.000Z', 1, '2026-03-09'],
    ['a Sunday', '2026-03-08T10:00:00.000Z', 1, '2026-03-09'],
    ['two weeks', '2026-03-03', 10, '2026-03-17'],
    ['the end of a leap February', '2028-02-28', 1, '2028-02-29'],
    ['nothing', 'not a day', 1, ''],
  ])('counts business days from %s', (_, from, count, expected) => {
    expect(addBusinessDays(from, count)).toBe(expected);
  });

  it('has a row for what matches section 889, and for nothing else', () => {
    const matching = device({ verdicts: [verdict('us-889a1a', 'restricted'), verdict('us-889a1b', 'likely-restricted')] });
    const others = [
      verdict('us-889a1b', 'no-match'),
      verdict('ca-federal-2025', 'restricted'),
      verdict('us-889a1b', 'needs-review', 'possible'),
    ];
    expect(rows([matching, ...others.map((other) => device({ verdicts: [other] }))])).toMatchObject([
      { brand: 'ANNKE', made_by: 'Hikvision', model_number: 'DS-1', contract_number: '', supplier_cage: '', rules: 'us-889a1a;us-889a1b' },
    ]);
  });

  it('starts the clock when the device was first known to match, the earlier rule counting', () => {
    const verdicts = [verdict('us-889a1a', 'restricted'), verdict('us-889a1b', 'restricted')];
    const known = { 'us-889a1a': '2026-02-01T00:00:00.000Z', 'us-889a1b': '2026-01-09T08:00:00.000Z' };
    expect(rows([device({ verdicts, discoveredAt: known })])).toMatchObject([
      { discovered_at: '2026-01-09T08:00:00.000Z', first_report_due: '2026-01-12', further_report_due: '2026-01-26' },
    ]);
    expect(rows([device({ verdicts, firstSeen: null })])).toMatchObject([
      { discovered_at: '', first_report_due: '', further_report_due: '' },
    ]);
  });

  it('says what is done about it: exception, phase-out and note', () => {
    const exception = { id: 'EX', state: 'covered', expires: '2027-01-01', reason: 'r' } as const;
    const phaseOut = { status: 'isolated', since: '2026-02-03T00:00:00.000Z', custodian: null, location: null, note: 'VLAN 9' } as const;
    const [row] = rows([device({ verdicts: [{ ...verdict('us-889a1b', 'restricted'), exception }], phaseOut })]);
    expect(row?.mitigation_readily_available).toBe('own VLAN; isolated since 2026-02-03; VLAN 9');
  });
});
