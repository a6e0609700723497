/**
 * SSDP answers of one run, address by address: each distinct one becomes a recording at once; which description is worth
 * the one GET is decided when all are in. Shared by the segment and the address probe. Bounded; never throws.
 */
import { headerValue } from '../http-message.ts';
import type { ProbeContext } from '../probe.ts';
import { bytesResponse } from '../recording.ts';
import type { UdpAnswer } from '../transport.ts';
import { isAnnouncement, readSsdp } from './codec.ts';
import type { SsdpMessage } from './codec.ts';
import { descriptionTarget, fetchDescription } from './description.ts';
import type { DescriptionTarget } from './description.ts';

const MAX_ADDRESSES = 4096;
const MAX_ANSWERS_PER_ADDRESS = 24;
const MAX_RECORDED_BYTES = 8192;

interface Heard {
  readonly seen: Set<string>;
  target?: DescriptionTarget | undefined;
  rank: number;
}

export interface Answers {
  /** Takes in one datagram. Returns whether it was understood. */
  take(answer: UdpAnswer): boolean;
  /** One GET an address, where its LOCATION allows it and the description is not known yet. */
  describe(): Promise<void>;
}

export function createAnswers(context: ProbeContext): Answers {
  const heard = new Map<string, Heard>();
  return {
    take({ bytes, from }) {
      const message = readSsdp(bytes);
      const understood = message !== undefined && isAnnouncement(message);
      const host = heard.get(from.address) ?? { seen: new Set<string>(), rank: -1 };
      if (!heard.has(from.address)) {
        if (heard.size >= MAX_ADDRESSES) return understood;
        heard.set(from.address, host);
      }
      const key = understood ? identity(message) : 'not understood';
      if (host.seen.has(key) || host.seen.size >= MAX_ANSWERS_PER_ADDRESS) return understood;
      host.seen.add(key);
      context.report({ protocol: 'ssdp', from, response: bytesResponse(bytes.subarray(0, MAX_RECORDED_BYTES)) });
      if (understood) chooseTarget(host, message, from.address);
      return understood;
    },
    async describe() {
      await Promise.all([...heard].map(([address, { target }]) => describeOne(address, target, context)));
    },
  };
}

async function describeOne(address: string, target: DescriptionTarget | undefined, context: ProbeContext): Promise<void> {
  if (!target || context.signal.aborted || context.settled(address)) return;
  if (context.known(address).some(({ field }) => field.startsWith('upnp.'))) return;
  await fetchDescription(address, target, context);
}

function chooseTarget(host: Heard, message: SsdpMessage, address: string): void {
  const rank = rankOf(message);
  const target = rank > host.rank ? descriptionTarget(headerValue(message.headers, 'location') ?? '', address) : undefined;
  if (!target) return;
  host.target = target;
  host.rank = rank;
}

/** A host may announce several devices (a NAS its media server, too). What looks like a camera or recorder goes first. */
function rankOf(message: SsdpMessage): number {
  const text = ['st', 'nt', 'usn', 'location', 'server'].map((name) => headerValue(message.headers, name) ?? '').join(' ');
  if (/EmbeddedNetDevice|upnp_?device_?desc|camera|video(?!in|ou)|device:Basic:/i.test(text)) return 2;
  return /rootdevice/i.test(text) ? 1 : 0;
}

function identity({ headers }: SsdpMessage): string {
  return ['st', 'nt', 'usn', 'location', 'server'].map((name) => headerValue(headers, name)?.slice(0, 512) ?? '').join('\n');
}
