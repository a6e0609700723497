/**
 * What happens to one address: datagrams, a look at the neighbour table, a knock where nothing is known, then connections.
 * Everything for one host shares one time cap, so a tarpit costs the scan no more than that.
 */
import { setMaxListeners } from 'node:events';
import type { AddressProbe, Outcome, ProbeContext } from '../../probes/probe.ts';
import { createDeadline, type Clock, type Deadline } from '../clock.ts';
import type { LoginLedger } from '../inventory/login-ledger.ts';
import type { Logger } from '../log.ts';
import { createTransport, type TransportShared } from '../net/transport.ts';
import type { AddressState, Coverage } from './coverage.ts';
import type { HostTable } from './hosts.ts';
import { loginsOf } from './logins.ts';
import { concludeUnasked, firstSign, watched } from './group-questions.ts';
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
  /** Absent: nobody logs in. */
  readonly ledger: LoginLedger | undefined;
}

type Outcomes = Record<string, Outcome>;

/** Datagrams go ahead of connections by this much: a device that names itself in one needs fewer of the others. */
const HEAD_START_MS = 120;

/** Asks an address that is known to live everything, and books its coverage. Never rejects. */
export async function askLiving(address: string, stage: StageDependencies, scanSignal: AbortSignal): Promise<void> {
  // Excluded by its MAC, which showed only when the address was touched.
  if (bookedAsExcluded(address, stage)) return;
  const time = hostTime(stage, scanSignal);
  const context = contextFor(address, stage, time.signal);
  const outcomes: Outcomes = {};
  await seenAtLayer2(address, stage);
  await askRest(address, stage, context, outcomes);
  time.release();
  stage.coverage.finish(address, outcomes, 'alive');
}

/**
 * Asks an address that may be nobody's: first what knocks, and everything else only where something shows life. Books its
 * coverage. Never rejects.
 */
export async function askUnknown(address: string, stage: StageDependencies, scanSignal: AbortSignal): Promise<void> {
  const { probes, coverage } = stage;
  if (bookedAsExcluded(address, stage)) return;
  const time = hostTime(stage, scanSignal);
  const context = contextFor(address, stage, time.signal);
  const outcomes: Outcomes = {};
  const lives = await knock(address, stage, context, outcomes);
  if (lives) await askRest(address, stage, context, outcomes);
  // Nobody showed: the questions that were not put count as what the others met, silence.
  else for (const { id } of probes) outcomes[id] ??= context.signal.aborted ? 'aborted' : 'silent';
  time.release();
  coverage.finish(address, outcomes, stateOf(lives, outcomes, scanSignal));
}

function bookedAsExcluded(address: string, { isExcluded, coverage, probes }: StageDependencies): boolean {
  if (!isExcluded(address)) return false;
  coverage.finish(address, outcomesOf(probes, 'excluded'), 'excluded');
  return true;
}

/** Ends with the scan, or when the host has had its time. */
function hostTime({ plan }: StageDependencies, scanSignal: AbortSignal): Deadline {
  const time = createDeadline(plan.hostTimeMs, scanSignal);
  setMaxListeners(0, time.signal); // every question to the host listens to it
  return time;
}

/** All questions not yet put. */
async function askRest(address: string, stage: StageDependencies, context: ProbeContext, outcomes: Outcomes): Promise<void> {
  const open = stage.probes.filter(({ id }) => outcomes[id] === undefined);
  const again = open.filter((probe) => stage.wasAskedByGroup(probe, address));
  if (again.length === 0) return askInWaves(address, stage, context, outcomes);
  const sign = firstSign();
  const alert = watched(context, address, sign);
  const own = runAll(
    open.filter((probe) => !again.includes(probe)),
    address,
    stage,
    alert,
    outcomes,
  ).finally(sign.giveUp);
  const ask = (await sign.seen) && !alert.settled(address);
  if (ask) await runAll(again, address, stage, alert, outcomes);
  else for (const probe of again) outcomes[probe.id] = context.signal.aborted ? 'aborted' : await concludeUnasked(probe, address, alert);
  await own;
}

/** Datagrams, and a moment later connections. */
async function askInWaves(address: string, stage: StageDependencies, context: ProbeContext, outcomes: Outcomes): Promise<void> {
  const datagrams = runProbes(1, address, stage, context, outcomes);
  await Promise.race([datagrams, stage.clock.sleep(HEAD_START_MS, context.signal)]);
  await Promise.all([datagrams, runProbes(2, address, stage, context, outcomes)]);
}

async function runProbes(wave: 1 | 2, address: string, stage: StageDependencies, context: ProbeContext, outcomes: Outcomes): Promise<void> {
  const open = stage.probes.filter((probe) => probe.wave === wave && outcomes[probe.id] === undefined);
  await runAll(open, address, stage, context, outcomes);
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

function contextFor(address: string, stage: StageDependencies, signal: AbortSignal): ProbeContext {
  const { plan, shared, table, neighbours, ledger } = stage;
  return {
    transport: createTransport(shared, signal),
    settings: plan.settings,
    signal,
    report: table.report,
    known: (other) => table.get(other)?.observations ?? [],
    settled: (other) => table.get(other)?.identity().maker?.certainty === 'confirmed',
    ...loginsOf(address, { credentials: plan.credentials, ledger, macOf: (other) => neighbours.known(other) }),
  };
}

/** The datagrams have made the kernel resolve the address: if it lives on our subnet, its MAC is in the table now. */
async function seenAtLayer2(address: string, { neighbours, table }: StageDependencies): Promise<boolean> {
  if (!neighbours.attached(address)) return false;
  await neighbours.refresh();
  const mac = neighbours.known(address);
  if (mac === undefined) return false;
  table.report({ protocol: 'arp', from: { address }, response: { mac } });
  return true;
}

function showsLife(outcomes: Outcomes, { table }: StageDependencies, address: string): boolean {
  const signs: readonly Outcome[] = ['answered', 'refused', 'not-understood'];
  return table.get(address) !== undefined || Object.values(outcomes).some((outcome) => signs.includes(outcome));
}

/**
 * Whether anybody is there, as cheaply as it can be told: one datagram in each of the protocols looked for and one bare
 * connection; where all that met silence, a connection to the most usual port of each other service.
 */
async function knock(address: string, stage: StageDependencies, context: ProbeContext, outcomes: Outcomes): Promise<boolean> {
  const { http, https, rtsp, sdk } = stage.plan.settings.ports;
  const knocking = stage.probes.filter(({ knocks }) => knocks === true);
  const [first] = await Promise.all([connects(address, [http[0]], stage, context), runAll(knocking, address, stage, context, outcomes)]);
  if (first || (await seenAtLayer2(address, stage)) || showsLife(outcomes, stage, address)) return true;
  return connects(address, [https[0], rtsp[0], sdk[0]], stage, context);
}

async function connects(
  address: string,
  ports: readonly (number | undefined)[],
  { plan }: StageDependencies,
  { transport }: ProbeContext,
): Promise<boolean> {
  const timeoutMs = Math.max(MIN_KNOCK_MS, plan.settings.timeoutMs / 2);
  const replies = await Promise.all(
    [...new Set(ports.flatMap((port) => port ?? []))].map((port) =>
      transport.tcp({ address, port, connectOnly: true, send: new Uint8Array(), timeoutMs }),
    ),
  );
  return replies.some(({ reach }) => reach === 'answered' || reach === 'refused');
}

const MIN_KNOCK_MS = 250;

function stateOf(lives: boolean, outcomes: Outcomes, scanSignal: AbortSignal): AddressState {
  if (lives) return 'alive';
  return scanSignal.aborted && Object.values(outcomes).includes('aborted') ? 'not-reached' : 'silent';
}

/** The same outcome for every probe. */
export function outcomesOf(probes: readonly AddressProbe[], outcome: Outcome): Outcomes {
  return Object.fromEntries(probes.map(({ id }) => [id, outcome]));
}
