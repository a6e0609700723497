import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROFILES, PROFILE_NAMES } from '../../../agent/config/profiles.ts';

describe('agent/config/profiles', () => {
  it('gets harder from row to row, never softer', () => {
    const rows = PROFILE_NAMES.map((name) => PROFILES[name]);
    for (const [index, row] of rows.entries()) {
      const before = rows[index - 1];
      if (!before) continue;
      expect(row.rate).toBeGreaterThan(before.rate);
      expect(row.hostRate).toBeGreaterThan(before.hostRate);
      expect(row.timeoutMs).toBeLessThan(before.timeoutMs);
    }
  });

  it('is the table the README shows', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    for (const name of PROFILE_NAMES) {
      const { rate, hostRate, concurrency, timeoutMs, hostTimeMs, otherKnocks } = PROFILES[name];
      const row = `| \`${name}\` | ${rate.toLocaleString('en')} | ${hostRate} | ${concurrency} | ${timeoutMs / 1000} s | ${hostTimeMs / 1000} s | ${1 + otherKnocks} |`;
      expect(readme).toContain(row);
    }
  });
});
