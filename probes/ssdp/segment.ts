/** Searches a segment by multicast (UPnP Device Architecture 1.1, section 1.3.2), then reads one description an address. */
import type { SegmentProbe } from '../probe.ts';
import { createAnswers } from './answers.ts';
import { SEARCH_TARGETS, SSDP_GROUP, writeSearch } from './codec.ts';

const SEND_AT_MS: readonly number[] = [0, 250];
/** Kept free at the end of the settle time for the way there and back. */
const TRAVEL_MS = 200;

export const ssdpSegmentProbe: SegmentProbe = {
  scope: 'segment',
  id: 'ssdp-segment',
  title: 'UPnP devices of a segment',
  fields: ['ssdp.header.*', 'ssdp.st', 'ssdp.usn', 'ssdp.location.path', 'upnp.*'],
  traffic: ({ ports, userAgent, settleMs }) =>
    ports.ssdp.flatMap((port) => [
      {
        what: `M-SEARCH for ${SEARCH_TARGETS.join(', ')}, sent twice`,
        to: `UDP ${SSDP_GROUP}:${port}`,
        packetsSilent: SEARCH_TARGETS.length * SEND_AT_MS.length,
        packetsAnswered: SEARCH_TARGETS.length * SEND_AT_MS.length,
        bytes: SEND_AT_MS.length * searches(port, settleMs, userAgent).reduce((sum, { length }) => sum + length, 0),
      },
      {
        what: 'one GET of the device description, to each address that answered and names itself in LOCATION',
        to: 'TCP port of LOCATION',
        packetsSilent: 0,
        packetsAnswered: 4,
        bytes: 1400,
      },
    ]),
  async run(segment, context) {
    const { ports, settleMs, userAgent } = context.settings;
    if (context.signal.aborted) return;
    const answers = createAnswers(context);
    const ask = (port: number): Promise<unknown> =>
      context.transport.segment({
        localAddress: segment.address,
        destinations: [{ address: SSDP_GROUP, port }],
        payloads: searches(port, settleMs, userAgent),
        sendAtMs: SEND_AT_MS,
        listenMs: settleMs,
        onAnswer: (answer) => void answers.take(answer),
      });
    await Promise.all(ports.ssdp.map(ask));
    await answers.describe();
  },
};

/** Answers come after a random part of MX: as many whole seconds as the settle time holds, and one at least, as the architecture wants. */
function searches(port: number, settleMs: number, userAgent: string): Uint8Array[] {
  const mxSeconds = Math.max(1, Math.floor((settleMs - TRAVEL_MS) / 1000));
  return SEARCH_TARGETS.map((target) => writeSearch({ target, host: `${SSDP_GROUP}:${port}`, mxSeconds, userAgent }));
}
