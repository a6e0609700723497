/** Addresses and MACs that are never asked. Pure. The transport asks `isExcluded` before every packet. */
import { normaliseMac } from '../../probes/text.ts';
import { CamsweepError } from '../errors.ts';
import { parseAddress, parseTarget, type TargetRange } from './targets.ts';

export interface Exclusions {
  readonly ranges: readonly TargetRange[];
  readonly macs: ReadonlySet<string>;
}

/** Parses entries (address, CIDR, range, MAC). Throws CamsweepError `option-invalid` on anything else. */
export function parseExclusions(entries: readonly string[]): Exclusions {
  const ranges: TargetRange[] = [];
  const macs = new Set<string>();
  for (const entry of entries) {
    const mac = /[:-]/.test(entry) ? normaliseMac(entry) : undefined;
    if (mac !== undefined) {
      macs.add(mac);
      continue;
    }
    const range = parseTarget(entry);
    if (!range) throw new CamsweepError('option-invalid', `exclude "${entry}": expected an address, CIDR, range or MAC`);
    ranges.push(range);
  }
  return { ranges: ranges.map(wholeBlock), macs };
}

// An excluded block excludes its network and broadcast address too: nothing at all goes there.
function wholeBlock(range: TargetRange): TargetRange {
  const [, length] = range.label.split('/');
  if (length === undefined || range.family === 6 || Number(length) > 30) return range;
  return { ...range, first: range.first - 1n, last: range.last + 1n };
}

/** A test of addresses; `macOf` tells the MAC known for an address, where one is. */
export function exclusionTest({ ranges, macs }: Exclusions, macOf: (address: string) => string | undefined): (address: string) => boolean {
  if (ranges.length === 0 && macs.size === 0) return () => false;
  return (address) => {
    const parsed = parseAddress(address);
    if (parsed && ranges.some(({ family, first, last }) => family === parsed.family && parsed.value >= first && parsed.value <= last))
      return true;
    const mac = macs.size > 0 ? macOf(address) : undefined;
    return mac !== undefined && macs.has(mac);
  };
}
