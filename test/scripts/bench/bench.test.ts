import { describe, expect, it } from 'vitest';
import { formatSeconds } from '../../../agent/commands/traffic.ts';
import { secondsIn } from '../../../scripts/bench/bench.ts';

describe('scripts/bench/bench', () => {
  it.each([4.2, 200, 7500])('reads the time a dry run says: %d s', (seconds) => {
    expect(secondsIn(formatSeconds(seconds))).toBe(seconds);
  });

  it.each(['soon', undefined])('reads none in %s', (text) => {
    expect(secondsIn(text)).toBeUndefined();
  });
});
