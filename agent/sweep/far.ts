/** Addresses that no neighbour table tells apart, behind routers mostly: who lives is found by asking, and asked on. */
import { Knocks, type Knock } from '../net/knocks.ts';
import { PortMemory } from '../net/port-memory.ts';
import { skipExcluded } from './attached.ts';
import { Breaker } from './breaker.ts';
import { feed } from './feeder.ts';
import { RoutedSearch, type Living } from './routed.ts';
import type { StageDependencies } from './stages.ts';
import { openTouch } from './touch.ts';

export interface FarEvents {
  readonly ask: (address: string, ports: PortMemory) => Promise<void>;
  readonly onDark: () => void;
  readonly problems: string[];
}

/** Finds who lives among the addresses, asks them, and books the others. Never rejects for what the network does. */
export async function farSweep(
  addresses: Iterable<string>,
  stage: StageDependencies,
  signal: AbortSignal,
  events: FarEvents,
): Promise<void> {
  const { plan, shared, clock, coverage } = stage;
  const iterator = skipExcluded(addresses, stage);
  const first = iterator.next();
  if (first.done === true) return;
  const { http, https, rtsp, sdk } = plan.settings.ports;
  const firstPort = http[0] ?? https[0] ?? rtsp[0] ?? sdk[0];
  const others = [https[0], rtsp[0], sdk[0]].flatMap((port) => (port === undefined || port === firstPort ? [] : [port]));
  const knocks = new Knocks();
  const breaker = new Breaker();
  const touch = await openTouch(stage, (address) => search.answered(address));
  const search = new RoutedSearch({
    clock,
    signal,
    pace: (packets) => shared.pace.takeForMany(packets, signal),
    touch: touch.send,
    knock: (address, port, onReach) => {
      if (stage.isExcluded(address)) return NO_KNOCK;
      shared.count.packets++;
      return knocks.knock(address, port, (reach, startedAtMs) => {
        const roundTripMs = reach === 'unreachable' ? undefined : shared.roundTripOf?.(startedAtMs);
        if (roundTripMs !== undefined) shared.roundTrips.note(address, roundTripMs);
        onReach(reach);
      });
    },
    isFull: () => knocks.open >= plan.knocksAtOnce,
    firstPort,
    otherPorts: [...new Set(others)].slice(0, plan.otherKnocks),
    waitMs: Math.max(LEAST_WAIT_MS, plan.settings.timeoutMs / 2),
    breaker,
    onDark: (address, why) => {
      if (why === 'spared') coverage.finishDark(address, 'unreachable', 'not-reached');
      else coverage.finishDark(address, why === 'not-reached' ? 'aborted' : why, why === 'not-reached' ? why : 'silent');
      events.onDark();
    },
    onRevived: (address, bookedAs) => coverage.revive(address, bookedAs),
  });
  try {
    await feed(search.search(withFirst(first.value, iterator)), plan.concurrency, signal, ({ address, port, reach }) =>
      events.ask(address, memoryOf({ address, port, reach })),
    );
  } finally {
    touch.close();
    events.problems.push(...breaker.notes());
  }
}

const LEAST_WAIT_MS = 250;
const NO_KNOCK: Knock = { giveUp: () => undefined };

function* withFirst(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
}

function memoryOf({ port, reach }: Living): PortMemory {
  const memory = new PortMemory();
  if (port !== undefined && reach !== undefined) memory.note(port, reach, reach === 'answered');
  return memory;
}
