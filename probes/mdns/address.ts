/**
 * Asks one address by unicast, also beyond the segment: one legacy query (RFC 6762 section 6.7) with the meta-query and the
 * most telling types, then at most one more for what the answer left open. Must not ask any other address.
 */
import type { AddressProbe, Outcome, ProbeContext } from '../probe.ts';
import type { Reach } from '../transport.ts';
import { LIMITS, META_QUERY, readPacket, writeQuery } from './codec.ts';
import type { Question } from './codec.ts';
import { reportService, reportType, reportUnread } from './report.ts';
import { TELLING_TYPES } from './service-types.ts';
import { createCollector, questionKey } from './services.ts';
import type { Collector } from './services.ts';

/** Any number but 0: responders repeat it. */
const QUERY_ID = 0x4353;
/** Some responders answer each question with a datagram of its own. */
const MAX_ANSWERS = 4;
/** A responder waits 120 ms at most before it answers (RFC 6762 section 6), so that the last answer has come by then. */
const QUIET_MS = 500;

const FIRST: readonly Question[] = [META_QUERY, ...TELLING_TYPES.map((type) => `${type}.local`)].map((name) => ({ name, type: 'PTR' }));

export const mdnsProbe: AddressProbe = {
  scope: 'address',
  wave: 1,
  id: 'mdns',
  groupTwin: 'mdns-segment',
  waitsForSign: true,
  title: 'mDNS services of an address',
  fields: ['mdns.*'],
  traffic: ({ ports }) =>
    ports.mdns.map((port) => ({
      what: `one packet with the DNS-SD meta-query and ${TELLING_TYPES.length} service types; where answered, at most one more for SRV and TXT`,
      to: `UDP ${port}`,
      packetsSilent: 1,
      packetsAnswered: 2,
      bytes: writeQuery(FIRST, QUERY_ID).length + 1400,
    })),
  async run(address, context) {
    // What the multicast question already brought needs no second one.
    if (context.known(address).some(({ field }) => field === 'mdns.instance')) return 'answered';
    const outcomes: Outcome[] = [];
    for (const port of context.settings.ports.mdns) {
      if (context.signal.aborted) return 'aborted';
      outcomes.push(await askPort(address, port, context));
    }
    const order = ['answered', 'not-understood', 'aborted', 'excluded', 'silent', 'refused', 'unreachable'] as const;
    return order.find((outcome) => outcomes.includes(outcome)) ?? 'excluded';
  },
};

async function askPort(address: string, port: number, context: ProbeContext): Promise<Outcome> {
  const collector = createCollector();
  const reach = await exchange(address, port, FIRST, collector, context);
  if (reach !== 'answered') return reach;
  const missing = collector.missing(new Set(FIRST.map(questionKey))).slice(0, LIMITS.questionsPerLegacyPacket);
  if (missing.length > 0 && !context.settled(address) && !context.signal.aborted) {
    await exchange(address, port, missing, collector, context);
  }
  const services = collector.services();
  const types = collector.offered();
  for (const service of services) reportService(context, service);
  for (const type of types) reportType(context, type);
  return services.length + types.length > 0 ? 'answered' : 'not-understood';
}

async function exchange(
  address: string,
  port: number,
  questions: readonly Question[],
  collector: Collector,
  context: ProbeContext,
): Promise<Reach> {
  const { reach, answers } = await context.transport.udp({
    address,
    port,
    payloads: [writeQuery(questions, QUERY_ID)],
    maxAnswers: MAX_ANSWERS,
    quietMs: QUIET_MS,
  });
  for (const { bytes, from } of answers) {
    // Another sender's word about itself is not this address's answer.
    if (from.address !== address) continue;
    const reading = readPacket(bytes);
    const used = 'packet' in reading && collector.add(reading.packet, from, bytes);
    if (!used) reportUnread(context, from, bytes);
  }
  return reach;
}
