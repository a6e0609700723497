import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { LoopBeat } from '../../../agent/net/loop-beat.ts';

const beats: LoopBeat[] = [];
afterEach(() => beats.splice(0).forEach((beat) => beat.stop()));

function beat(): LoopBeat {
  const made = new LoopBeat();
  beats.push(made);
  return made;
}

function block(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

describe('agent/net/loop-beat', () => {
  it('takes a short time as it is', () => {
    const nowMs = performance.now();
    expect(beat().leastMs(nowMs - 3, nowMs)).toBeCloseTo(3);
  });

  it('does not count what a busy loop added', async () => {
    const own = beat();
    const startedAtMs = performance.now();
    await sleep(30);
    block(200);
    // Asked for 230 ms ago, and the last 200 of them nobody could look.
    const least = own.leastMs(startedAtMs);
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThan(performance.now() - startedAtMs - 190);
  });

  it('says nothing where the loop has not come round since', () => {
    const own = beat();
    const startedAtMs = performance.now();
    block(40);
    expect(own.leastMs(startedAtMs)).toBeUndefined();
  });
});
