import { describe, expect, it } from 'vitest';
import { RoundTrips } from '../../../agent/net/round-trips.ts';

const LIMIT_MS = 1000;

function measured(elapsedMs: number, samples = 20): RoundTrips {
  const trips = new RoundTrips();
  for (let host = 1; host <= samples; host++) trips.note(`10.0.0.${host}`, elapsedMs);
  return trips;
}

describe('agent/net/round-trips', () => {
  it('waits the whole time-out where too little is known', () => {
    expect(measured(1, 7).patienceMs('10.0.0.9', 'connect', LIMIT_MS)).toBe(LIMIT_MS);
  });

  it('is never more impatient than the floor, and more patient with services than with kernels', () => {
    const trips = measured(1);
    expect(trips.patienceMs('10.0.0.9', 'connect', LIMIT_MS)).toBe(120);
    expect(trips.patienceMs('10.0.0.9', 'service', LIMIT_MS)).toBe(400);
  });

  it('grows with what nine of ten answers need, up to the user’s time-out', () => {
    expect(measured(100).patienceMs('10.0.0.9', 'connect', LIMIT_MS)).toBe(350);
    expect(measured(900).patienceMs('10.0.0.9', 'connect', LIMIT_MS)).toBe(LIMIT_MS);
    expect(measured(1).patienceMs('10.0.0.9', 'connect', 80)).toBe(80);
  });

  it('does not judge one subnet by another', () => {
    expect(measured(1).patienceMs('10.0.1.9', 'connect', LIMIT_MS)).toBe(LIMIT_MS);
  });

  it('forgets how it was long ago', () => {
    const trips = measured(1, 64);
    for (let count = 0; count < 64; count++) trips.note('10.0.0.1', 200);
    expect(trips.patienceMs('10.0.0.1', 'connect', LIMIT_MS)).toBe(650);
  });
});
