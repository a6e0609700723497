/** Random histories: scans, failures of the target at any point, killed runs and restarts. A seed in a title is enough to see it again. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { usable } from '../../../agent/inventory/identifiers.ts';
import { openStore, type Store } from '../../../agent/inventory/store/store.ts';
import type { Sighting } from '../../../agent/inventory/types.ts';
import { randomFrom } from '../../probes/mutate.ts';
import { clockAt, inFolder, takeScan } from '../inventory/store/temporary.ts';
import { createWorld } from '../inventory/world.ts';
import { fieldsOf, MemoryTarget, type Trouble } from './memory-target.ts';
import { runExport } from './run-export.ts';
import { devicePages } from '../../../agent/commands/export-selection.ts';

const SEEDS = Array.from({ length: 16 }, (_, index) => 5965 + index * 131);
const ROUNDS = 8;

function clean(seen: Sighting): Sighting {
  return { ...seen, state: { ...seen.state, identifiers: seen.state.identifiers.flatMap((identifier) => usable(identifier) ?? []) } };
}

function drawTrouble(random: () => number): Trouble {
  const draw = random();
  if (draw < 0.08) return { when: 'before', scope: 'retry' };
  if (draw < 0.16) return { when: 'after', scope: 'retry' };
  if (draw < 0.18) return { when: 'before', scope: 'retry', retryAfterMs: 3_600_000 };
  if (draw < 0.2) return { when: 'before', scope: 'target' };
  if (draw < 0.22) return { when: 'after', scope: 'device' };
  return undefined;
}

class Killed extends Error {}

describe('export over random histories', () => {
  it.each(SEEDS)('ends with the target equal to the inventory, nothing twice, nothing of people changed (seed %i)', (seed) =>
    inFolder(async (folder) => {
      const random = randomFrom(seed);
      const world = createWorld(random, { devices: 14, cloned: 0.1, junk: 0.2, dualHomed: 0.2, anonymous: 0.2 });
      const clock = clockAt(1);
      const path = join(folder, 'camsweep.db');
      const target = new MemoryTarget();
      const opened = (): Store => openStore(path, { clock });
      let store = opened();
      for (let round = 0; round < ROUNDS; round++) {
        clock.day += 1;
        if (round > 0) world.live();
        takeScan(
          store,
          clock.day,
          world.scan(random() < 0.6, false).map(({ sighting }) => clean(sighting)),
        );
        target.trouble = (action) => (action === 'write' || random() < 0.2 ? drawTrouble(random) : undefined);
        let bookings = random() < 0.5 ? Math.floor(random() * 10) : Number.POSITIVE_INFINITY;
        const beforeBooking = (): void => {
          if (bookings-- <= 0) throw new Killed('killed');
        };
        try {
          await runExport({ store, session: target.session(), clock, random, beforeBooking });
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
        }
        if (random() < 0.5) {
          store.close();
          store = opened();
        }
      }
      // Everything mends: what was refused for good is asked for again, and the target works.
      clock.day += 1;
      target.trouble = () => undefined;
      store.outbox('cmdb').requeue();
      await runExport({ store, session: target.session(), clock });
      const writes = target.writes;
      const again = await runExport({ store, session: target.session(), clock });
      expect([again.created, again.updated, again.conflicts, again.stopped]).toEqual([0, 0, 0, undefined]);
      expect(target.writes).toBe(writes);

      const judging = { exceptions: [], today: clock.timestamp().slice(0, 10) };
      const source = {
        store,
        outbox: store.outbox('cmdb'),
        judging,
        site: undefined,
        only: 'all',
        since: undefined,
        write: false,
      } as const;
      const devices = [...devicePages(source)].flat().map(({ device }) => device);
      expect(devices).toHaveLength(store.countDevices());
      const records = new Map(target.records.map((record) => [record.key, record]));
      expect(records.size).toBe(target.records.length);
      for (const device of devices) expect(records.get(device.key)?.fields, device.key).toEqual(fieldsOf(device));
      const others = target.records.filter(({ key }) => !devices.some((device) => device.key === key));
      for (const { fields } of others) expect([fields.status, fields.into === null]).toEqual(['gone', false]);
      for (const { id, human } of target.records) expect(human).toBe(`human ${id}`);
      store.close();
    }),
  );
});
