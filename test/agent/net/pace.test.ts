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

  it('says no after an abort', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await createPace({ rate: 10, hostRate: 10 }, jumpingClock()).take('10.0.0.1', 1, controller.signal)).toBe(false);
  });
});
