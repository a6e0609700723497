/**
 * What the vendors' own discovery protocols have in common: a few datagrams to a group or to everybody, answers to the
 * sender or to a fixed port, and sometimes the same question to one address. Folders bring bytes and ports, this brings the rest.
 *
 * A question is sent only as often as its protocol says: some of these services are abused as amplifiers, so the default is once.
 */
import { createHash } from 'node:crypto';
import { bytesResponse } from './recording.ts';
import { sameBytes } from './wire.ts';
import type { Protocol } from './recording.ts';
import type {
  AddressProbe,
  Outcome,
  ProbeContext,
  ProbeSettings,
  Segment,
  SegmentProbe,
  ServicePorts,
  TrafficNote,
  VendorPorts,
} from './probe.ts';
import type { SegmentRequest, UdpAnswer } from './transport.ts';

export const EVERYBODY = '255.255.255.255';

/** Fixed ports of the protocols: the one asked, then the one of ours that answers come to where that is fixed. */
export const VENDOR_PORTS = {
  dahua1: [5050],
  xm: [34569],
  hanwha: [7701, 7711],
  bosch: [1757, 1758],
  vivotek: [10000],
  foscam: [10000],
  sony: [2380],
  panasonic: [10670, 10669],
  ubiquiti: [10001],
  reolink: [2000, 3000],
  tvt: [23456],
} as const satisfies Record<keyof VendorPorts, readonly number[]>;

/** One socket's part in a segment question. No payloads: it only listens. */
export type Leg = Pick<SegmentRequest, 'destinations' | 'payloads' | 'localPort' | 'joinGroup' | 'sendAtMs'>;

interface Described {
  readonly id: string;
  readonly title: string;
  readonly protocol: Protocol;
  readonly fields: readonly string[];
  readonly ports: keyof ServicePorts;
  /** What is sent, in words, for `--explain-traffic`. */
  readonly what: string;
}

export interface SegmentQuestion extends Described {
  /** Listening legs first: they must be there before the question leaves. */
  readonly legs: (segment: Segment, ports: readonly number[]) => readonly Leg[];
  /** Datagrams that are no answers: questions of other clients on a shared port. Our own are left out anyway. */
  readonly isNoise?: ((bytes: Uint8Array) => boolean) | undefined;
  /** What an answer says, without what only repeats the question it answers. Default: its bytes. */
  readonly essence?: ((bytes: Uint8Array) => string) | undefined;
}

export interface AddressQuestion extends Described {
  readonly payloads: () => readonly Uint8Array[];
  /** Field that an understood answer always yields. */
  readonly proof: string;
  /** Id of the segment probe with the same question. */
  readonly groupTwin: string;
  /** False where the question is worth asking every host that lives. Default true. */
  readonly waitsForSign?: boolean | undefined;
}

// A flood of forged answers must not fill memory: no segment holds more devices than this.
const MAX_ANSWERS = 5000;
const MAX_PORTS = 4;
const EXAMPLE_SEGMENT: Segment = { interfaceName: 'example', address: '192.0.2.1', prefixLength: 24, broadcast: '192.0.2.255' };

export function portsFor(key: keyof ServicePorts, settings: ProbeSettings): readonly number[] {
  const defaults: Partial<Record<keyof ServicePorts, readonly number[]>> = VENDOR_PORTS;
  return (settings.ports[key] ?? defaults[key] ?? []).slice(0, MAX_PORTS);
}

/** The question to a whole segment. */
export function segmentProbe(question: SegmentQuestion): SegmentProbe {
  const { id, title, fields, legs, ports } = question;
  return {
    id,
    title,
    fields,
    scope: 'segment',
    traffic: (settings) => {
      const asked = portsFor(ports, settings);
      return asked.length === 0 ? [] : legs(EXAMPLE_SEGMENT, asked).flatMap((leg) => legTraffic(question.what, leg));
    },
    run: async (segment, context) => {
      const asked = portsFor(ports, context.settings);
      if (asked.length > 0) await ask(question, legs(segment, asked), segment, context);
    },
  };
}

async function ask(question: SegmentQuestion, legs: readonly Leg[], segment: Segment, context: ProbeContext): Promise<void> {
  const own = legs.flatMap(({ payloads }) => payloads);
  const seen = new Set<string>();
  const onAnswer = ({ bytes, from }: UdpAnswer): void => {
    if (seen.size >= MAX_ANSWERS || own.some((payload) => sameBytes(payload, bytes)) || question.isNoise?.(bytes)) return;
    // The same answer comes several times: to two sockets, to two copies of the question.
    const key = `${from.address} ${createHash('sha1')
      .update(question.essence?.(bytes) ?? bytes)
      .digest('base64')}`;
    if (seen.has(key)) return;
    seen.add(key);
    context.report({ protocol: question.protocol, from, response: bytesResponse(bytes) });
  };
  await Promise.all(
    legs.map((leg) =>
      context.transport.segment({
        sendAtMs: [0],
        ...leg,
        localAddress: segment.address,
        listenMs: context.settings.settleMs,
        onAnswer,
      }),
    ),
  );
}

function legTraffic(what: string, leg: Leg): TrafficNote[] {
  const times = leg.sendAtMs?.length ?? 1;
  const packets = leg.payloads.length * leg.destinations.length * times;
  if (packets === 0) return [];
  const places = leg.destinations.map(({ address, port }) => `${address}:${port}`).join(', ');
  const bytes = leg.payloads.reduce((sum, payload) => sum + payload.length, 0) * leg.destinations.length * times;
  return [{ what, to: `UDP ${places}`, packetsSilent: packets, packetsAnswered: packets, bytes }];
}

/** The same question to one address, as one round of datagrams. */
export function addressProbe(question: AddressQuestion): AddressProbe {
  const { id, title, fields, ports, what, payloads, groupTwin, waitsForSign = true } = question;
  return {
    id,
    groupTwin,
    waitsForSign,
    title,
    fields,
    scope: 'address',
    wave: 1,
    traffic: (settings) =>
      portsFor(ports, settings).map((port) => {
        const sent = payloads();
        const bytes = sent.reduce((sum, payload) => sum + payload.length, 0);
        return { what, to: `UDP ${port}`, packetsSilent: sent.length, packetsAnswered: sent.length, bytes };
      }),
    run: async (address, context) => {
      // Who answered the question to the segment, or the touch, has answered.
      if (context.known(address).some(({ field }) => field === question.proof)) return 'answered';
      let outcome: Outcome = 'excluded';
      for (const port of portsFor(ports, context.settings)) {
        outcome = await askOne(question, address, port, context);
        if (outcome !== 'silent' && outcome !== 'refused') break;
      }
      return outcome;
    },
  };
}

async function askOne(question: AddressQuestion, address: string, port: number, context: ProbeContext): Promise<Outcome> {
  const payloads = question.payloads();
  const reply = await context.transport.udp({ address, port, payloads });
  if (reply.answers.length === 0) return reply.reach === 'answered' ? 'silent' : reply.reach;
  const understood = reply.answers.map(({ bytes, from }) =>
    context
      .report({ protocol: question.protocol, from, response: bytesResponse(bytes) })
      .some((observation) => observation.field === question.proof),
  );
  return understood.includes(true) ? 'answered' : 'not-understood';
}

/** A socket that only listens on a fixed port, where devices answer to that port whatever the sender's. */
export function listener(localPort: number, joinGroup?: string): Leg {
  return { localPort, joinGroup, destinations: [], payloads: [] };
}
