import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import type { KnockReach } from '../../../agent/net/knocks.ts';
import { Breaker, UNREACHABLE_TO_TRIP } from '../../../agent/sweep/breaker.ts';
import { ENDED_A_TURN, RoutedSearch, SENT_A_TURN, type Living, type RoutedOptions } from '../../../agent/sweep/routed.ts';

/** What a host of the pretended network does: by port, how a connection ends, and whether the datagram is answered, and when. */
interface Host {
  readonly ports?: Readonly<Record<number, KnockReach>>;
  readonly answersAfterMs?: number;
  /** Answers the datagram when it has been given up. */
  readonly isLate?: boolean;
}

interface Run {
  readonly living: Living[];
  readonly dark: Map<string, string>;
  readonly revived: [string, string][];
  /** `address touch` and `address port`, in the order they left. */
  readonly sent: string[];
  readonly mostOpen: number;
  /** Between two turns of the event loop. */
  readonly mostSent: number;
  readonly mostEnded: number;
  readonly mostBooked: number;
}

interface More extends Partial<RoutedOptions> {
  readonly maxPending?: number;
  /** Called before packets leave; may say that somebody answers in this moment. */
  readonly beforePackets?: (packets: number, answered: (address: string) => void) => unknown;
}

const WAIT_MS = 60;

async function run(
  hosts: Readonly<Record<string, Host>>,
  addresses: Iterable<string>,
  { maxPending, beforePackets, ...more }: More = {},
): Promise<Run> {
  const living: Living[] = [];
  const dark = new Map<string, string>();
  const revived: [string, string][] = [];
  const sent: string[] = [];
  const counts = { open: 0, mostOpen: 0 };
  const turns = countTurns();
  const options: RoutedOptions = {
    clock: systemClock,
    signal: new AbortController().signal,
    pace: (packets) => {
      beforePackets?.(packets, (address) => search.answered(address));
      return Promise.resolve(true);
    },
    touch: (address) => {
      turns.sent();
      sent.push(`${address} touch`);
      const after = hosts[address]?.answersAfterMs;
      if (after !== undefined) setTimeout(() => search.answered(address), after);
    },
    knock: (address, port, onReach) => {
      turns.sent();
      sent.push(`${address} ${port}`);
      counts.mostOpen = Math.max(counts.mostOpen, ++counts.open);
      let isOver = false;
      const end = (): boolean => {
        const isFirst = !isOver;
        isOver = true;
        if (isFirst) counts.open--;
        return isFirst;
      };
      const reach = hosts[address]?.ports?.[port];
      if (reach) setTimeout(() => end() && onReach(reach), 5);
      return { giveUp: () => end() && turns.ended() };
    },
    isFull: () => counts.open >= 100,
    firstPort: 80,
    otherPorts: [443, 554],
    waitMs: WAIT_MS,
    onDark: (address, why) => {
      expect(dark.has(address), `${address} booked twice`).toBe(false);
      dark.set(address, why);
      turns.booked();
      if (hosts[address]?.isLate === true) setTimeout(() => search.answered(address), 5);
    },
    onRevived: (address, bookedAs) => revived.push([address, bookedAs]),
    ...more,
  };
  const search: RoutedSearch = new RoutedSearch(options, maxPending);
  for await (const found of search.search(addresses)) living.push(found);
  expect(counts.open).toBe(0);
  return { living, dark, revived, sent, mostOpen: counts.mostOpen, ...turns.most() };
}

type Most = Pick<Run, 'mostSent' | 'mostEnded' | 'mostBooked'>;

/** What leaves, is hung up and is booked in one turn of the event loop. */
function countTurns(): { sent: () => unknown; ended: () => unknown; booked: () => unknown; most: () => Most } {
  let now = { sent: 0, ended: 0, booked: 0 };
  let most: Most = { mostSent: 0, mostEnded: 0, mostBooked: 0 };
  let isOver = false;
  const tally = (): void => {
    most = {
      mostSent: Math.max(most.mostSent, now.sent),
      mostEnded: Math.max(most.mostEnded, now.ended),
      mostBooked: Math.max(most.mostBooked, now.booked),
    };
    now = { sent: 0, ended: 0, booked: 0 };
  };
  const turn = (): void => {
    tally();
    if (!isOver) setImmediate(turn);
  };
  turn();
  return {
    sent: () => (now.sent += 1),
    ended: () => (now.ended += 1),
    booked: () => (now.booked += 1),
    most: () => {
      isOver = true;
      tally();
      return most;
    },
  };
}

const many = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);

describe('agent/sweep/routed', () => {
  it('tells life from an answer, an open port, a closed port, and a port of the second round', async () => {
    const { living, dark } = await run(
      {
        a: { answersAfterMs: 5 },
        b: { ports: { 80: 'answered' } },
        c: { ports: { 80: 'refused' } },
        d: { ports: { 554: 'answered' } },
      },
      ['a', 'b', 'c', 'd', 'e'],
    );
    expect([...living].sort((one, other) => one.address.localeCompare(other.address))).toEqual([
      { address: 'a', port: undefined, reach: undefined },
      { address: 'b', port: 80, reach: 'answered' },
      { address: 'c', port: 80, reach: 'refused' },
      { address: 'd', port: 554, reach: 'answered' },
    ]);
    expect([...dark]).toEqual([['e', 'silent']]);
  });

  it('knocks at the other ports only where nothing was heard, and spares them where a router says there is no way', async () => {
    const { sent, dark } = await run({ a: { ports: { 80: 'refused' } }, b: { ports: { 80: 'unreachable' } } }, ['a', 'b', 'c']);
    expect(sent).toEqual(['a touch', 'a 80', 'b touch', 'b 80', 'c touch', 'c 80', 'c 443', 'c 554']);
    expect(dark.get('b')).toBe('unreachable');
    expect(dark.get('c')).toBe('silent');
  });

  it('takes back what it said of an address that answers late', async () => {
    // The others keep the search going until then.
    const slowly = (): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, 80, true));
    const { living, revived, dark } = await run({ a: { isLate: true } }, ['a', ...many(8 * 32)], { pace: slowly });
    expect(dark.get('a')).toBe('silent');
    expect(revived).toEqual([['a', 'silent']]);
    expect(living).toEqual([{ address: 'a', port: undefined, reach: undefined }]);
  });

  it('never opens more connections than it may, and books every one of a thousand addresses', async () => {
    const { dark, mostOpen, sent } = await run({}, many(1000), { waitMs: 20 });
    expect(dark.size).toBe(1000);
    // A turn is begun when there is room for one connection.
    expect(mostOpen).toBeLessThan(100 + SENT_A_TURN);
    expect(sent).toHaveLength(1000 * 4);
  });

  it.each([
    { firstPort: undefined, otherPorts: [] },
    { firstPort: 80, otherPorts: [] },
    { firstPort: 80, otherPorts: [443] },
    { firstPort: 80, otherPorts: [443, 554, 8000] },
    { firstPort: 80, otherPorts: [443, 554, 8000, 8080, 37777] },
  ])('leaves the event loop room between a few packets and a few ends: $firstPort $otherPorts', async ({ firstPort, otherPorts }) => {
    const addresses = many(2000);
    const each = 1 + (firstPort === undefined ? 0 : 1) + otherPorts.length;
    let paid = 0;
    const { dark, sent, mostSent, mostEnded, mostBooked } = await run({}, addresses, {
      firstPort,
      otherPorts,
      waitMs: 20,
      isFull: () => false,
      beforePackets: (packets) => (paid += packets),
    });
    expect(dark.size).toBe(addresses.length);
    expect(sent).toHaveLength(addresses.length * each);
    expect(paid).toBe(sent.length);
    expect(mostSent).toBeLessThanOrEqual(SENT_A_TURN);
    expect(mostEnded).toBeLessThan(ENDED_A_TURN + Math.max(1, otherPorts.length));
    expect(mostBooked).toBeLessThanOrEqual(ENDED_A_TURN);
  });

  it('asks nobody a second time who has answered in between', async () => {
    let turn = 0;
    const { living, dark, sent } = await run({}, ['a', 'b'], { beforePackets: (_packets, answered) => ++turn === 2 && answered('a') });
    expect(sent).toEqual(['a touch', 'a 80', 'b touch', 'b 80', 'b 443', 'b 554']);
    expect(living).toEqual([{ address: 'a', port: undefined, reach: undefined }]);
    expect([...dark]).toEqual([['b', 'silent']]);
  });

  it('goes on where everybody under way waits for the second round', async () => {
    const { dark } = await run({}, many(500), { maxPending: 100, isFull: () => false, waitMs: 30 });
    expect(dark.size).toBe(500);
  });

  it('books what was under way as not reached when the scan ends, and takes no more', async () => {
    const stop = new AbortController();
    let taken = 0;
    function* endless(): Generator<string> {
      for (;;) yield `host-${++taken}`;
    }
    const pace = (): Promise<boolean> => {
      if (taken > 200) stop.abort();
      return Promise.resolve(!stop.signal.aborted);
    };
    const { dark, living } = await run({}, endless(), { signal: stop.signal, pace, waitMs: 60_000, isFull: () => false });
    expect(living).toEqual([]);
    expect(new Set(dark.values())).toEqual(new Set(['not-reached']));
    expect(taken).toBeLessThan(300);
  });

  it('leaves a /24 alone that a router says there is no way to, and asks the next one all the same', async () => {
    const noWay = { ports: { 80: 'unreachable' } } as const;
    const addresses = many(512).slice(256 - 255);
    const hosts = Object.fromEntries(addresses.filter((address) => address.startsWith('10.0.0.')).map((address) => [address, noWay]));
    const breaker = new Breaker();
    const slowly = (): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, 20, true));
    const { sent, dark } = await run(hosts, addresses, { breaker, pace: slowly });
    const asked = sent.filter((line) => /^10\.0\.0\.\d+ 80$/.test(line)).length;
    expect(asked).toBeGreaterThanOrEqual(UNREACHABLE_TO_TRIP);
    expect(asked).toBeLessThanOrEqual(UNREACHABLE_TO_TRIP + SENT_A_TURN);
    expect(dark.get('10.0.0.255')).toBe('spared');
    expect(dark.get('10.0.1.255')).toBe('silent');
    expect(dark.size).toBe(addresses.length);
    expect(breaker.notes()).toEqual([`10.0.0.0/24: a router or this machine says there is no way to it; ${asked} of 255 addresses asked`]);
  });

  it('forgets the oldest /24 of many, and tells of what they lost in few lines', () => {
    const breaker = new Breaker();
    for (let subnet = 0; subnet < 3000; subnet++) {
      for (let host = 0; host < UNREACHABLE_TO_TRIP + 4; host++) {
        const address = `10.${subnet >> 8}.${subnet & 255}.${host}`;
        if (breaker.admit(address)) breaker.unreachable(address);
      }
    }
    const notes = breaker.notes();
    expect(notes).toHaveLength(9);
    expect(notes[0]).toBe('10.0.0.0/24: a router or this machine says there is no way to it; 16 of 20 addresses asked');
    expect(notes[8]).toBe(`2992 more /24: no way to them either; ${2992 * 16} of ${2992 * 20} addresses asked`);
  });

  it('asks all of a /24 where a single address refused', async () => {
    const noWay = { ports: { 80: 'unreachable' } } as const;
    const addresses = many(256);
    const hosts = {
      ...Object.fromEntries(addresses.map((address) => [address, noWay])),
      '10.0.0.3': { ports: { 80: 'refused' } },
    } as const;
    const breaker = new Breaker();
    const slowly = (): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, 20, true));
    const { dark } = await run(hosts, addresses, { breaker, pace: slowly });
    expect([...dark.values()]).not.toContain('spared');
    expect(breaker.notes()).toEqual([]);
  });

  it('never leaves a /24 alone for its silence', async () => {
    const breaker = new Breaker();
    const { dark } = await run({}, many(256), { breaker });
    expect([...new Set(dark.values())]).toEqual(['silent']);
  });
});
