/** Deadlines that must fire: also when the collector runs meanwhile, which in Node.js 20 takes AbortSignal.timeout away. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDeadline, systemClock } from '../../agent/clock.ts';

setFlagsFromString('--expose-gc');
const collect = z.function().parse(runInNewContext('gc'));

/** Keeps no hold of anything but the last signal, as callers do. */
function nested(ms: number): AbortSignal {
  return createDeadline(undefined, createDeadline(ms, new AbortController().signal).signal).signal;
}

describe('agent/clock: createDeadline', () => {
  it('fires though the collector runs before it does', async () => {
    const signal = nested(50);
    for (let round = 0; round < 200 && !signal.aborted; round++) {
      collect();
      await sleep(5);
    }
    expect(signal.aborted).toBe(true);
  });

  it('ends a sleep that listens to it, collector or not', async () => {
    const sleeping = systemClock.sleep(3_600_000, nested(50));
    collect();
    await sleep(10);
    collect();
    await sleeping;
  });

  it('aborts with a parent, and with the reason of that parent', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const { signal } = createDeadline(undefined, first.signal, second.signal);
    expect(signal.aborted).toBe(false);
    second.abort('stopped');
    expect([signal.aborted, signal.reason]).toEqual([true, 'stopped']);
    first.abort('later');
    expect(signal.reason).toBe('stopped');
  });

  it('is over at once where a parent is', () => {
    expect(createDeadline(60_000, new AbortController().signal, AbortSignal.abort('before')).signal.reason).toBe('before');
  });

  it('lets go: neither timer nor parent aborts it afterwards', async () => {
    const parent = new AbortController();
    const deadline = createDeadline(5, parent.signal);
    deadline.release();
    parent.abort();
    await sleep(20);
    expect(deadline.signal.aborted).toBe(false);
  });
});
