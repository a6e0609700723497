/** Arithmetic on ranges of addresses: how many, what two have in common, what is left. Pure. */
import type { Segment } from '../../probes/probe.ts';
import { mergeRanges, parseAddress, parseTarget, type Family, type TargetRange } from './targets.ts';

/** How many addresses; the ranges must not overlap. */
export function sizeOf(ranges: readonly TargetRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + Number(last - first + 1n), 0);
}

/** What both hold; neither list may overlap in itself. */
export function intersect(ranges: readonly TargetRange[], others: readonly TargetRange[]): TargetRange[] {
  return ranges.flatMap((range) =>
    others.flatMap((other) => {
      if (other.family !== range.family) return [];
      const first = other.first > range.first ? other.first : range.first;
      const last = other.last < range.last ? other.last : range.last;
      return first <= last ? [{ ...range, first, last }] : [];
    }),
  );
}

/** First to last address of a family. */
export interface Bounds {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

export function ascending(a: Bounds, b: Bounds): number {
  return a.family - b.family || (a.first < b.first ? -1 : Number(a.first > b.first));
}

/** What only the first list holds, which is ascending and without overlap; the second may be in any order. One walk through both. */
export function without<T extends Bounds>(ranges: readonly T[], taken: readonly Bounds[]): T[] {
  const sorted = [...taken].sort(ascending);
  let at = 0;
  return ranges.flatMap((whole) => {
    const { family, first, last } = whole;
    const left: T[] = [];
    let next = first;
    for (
      let range = sorted[at];
      range && (range.family < family || (range.family === family && range.first <= last));
      range = sorted[++at]
    ) {
      if (range.family < family || range.last < next) continue;
      if (range.first > next) left.push({ ...whole, first: next, last: range.first - 1n });
      next = range.last + 1n;
      // It may reach into the next one.
      if (range.last > last) break;
    }
    if (next <= last) left.push({ ...whole, first: next });
    return left;
  });
}

/** Tells whether an address is in one of the ranges. */
export function addressTest(ranges: readonly TargetRange[]): (address: string) => boolean {
  return (address) => {
    const parsed = parseAddress(address);
    return (
      parsed !== undefined &&
      ranges.some(({ family, first, last }) => family === parsed.family && parsed.value >= first && parsed.value <= last)
    );
  };
}

/** How many of the addresses the ranges hold. */
export function countInside(addresses: Iterable<string>, ranges: readonly TargetRange[]): number {
  const isInside = addressTest(ranges);
  let count = 0;
  for (const address of addresses) if (isInside(address)) count++;
  return count;
}

/** The hosts of the segments: who has one of these addresses is in the neighbour table. */
export function rangesOfSegments(segments: readonly Segment[]): TargetRange[] {
  return mergeRanges(segments.flatMap(({ address, prefixLength }) => parseTarget(`${address}/${prefixLength}`) ?? []));
}
