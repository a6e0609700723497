import { describe, expect, it } from 'vitest';
import { absenceOf, aged } from '../../../agent/inventory/ageing.ts';
import { coverageBySubnet, indexCoverage } from '../../../agent/inventory/coverage-ranges.ts';
import { addressesAfter, changesOf, type Before } from '../../../agent/inventory/change.ts';
import { Coverage } from '../../../agent/sweep/coverage.ts';
import { parseTarget, walk, type TargetRange } from '../../../agent/sweep/targets.ts';
import { randomFrom } from '../../probes/mutate.ts';
import { coverageOf, state } from './material.ts';
import { shuffled } from './world.ts';

const targets = (...texts: readonly string[]): TargetRange[] => texts.flatMap((text) => parseTarget(text) ?? []);

describe('agent/sweep/dark-ranges', () => {
  it.each([1, 2, 3, 4, 5])('says of every address what was booked, in any order, and the rest was not reached (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const ranges = targets('192.0.2.0/24', '198.51.100.10-198.51.100.40', '2001:db8::/121');
    const all = [...walk(ranges)];
    const states = ['alive', 'silent', 'silent', 'silent', 'excluded', 'not-reached', undefined] as const;
    const truth = new Map(all.map((address) => [address, states[Math.floor(random() * states.length)]] as const));
    const coverage = new Coverage(all.length);
    for (const address of shuffled(all, random)) {
      const word = truth.get(address);
      if (word) coverage.finish(address, { http: word === 'alive' ? 'answered' : 'silent' }, word);
    }
    const live = [...coverage.live()].map(([address, outcomes]) => ({ address, outcomes }));
    const index = indexCoverage({ dark: coverage.dark(ranges), live });
    expect(all.map((address) => index.at(address))).toEqual(all.map((address) => truth.get(address) ?? 'not-reached'));
    expect(index.at('203.0.113.1')).toBe('not-a-target');
  });

  it('keeps a dark /16 in one range', () => {
    const ranges = targets('10.1.0.0/16');
    const coverage = new Coverage(65_534);
    for (const address of walk(ranges)) coverage.finish(address, {}, 'silent');
    expect(coverage.dark(ranges)).toEqual([{ first: '10.1.0.1', last: '10.1.255.254', state: 'silent' }]);
    const subnets = coverageBySubnet({ dark: coverage.dark(ranges), live: [] });
    expect(subnets).toHaveLength(256);
    expect(subnets[0]).toEqual({ subnet: '10.1.0.0/24', addresses: 255, alive: 0, silent: 255, excluded: 0, notReached: 0 });
  });
});

describe('agent/inventory/coverage-ranges', () => {
  it('counts a subnet', () => {
    const coverage = { ...coverageOf(['192.0.2.10', '192.0.2.11']), live: coverageOf(['192.0.2.10', '192.0.2.11', '2001:db8::7']).live };
    expect(coverageBySubnet(coverage)).toEqual([
      { subnet: '192.0.2.0/24', addresses: 254, alive: 2, silent: 252, excluded: 0, notReached: 0 },
      { subnet: '2001:db8::/64', addresses: 1, alive: 1, silent: 0, excluded: 0, notReached: 0 },
    ]);
  });
});

describe('agent/inventory/ageing', () => {
  const index = indexCoverage(coverageOf(['192.0.2.10']));
  const taken = (address: string): boolean => address === '192.0.2.10';
  it.each([
    [['192.0.2.20'], 'absent'],
    [['192.0.2.10'], 'absent'],
    [['192.0.2.20', '192.0.2.21'], 'absent'],
    [['192.0.2.20', '198.51.100.1'], 'not-asked'],
    [[], 'not-asked'],
  ])('%j: %s', (addresses, absence) => {
    expect(absenceOf(addresses, index, taken)).toBe(absence);
  });

  it('is not told of by a subnet that was silent as a whole', () => {
    expect(absenceOf(['192.0.2.20'], indexCoverage(coverageOf([])), taken)).toBe('not-asked');
  });

  it('cannot tell where what answers may be the device itself', () => {
    expect(absenceOf(['192.0.2.10'], index, () => false)).toBe('unclear');
    expect(aged({ status: 'present', missed: 0 }, 'unclear', 2)).toEqual({ status: 'missing', missed: 0 });
    expect(aged({ status: 'gone', missed: 2 }, 'absent', 2)).toEqual({ status: 'gone', missed: 2 });
    expect(aged({ status: 'missing', missed: 1 }, 'absent', 2)).toEqual({ status: 'gone', missed: 2 });
  });
});

describe('agent/inventory/change', () => {
  const index = indexCoverage(coverageOf(['192.0.2.20']));
  const before = (addresses: readonly string[], macs = 1): Before => ({
    site: 'hq',
    status: 'present',
    missed: 0,
    addresses,
    macs,
    state: state({}),
  });
  const kinds = (from: Before, seenAt: readonly string[]): string[] =>
    changesOf(from, { site: 'hq', seenAt, state: state({}) }, index).map(({ kind }) => kind);

  it('says moved where the old address was asked, or the device has but one port', () => {
    expect(kinds(before(['192.0.2.10']), ['192.0.2.20'])).toEqual(['moved']);
    expect(kinds(before(['198.51.100.1']), ['192.0.2.20'])).toEqual(['moved']);
    expect(kinds(before(['192.0.2.20']), ['192.0.2.20'])).toEqual([]);
  });

  it('does not say so of another port of a device that has several', () => {
    const recorder = before(['198.51.100.1'], 2);
    expect(kinds(recorder, ['192.0.2.20'])).toEqual([]);
    expect(addressesAfter(recorder, { site: 'hq', seenAt: ['192.0.2.20'], state: state({}) }, index)).toEqual([
      '192.0.2.20',
      '198.51.100.1',
    ]);
    expect(kinds(before(['192.0.2.20', '198.51.100.1'], 2), ['192.0.2.20'])).toEqual([]);
    // The first port was asked and is silent now: it did move.
    expect(kinds(before(['192.0.2.10'], 2), ['192.0.2.20'])).toEqual(['moved']);
  });
});
