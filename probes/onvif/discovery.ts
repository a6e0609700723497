/**
 * WS-Discovery as two probes: to a whole segment by multicast, and to one address by unicast, which also crosses routers.
 *
 * Answers are taken from any subnet and with any RelatesTo (factory addresses, sloppy firmware), and always belong to the
 * address that sent them, whatever their XAddrs claim. No group is joined: answers come to our own port, and joining would
 * only bring other people's traffic.
 */
import { createHash, randomUUID } from 'node:crypto';
import { bestOutcome } from '../outcome.ts';
import { bytesResponse } from '../recording.ts';
import { latin1Of } from '../text.ts';
import { DISCOVERY_FIELDS } from './decode.ts';
import { buildProbe, DIALECT_NAMES, DIALECTS, type Dialect } from './wsdiscovery-codec.ts';
import type { Observation } from '../observation.ts';
import type { AddressProbe, Outcome, ProbeContext, SegmentProbe } from '../probe.ts';
import type { UdpAnswer } from '../transport.ts';

const GROUP = '239.255.255.250';
const SEND_AT_MS = [0, 250] as const;
/** Answers to the three questions lie no further apart: APP_MAX_DELAY of WS-Discovery 1.0 and 1.1. */
const QUIET_MS = 500;

/** Answers kept of one sender in one run: every dialect, both sendings, and some room for two services on one host. */
const MAX_ANSWERS_OF_ONE = 8;
/** Senders kept in one run: more than this on a segment is a flood. */
const MAX_SENDERS = 5000;

interface Question {
  readonly dialect: Dialect;
  readonly messageId: string;
  readonly payload: Uint8Array;
}

function newQuestions(): Question[] {
  return DIALECT_NAMES.map((dialect) => {
    const messageId = `urn:uuid:${randomUUID()}`;
    return { dialect, messageId, payload: buildProbe(dialect, messageId) };
  });
}

function payloadBytes(): number {
  return newQuestions().reduce((sum, { payload }) => sum + payload.length, 0);
}

export const wsDiscoverySegmentProbe: SegmentProbe = {
  id: 'ws-discovery-segment',
  title: 'WS-Discovery by multicast',
  scope: 'segment',
  fields: DISCOVERY_FIELDS,
  traffic: ({ ports }) =>
    ports['ws-discovery'].map((port) => {
      const packets = DIALECT_NAMES.length * SEND_AT_MS.length;
      const what = 'three WS-Discovery Probes (NetworkVideoTransmitter, Device, untyped), sent twice per interface';
      return {
        what,
        to: `UDP ${GROUP}:${port}`,
        packetsSilent: packets,
        packetsAnswered: packets,
        bytes: payloadBytes() * SEND_AT_MS.length,
      };
    }),
  run: async (segment, context) => {
    const questions = newQuestions();
    const collect = collector(questions, context);
    await context.transport.segment({
      localAddress: segment.address,
      destinations: context.settings.ports['ws-discovery'].map((port) => ({ address: GROUP, port })),
      payloads: questions.map(({ payload }) => payload),
      sendAtMs: SEND_AT_MS,
      listenMs: context.settings.settleMs,
      onAnswer: (answer) => void collect(answer),
    });
  },
};

export const wsDiscoveryProbe: AddressProbe = {
  id: 'ws-discovery',
  groupTwin: 'ws-discovery-segment',
  title: 'WS-Discovery by unicast',
  scope: 'address',
  wave: 1,
  fields: DISCOVERY_FIELDS,
  traffic: ({ ports }) =>
    ports['ws-discovery'].map((port) => ({
      what: 'three WS-Discovery Probes (NetworkVideoTransmitter, Device, untyped)',
      to: `UDP ${port}`,
      packetsSilent: DIALECT_NAMES.length,
      packetsAnswered: DIALECT_NAMES.length,
      bytes: payloadBytes(),
    })),
  run: async (address, context) => {
    // Who answered the question to the segment has answered.
    if (context.known(address).some(({ field }) => field.startsWith('wsd.'))) return 'answered';
    const outcomes: Outcome[] = [];
    for (const port of context.settings.ports['ws-discovery']) {
      outcomes.push(await askAddress(address, port, context));
      if (context.signal.aborted) break;
    }
    return bestOutcome(outcomes);
  },
};

async function askAddress(address: string, port: number, context: ProbeContext): Promise<Outcome> {
  const questions = newQuestions();
  const reply = await context.transport.udp({
    address,
    port,
    payloads: questions.map(({ payload }) => payload),
    timeoutMs: context.settings.timeoutMs,
    maxAnswers: questions.length,
    quietMs: QUIET_MS,
  });
  if (reply.answers.length === 0) return reply.reach;
  const collect = collector(questions, context);
  const understood = reply.answers.map(collect).some((observations) => observations.some(({ field }) => field.startsWith('wsd.')));
  return understood ? 'answered' : 'not-understood';
}

/**
 * Reports datagrams, once where a device says the same thing again: to the second sending, or to another dialect. Told by the text,
 * because a thousand devices that answer six times each would take long to parse.
 */
function collector(questions: readonly Question[], context: ProbeContext): (answer: UdpAnswer) => readonly Observation[] {
  const keptOf = new Map<string, Set<string>>();
  return ({ bytes, from }) => {
    const kept = keptOf.get(from.address) ?? new Set();
    if (kept.size >= MAX_ANSWERS_OF_ONE || (kept.size === 0 && keptOf.size >= MAX_SENDERS)) return [];
    const text = latin1Of(bytes);
    const question = questionOf(text, questions);
    const essence = essenceOf(text, question !== undefined);
    if (kept.has(essence)) return [];
    keptOf.set(from.address, kept.add(essence));
    return context.report({ protocol: 'ws-discovery', from, request: asked(question, questions), response: bytesResponse(bytes) });
  };
}

/** The question an answer carries the id of: in RelatesTo, in one of several spellings of the same UUID. */
function questionOf(text: string, questions: readonly Question[]): Question | undefined {
  const lower = text.toLowerCase();
  return questions.find(({ messageId }) => lower.includes(messageId.slice(messageId.lastIndexOf(':') + 1)));
}

/** Digest of what an answer says, without what changes from one copy to the next: message ids and sequence numbers. */
function essenceOf(text: string, isOurs: boolean): string {
  const rest = text.replace(/<[\w-]*:?AppSequence\b[^<>]*>/g, '').replace(/(<[\w-]*:?(?:MessageID|RelatesTo)\b[^<>]*>)[^<>]*/g, '$1');
  return createHash('sha1').update(`${isOurs} ${rest}`).digest('base64');
}

function asked(question: Question | undefined, questions: readonly Question[]): Record<string, unknown> {
  if (!question) return { operation: 'Probe', messageIds: questions.map(({ messageId }) => messageId) };
  return { operation: 'Probe', types: DIALECTS[question.dialect], messageId: question.messageId };
}
