/**
 * Runs the mDNS and SSDP segment probes over the real transport, inside a namespace: `scan-segments.ts '{"segments":[…]}'`.
 * Prints one JSON document: every answer handed over, the packets admitted, and how long the event loop was ever blocked.
 */
import { createSocket } from 'node:dgram';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../agent/clock.ts';
import { createHostGate } from '../../agent/net/host-gate.ts';
import { createPace } from '../../agent/net/pace.ts';
import { RoundTrips } from '../../agent/net/round-trips.ts';
import { createTransport } from '../../agent/net/transport.ts';
import { decodeMdns } from '../../probes/mdns/decode.ts';
import { mdnsProbe, mdnsSegmentProbe } from '../../probes/mdns/index.ts';
import type { Observation } from '../../probes/observation.ts';
import type { Answer, ProbeContext, Segment } from '../../probes/probe.ts';
import { decodeSsdp } from '../../probes/ssdp/decode.ts';
import { ssdpProbe, ssdpSegmentProbe } from '../../probes/ssdp/index.ts';
import { FAKE_SETTINGS } from '../probes/fake-context.ts';

export interface Task {
  readonly segments: readonly Segment[];
  /** Addresses asked by unicast instead. */
  readonly addresses?: readonly string[];
  readonly excluded?: readonly string[];
  /** Holds UDP 5353 as a program that does not share would. */
  readonly holdPort?: boolean;
  /** Ends when so many answers have been heard. */
  readonly abortAfter?: number;
}

export interface Result {
  readonly answers: readonly Answer[];
  readonly outcomes: readonly string[];
  readonly maxBlockedMs: number;
}

async function scan({ segments, addresses = [], excluded = [], holdPort = false, abortAfter = Infinity }: Task): Promise<Result> {
  if (holdPort)
    await new Promise<void>((resolve) =>
      createSocket('udp4')
        .unref()
        .bind(5353, () => resolve()),
    );
  const abort = new AbortController();
  const answers: Answer[] = [];
  const context = contextFor(answers, abort.signal, excluded, () => {
    if (answers.length >= abortAfter) abort.abort();
  });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await Promise.all(segments.flatMap((segment) => [mdnsSegmentProbe, ssdpSegmentProbe].map((probe) => probe.run(segment, context))));
  const outcomes = await Promise.all(addresses.flatMap((address) => [mdnsProbe, ssdpProbe].map((probe) => probe.run(address, context))));
  delay.disable();
  return { answers, outcomes, maxBlockedMs: Math.round(delay.max / 1e6) };
}

function contextFor(answers: Answer[], signal: AbortSignal, excluded: readonly string[], onAnswer: () => void): ProbeContext {
  const observed: Observation[] = [];
  const transport = createTransport(
    {
      pace: createPace({ rate: 2000, hostRate: 200 }, systemClock),
      hosts: createHostGate(2),
      descriptors: createHostGate(100),
      isExcluded: (address) => excluded.includes(address),
      timeoutMs: 500,
      roundTrips: new RoundTrips(),
      count: { packets: 0, bytes: 0 },
    },
    signal,
  );
  return {
    transport,
    signal,
    settings: { ...FAKE_SETTINGS, settleMs: 1200 },
    report: (answer) => {
      const recording = { id: `r${answers.push(answer)}`, ...answer };
      const fields = answer.protocol === 'mdns' ? decodeMdns(recording) : decodeSsdp(recording);
      const seen = fields.map((field) => ({ ...field, recording: recording.id, protocol: answer.protocol, address: answer.from.address }));
      observed.push(...seen);
      onAnswer();
      return seen;
    },
    known: (address) => observed.filter((seen) => seen.address === address),
    settled: () => false,
    mayLogIn: () => undefined,
    credential: () => undefined,
    loginResult: () => undefined,
  };
}

function isTask(value: unknown): value is Task {
  return typeof value === 'object' && value !== null && 'segments' in value && Array.isArray(value.segments);
}

const task: unknown = JSON.parse(process.argv[2] ?? '{}');
if (!isTask(task)) throw new Error('usage: scan-segments.ts TASK-AS-JSON');
process.stdout.write(`${JSON.stringify(await scan(task))}\n`);
