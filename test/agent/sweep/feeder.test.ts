import { describe, expect, it } from 'vitest';
import { feed } from '../../../agent/sweep/feeder.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = new AbortController().signal;

describe('agent/sweep/feeder', () => {
  it('does every item once, never more at a time than it may, never far ahead of the work', async () => {
    const seen: number[] = [];
    let [running, most, taken, ahead] = [0, 0, 0, 0];
    function* items(): Generator<number> {
      for (let item = 0; item < 2000; item++) {
        taken++;
        yield item;
      }
    }
    await feed(items(), 16, never, async (item) => {
      most = Math.max(most, ++running);
      ahead = Math.max(ahead, taken - seen.length);
      await tick();
      running--;
      seen.push(item);
    });
    expect(new Set(seen).size).toBe(2000);
    expect(most).toBe(16);
    expect(ahead).toBeLessThanOrEqual(2 * 16 + 1);
  });

  it('takes nothing more after an abort, and waits for what runs', async () => {
    const controller = new AbortController();
    const done: number[] = [];
    await feed(
      Array.from({ length: 500 }, (_, index) => index),
      4,
      controller.signal,
      async (item) => {
        if (item === 10) controller.abort();
        await tick();
        done.push(item);
      },
    );
    expect(done.length).toBeGreaterThan(10);
    expect(done.length).toBeLessThan(30);
  });

  it('reads an asynchronous source', async () => {
    async function* items(): AsyncGenerator<number> {
      for (let item = 0; item < 5; item++) {
        await tick();
        yield item;
      }
    }
    const seen: number[] = [];
    await feed(items(), 2, never, (item) => {
      seen.push(item);
      return Promise.resolve();
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('rejects when the work rejects, after the rest has ended', async () => {
    let ended = 0;
    const run = feed([1, 2, 3], 3, never, async (item) => {
      await tick();
      ended++;
      if (item === 2) throw new Error('ours');
    });
    await expect(run).rejects.toThrow('ours');
    expect(ended).toBe(3);
  });
});
