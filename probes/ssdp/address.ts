/** Searches one address by unicast (UPnP Device Architecture 1.1, section 1.3.2), also beyond the segment; one description at most. */
import type { AddressProbe, Outcome, ProbeContext } from '../probe.ts';
import { createAnswers } from './answers.ts';
import type { Answers } from './answers.ts';
import { SEARCH_TARGETS, writeSearch } from './codec.ts';

const MAX_ANSWERS = 3;
/** The most common stack draws a delay of whole seconds below MX: with 1 it answers at once. */
const MX_SECONDS = 1;
const ASKED = SEARCH_TARGETS.slice(0, 2);

export const ssdpProbe: AddressProbe = {
  scope: 'address',
  wave: 1,
  id: 'ssdp',
  groupTwin: 'ssdp-segment',
  waitsForSign: true,
  title: 'UPnP device at an address',
  fields: ['ssdp.header.*', 'ssdp.st', 'ssdp.usn', 'ssdp.location.path', 'upnp.*'],
  traffic: ({ ports, userAgent }) =>
    ports.ssdp.map((port) => ({
      what: `M-SEARCH for ${ASKED.join(' and ')}; where answered, one GET of the device description`,
      to: `UDP ${port}, TCP port of LOCATION`,
      packetsSilent: ASKED.length,
      packetsAnswered: ASKED.length + 4,
      bytes: searches('255.255.255.255', port, userAgent).reduce((sum, { length }) => sum + length, 1400),
    })),
  async run(address, context) {
    // What the multicast search already brought needs no second one.
    if (context.known(address).some(({ field }) => field === 'ssdp.usn' || field === 'ssdp.st')) return 'answered';
    const answers = createAnswers(context);
    const outcomes: Outcome[] = [];
    for (const port of context.settings.ports.ssdp) {
      if (context.signal.aborted) break;
      outcomes.push(await askPort(address, port, answers, context));
    }
    await answers.describe();
    const order = ['answered', 'not-understood', 'aborted', 'excluded', 'silent', 'refused', 'unreachable'] as const;
    return order.find((outcome) => outcomes.includes(outcome)) ?? (context.signal.aborted ? 'aborted' : 'excluded');
  },
};

async function askPort(address: string, port: number, answers: Answers, { transport, settings }: ProbeContext): Promise<Outcome> {
  const reply = await transport.udp({
    address,
    port,
    payloads: searches(address, port, settings.userAgent),
    maxAnswers: MAX_ANSWERS,
  });
  if (reply.reach !== 'answered') return reply.reach;
  const understood = reply.answers.filter(({ from }) => from.address === address).map((answer) => answers.take(answer));
  return understood.includes(true) ? 'answered' : 'not-understood';
}

function searches(address: string, port: number, userAgent: string): Uint8Array[] {
  const host = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return ASKED.map((target) => writeSearch({ target, host, mxSeconds: MX_SECONDS, userAgent }));
}
