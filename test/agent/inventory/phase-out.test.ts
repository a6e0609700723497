import { describe, expect, it } from 'vitest';
import { PHASE_OUT_STATUSES, phaseOutOf, progressOf, stepByCoverage, type PhaseOutDevice } from '../../../agent/inventory/phase-out.ts';
import { DEVICE_STATUSES } from '../../../agent/inventory/types.ts';

const note = (at: string, field: string, value: string) => ({ at, field, value });

describe('agent/inventory/phase-out', () => {
  it('lets the last word of each field count, and an empty one takes it back', () => {
    const notes = [
      note('2026-01-01', 'phase-out', 'planned'),
      note('2026-01-01', 'custodian', 'Ann'),
      note('2026-01-02', 'phase-out', 'removed'),
      note('2026-01-03', 'custodian', ''),
      note('2026-01-03', 'location', 'lobby'),
    ];
    expect(phaseOutOf(notes)).toEqual({ status: 'removed', since: '2026-01-02', custodian: null, location: 'lobby', note: null });
    expect(phaseOutOf([])).toEqual({ status: 'found', since: null, custodian: null, location: null, note: null });
    expect(phaseOutOf([note('2026-01-01', 'phase-out', 'eaten')]).status).toBe('found');
  });

  it('verifies only what is gone, and brings back only what was seen later', () => {
    const since = '2026-01-10';
    const table = PHASE_OUT_STATUSES.flatMap((status) =>
      DEVICE_STATUSES.flatMap((seen) =>
        ['2026-01-09', '2026-01-11'].flatMap((lastSeen) => {
          const step = stepByCoverage({ status, since }, { status: seen, lastSeen });
          return step === undefined ? [] : [`${status} ${seen} ${lastSeen}: ${step}`];
        }),
      ),
    );
    expect(table).toEqual([
      'isolated gone 2026-01-09: verified-gone',
      'isolated gone 2026-01-11: verified-gone',
      'removed present 2026-01-11: came-back',
      'removed gone 2026-01-09: verified-gone',
      'removed gone 2026-01-11: verified-gone',
      'verified-gone present 2026-01-11: came-back',
    ]);
  });

  it('counts by site and policy at each moment', () => {
    const device = (key: string, site: string, firstSeen: string, steps: [string, string][], policies = ['ca']): PhaseOutDevice => ({
      key,
      site,
      firstSeen,
      policies,
      annotations: steps.map(([at, value]) => note(at, 'phase-out', value)),
    });
    const devices = [
      device('a', 'hq', '2026-01-01', [
        ['2026-01-02', 'planned'],
        ['2026-01-04', 'removed'],
        ['2026-01-06', 'verified-gone'],
      ]),
      device('b', 'hq', '2026-01-03', [], ['ca', 'us']),
      device('c', 'branch', '2026-01-01', [['2026-01-02', 'isolated']]),
    ];
    const moments = ['05', '01', '07'].map((day) => ({ at: `2026-01-${day}`, site: 'hq' }));
    const short = progressOf(devices, moments).map(({ at, policy, found, planned, removed, verifiedGone, open }) => [
      at.slice(-2),
      policy,
      { found, planned, removed, verifiedGone, open },
    ]);
    expect(short).toEqual([
      ['01', 'ca', { found: 1, planned: 0, removed: 0, verifiedGone: 0, open: 1 }],
      ['01', 'us', { found: 0, planned: 0, removed: 0, verifiedGone: 0, open: 0 }],
      ['05', 'ca', { found: 1, planned: 0, removed: 1, verifiedGone: 0, open: 1 }],
      ['05', 'us', { found: 1, planned: 0, removed: 0, verifiedGone: 0, open: 1 }],
      ['07', 'ca', { found: 1, planned: 0, removed: 0, verifiedGone: 1, open: 1 }],
      ['07', 'us', { found: 1, planned: 0, removed: 0, verifiedGone: 0, open: 1 }],
    ]);
    expect(progressOf(devices, [{ at: '2026-01-03', site: 'branch' }])).toMatchObject([{ isolated: 1, open: 1 }]);
  });
});
