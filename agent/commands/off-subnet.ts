/**
 * Whether a device answered a question to a whole segment from an address outside the networks that were scanned: how a camera
 * with a factory address looks on somebody else's subnet. Pure.
 */
import type { StoredScan } from '../inventory/scan-file.ts';
import { parseAddress, parseTarget, type TargetRange } from '../sweep/targets.ts';

/** The same of a stored scan; false where its targets were names, because they then tell no ranges. */
export function isOffSubnet(address: string, { head }: Pick<StoredScan, 'head'>): boolean {
  const ranges = head.targets.map(parseTarget);
  return (
    ranges.length > 0 &&
    isOutside(
      address,
      ranges.flatMap((range) => range ?? []),
    ) &&
    !ranges.includes(undefined)
  );
}

/** Only addresses inside the targets are asked one by one, so an answer from outside was one to a whole segment. */
export function isOutside(address: string, ranges: readonly TargetRange[]): boolean {
  const own = parseAddress(address);
  if (own?.family !== 4) return false; // over IPv6 everybody has an address of its own on every link
  return !ranges.some(({ family, first, last }) => family === 4 && first <= own.value && own.value <= last);
}
