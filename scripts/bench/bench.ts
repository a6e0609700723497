/** One scenario from its network to its numbers: every tool in every round in a new order, then one look inside ours. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, type Measured } from './measure.ts';
import { ourCommand, ourEnvironment, readOurs } from './ours.ts';
import { identifiedAfterMs } from './replay.ts';
import type { Scenario } from './scenarios.ts';
import { scoreOurs, scorePeer, type NamesOf, type Score } from './score.ts';
import { TOOLS, type Tool, type ToolId } from './tools.ts';
import { openWorld, type World } from './world.ts';

export type RunnerId = ToolId | 'camsweep';

export interface Round extends Score {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  readonly sentPackets: number;
  readonly sentBytes: number;
  readonly receivedPackets: number;
  readonly receivedBytes: number;
  readonly othersMs: number;
  readonly stealMs: number;
  readonly failed?: string | undefined;
  /** Ours only: packets by our own count, which is what the pace goes by. */
  readonly counted?: number | undefined;
  /** Ours only, from the first packet out, and from the start. */
  readonly firstFlagMs?: number | undefined;
  readonly lastFlagMs?: number | undefined;
  readonly firstPacketMs?: number | undefined;
}

/** What an extra run of ours showed from inside; not part of the times above. */
export interface Inside {
  readonly identified50Ms?: number | undefined;
  readonly identified90Ms?: number | undefined;
  readonly loopBlockedMs?: number | undefined;
  /** Packets a dry run said: nobody answers, expected, everybody answers. With the rounds before it in the inventory, and without any. */
  readonly estimate?: readonly number[] | undefined;
  readonly estimateBefore?: readonly number[] | undefined;
  /** Packets the extra run sent, as it counted them itself. */
  readonly counted?: number | undefined;
  /** Seconds a dry run said, the same two, and what the extra run took. */
  readonly seconds?: number | undefined;
  readonly secondsBefore?: number | undefined;
  readonly took?: number | undefined;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly roundTripMs: number;
  readonly live: number;
  readonly devices: number;
  readonly rounds: ReadonlyMap<RunnerId, readonly Round[]>;
  readonly inside: Inside;
  /** Lines about the neighbour table in the kernel log while ours ran; undefined where the log cannot be read. */
  readonly overflows: number | undefined;
  /** Bad manners of anybody's that the hosts noticed. */
  readonly violations: string;
}

export interface BenchOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly namesOf: NamesOf;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const TOOL_LIMIT_MS = 240_000;
/** Between runs, so that late answers to one tool do not count for the next. */
const PAUSE_MS = 400;
const LOOP_WATCH = fileURLToPath(new URL('./loop-watch.js', import.meta.url));

/** Builds the network, measures, and takes the network away again, whatever happens. */
export async function benchScenario(scenario: Scenario, options: BenchOptions): Promise<ScenarioResult> {
  const world = await openWorld(scenario);
  let seen: Omit<ScenarioResult, 'violations'>;
  let violations = '';
  try {
    seen = await measureAll(scenario, world, options);
  } finally {
    violations = (await world.close()).join('').replaceAll('ready\n', '').trim();
  }
  return { ...seen, violations };
}

async function measureAll(scenario: Scenario, world: World, options: BenchOptions): Promise<Omit<ScenarioResult, 'violations'>> {
  const { say, quick, namesOf, signal } = options;
  const peers = (quick ? (scenario.quickPeers ?? scenario.peers) : scenario.peers).filter((id) => isInstalled(TOOLS[id].program));
  const rounds = new Map<RunnerId, Round[]>();
  const roundTripMs = world.roundTripMs();
  // Every tool has been started before on a machine that scans; ours keeps what the engine compiled of it then.
  await run(world, ourCommand(scenario, { ...world, target: world.scannerAddress }), {
    root: false,
    timeoutMs: TOOL_LIMIT_MS,
    environment: ourEnvironment(world),
    signal,
  });
  let overflows: number | undefined;
  const before = await dryRun(scenario, world, signal);
  say(`${scenario.title}: ${world.hosts.length} live hosts, round trip ${roundTripMs.toFixed(2)} ms`);
  for (let round = 0; round < Math.min(options.rounds, scenario.mostRounds ?? options.rounds); round++) {
    for (const id of shuffled<RunnerId>(['camsweep', ...peers])) {
      if (signal.aborted || (round > 0 && id !== 'camsweep' && isSlow(TOOLS[id]))) continue;
      world.flushNeighbours();
      await sleep(PAUSE_MS);
      const linesBefore = overflowLines();
      const result = await runOne(id, scenario, world, options);
      if (id === 'camsweep') overflows = plus(overflows, overflowLines(), linesBefore);
      rounds.set(id, [...(rounds.get(id) ?? []), result]);
      say(describeRound(id, result));
    }
  }
  return {
    scenario,
    roundTripMs,
    live: world.hosts.length,
    devices: world.hosts.filter(({ role }) => role === 'device').length,
    rounds,
    inside: signal.aborted
      ? {}
      : { ...(await lookInside(scenario, world, namesOf, signal)), estimateBefore: before.packets, secondsBefore: before.seconds },
    overflows,
  };
}

async function runOne(id: RunnerId, scenario: Scenario, world: World, { namesOf, signal }: BenchOptions): Promise<Round> {
  if (id !== 'camsweep') {
    const tool: Tool = TOOLS[id];
    const heartbeat = tool.needsHeartbeat === true ? await world.startHeartbeat() : undefined;
    const measured = await run(world, tool.command(world), { root: tool.root, timeoutMs: TOOL_LIMIT_MS, signal });
    await heartbeat?.stop();
    const failed = measured.timedOut ? `not done after ${TOOL_LIMIT_MS / 1000} s` : undefined;
    return { ...costs(measured), ...scorePeer(tool.read(measured.stdout), world.hosts, namesOf), failed };
  }
  const measured = await run(world, ourCommand(scenario, world), {
    root: false,
    timeoutMs: TOOL_LIMIT_MS,
    environment: ourEnvironment(world),
    watchFirstPacket: true,
    signal,
  });
  const document = readOurs(measured.stdout);
  const flags = measured.errors.filter(({ text }) => text.startsWith('! ')).map(({ atMs }) => atMs);
  const since = (atMs: number | undefined, fromMs: number | undefined): number | undefined =>
    atMs === undefined || fromMs === undefined ? undefined : atMs - fromMs;
  return {
    ...costs(measured),
    ...scoreOurs(document, world.hosts, namesOf, scenario.kind === 'attached'),
    counted: document?.scan.traffic.packets,
    firstPacketMs: since(measured.firstPacketAtMs, measured.startedAtMs),
    firstFlagMs: since(flags[0], measured.firstPacketAtMs),
    lastFlagMs: since(flags.at(-1), measured.firstPacketAtMs),
    failed: measured.timedOut
      ? `not done after ${TOOL_LIMIT_MS / 1000} s`
      : document === undefined
        ? `no result (exit code ${measured.code}): ${measured.errors.at(-1)?.text ?? ''}`
        : undefined,
  };
}

function costs({ wallMs, cpuMs, peakMiB, sent, received, othersMs, stealMs }: Measured): Omit<Round, keyof Score> {
  return {
    wallMs,
    cpuMs,
    peakMiB,
    sentPackets: sent.packets,
    sentBytes: sent.bytes,
    receivedPackets: received.packets,
    receivedBytes: received.bytes,
    othersMs,
    stealMs,
  };
}

async function lookInside(scenario: Scenario, world: World, namesOf: NamesOf, signal: AbortSignal): Promise<Inside> {
  world.flushNeighbours();
  await sleep(PAUSE_MS);
  const [record, loop] = [join(world.folder, 'record.jsonl'), join(world.folder, 'loop')];
  const options = { root: false, timeoutMs: TOOL_LIMIT_MS, environment: { ...ourEnvironment(world), BENCH_LOOP_FILE: loop }, signal };
  const said = await dryRun(scenario, world, signal);
  const measured = await run(world, [...ourCommand(scenario, world, ['--import', LOOP_WATCH]), '--record', record], options);
  const scan = readOurs(measured.stdout)?.scan;
  const startedAt = scan?.startedAt;
  const times = startedAt === undefined || !existsSync(record) ? [] : identifiedAfterMs(record, startedAt, world.hosts, namesOf);
  const devices = world.hosts.filter(({ role }) => role === 'device').length;
  return {
    estimate: said.packets,
    seconds: said.seconds,
    counted: scan?.traffic.packets,
    took: scan && scan.elapsedMs / 1000,
    identified50Ms: times[Math.ceil(devices * 0.5) - 1],
    identified90Ms: times[Math.ceil(devices * 0.9) - 1],
    loopBlockedMs: existsSync(loop) ? Number(readFileSync(loop, 'utf8')) : undefined,
  };
}

interface Foretold {
  /** Nobody answers, expected, everybody answers. */
  readonly packets: readonly number[] | undefined;
  readonly seconds: number | undefined;
}

async function dryRun(scenario: Scenario, world: World, signal: AbortSignal): Promise<Foretold> {
  const options = { root: false, timeoutMs: TOOL_LIMIT_MS, environment: ourEnvironment(world), signal };
  const { stdout } = await run(world, [...ourCommand(scenario, world), '--dry-run'], options);
  const packets = /^packets +(.*)$/m.exec(stdout)?.[1]?.match(/\d[\d,]*/g);
  return { packets: packets?.map((text) => Number(text.replaceAll(',', ''))), seconds: secondsIn(/^time +about (.*)$/m.exec(stdout)?.[1]) };
}

/** `2 h 5 min`, `3 min 20 s`, `4.2 s` in seconds. */
export function secondsIn(text: string | undefined): number | undefined {
  const parts = [...(text ?? '').matchAll(/([\d.]+) (h|min|s)\b/g)];
  const unit: Readonly<Record<string, number>> = { h: 3600, min: 60, s: 1 };
  return parts.length === 0 ? undefined : parts.reduce((sum, [, value, name = '']) => sum + Number(value) * (unit[name] ?? 0), 0);
}

function describeRound(id: RunnerId, { wallMs, sentPackets, devices, live, makers, othersMs, failed }: Round): string {
  const identified = makers === undefined ? '' : `, ${makers} makers`;
  const trouble = failed === undefined ? '' : ` (${failed})`;
  const words = `${devices} devices, ${live} live${identified}, ${sentPackets} packets sent, others on this machine ${(othersMs / 1000).toFixed(1)} s`;
  return `  ${id.padEnd(18)} ${(wallMs / 1000).toFixed(2).padStart(7)} s  ${words}${trouble}`;
}

const isSlow = (tool: Tool): boolean => tool.slow === true;

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function overflowLines(): number | undefined {
  const { status, stdout } = spawnSync('dmesg', { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return status === 0 ? stdout.split('\n').filter((line) => /neighbor table overflow/i.test(line)).length : undefined;
}

function plus(sum: number | undefined, after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? sum : (sum ?? 0) + Math.max(0, after - before);
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
