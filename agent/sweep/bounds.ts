/** Arithmetic on ranges of addresses: how many, what two have in common, what is left. Pure. */
import { mergeRanges, parseAddress, type TargetRange } from './targets.ts';

/** How many addresses; the ranges must not overlap. */
export function sizeOf(ranges: readonly TargetRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + Number(last - first + 1n), 0);
}

/** As few ranges as hold the same: also those that touch are joined. */
export function joined(ranges: readonly TargetRange[]): TargetRange[] {
  const all: TargetRange[] = [];
  for (const range of mergeRanges(ranges)) {
    const before = all.at(-1);
    if (before?.family === range.family && range.first === before.last + 1n) all[all.length - 1] = { ...before, last: range.last };
    else all.push(range);
  }
  return all;
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

/** What only the first list holds. */
export function without(ranges: readonly TargetRange[], taken: readonly TargetRange[]): TargetRange[] {
  return mergeRanges(taken).reduce<TargetRange[]>(
    (left, { family, first, last }) =>
      left.flatMap((range) => {
        if (range.family !== family || last < range.first || first > range.last) return [range];
        return [
          ...(range.first < first ? [{ ...range, last: first - 1n }] : []),
          ...(range.last > last ? [{ ...range, first: last + 1n }] : []),
        ];
      }),
    [...ranges],
  );
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
