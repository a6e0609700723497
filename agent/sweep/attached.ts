/**
 * Attached subnets: one datagram an address makes the kernel resolve it, and only who lives is asked anything more.
 */
import { leftOf } from './begun.ts';
import { addressTest } from './bounds.ts';
import { feed } from './feeder.ts';
import { livingNeighbours } from './liveness.ts';
import type { StageDependencies } from './stages.ts';
import { openTouch } from './touch.ts';

export interface AttachedEvents {
  readonly ask: (address: string) => Promise<void>;
  readonly onDark: () => void;
  /** Called once, when the first addresses have been touched. */
  readonly onTouched: () => void;
  readonly problems: string[];
}

/** Finds who lives among the addresses, asks them, and books the others. Never rejects for what the network does. */
export async function attachedSweep(
  addresses: Iterable<string>,
  stage: StageDependencies,
  signal: AbortSignal,
  events: AttachedEvents,
): Promise<void> {
  const { plan, shared, clock, neighbours, coverage } = stage;
  if (plan.tableLimit === undefined) return;
  const touch = await openTouch(stage, () => undefined);
  let touched = 0;
  await neighbours.refresh();
  const isOurs = addressTest(leftOf(plan.ranges, plan.begun));
  const living = livingNeighbours(skipExcluded(addresses, stage), {
    neighbours,
    clock,
    signal,
    darkWaitMs: plan.darkWaitMs,
    tableLimit: plan.tableLimit,
    othersInTable: neighbours.countOthers(isOurs),
    touch: async (address) => {
      if (!(await shared.pace.take(address, 1, signal))) return false;
      touch.send(address);
      if (++touched === FIRST_BURST) events.onTouched();
      return true;
    },
    onDark: (address, why) => {
      coverage.finishDark(address, why === 'silent' ? 'unreachable' : 'aborted', why);
      events.onDark();
    },
    onOverflow: () =>
      events.problems.push(
        'the neighbour table of this machine overflowed: the sweep slowed down (raise net.ipv4.neigh.default.gc_thresh3 for large subnets)',
      ),
  });
  try {
    await feed(living, plan.concurrency, signal, events.ask);
  } finally {
    touch.close();
  }
}

/** As many as leave at once at the gentlest rate. */
const FIRST_BURST = 200;

/** The addresses that may be asked; the others are booked. */
export function* skipExcluded(addresses: Iterable<string>, { isExcluded, coverage }: StageDependencies): Generator<string> {
  for (const address of addresses) {
    if (isExcluded(address)) coverage.finishDark(address, 'excluded', 'excluded');
    else yield address;
  }
}
