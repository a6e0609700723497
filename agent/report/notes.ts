/**
 * What somebody on site should know of a device, in words: an address that does not belong here, a device nobody has set up, cameras
 * hidden behind it. Pure. Findings, not faults: what does not fit together stands under contradictions.
 */
import type { Observation } from '../../probes/observation.ts';
import type { DeviceFacts } from './facts.ts';

export interface NoteMaterial {
  readonly address: string;
  readonly observations: readonly Observation[];
  readonly facts: DeviceFacts;
  /** True where the device answered a question to a whole segment from an address outside the networks that were scanned. */
  readonly offSubnet?: boolean | undefined;
}

export function notesOf({ address, observations, facts, offSubnet }: NoteMaterial): string[] {
  const claimed = offSubnet === true ? address : claimedElsewhere(address, observations);
  const { activated, channels } = facts;
  return [
    ...(claimed === undefined ? [] : [`claims address ${claimed} outside this subnet`]),
    ...(activated === false ? ['never activated'] : []),
    ...(channels && channels.cameras.length > 0
      ? [`lists ${channels.cameras.length} camera${channels.cameras.length === 1 ? '' : 's'} behind it`]
      : []),
  ];
}

/**
 * The address a device says it has, where by its own mask the address that answered lies in another subnet. A factory address
 * (192.0.0.64, 192.168.1.64 …) in a foreign network is how a camera looks that nobody has set up.
 */
function claimedElsewhere(address: string, observations: readonly Observation[]): string | undefined {
  for (const [addressField, maskField] of CLAIMS) {
    for (const { value, recording } of observations.filter(({ field }) => field === addressField)) {
      const mask = observations.find((other) => other.recording === recording && other.field === maskField)?.value;
      const [own, said, bits] = [address, value, mask ?? ''].map(bitsOf);
      if (own === undefined || said === undefined || bits === undefined || said === 0 || !isMask(bits)) continue;
      if ((own & bits) !== (said & bits)) return value;
    }
  }
  return undefined;
}

const CLAIMS = [
  ['sadp.IPv4Address', 'sadp.IPv4SubnetMask'],
  ['dhip.IPv4Address.IPAddress', 'dhip.IPv4Address.SubnetMask'],
] as const;

/** IPv4 as a signed 32-bit number. */
function bitsOf(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text.trim())?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) === true ? parts.reduce((bits, part) => (bits << 8) | part, 0) : undefined;
}

/** Ones, then zeros, and at least one of each. */
function isMask(bits: number): boolean {
  const gap = ~bits;
  return bits !== 0 && gap !== 0 && (gap & (gap + 1)) === 0;
}
