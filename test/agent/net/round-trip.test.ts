import { describe, expect, it } from 'vitest';
import { createRoundTrips } from '../../../agent/net/round-trip.ts';

function noted(address: string, times: readonly number[]): ReturnType<typeof createRoundTrips> {
  const trips = createRoundTrips();
  for (const ms of times) trips.note(address, ms);
  return trips;
}

const many = (ms: number, count = 20): number[] => Array.from({ length: count }, () => ms);

describe('agent/net/round-trip', () => {
  it('waits in full where too little is known, and in every other block', () => {
    expect(noted('10.0.0.1', many(1, 7)).waitMs('10.0.0.2', 1000)).toBe(1000);
    expect(noted('10.0.0.1', many(1)).waitMs('10.0.1.2', 1000)).toBe(1000);
    expect(noted('2001:db8:1:2::1', many(1)).waitMs('2001:db8:1:3::1', 1000)).toBe(1000);
  });

  it('waits a short while where others answer at once, and longer where the way is long', () => {
    expect(noted('10.0.0.1', many(1)).waitMs('10.0.0.99', 1000)).toBe(120);
    expect(noted('10.0.0.1', many(100)).waitMs('10.0.0.99', 1000)).toBe(350);
    expect(noted('2001:db8:1:2::1', many(1)).waitMs('2001:db8:1:2::9', 1000)).toBe(120);
  });

  it('never waits longer than the user said', () => {
    expect(noted('10.0.0.1', many(500)).waitMs('10.0.0.2', 400)).toBe(400);
    expect(noted('10.0.0.1', many(1)).waitMs('10.0.0.2', 50)).toBe(50);
  });

  it('goes by the slow ones: one in ten is no outlier, one in fifty is', () => {
    expect(noted('10.0.0.1', [...many(1, 17), ...many(200, 3)]).waitMs('10.0.0.2', 1000)).toBe(650);
    expect(noted('10.0.0.1', [...many(1, 49), 900]).waitMs('10.0.0.2', 1000)).toBe(120);
  });

  it('believes what it saw last', () => {
    expect(noted('10.0.0.1', [...many(200, 64), ...many(1, 64)]).waitMs('10.0.0.2', 1000)).toBe(120);
  });
});
