/**
 * Asks everybody on a segment for the services they offer: RFC 6762 multicast, RFC 6763 service types. A fixed list of types
 * and the meta-query at once and after 250 ms, then what the answers left open, all within a budget of packets.
 * Must not answer anything, and must not ask an address an answer names.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeContext, Segment, SegmentProbe } from '../probe.ts';
import { openMdns, MDNS_GROUP } from './adapter.ts';
import type { Incoming, MdnsSession } from './adapter.ts';
import { LIMITS, META_QUERY, writeQuery } from './codec.ts';
import type { Question } from './codec.ts';
import { reportService, reportType, reportUnread } from './report.ts';
import { BROWSED_TYPES } from './service-types.ts';
import { createCollector, isWhole, questionKey } from './services.ts';
import type { Collector, Sender } from './services.ts';

const REPEAT_AT_MS = 250;
/** Responders answer within 120 ms (RFC 6762 section 6): room for three rounds of questions. */
const LONGEST_SETTLE_MS = 900;
const META: Question = { name: META_QUERY, type: 'PTR' };
const BROWSED: readonly Question[] = BROWSED_TYPES.map((type) => ({ name: `${type}.local`, type: 'PTR' }));
const LEGACY_PACKETS = Math.ceil((BROWSED.length + 1) / LIMITS.questionsPerLegacyPacket);

export const mdnsSegmentProbe: SegmentProbe = {
  scope: 'segment',
  id: 'mdns-segment',
  title: 'mDNS services of a segment',
  fields: ['mdns.*'],
  traffic: ({ ports }) =>
    ports.mdns.map((port) => ({
      what: `the DNS-SD meta-query and ${BROWSED.length} service types in one packet (${LEGACY_PACKETS} where UDP ${port} is taken), sent twice; then SRV, TXT and further types of what answered, ${LIMITS.queries} packets in all at most`,
      to: `UDP ${MDNS_GROUP}:${port}`,
      packetsSilent: 2 * LEGACY_PACKETS,
      packetsAnswered: LIMITS.queries,
      bytes: 2 * writeQuery([META, ...BROWSED]).length + (LIMITS.queries - 2) * 1400,
    })),
  run: async (segment, context) => {
    await Promise.all(context.settings.ports.mdns.map((port) => askSegment(segment, port, context)));
  },
};

async function askSegment(segment: Segment, port: number, context: ProbeContext): Promise<void> {
  if (context.signal.aborted) return;
  const collector = createCollector();
  const reporter = createReporter(collector, context);
  const session = await openMdns({
    localAddress: segment.address,
    port,
    gate: async (send) => (await context.transport.admit(MDNS_GROUP, 1, () => send().then(() => true))) ?? false,
    onPacket: (incoming) => reporter.take(incoming),
    onService: (service) => reporter.found(service),
  });
  if (!session) return;
  try {
    await converse(session, collector, context);
  } finally {
    await session.close();
    await reporter.finish();
  }
}

async function converse(session: MdnsSession, collector: Collector, { settings, signal }: ProbeContext): Promise<void> {
  const settleMs = Math.min(settings.settleMs, LONGEST_SETTLE_MS);
  const asked = new Set([META, ...BROWSED].map(questionKey));
  session.browse(BROWSED_TYPES);
  if (!(await session.ask([META]))) return;

  // Responders may wait 120 ms before they answer a shared question (RFC 6762 section 6).
  const steps = [
    { atMs: Math.min(REPEAT_AT_MS, settleMs / 3), repeat: true },
    { atMs: settleMs * 0.4, repeat: false },
    { atMs: settleMs * 0.7, repeat: false },
  ];
  let nowMs = 0;
  for (const { atMs, repeat } of steps) {
    if (!(await pause(atMs - nowMs, signal))) return;
    nowMs = atMs;
    const missing = repeat ? [] : collector.missing(asked);
    for (const question of missing) asked.add(questionKey(question));
    if (repeat) await session.ask([META]);
    else if (missing.length > 0) await session.ask(missing, false);
  }
  await pause(settleMs - nowMs, signal);
}

/** False when the scan was aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.max(0, ms), undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

interface Reporter {
  take(incoming: Incoming): void;
  found(service: { readonly name: string; readonly address: string }): void;
  finish(): Promise<void>;
}

/** Whole services are handed over as soon as a browser knows them, everything else at the end. */
function createReporter(collector: Collector, context: ProbeContext): Reporter {
  const done = new Set<string>();
  const unread = new Map<string, { sender: Sender; bytes: Uint8Array }>();
  const allowed = new Map<string, Promise<boolean>>();
  const pending: Promise<void>[] = [];

  // A packet that reached the library's socket passed no exclusion on its way in. Asked at the first packet of a sender,
  // because an aborted scan admits nobody and must still hand over what it heard.
  const isAllowed = (address: string): Promise<boolean> => {
    const known = allowed.get(address) ?? context.transport.admit(address, 0, () => Promise.resolve(true)).then((yes) => yes ?? false);
    allowed.set(address, known);
    return known;
  };
  const whenAllowed = async (address: string, report: () => void): Promise<void> => {
    if (await isAllowed(address)) report();
  };
  return {
    take({ bytes, reading, sender }) {
      void isAllowed(sender.address);
      if ('packet' in reading) {
        const { response, complete } = reading.packet;
        if (!response || collector.add(reading.packet, sender, bytes) || complete) return;
      }
      // The first bit of the flags tells an answer from the chatter of others' questions.
      if ((bytes[2] ?? 0) & 0x80 && !unread.has(sender.address)) unread.set(sender.address, { sender, bytes });
    },
    found({ name, address }) {
      const service = collector.find(address, name);
      const key = `${address} ${name.toLowerCase()}`;
      if (!service || !isWhole(service) || done.has(key)) return;
      done.add(key);
      pending.push(whenAllowed(address, () => reportService(context, service)));
    },
    async finish() {
      for (const service of collector.services()) {
        if (done.has(`${service.sender.address} ${service.name.toLowerCase()}`)) continue;
        pending.push(whenAllowed(service.sender.address, () => reportService(context, service)));
      }
      for (const type of collector.offered()) pending.push(whenAllowed(type.sender.address, () => reportType(context, type)));
      for (const { sender, bytes } of unread.values()) {
        pending.push(whenAllowed(sender.address, () => reportUnread(context, sender, bytes)));
      }
      await Promise.all(pending);
    },
  };
}
