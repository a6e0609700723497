/** Random histories of a known network against the identity rules. A seed in a title is all that is needed to see it again. */
import { describe, expect, it } from 'vitest';
import { usable } from '../../../agent/inventory/identifiers.ts';
import type { Sighting } from '../../../agent/inventory/types.ts';
import { randomFrom } from '../../probes/mutate.ts';
import { createMemory } from './memory.ts';
import { createWorld, shuffled, type World, type WorldOptions } from './world.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => 1000 + index * 97);
const ROUNDS = 12;
const PLAIN: WorldOptions = { devices: 24, cloned: 0, junk: 0.2, dualHomed: 0.15, anonymous: 0 };

/** What sightingOf does to identifiers: only usable ones get to the rules. */
function clean(seen: Sighting): Sighting {
  return { ...seen, state: { ...seen.state, identifiers: seen.state.identifiers.flatMap((identifier) => usable(identifier) ?? []) } };
}

interface History {
  readonly scans: Sighting[][];
  readonly truthOf: Map<Sighting, number>;
  readonly world: World;
}

function history(seed: number, options: WorldOptions, isAttached: (round: number, random: () => number) => boolean): History {
  const random = randomFrom(seed);
  const world = createWorld(random, options);
  const truthOf = new Map<Sighting, number>();
  const scans: Sighting[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) world.live();
    const seen = world.scan(isAttached(round, random), round >= ROUNDS - 2).map(({ sighting, truth }) => {
      const cleaned = clean(sighting);
      truthOf.set(cleaned, truth);
      return cleaned;
    });
    scans.push(shuffled(seen, random));
  }
  return { scans, truthOf, world };
}

/** True numbers of each device the rules made. */
function truths({ scans, truthOf }: History): number[][] {
  const memory = createMemory();
  for (const scan of scans) memory.take(scan);
  return memory.partition().map((list) => [...new Set(list.map((seen) => truthOf.get(seen) ?? -1))].sort((a, b) => a - b));
}

describe('agent/inventory identity over random histories', () => {
  it.each(SEEDS)('attached, honest devices: one device each, whatever leases, power and network cards do (seed %i)', (seed) => {
    const devices = truths(history(seed, PLAIN, () => true));
    expect(devices.filter((list) => list.length > 1)).toEqual([]);
    // A network card replaced in a device without a serial is a new device to anybody; the world replaces none there.
    expect(devices.map(([number]) => number).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: PLAIN.devices }, (_, index) => index),
    );
  });

  it.each(SEEDS)('now attached, now across a router: still one device each where a serial is shown (seed %i)', (seed) => {
    const one = history(seed, { ...PLAIN, junk: 0, dualHomed: 0 }, (round, random) => round >= ROUNDS - 2 || random() < 0.5);
    const devices = truths(one);
    expect(devices.filter((list) => list.length > 1)).toEqual([]);
    expect(devices).toHaveLength(PLAIN.devices);
  });

  it.each(SEEDS)('cloned and junk serials never join two devices that were seen with their MAC together (seed %i)', (seed) => {
    const devices = truths(history(seed, { ...PLAIN, cloned: 0.3, junk: 0.3 }, () => true));
    expect(devices.filter((list) => list.length > 1)).toEqual([]);
  });

  it.each(SEEDS)('everything at once: two devices that each show an honest serial are never joined (seed %i)', (seed) => {
    const mixed = { ...PLAIN, cloned: 0.25, junk: 0.2, dualHomed: 0.2, anonymous: 0.15 };
    const one = history(seed, mixed, (_, random) => random() < 0.6);
    const honest = new Set(one.world.things.filter(({ serial }) => serial?.startsWith('SN') === true).map(({ number }) => number));
    expect(honest.size).toBeGreaterThan(4);
    const joined = truths(one).filter((list) => list.filter((number) => honest.has(number)).length > 1);
    expect(joined).toEqual([]);
  });

  it.each(SEEDS.slice(0, 20))('the order of answers within a scan changes nothing (seed %i)', (seed) => {
    const one = history(seed, { ...PLAIN, cloned: 0.2, anonymous: 0.2 }, (round) => round % 2 === 0);
    const random = randomFrom(seed + 1);
    const other = { ...one, scans: one.scans.map((scan) => shuffled(scan, random)) };
    const sorted = (lists: number[][]): string[] => lists.map((list) => list.join(' ')).sort();
    expect(sorted(truths(other))).toEqual(sorted(truths(one)));
  });

  it.each(SEEDS.slice(0, 20))('the same scan again makes no new device (seed %i)', (seed) => {
    const { scans } = history(seed, { ...PLAIN, cloned: 0.2, anonymous: 0.2 }, (round) => round % 2 === 0);
    const memory = createMemory();
    for (const scan of scans) memory.take(scan);
    expect(memory.take(scans.at(-1) ?? [])).toBe(0);
  });
});
