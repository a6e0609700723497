/**
 * The sweep: segments first, then one datagram per address and question, then connections where something lives. It knows
 * probes only by their interface; what a stage does with an address is in `stages.ts`.
 */
import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AddressProbe, Credential, Probe, ProbeSettings, Segment, SegmentProbe } from '../../probes/probe.ts';
import type { Recording } from '../../probes/recording.ts';
import type { Clock } from '../clock.ts';
import type { CompiledSignatures } from '../identify/compile.ts';
import { BackOff } from '../net/back-off.ts';
import { createHostGate } from '../net/host-gate.ts';
import { RoundTrips } from '../net/round-trips.ts';
import { LoopBeat } from '../net/loop-beat.ts';
import { createPace } from '../net/pace.ts';
import type { PortMemory } from '../net/port-memory.ts';
import { createTransport, type TrafficCount, type TransportShared } from '../net/transport.ts';
import type { LoginLedger } from '../inventory/login-ledger.ts';
import type { Logger } from '../log.ts';
import { leftOf, splitRecordings, type BegunScan } from './begun.ts';
import { intersect, rangesOfSegments, without } from './bounds.ts';
import { Coverage, type CoverageSummary } from './coverage.ts';
import { exclusionTest, type Exclusions } from './exclusions.ts';
import { groupQuestionTest } from './held-back.ts';
import { createHostTable, type Host } from './hosts.ts';
import { NO_LOGINS } from './logins.ts';
import type { Neighbours } from './neighbours.ts';
import { attachedSweep } from './attached.ts';
import { farSweep } from './far.ts';
import { createSpent, totalOf, type Spent } from './spent.ts';
import { askLiving, type StageDependencies } from './stages.ts';
import { countAddresses, mergeRanges, parseTarget, walk, type TargetRange } from './targets.ts';

export interface SweepPlan {
  readonly ranges: readonly TargetRange[];
  /** Attached segments that lie wholly inside the targets: these are asked by multicast too. */
  readonly segments: readonly Segment[];
  /** Every attached segment whose hosts are found by ARP, chosen or not: liveness by neighbour table holds on all of them. */
  readonly attached: readonly Segment[];
  readonly probes: readonly Probe[];
  readonly settings: ProbeSettings;
  readonly exclusions: Exclusions;
  /** Logins the user gave, by address or by MAC (lower-case colons). */
  readonly credentials: ReadonlyMap<string, Credential>;
  /** Packets a second in all, and to one host. */
  readonly rate: number;
  readonly hostRate: number;
  /** Most time spent on one host, everything together. */
  readonly hostTimeMs: number;
  /** Addresses asked at the same time. */
  readonly concurrency: number;
  /** Sockets open at the same time: for exchanges with hosts, and for bare connections to addresses that may be nobody's. */
  readonly descriptors: number;
  readonly knocksAtOnce: number;
  /** Ports tried beyond the first where nothing at all was heard behind a router. */
  readonly otherKnocks: number;
  /** How long an attached address may stay unresolved before it counts as dark. */
  readonly darkWaitMs: number;
  /** Entries the kernel's neighbour table holds; undefined where it cannot be read well enough to tell who lives. */
  readonly tableLimit: number | undefined;
  /** The scan this one continues. */
  readonly begun?: BegunScan | undefined;
}

export interface Progress {
  readonly addresses: number;
  readonly done: number;
  readonly answering: number;
  readonly elapsedMs: number;
  /** Undefined until there is something to extrapolate from. */
  readonly remainingMs: number | undefined;
}

export interface SweepEvents {
  readonly onRecording: (recording: Recording) => void;
  readonly onHost: (host: Host) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Called once: coverage as it grows. */
  readonly onCoverage?: ((coverage: Coverage) => void) | undefined;
}

export interface SweepResult {
  readonly hosts: readonly Host[];
  readonly coverage: Coverage;
  readonly summary: CoverageSummary;
  readonly traffic: TrafficCount;
  /** The same, by why it was sent. */
  readonly spent: Spent;
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
  /** What went wrong on our side of the network, in words (an interface without multicast, for example). */
  readonly problems: readonly string[];
}

export interface SweepDependencies {
  readonly clock: Clock;
  readonly neighbours: Neighbours;
  readonly signatures: CompiledSignatures;
  readonly log: Logger;
  /** Memory of login tries. Without it no login is ever used. */
  readonly ledger?: LoginLedger | undefined;
}

/** Most connections to one host at a time. */
const PLACES_PER_HOST = 2;
/** Time between two looks at the counts: with many dark addresses looking would cost more than asking. */
const PROGRESS_EVERY_MS = 50;
const REPLAYED_IN_A_ROW = 100;
/** A small network is touched by then. */
const TOUCHES_FIRST_MS = 25;

/** Runs the plan to its end or to the abort; never rejects for what the network does. */
export async function sweep(
  plan: SweepPlan,
  dependencies: SweepDependencies,
  events: SweepEvents,
  signal: AbortSignal,
): Promise<SweepResult> {
  const { clock, neighbours, signatures, log, ledger } = dependencies;
  setMaxListeners(0, signal); // every host under way listens to it
  const startedAt = clock.timestamp();
  const startMs = clock.nowMs();
  const total = Number(countAddresses(plan.ranges));
  const asking = plan.probes.filter(isAddressProbe);
  const coverage = new Coverage(
    total,
    asking.map(({ id }) => id),
  );
  const problems: string[] = [];
  const spent = createSpent();
  const isExcluded = exclusionTest(plan.exclusions, (address) => neighbours.known(address));
  const table = createHostTable({ signatures, clock, macOf: (address) => neighbours.known(address), ...events });

  const beat = new LoopBeat();
  const backOff = new BackOff(clock);
  const shared: TransportShared = {
    backOff,
    pace: createPace({ rate: plan.rate, hostRate: plan.hostRate }, clock, backOff),
    hosts: createHostGate(PLACES_PER_HOST),
    descriptors: createHostGate(plan.descriptors),
    isExcluded,
    timeoutMs: plan.settings.timeoutMs,
    roundTrips: new RoundTrips(),
    roundTripOf: (startedAtMs) => beat.leastMs(startedAtMs),
    count: spent.living,
    // Whose MAC an address has may show only now: a device that answered a group is in the table since then.
    beforeAsking: plan.exclusions.macs.size > 0 ? () => neighbours.refresh() : undefined,
  };
  if (plan.exclusions.macs.size > 0) await neighbours.refresh();
  const left = leftOf(plan.ranges, plan.begun);
  const before = plan.begun && splitRecordings(plan.begun, left);
  if (plan.begun) coverage.takeUp(plan.begun);
  await replay(before?.done, table.replay);
  events.onCoverage?.(coverage);
  let touched = (): void => undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const progress = (isLast = false): void => {
    const nowMs = clock.nowMs();
    if (!isLast && nowMs - lookedAtMs < PROGRESS_EVERY_MS) return;
    lookedAtMs = nowMs;
    events.onProgress(progressOf(coverage, table.size(), total, nowMs - startMs));
  };

  // The touches leave first: dark addresses are what a scan of a subnet waits for longest. Groups are asked a moment later.
  const touches = new Promise<void>((resolve) => (touched = resolve));
  const segments = Promise.race([touches, clock.sleep(TOUCHES_FIRST_MS, signal)]).then(() =>
    Promise.all(
      unfinished(plan.segments, left).flatMap((segment) => plan.probes.filter(isSegmentProbe).map((probe) => askSegment(probe, segment))),
    ),
  );
  const stage: StageDependencies = {
    plan,
    clock,
    neighbours,
    log,
    shared,
    table,
    coverage,
    isExcluded,
    wasAskedByGroup: groupQuestionTest(plan.segments, plan.probes),
    groupsHeard: segments,
    ledger,
    probes: asking,
  };
  const searching: StageDependencies = { ...stage, shared: { ...shared, count: spent.search } };
  const ask = async (address: string, ports?: PortMemory): Promise<void> => {
    await askLiving(address, stage, signal, ports);
    progress();
  };
  // Attached addresses: the neighbour table says who lives, and only they are asked. The others show life by answering.
  const near = plan.tableLimit === undefined ? [] : intersect(left, rangesOfSegments(plan.attached));
  const far = without(mergeRanges(left), near);
  await Promise.all([
    segments,
    near.length > 0 && attachedSweep(walk(near), searching, signal, { ask, onDark: progress, onTouched: () => touched(), problems }),
    farSweep(walk(far), searching, signal, { ask, onDark: progress, problems }),
  ]);
  beat.stop();
  await replay(before?.open, table.replayNews);
  await recordNeighbours(stage);
  progress(true);
  problems.push(...backOff.notes());

  return {
    // What an excluded MAC said to a group before anybody could know whose it was is left out too.
    hosts: table.all().filter(({ address }) => !isExcluded(address)),
    coverage,
    summary: coverage.summary(),
    traffic: totalOf(spent),
    spent,
    startedAt,
    elapsedMs: clock.nowMs() - startMs,
    interrupted: signal.aborted,
    problems,
  };

  async function askSegment(probe: SegmentProbe, segment: Segment): Promise<void> {
    const transport = createTransport({ ...shared, count: spent.group }, signal);
    const context = {
      transport: {
        ...transport,
        segment: async (request: Parameters<typeof transport.segment>[0]) => {
          const result = await transport.segment(request);
          if (result.problem !== undefined) problems.push(`${segment.interfaceName}: ${probe.title}: ${result.problem}`);
          return result;
        },
      },
      settings: plan.settings,
      signal,
      report: table.report,
      known: (address: string) => table.get(address)?.observations ?? [],
      settled: () => false,
      ...NO_LOGINS,
    };
    try {
      await probe.run(segment, context);
    } catch (error) {
      log.error({ err: error, probe: probe.id, interface: segment.interfaceName }, 'probe failed');
      problems.push(`${segment.interfaceName}: ${probe.title}: internal error`);
    }
  }
}

/** Answers of the scan that is continued. */
async function replay(recordings: readonly Recording[] | undefined, take: (recording: Recording) => void): Promise<void> {
  for (const [index, recording] of (recordings ?? []).entries()) {
    take(recording);
    if (index % REPLAYED_IN_A_ROW === 0) await nextTurn();
  }
}

/** Groups are asked once more where hosts are left. */
function unfinished(segments: readonly Segment[], left: readonly TargetRange[]): Segment[] {
  return segments.filter(({ address, prefixLength }) => {
    const whole = parseTarget(`${address}/${prefixLength}`);
    return whole !== undefined && intersect([whole], left).length > 0;
  });
}

/** Hosts that only multicast found are ARPed by them answering us: their MAC is free. */
async function recordNeighbours({ neighbours, table }: StageDependencies): Promise<void> {
  await neighbours.refresh();
  for (const host of table.all()) {
    const mac = neighbours.known(host.address);
    if (mac === undefined || host.observations.some(({ field }) => field === 'link.mac')) continue;
    table.report({ protocol: 'arp', from: { address: host.address }, response: { mac } });
  }
}

function progressOf(coverage: Coverage, answering: number, addresses: number, elapsedMs: number): Progress {
  const done = coverage.finished;
  const remainingMs = done < 16 || done >= addresses ? undefined : (elapsedMs / done) * (addresses - done);
  return { addresses, done, answering, elapsedMs, remainingMs };
}

function isAddressProbe(probe: Probe): probe is AddressProbe {
  return probe.scope === 'address';
}

function isSegmentProbe(probe: Probe): probe is SegmentProbe {
  return probe.scope === 'segment';
}
