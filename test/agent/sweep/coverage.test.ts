import { describe, expect, it } from 'vitest';
import { Coverage, emptyCounts } from '../../../agent/sweep/coverage.ts';
import { parseTarget } from '../../../agent/sweep/targets.ts';

const ranges = [parseTarget('192.0.2.0/29')].flatMap((range) => range ?? []);
const PROBES = ['http', 'snmp'];

describe('agent/sweep/coverage', () => {
  it('counts dark addresses for every probe without asking any', () => {
    const coverage = new Coverage(6, PROBES);
    for (const host of [1, 2, 3]) coverage.finishDark(`192.0.2.${host}`, 'silent', 'silent');
    coverage.finishDark('192.0.2.4', 'unreachable', 'silent');
    coverage.finish('192.0.2.5', { http: 'answered', snmp: 'refused' }, 'alive');
    const { byProbe, alive, silent, notReached } = coverage.summary();
    expect({ alive, silent, notReached }).toEqual({ alive: 1, silent: 4, notReached: 1 });
    expect(byProbe).toEqual({
      http: { ...emptyCounts(), silent: 3, unreachable: 1, answered: 1 },
      snmp: { ...emptyCounts(), silent: 3, unreachable: 1, refused: 1 },
    });
  });

  it('takes an address back that answered after all, and no other one', () => {
    const coverage = new Coverage(6, PROBES);
    for (const host of [1, 2, 3, 4, 5]) coverage.finishDark(`192.0.2.${host}`, 'silent', 'silent');
    coverage.finishDark('192.0.2.6', 'excluded', 'excluded');
    for (const address of ['192.0.2.3', '192.0.2.6', '198.51.100.1']) coverage.revive(address, 'silent');
    coverage.finish('192.0.2.3', { http: 'answered', snmp: 'silent' }, 'alive');
    expect(coverage.summary()).toMatchObject({ asked: 5, alive: 1, silent: 4, excluded: 1, notReached: 0, complete: true });
    expect(coverage.summary().byProbe.http).toEqual({ ...emptyCounts(), silent: 4, excluded: 1, answered: 1 });
    expect(coverage.dark(ranges)).toEqual([
      { first: '192.0.2.1', last: '192.0.2.2', state: 'silent' },
      { first: '192.0.2.4', last: '192.0.2.5', state: 'silent' },
      { first: '192.0.2.6', last: '192.0.2.6', state: 'excluded' },
    ]);
  });

  it('takes an address back as what it was booked', () => {
    const coverage = new Coverage(6, PROBES);
    coverage.finishDark('192.0.2.1', 'silent', 'silent');
    coverage.finishDark('192.0.2.2', 'unreachable', 'silent');
    coverage.revive('192.0.2.2', 'unreachable');
    coverage.finish('192.0.2.2', { http: 'refused', snmp: 'refused' }, 'alive');
    expect(coverage.summary().byProbe.http).toEqual({ ...emptyCounts(), silent: 1, refused: 1 });
  });
});
