/**
 * What to ask: addresses, CIDR blocks, ranges and lists of them, kept as bounds and walked as iterators, never as arrays.
 * Pure: names are resolved and files read by the caller.
 */
import { formatAddress, parseAddress, type Family } from '../addresses.ts';
import { CamsweepError } from '../errors.ts';

export { formatAddress, parseAddress, type Family } from '../addresses.ts';

/** Inclusive bounds. `label` is what the user wrote. */
export interface TargetRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
  readonly label: string;
}

const IPV4_BITS = 32;
const IPV6_BITS = 128;

/** Parses one target that is an address, a CIDR block or a range; undefined when it is none of them (a name, perhaps). */
export function parseTarget(text: string): TargetRange | undefined {
  const label = text.trim();
  if (label.includes('/')) return parseCidr(label);
  const dash = label.indexOf('-');
  const single = parseAddress(label);
  if (single && isNobody(single)) throw invalid(label, 'the address of one host, not a group, broadcast or unspecified one');
  if (single) return { family: single.family, first: single.value, last: single.value, label };
  if (dash > 0 && parseAddress(label.slice(0, dash))) return parseRange(label, dash);
  if (/^[\d.]+$/.test(label)) throw invalid(label, 'four numbers from 0 to 255');
  return undefined;
}

/** 0.0.0.0/8, multicast and the limited broadcast address, and their likes in IPv6: nobody's own address. */
function isNobody({ family, value }: { family: Family; value: bigint }): boolean {
  if (family === 6) return value === 0n || value >> 120n === 0xffn;
  const first = value >> 24n;
  return first === 0n || (first >= 224n && first < 240n) || value === 0xffffffffn;
}

function parseCidr(label: string): TargetRange {
  const [base = '', length = '', ...rest] = label.split('/');
  const address = parseAddress(base);
  if (!address || rest.length > 0) throw invalid(label, 'ADDRESS/LENGTH, for example 192.168.1.0/24');
  const bits = address.family === 4 ? IPV4_BITS : IPV6_BITS;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) throw invalid(label, `a prefix length from 0 to ${bits} after the slash`);
  const hostBits = BigInt(bits - Number(length));
  const first = (address.value >> hostBits) << hostBits;
  const last = first + (1n << hostBits) - 1n;
  // Network and broadcast address are no hosts, except where the block is too small to have them.
  const trim = address.family === 4 && Number(length) <= 30 ? 1n : 0n;
  return { family: address.family, first: first + trim, last: last - trim, label: `${formatAddress(address.family, first)}/${length}` };
}

function parseRange(label: string, dash: number): TargetRange {
  const first = parseAddress(label.slice(0, dash));
  const end = label.slice(dash + 1).trim();
  // `192.168.1.10-20` is short for `192.168.1.10-192.168.1.20`.
  const last = parseAddress(/^\d{1,3}$/.test(end) ? label.slice(0, label.lastIndexOf('.', dash) + 1) + end : end);
  if (!first || last?.family !== first.family) throw invalid(label, 'FIRST-LAST of one family, for example 10.0.0.1-10.0.0.50');
  if (last.value < first.value) throw invalid(label, 'the first address before the last');
  return { family: first.family, first: first.value, last: last.value, label };
}

/** How many addresses the ranges hold, overlaps counted once. */
export function countAddresses(ranges: readonly TargetRange[]): bigint {
  return mergeRanges(ranges).reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

/** Overlapping and adjacent ranges of a family joined, in ascending order; the label of the first survives. */
export function mergeRanges(ranges: readonly TargetRange[]): TargetRange[] {
  const merged: TargetRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.family - b.family || (a.first < b.first ? -1 : 1))) {
    const previous = merged.at(-1);
    if (previous?.family === range.family && range.first <= previous.last + 1n) {
      merged[merged.length - 1] = { ...previous, last: range.last > previous.last ? range.last : previous.last };
    } else merged.push(range);
  }
  return merged;
}

/** Every address once, ascending. */
export function* walk(ranges: readonly TargetRange[]): Generator<string> {
  for (const { family, first, last } of mergeRanges(ranges)) {
    for (let value = first; value <= last; value++) yield formatAddress(family, value);
  }
}

function invalid(label: string, expected: string): CamsweepError {
  return new CamsweepError('target-invalid', `target "${label}": expected ${expected}`);
}
