/**
 * What happens to one address: datagrams, a look at the neighbour table, a knock where nothing is known, then connections.
 * Everything for one host shares one time cap, so a tarpit costs the scan no more than that.
 */
import { setMaxListeners } from 'node:events';
import type { AddressProbe, Outcome, ProbeContext } from '../../probes/probe.ts';
import type { Clock } from '../clock.ts';
import type { LoginLedger } from '../inventory/login-ledger.ts';
import type { Logger } from '../log.ts';
import { createTransport, type TransportShared } from '../net/transport.ts';
import type { AddressState, Coverage } from './coverage.ts';
import type { HostTable } from './hosts.ts';
import { loginsOf } from './logins.ts';
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
  /** Absent: nobody logs in. */
  readonly ledger: LoginLedger | undefined;
}

type Outcomes = Record<string, Outcome>;

/** Datagrams go ahead of connections by this much: a device that names itself in one needs fewer of the others. */
const HEAD_START_MS = 120;

/**
 * Asks one address everything and books its coverage. Never rejects. `isLiving`: the neighbour table has shown it already, so
 * connections need not wait for the datagrams to tell whether anybody is there.
 */
export async function askAddress(address: string, stage: StageDependencies, scanSignal: AbortSignal, isLiving = false): Promise<void> {
  const { plan, probes, coverage, clock, isExcluded } = stage;
  if (isExcluded(address)) {
    coverage.finish(address, outcomesOf(probes, 'excluded'), 'excluded');
    return;
  }

  const cap = AbortSignal.timeout(plan.hostTimeMs);
  const signal = AbortSignal.any([scanSignal, cap]);
  setMaxListeners(0, signal); // every question to the host listens to it
  const context = contextFor(address, stage, signal);
  const outcomes: Outcomes = {};

  const datagrams = runWave(1, address, stage, context, outcomes);
  if (isLiving) {
    await seenAtLayer2(address, stage);
    await Promise.race([datagrams, clock.sleep(HEAD_START_MS, signal)]);
    await Promise.all([datagrams, runWave(2, address, stage, context, outcomes)]);
    coverage.finish(address, outcomes, 'alive');
    return;
  }
  await datagrams;
  const lives = (await seenAtLayer2(address, stage)) || showsLife(outcomes, stage, address) || (await knock(address, stage, context));
  if (lives) await runWave(2, address, stage, context, outcomes);
  else for (const probe of probes) if (probe.wave === 2) outcomes[probe.id] = signal.aborted ? 'aborted' : 'silent';

  coverage.finish(address, outcomes, stateOf(lives, outcomes, scanSignal));
}

async function runWave(wave: 1 | 2, address: string, stage: StageDependencies, context: ProbeContext, outcomes: Outcomes): Promise<void> {
  const running = new Map<string, Promise<void>>();
  for (const probe of stage.probes.filter((candidate) => candidate.wave === wave)) {
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
 * Behind a router nothing tells liveness but an answer: one bare connection to the most usual port of each service. An
 * attached address that the neighbour table does not show is not knocked at: it would have to be there.
 */
async function knock(address: string, { plan, neighbours }: StageDependencies, { transport, signal }: ProbeContext): Promise<boolean> {
  if (signal.aborted || neighbours.attached(address)) return false;
  const { http, https, rtsp, sdk } = plan.settings.ports;
  const ports = new Set([http[0], https[0], rtsp[0], sdk[0]].flatMap((port) => port ?? []));
  const replies = await Promise.all(
    [...ports].map((port) =>
      transport.tcp({ address, port, send: new Uint8Array(), until: () => true, maxBytes: 1, timeoutMs: knockMs(plan) }),
    ),
  );
  return replies.some(({ reach }) => reach === 'answered' || reach === 'refused');
}

// A knock that is answered by an open port waits for a greeting that may never come: it gets half the usual time.
const knockMs = (plan: SweepPlan): number => Math.max(250, plan.settings.timeoutMs / 2);

function stateOf(lives: boolean, outcomes: Outcomes, scanSignal: AbortSignal): AddressState {
  if (lives) return 'alive';
  return scanSignal.aborted && Object.values(outcomes).includes('aborted') ? 'not-reached' : 'silent';
}

/** The same outcome for every probe. */
export function outcomesOf(probes: readonly AddressProbe[], outcome: Outcome): Outcomes {
  return Object.fromEntries(probes.map(({ id }) => [id, outcome]));
}
