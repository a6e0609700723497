import { describe, expect, it } from 'vitest';
import { livingNeighbours, type LivenessOptions } from '../../../agent/sweep/liveness.ts';
import { createNeighbours, type NeighbourState } from '../../../agent/sweep/neighbours.ts';

const subnet = (count: number): string[] => Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);

interface World {
  readonly options: LivenessOptions;
  readonly sent: string[];
  readonly dark: string[];
  readonly notReached: string[];
  mostUnresolved: number;
  overflows: number;
}

/** A kernel in a table: resolves the living after `resolveMs`, drops what exceeds its limit, forgets entries with time. */
function world(
  living: ReadonlySet<string>,
  settings: {
    limit?: number;
    resolveMs?: number;
    controller?: AbortController;
    hidden?: number;
    hiddenUntilMs?: number;
    busyMs?: number;
    /** How long a read that begins before the kernel's second question takes. */
    readingMs?: number;
    later?: ReadonlyMap<string, number>;
    /** Whose first rounds of the kernel's three questions go unanswered, and how many. */
    deaf?: ReadonlyMap<string, number>;
  } = {},
): World {
  const {
    limit = 1024,
    resolveMs = 5,
    controller = new AbortController(),
    hidden = 0,
    hiddenUntilMs = Number.POSITIVE_INFINITY,
    busyMs = 0,
    readingMs = 0,
    later = new Map<string, number>(),
    deaf = new Map<string, number>(),
  } = settings;
  const rounds = new Map<string, number>();
  let nowMs = 0;
  const table = new Map<string, number>();
  let readAtMs = Number.NEGATIVE_INFINITY;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  let shown: ReadonlyMap<string, NeighbourState> = new Map();
  const unresolved = (): number => [...table].filter(([address, at]) => !living.has(address) || nowMs - at < resolveMs).length;
  const stateOf = (address: string, ageMs: number): NeighbourState =>
    living.has(address) && ageMs >= (later.get(address) ?? resolveMs) && (rounds.get(address) ?? 0) > (deaf.get(address) ?? 0)
      ? 'resolved'
      : 'pending';
  const made: World = {
    sent: [],
    dark: [],
    notReached: [],
    mostUnresolved: 0,
    overflows: 0,
    options: {
      darkWaitMs: 1100,
      tableLimit: limit,
      signal: controller.signal,
      clock: {
        nowMs: () => nowMs,
        timestamp: () => '',
        sleep: (ms) => {
          nowMs += ms;
          return Promise.resolve();
        },
      },
      touch: (address) => {
        nowMs += 0.1;
        made.sent.push(address);
        rounds.set(address, (rounds.get(address) ?? 0) + 1);
        // The dead are dropped after three tries; the living, unused, when the table is half full.
        for (const [other, at] of table) if (nowMs - at > (living.has(other) ? 5000 : 3100)) table.delete(other);
        if (table.size + (nowMs < hiddenUntilMs ? hidden : 0) < limit) table.set(address, nowMs);
        made.mostUnresolved = Math.max(made.mostUnresolved, unresolved());
        return Promise.resolve(!controller.signal.aborted);
      },
      onDark: (address, why) => (why === 'silent' ? made.dark : made.notReached).push(address),
      onOverflow: () => made.overflows++,
      neighbours: {
        attached: () => true,
        known: () => undefined,
        countOthers: () => hidden,
        asOfMs: () => readAtMs,
        endedAtMs: () => endedAtMs,
        // What it reads is of now; a busy event loop gets to see it later.
        refresh: () => {
          readAtMs = ++nowMs;
          if (nowMs > 300 && nowMs < 1000) nowMs += readingMs;
          endedAtMs = nowMs;
          shown = new Map([...table].map(([address, at]) => [address, stateOf(address, nowMs - at)]));
          nowMs += busyMs;
          return Promise.resolve();
        },
        state: (address) => shown.get(address) ?? 'absent',
      },
    },
  };
  return made;
}

async function collect(addresses: Iterable<string>, options: LivenessOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const address of livingNeighbours(addresses, options)) found.push(address);
  return found;
}

describe('agent/sweep/liveness', () => {
  it('finds every living address of a /24 with one datagram each, and calls the rest dark', async () => {
    const all = subnet(254);
    const living = new Set(all.filter((_, index) => index % 3 === 0));
    const kernel = world(living);
    expect(new Set(await collect(all, kernel.options))).toEqual(living);
    expect(kernel.sent).toHaveLength(254);
    expect(kernel.dark).toHaveLength(254 - living.size);
    expect(kernel.overflows).toBe(0);
  });

  it('keeps unresolved addresses of a /20 below the limit of the table', async () => {
    const all = subnet(4094);
    const living = new Set(all.filter((_, index) => index % 8 === 0));
    const kernel = world(living, { limit: 1024 });
    expect(new Set(await collect(all, kernel.options))).toEqual(living);
    expect(kernel.mostUnresolved).toBeLessThanOrEqual(1024 * 0.88);
    expect(kernel.overflows).toBe(0);
  });

  it('notices an overflow, says so once, slows down and still finds everybody', async () => {
    const all = subnet(600);
    const living = new Set(all.filter((_, index) => index % 5 === 0));
    const kernel = world(living, { limit: 1024, hidden: 700 });
    expect(new Set(await collect(all, kernel.options))).toEqual(living);
    expect(kernel.overflows).toBe(1);
  });

  it('takes its share again when others have left the table', async () => {
    const all = subnet(4094);
    const living = new Set(all.filter((_, index) => index % 8 === 0));
    const durations: number[] = [];
    for (const hiddenUntilMs of [0, 5000]) {
      const kernel = world(living, { limit: 1024, hidden: 700, hiddenUntilMs });
      expect(new Set(await collect(all, kernel.options))).toEqual(living);
      expect(kernel.overflows).toBe(hiddenUntilMs > 0 ? 1 : 0);
      durations.push(kernel.options.clock.nowMs());
    }
    const [undisturbed = 0, disturbed = 0] = durations;
    // Some ten seconds for the overflow and for growing back; at the share it fell to it would take minutes.
    expect(disturbed - undisturbed).toBeLessThan(20_000);
  });

  it('leaves alone what others hold of the table, where it is told', async () => {
    const all = subnet(600);
    const living = new Set(all.filter((_, index) => index % 5 === 0));
    const kernel = world(living, { limit: 1024, hidden: 700 });
    expect(new Set(await collect(all, { ...kernel.options, othersInTable: 700 }))).toEqual(living);
    expect(kernel.overflows).toBe(0);
    expect(kernel.mostUnresolved).toBeLessThanOrEqual(1024 * 0.88 - 700);
    expect(kernel.sent).toHaveLength(600); // nobody was asked again
  });

  it('counts whose entries are not those of its targets', async () => {
    const table = new Map([
      ['10.0.0.1', { mac: '00:00:5e:00:53:01' }],
      ['10.9.0.1', { mac: '00:00:5e:00:53:02' }],
      ['10.9.0.2', {}],
    ]);
    const neighbours = createNeighbours({ read: () => Promise.resolve(table), attached: () => true, isOwn: () => false, nowMs: () => 0 });
    expect(neighbours.countOthers(() => false)).toBe(0);
    await neighbours.refresh();
    expect(neighbours.countOthers((address) => address.startsWith('10.0.'))).toBe(2);
  });

  it('finds a host that needs the second ARP of the kernel', async () => {
    const kernel = world(new Set(['10.0.0.7']), { resolveMs: 1010 });
    expect(await collect(subnet(20), kernel.options)).toEqual(['10.0.0.7']);
  });

  it('takes nobody for dark, and no table for full, because the machine was busy', async () => {
    const all = subnet(254);
    const living = new Set(all.filter((_, index) => index % 3 === 0));
    for (const busyMs of [280, 1500]) {
      const kernel = world(living, { busyMs });
      expect(new Set(await collect(all, kernel.options))).toEqual(living);
      expect(kernel.sent).toHaveLength(254);
      expect(kernel.overflows).toBe(0);
    }
  });

  it('books what an abort left unasked as not reached', async () => {
    const controller = new AbortController();
    const kernel = world(new Set(), { controller });
    const touch = kernel.options.touch;
    const options = {
      ...kernel.options,
      touch: (address: string) => {
        if (kernel.sent.length === 30) controller.abort();
        return touch(address);
      },
    };
    expect(await collect(subnet(254), options)).toEqual([]);
    expect(kernel.notReached.length).toBeGreaterThan(0);
    expect(kernel.dark).toEqual([]);
  });

  it('waits for a third question where somebody answered only the second', async () => {
    const all = subnet(20);
    const [first = '', second = ''] = [all[3], all[7]];
    const third = world(new Set([first]), { later: new Map([[first, 2010]]) });
    expect(await collect(all, third.options)).toEqual([]);
    const later = new Map([
      [first, 2010],
      [second, 1010],
    ]);
    const lossy = world(new Set([first, second]), { later });
    expect(await collect(all, lossy.options)).toEqual([second, first]);
    expect(lossy.dark).toHaveLength(18);
  });

  it('knows of a lost question also where the read that shows it began long before the answer', async () => {
    const all = subnet(20);
    const [first = '', second = ''] = [all[3], all[7]];
    const later = new Map([
      [first, 2010],
      [second, 1010],
    ]);
    const kernel = world(new Set([first, second]), { later, readingMs: 750 });
    expect(await collect(all, kernel.options)).toEqual([second, first]);
  });

  it('asks the dark anew once the kernel has given up, where so many questions are lost that three may have been', async () => {
    const all = subnet(100);
    const living = new Set(all.filter((_, index) => index % 2 === 0));
    const late = [...living].slice(0, 10);
    const [lost = ''] = [...living].slice(-1);
    const kernel = world(living, { later: new Map(late.map((address) => [address, 1010])), deaf: new Map([[lost, 1]]) });
    const found = await collect(all, kernel.options);
    expect(new Set(found)).toEqual(living);
    expect(found.at(-1)).toBe(lost);
    expect(kernel.dark).toHaveLength(50);
    expect(kernel.sent).toHaveLength(100 + 51); // the dark twice, the living once
    expect(kernel.options.clock.nowMs()).toBeLessThan(5500); // a fifth is lost: six questions, the last of them 5.2 s after the first
    expect(kernel.overflows).toBe(0);
  });

  it('asks the dark of a large network anew within its share of the table', async () => {
    const all = subnet(1022);
    // Few live, and the first of them tells of loss: those at rest fill all places there are.
    const living = new Set(all.filter((_, index) => index % 64 === 0));
    const later = new Map([...living].filter((_, index) => index % 3 === 0).map((address) => [address, 1010]));
    const kernel = world(living, { limit: 512, later });
    expect(new Set(await collect(all, kernel.options))).toEqual(living);
    expect(kernel.mostUnresolved).toBeLessThanOrEqual(512 * 0.88);
    expect(kernel.overflows).toBe(0);
    expect(kernel.dark).toHaveLength(1022 - living.size);
    expect(kernel.options.clock.nowMs()).toBeLessThan(30_000); // three lots of 450, some 7 s each
  });

  it('books whom an abort found between two rounds as not reached', async () => {
    const controller = new AbortController();
    const all = subnet(100);
    const living = new Set(all.filter((_, index) => index % 2 === 0));
    const later = new Map([...living].slice(0, 10).map((address) => [address, 1010]));
    const kernel = world(living, { controller, later });
    const { clock } = kernel.options;
    const sleep = (ms: number): Promise<void> => {
      if (clock.nowMs() > 2500) controller.abort();
      return clock.sleep(ms, controller.signal);
    };
    expect(new Set(await collect(all, { ...kernel.options, clock: { ...clock, sleep } }))).toEqual(living);
    expect(kernel.notReached).toHaveLength(50);
    expect(kernel.dark).toEqual([]);
  });
});
