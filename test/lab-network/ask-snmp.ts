/**
 * Runs the SNMP probe over the real transport, inside a namespace, then reads the neighbour table:
 * `ask-snmp.ts '{"addresses":[…]}'`. Prints one JSON document.
 */
import { systemClock } from '../../agent/clock.ts';
import { createHostGate } from '../../agent/net/host-gate.ts';
import { attached, surveyInterfaces } from '../../agent/net/interfaces.ts';
import { readNeighbourMacs, readNeighbours } from '../../agent/net/neighbours.ts';
import { createPace } from '../../agent/net/pace.ts';
import { RoundTrips } from '../../agent/net/round-trips.ts';
import { createTransport } from '../../agent/net/transport.ts';
import type { Observation } from '../../probes/observation.ts';
import type { Answer, ProbeContext, ProbeSettings } from '../../probes/probe.ts';
import { decodeSnmp } from '../../probes/snmp/decode.ts';
import { snmpProbe } from '../../probes/snmp/index.ts';
import { FAKE_SETTINGS } from '../probes/fake-context.ts';

export interface Task {
  readonly addresses: readonly string[];
  readonly excluded?: readonly string[];
  readonly settings?: Partial<ProbeSettings>;
}

export interface Heard {
  readonly outcome: string;
  /** Distinct values by field. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly recordings: readonly Answer[];
}

export interface Result {
  readonly heard: Readonly<Record<string, Heard>>;
  readonly macs: Readonly<Record<string, string>>;
  /** Address to state, from the detailed reading. */
  readonly states: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
  readonly segments: readonly string[];
  readonly attached: readonly string[];
  readonly packets: number;
}

async function hear(address: string, { excluded = [], settings }: Task, count: { packets: number; bytes: number }): Promise<Heard> {
  const recordings: Answer[] = [];
  const observed: Observation[] = [];
  const signal = new AbortController().signal;
  const transport = createTransport(
    {
      pace: createPace({ rate: 2000, hostRate: 200 }, systemClock),
      hosts: createHostGate(2),
      descriptors: createHostGate(100),
      isExcluded: (candidate) => excluded.includes(candidate),
      timeoutMs: 500,
      roundTrips: new RoundTrips(),
      count,
    },
    signal,
  );
  const context: ProbeContext = {
    transport,
    signal,
    settings: { ...FAKE_SETTINGS, ...settings },
    report: (answer) => {
      const id = `r${recordings.push(answer)}`;
      const seen = decodeSnmp({ id, ...answer }).map((field) => ({ ...field, recording: id, protocol: 'snmp', address }));
      observed.push(...seen);
      return seen;
    },
    known: () => observed,
    settled: () => false,
    mayLogIn: () => undefined,
    credential: () => undefined,
    loginResult: () => undefined,
  };
  const outcome = await snmpProbe.run(address, context);
  const fields: Record<string, string[]> = {};
  for (const { field, value } of observed) {
    const values = (fields[field] ??= []);
    if (!values.includes(value)) values.push(value);
  }
  return { outcome, fields, recordings };
}

async function ask(task: Task): Promise<Result> {
  const problems: string[] = [];
  const count = { packets: 0, bytes: 0 };
  const heard = await Promise.all(task.addresses.map(async (address) => [address, await hear(address, task, count)] as const));
  const { segments } = surveyInterfaces();
  const detailed = await readNeighbours({ detailed: true, onProblem: (problem) => problems.push(problem) });
  return {
    heard: Object.fromEntries(heard),
    macs: Object.fromEntries(await readNeighbourMacs()),
    states: Object.fromEntries([...detailed].map(([address, { state }]) => [address, state])),
    problems,
    segments: segments.map(({ interfaceName, address, prefixLength }) => `${interfaceName} ${address}/${prefixLength}`),
    attached: task.addresses.filter((address) => attached(address, segments)),
    packets: count.packets,
  };
}

function isTask(value: unknown): value is Task {
  return typeof value === 'object' && value !== null && 'addresses' in value && Array.isArray(value.addresses);
}

const task: unknown = JSON.parse(process.argv[2] ?? '{}');
if (!isTask(task)) throw new Error('usage: ask-snmp.ts TASK-AS-JSON');
process.stdout.write(`${JSON.stringify(await ask(task))}\n`);
