import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getCoverage } from '../../../../agent/inventory/store/coverage.ts';
import { openStoreDatabase } from '../../../../agent/inventory/store/migrate.ts';
import { createProgressWriter } from '../../../../agent/inventory/store/progress.ts';
import { Coverage } from '../../../../agent/sweep/coverage.ts';
import { parseTarget, walk } from '../../../../agent/sweep/targets.ts';
import { randomFrom } from '../../../probes/mutate.ts';
import { shuffled } from '../world.ts';
import { inFolder } from './temporary.ts';

const TARGETS = ['192.0.2.0/25', '198.51.100.0/27'].flatMap((text) => parseTarget(text) ?? []);

describe('agent/inventory/store/progress', () => {
  it.each([1, 2, 3])('the rows are what was booked last, also after writes that did not go through (seed %i)', async (seed) => {
    await inFolder((folder) => {
      const random = randomFrom(seed);
      const database = openStoreDatabase(join(folder, 'inventory.db'), false);
      const progress = createProgressWriter(database, 7);
      const all = shuffled([...walk(TARGETS)], random);
      const coverage = new Coverage(all.length);
      let failures = 0;
      for (const [index, address] of all.entries()) {
        coverage.finish(address, { http: 'silent' }, random() < 0.1 ? 'excluded' : 'silent');
        // One that had been booked as dark answers after all: a range falls apart.
        if (random() < 0.1) coverage.revive(all[Math.floor(random() * index)] ?? address, 'silent');
        if (index % 9 !== 0 && index < all.length - 1) continue;
        const { ranges, outcomes } = coverage.darkSoFar();
        const put = (fails: boolean): void =>
          database.transaction(() => {
            const done = progress.put({ coverage: { dark: ranges, live: [] }, notes: { outcomes } });
            if (fails) throw new Error('full');
            return done;
          })();
        if (random() < 0.4) {
          failures++;
          expect(() => put(true)).toThrow('full');
          continue;
        }
        put(false);
        const rows = getCoverage(database, 7).dark;
        expect([...rows].sort(byFirst)).toEqual([...ranges].sort(byFirst));
      }
      expect(failures).toBeGreaterThan(2);
      database.close();
    });
  });
});

function byFirst(a: { first: string }, b: { first: string }): number {
  return a.first < b.first ? -1 : 1;
}
