/**
 * Was this address asked, and did its subnet answer at all? Pure. "Gone" and "none found" stand on this: an address nobody
 * asked, or one in a subnet that was silent as a whole (a cable, a router, a firewall), says nothing about its device.
 */
import { addressKey, nextKey, spanOf, subnetBounds, subnetKey, subnetLabel } from './address-key.ts';
import type { DarkState, ScanCoverage } from './types.ts';

export type AddressCoverage = 'alive' | DarkState | 'not-a-target';

export interface CoverageIndex {
  /** How the address stands in this scan. */
  at(address: string): AddressCoverage;
  /** True where at least one address of its subnet showed life. */
  subnetAnswered(address: string): boolean;
}

interface Range {
  readonly first: string;
  readonly last: string;
  readonly state: DarkState;
}

export function indexCoverage(coverage: ScanCoverage): CoverageIndex {
  const ranges = sortedRanges(coverage);
  const live = new Set(coverage.live.flatMap(({ address }) => addressKey(address) ?? []));
  const subnets = new Set([...live].map(subnetKey));
  return {
    at(address) {
      const key = addressKey(address);
      if (key === undefined) return 'not-a-target';
      if (live.has(key)) return 'alive';
      return rangeAt(ranges, key)?.state ?? 'not-a-target';
    },
    subnetAnswered(address) {
      const key = addressKey(address);
      return key !== undefined && subnets.has(subnetKey(key));
    },
  };
}

function sortedRanges({ dark }: ScanCoverage): Range[] {
  return dark
    .flatMap(({ first, last, state }) => {
      const [from, to] = [addressKey(first), addressKey(last)];
      return from === undefined || to === undefined ? [] : [{ first: from, last: to, state }];
    })
    .sort((a, b) => (a.first < b.first ? -1 : 1));
}

function rangeAt(ranges: readonly Range[], key: string): Range | undefined {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (!range) return undefined;
    if (key < range.first) high = middle - 1;
    else if (key > range.last) low = middle + 1;
    else return range;
  }
  return undefined;
}

export interface SubnetCoverage {
  /** `192.0.2.0/24`, or a /64. */
  readonly subnet: string;
  readonly addresses: number;
  readonly alive: number;
  readonly silent: number;
  readonly excluded: number;
  readonly notReached: number;
}

type Counts = { -readonly [K in Exclude<keyof SubnetCoverage, 'subnet' | 'addresses'>]: number };

/** More subnets than this in one dark range are not counted one by one. */
const MAX_SUBNETS = 65_536;

/** Counts for every /24 (IPv6: /64) the targets touch, in order of address. Live hosts outside the targets count as alive too. */
export function coverageBySubnet(coverage: ScanCoverage): SubnetCoverage[] {
  const counts = new Map<string, Counts>();
  const of = (subnet: string): Counts => {
    const known = counts.get(subnet) ?? { alive: 0, silent: 0, excluded: 0, notReached: 0 };
    counts.set(subnet, known);
    return known;
  };
  for (const range of sortedRanges(coverage)) {
    let first = range.first;
    for (let turn = 0; turn < MAX_SUBNETS && first <= range.last; turn++) {
      const subnet = subnetKey(first);
      const { last: end } = subnetBounds(subnet);
      const last = end < range.last ? end : range.last;
      of(subnet)[range.state === 'not-reached' ? 'notReached' : range.state] += spanOf(first, last);
      if (nextKey(last) === last) break;
      first = nextKey(last);
    }
  }
  for (const { address } of coverage.live) {
    const key = addressKey(address);
    if (key !== undefined) of(subnetKey(key)).alive++;
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([subnet, count]) => ({
      subnet: subnetLabel(subnet),
      addresses: count.alive + count.silent + count.excluded + count.notReached,
      ...count,
    }));
}
