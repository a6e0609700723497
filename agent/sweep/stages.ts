/**
 * What happens to one address that lives: a look at the neighbour table, datagrams, connections. Everything for one host shares one
 * time cap, so a tarpit costs the scan no more than that.
 */
import { setMaxListeners } from 'node:events';
import type { AddressProbe, Outcome, ProbeContext } from '../../probes/probe.ts';
import { createDeadline, type Clock, type Deadline } from '../clock.ts';
import type { LoginLedger } from '../inventory/login-ledger.ts';
import type { Logger } from '../log.ts';
import type { PortMemory } from '../net/port-memory.ts';
import { createTransport, type TransportShared } from '../net/transport.ts';
import type { Coverage } from './coverage.ts';
import type { HostTable } from './hosts.ts';
import { loginsOf } from './logins.ts';
import { concludeUnasked, firstSign, watched } from './held-back.ts';
import type { Neighbours } from './neighbours.ts';
import type { SweepPlan } from './sweep.ts';

export interface StageDependencies {
  readonly plan: SweepPlan;
  readonly probes: readonly AddressProbe[];
  readonly clock: Clock;
  readonly neighbours: Neighbours;
  readonly log: Logger;
  readonly shared: TransportShared;
  readonly table: HostTable;
  readonly coverage: Coverage;
  readonly isExcluded: (address: string) => boolean;
  /** Whether the whole segment of the address was asked this probe's question. */
  readonly wasAskedByGroup: (probe: AddressProbe, address: string) => boolean;
  /** Settles when nobody answers the groups any more. */
  readonly groupsHeard: Promise<unknown>;
  /** Absent: nobody logs in. */
  readonly ledger: LoginLedger | undefined;
}

type Outcomes = Record<string, Outcome>;

/** Datagrams go ahead of connections by this much: a device that names itself in one needs fewer of the others. */
const HEAD_START_MS = 120;

/** Asks an address that is known to live everything, and books its coverage. Never rejects. */
export async function askLiving(address: string, stage: StageDependencies, scanSignal: AbortSignal, ports?: PortMemory): Promise<void> {
  const { coverage } = stage;
  // Excluded by its MAC, which showed only when the address was touched.
  if (stage.isExcluded(address)) {
    coverage.finishDark(address, 'excluded', 'excluded');
    return;
  }
  const time = hostTime(stage, scanSignal);
  const context = contextFor(address, stage, time.signal, ports);
  const outcomes: Outcomes = {};
  await seenAtLayer2(address, stage);
  const unasked = await askAll(address, stage, context, outcomes);
  time.release();
  // The host's time is over, the scan's may end while the groups are listened to.
  const signal = context.signal.aborted ? context.signal : scanSignal;
  await concludeAll(unasked, address, stage, { ...context, signal }, outcomes);
  coverage.finish(address, outcomes, 'alive');
}

/** Ends with the scan, or when the host has had its time. */
function hostTime({ plan }: StageDependencies, scanSignal: AbortSignal): Deadline {
  const time = createDeadline(plan.hostTimeMs, scanSignal);
  setMaxListeners(0, time.signal); // every question to the host listens to it
  return time;
}

/**
 * All questions: what tells most at once, the many that most hosts have no answer to where something shows a service. Resolves to
 * those that are to be concluded without asking.
 */
async function askAll(
  address: string,
  stage: StageDependencies,
  context: ProbeContext,
  outcomes: Outcomes,
): Promise<readonly AddressProbe[]> {
  const later = stage.probes.filter((probe) => probe.waitsForSign === true || stage.wasAskedByGroup(probe, address));
  const sign = firstSign();
  const alert = watched(context, address, sign);
  const now = askNow(
    stage.probes.filter((probe) => !later.includes(probe)),
    address,
    stage,
    alert,
    outcomes,
  ).finally(sign.giveUp);
  const isWorthIt = (await sign.seen) && !alert.settled(address);
  if (isWorthIt) await runAll(later, address, stage, alert, outcomes);
  await now;
  return isWorthIt ? later.filter((probe) => outcomes[probe.id] === 'silent' && stage.wasAskedByGroup(probe, address)) : later;
}

/** What the groups brought counts to its end: a device may answer its group when it has been asked everything itself. */
async function concludeAll(
  probes: readonly AddressProbe[],
  address: string,
  stage: StageDependencies,
  context: ProbeContext,
  outcomes: Outcomes,
): Promise<void> {
  if (probes.some((probe) => stage.wasAskedByGroup(probe, address))) await stage.groupsHeard;
  for (const probe of probes) outcomes[probe.id] = await concludeUnasked(probe, address, context, stage.wasAskedByGroup(probe, address));
}

/** Datagrams, and a moment later connections: whom a datagram makes known, or leads to, needs fewer of them. */
async function askNow(
  probes: readonly AddressProbe[],
  address: string,
  stage: StageDependencies,
  context: ProbeContext,
  outcomes: Outcomes,
): Promise<void> {
  const [first, second] = [probes.filter(({ wave }) => wave === 1), probes.filter(({ wave }) => wave === 2)];
  const datagrams = runAll(first, address, stage, context, outcomes);
  // Where the segment was asked, its answers are on their way already.
  if (first.some(({ groupTwin }) => groupTwin !== undefined))
    await Promise.race([datagrams, stage.clock.sleep(HEAD_START_MS, context.signal)]);
  await Promise.all([datagrams, runAll(second, address, stage, context, outcomes)]);
}

async function runAll(
  probes: readonly AddressProbe[],
  address: string,
  stage: StageDependencies,
  context: ProbeContext,
  outcomes: Outcomes,
): Promise<void> {
  const running = new Map<string, Promise<void>>();
  for (const probe of probes) {
    const before = probe.after === undefined ? undefined : running.get(probe.after);
    const run = async (): Promise<void> => {
      await before;
      outcomes[probe.id] = await runProbe(probe, address, stage, context);
    };
    running.set(probe.id, run());
  }
  await Promise.all(running.values());
}

async function runProbe(probe: AddressProbe, address: string, { log }: StageDependencies, context: ProbeContext): Promise<Outcome> {
  if (context.signal.aborted) return 'aborted';
  try {
    return await probe.run(address, context);
  } catch (error) {
    // A probe never throws for what a device sent: this is our fault, said in the log, and no reason to end the scan.
    log.error({ err: error, probe: probe.id, address }, 'probe failed');
    return 'not-understood';
  }
}

function contextFor(address: string, stage: StageDependencies, signal: AbortSignal, ports?: PortMemory): ProbeContext {
  const { plan, shared, table, neighbours, ledger } = stage;
  return {
    transport: createTransport(shared, signal, ports),
    settings: plan.settings,
    signal,
    report: table.report,
    known: (other) => table.get(other)?.observations ?? [],
    settled: (other) => table.get(other)?.identity().maker?.certainty === 'confirmed',
    ...loginsOf(address, { credentials: plan.credentials, ledger, macOf: (other) => neighbours.known(other) }),
  };
}

/** The datagrams have made the kernel resolve the address: if it lives on our subnet, its MAC is in the table now. */
async function seenAtLayer2(address: string, { neighbours, table }: StageDependencies): Promise<void> {
  if (!neighbours.attached(address)) return;
  await neighbours.refresh();
  const mac = neighbours.known(address);
  if (mac !== undefined) table.report({ protocol: 'arp', from: { address }, response: { mac } });
}
