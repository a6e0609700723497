import { describe, expect, it } from 'vitest';
import { countInside, intersect, rangesOfSegments, sizeOf, without } from '../../../agent/sweep/bounds.ts';
import { mergeRanges, parseTarget, walk, type TargetRange } from '../../../agent/sweep/targets.ts';
import { randomFrom } from '../../probes/mutate.ts';

const random = randomFrom(11);
const some = (): TargetRange[] =>
  Array.from({ length: Math.floor(random() * 6) }, () => {
    const first = Math.floor(random() * 60);
    return parseTarget(`10.0.0.${first}-10.0.0.${Math.min(63, first + Math.floor(random() * 12))}`);
  }).flatMap((range) => range ?? []);

describe('agent/sweep/bounds', () => {
  it('agrees with sets of addresses', () => {
    for (let round = 0; round < 300; round++) {
      const [a, b] = [mergeRanges(some()), mergeRanges(some())];
      const [inA, inB] = [new Set(walk(a)), new Set(walk(b))];
      expect(sizeOf(a)).toBe(inA.size);
      expect([...walk(intersect(a, b))]).toEqual([...inA].filter((address) => inB.has(address)));
      expect([...walk(without(a, b))]).toEqual([...inA].filter((address) => !inB.has(address)));
      const c = some().concat(b, b);
      const inC = new Set(walk(c));
      expect([...walk(without(a, c))]).toEqual([...inA].filter((address) => !inC.has(address)));
      expect(countInside(inA, b)).toBe([...inA].filter((address) => inB.has(address)).length);
      for (const [index, range] of a.entries()) expect((a[index + 1]?.first ?? range.last + 2n) > range.last + 1n).toBe(true);
    }
  });

  it('keeps the families apart', () => {
    const [four, six] = ['0.0.0.1-0.0.0.9', '::1-::9'].map((text) => [parseTarget(text)].flatMap((range) => range ?? []));
    expect(intersect(four ?? [], six ?? [])).toEqual([]);
    expect(sizeOf(without(four ?? [], six ?? []))).toBe(9);
  });

  it('holds the hosts of segments, and not the addresses that are no host there', () => {
    const on = (address: string, prefixLength: number) => ({ interfaceName: 'x', address, prefixLength });
    const ranges = rangesOfSegments([on('10.0.0.9', 24), on('10.0.0.7', 24), on('10.0.1.1', 25)]);
    expect(ranges.map(({ first, last }) => [first, last])).toEqual([
      [0x0a000001n, 0x0a0000fen],
      [0x0a000101n, 0x0a00017en],
    ]);
    expect(sizeOf(rangesOfSegments([on('192.0.2.1', 32), on('198.51.100.0', 31)]))).toBe(3);
  });
});
