import { describe, expect, it } from 'vitest';
import { createPace } from '../../../agent/net/pace.ts';
import { jumpingClock } from './jumping-clock.ts';

describe('agent/net/pace', () => {
  it('keeps the rate over many packets', async () => {
    const clock = jumpingClock();
    const pace = createPace({ rate: 1000, hostRate: 1_000_000 }, clock);
    for (let index = 0; index < 5000; index++) await pace.take(`10.0.${index >> 8}.${index & 255}`, 1, new AbortController().signal);
    expect(clock.state.nowMs).toBeGreaterThan(4800);
    expect(clock.state.nowMs).toBeLessThan(5100);
  });

  it('keeps the rate to one host', async () => {
    const clock = jumpingClock();
    const pace = createPace({ rate: 1_000_000, hostRate: 40 }, clock);
    for (let index = 0; index < 120; index++) await pace.take('10.0.0.1', 1, new AbortController().signal);
    expect(clock.state.nowMs).toBeGreaterThan(1900);
    expect(clock.state.nowMs).toBeLessThan(3100);
  });

  it('grants a burst also in the first moments of the clock: a second of packets to a host, a tenth of a second of all', async () => {
    const clock = jumpingClock();
    clock.state.nowMs = 0;
    const pace = createPace({ rate: 1000, hostRate: 60 }, clock);
    await pace.take('10.0.0.1', 60, new AbortController().signal);
    await pace.take('10.0.0.2', 40, new AbortController().signal);
    expect(clock.state.nowMs).toBe(0);
    await pace.take('10.0.0.1', 6, new AbortController().signal);
    expect(clock.state.nowMs).toBeGreaterThan(90);
  });

  it('says no after an abort', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await createPace({ rate: 10, hostRate: 10 }, jumpingClock()).take('10.0.0.1', 1, controller.signal)).toBe(false);
  });
});
