import { describe, expect, it } from 'vitest';
import { BackOff } from '../../../agent/net/back-off.ts';
import { createPace } from '../../../agent/net/pace.ts';
import { jumpingClock } from './jumping-clock.ts';

const HOST = '10.4.2.1';

function exchanges(backOff: BackOff, address: string, count: number, roundTripMs: number, wasReset = false): void {
  for (let index = 0; index < count; index++) backOff.note(address, { roundTripMs, wasReset });
}

describe('agent/net/back-off', () => {
  it('halves the rate of a host that takes several times as long, down to a floor, and lets it recover', () => {
    const backOff = new BackOff(jumpingClock());
    exchanges(backOff, HOST, 4, 3);
    exchanges(backOff, HOST, 4, 40);
    expect(backOff.hostSlowness(HOST)).toBe(2);
    exchanges(backOff, HOST, 7, 40);
    expect(backOff.hostSlowness(HOST)).toBe(2);
    exchanges(backOff, HOST, 100, 40);
    expect(backOff.hostSlowness(HOST)).toBe(8);
    exchanges(backOff, HOST, 100, 3);
    expect(backOff.hostSlowness(HOST)).toBe(1);
    expect(backOff.hostSlowness('10.4.2.2')).toBe(1);
    expect(backOff.notes()).toEqual(['hosts of 10.4.2.0/24 slowed down: round trips rose from 3 to 40 ms at 1 host']);
  });

  it('takes no notice of fractions of a millisecond, of a steady slow line, or of two resets', () => {
    const backOff = new BackOff(jumpingClock());
    exchanges(backOff, HOST, 4, 0.2);
    exchanges(backOff, HOST, 20, 5);
    exchanges(backOff, '10.4.2.2', 40, 300);
    exchanges(backOff, '10.4.2.4', 4, 40);
    exchanges(backOff, '10.4.2.4', 20, 80);
    exchanges(backOff, '10.4.2.3', 2, 1, true);
    expect([HOST, '10.4.2.2', '10.4.2.3', '10.4.2.4'].map((address) => backOff.hostSlowness(address))).toEqual([1, 1, 1, 1]);
    expect(backOff.notes()).toEqual([]);
  });

  it('halves the rate of a host that resets what it had accepted', () => {
    const backOff = new BackOff(jumpingClock());
    exchanges(backOff, HOST, 3, 1, true);
    expect(backOff.hostSlowness(HOST)).toBe(2);
    expect(backOff.notes()).toEqual(['hosts of 10.4.2.0/24 slowed down: connections were reset at 1 host']);
  });

  it('slows a /24 when several of its hosts get slower together, not when they do one after the other', () => {
    const clock = jumpingClock();
    const backOff = new BackOff(clock);
    const slow = (address: string): void => {
      exchanges(backOff, address, 4, 3);
      exchanges(backOff, address, 4, 40);
    };
    for (const last of [1, 2, 3]) {
      slow(`10.4.3.${last}`);
      clock.state.nowMs += 20_000;
    }
    for (const last of [1, 2, 3]) slow(`10.4.2.${last}`);
    expect(backOff.subnetSlowness('10.4.3.9')).toBe(1);
    expect(backOff.subnetSlowness('10.4.2.9')).toBe(2);
    expect(backOff.notes()).toContain('10.4.2.0/24 slowed down: round trips rose from 3 to 40 ms at 3 hosts');
    clock.state.nowMs += 30_000;
    expect(backOff.subnetSlowness('10.4.2.9')).toBe(1);
  });

  it('sends fewer packets a second to a host, and to a /24, that got slower', async () => {
    const clock = jumpingClock();
    const backOff = new BackOff(clock);
    const pace = createPace({ rate: 1000, hostRate: 40 }, clock, backOff);
    const timeOf = async (packets: number, address: (index: number) => string): Promise<number> => {
      const before = clock.state.nowMs;
      for (let index = 0; index < packets; index++) await pace.take(address(index), 1, new AbortController().signal);
      return clock.state.nowMs - before;
    };
    await timeOf(100, () => HOST);
    const usual = await timeOf(80, () => HOST);
    exchanges(backOff, HOST, 4, 3);
    exchanges(backOff, HOST, 4, 40);
    const slowed = await timeOf(80, () => HOST);
    expect(slowed / usual).toBeCloseTo(2, 1);

    const spread = (index: number): string => `10.4.2.${String(10 + (index % 200))}`;
    const usualTogether = await timeOf(1000, spread);
    for (const last of [2, 3]) {
      exchanges(backOff, `10.4.2.${last}`, 4, 3);
      exchanges(backOff, `10.4.2.${last}`, 4, 40);
    }
    expect(backOff.subnetSlowness(HOST)).toBe(2);
    expect((await timeOf(1000, spread)) / usualTogether).toBeGreaterThan(1.7);
  });
});
