/**
 * Attached subnets: one datagram an address makes the kernel resolve it, and only who lives is asked anything more. The
 * datagram is a vendor's discovery question, so that the devices looked for answer it at once.
 */
import { randomUUID } from 'node:crypto';
import { bytesResponse } from '../../probes/recording.ts';
import { touchQuestion } from '../../probes/touch.ts';
import { openSharedUdp } from '../net/shared-udp.ts';
import { feed } from './feeder.ts';
import { livingNeighbours } from './liveness.ts';
import { outcomesOf, type StageDependencies } from './stages.ts';

export interface AttachedEvents {
  readonly ask: (address: string) => Promise<void>;
  readonly onDark: () => void;
  readonly problems: string[];
}

/** Finds who lives among the addresses, asks them, and books the others. Never rejects for what the network does. */
export async function attachedSweep(
  addresses: Iterable<string>,
  stage: StageDependencies,
  signal: AbortSignal,
  events: AttachedEvents,
): Promise<void> {
  const { plan, shared, table, clock, neighbours, coverage, probes, isExcluded } = stage;
  if (plan.tableLimit === undefined) return;
  const question = touchQuestion(plan.settings, randomUUID);
  const socket = await openSharedUdp(TOUCHES_AT_ONCE, ({ bytes, from }) => {
    // Who has answered the same question to the group says nothing new.
    const isKnown = (): boolean => table.get(from.address)?.observations.some(({ protocol }) => protocol === question.protocol) ?? false;
    if (from.port === question.port && !isExcluded(from.address) && !isKnown())
      table.report({ protocol: question.protocol, from, response: bytesResponse(bytes) });
  });
  const living = livingNeighbours(skipExcluded(addresses, stage), {
    neighbours,
    clock,
    signal,
    darkWaitMs: plan.darkWaitMs,
    tableLimit: plan.tableLimit,
    touch: async (address) => {
      if (!(await shared.pace.take(address, 1, signal))) return false;
      socket.send(address, question.port, question.payload);
      shared.count.packets++;
      shared.count.bytes += question.payload.length;
      return true;
    },
    onDark: (address, why) => {
      coverage.finish(address, outcomesOf(probes, why === 'silent' ? 'unreachable' : 'aborted'), why);
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
    socket.close();
  }
}

/** Sockets are opened for so many touches under way at once; more of them share. */
const TOUCHES_AT_ONCE = 1024;

function* skipExcluded(addresses: Iterable<string>, { isExcluded, coverage, probes }: StageDependencies): Generator<string> {
  for (const address of addresses) {
    if (isExcluded(address)) coverage.finish(address, outcomesOf(probes, 'excluded'), 'excluded');
    else yield address;
  }
}
