import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { phaseOutOf } from '../../../../agent/inventory/phase-out.ts';
import { openStore, type Store } from '../../../../agent/inventory/store/store.ts';
import type { Sighting } from '../../../../agent/inventory/types.ts';
import { macOf, sighting } from '../material.ts';
import { clockAt, inFolder, takeScan } from './temporary.ts';

const camera = (host: number, number: number): Sighting =>
  sighting(`192.0.2.${host}`, { maker: 'hikvision', type: 'camera', mac: macOf(number) });
const [ONE, TWO] = [`mac:${macOf(1)}`, `mac:${macOf(2)}`];

async function withStore(action: (store: Store, clock: { day: number }) => void): Promise<void> {
  await inFolder((folder) => {
    const clock = clockAt(1);
    const store = openStore(join(folder, 'camsweep.db'), { clock });
    action(store, clock);
    store.close();
  });
}

const statusOf = (store: Store, key: string): string => phaseOutOf(store.annotations(key)).status;
const steps = (store: Store): string[] =>
  store.events({ kinds: ['phase-out-changed'] }).map(({ before, after, cause }) => `${before ?? ''} ${after ?? ''} ${cause}`);

describe('agent/inventory/store, phase-out', () => {
  it('goes from removed to verified-gone by coverage alone, and to came-back once', () =>
    withStore((store, clock) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      clock.day = 2;
      expect(store.setPhaseOut([{ key: ONE, status: 'planned', custodian: 'Ann', note: 'lobby' }], 'ann')).toEqual(['planned']);
      expect(store.setPhaseOut([{ key: ONE, status: 'removed' }], 'ann')).toEqual(['removed']);
      takeScan(store, 3, [camera(11, 2)]);
      expect(statusOf(store, ONE)).toBe('removed');
      takeScan(store, 4, [camera(11, 2)]);
      expect(statusOf(store, ONE)).toBe('verified-gone');
      takeScan(store, 5, [camera(11, 2)]);
      takeScan(store, 6, [camera(30, 1), camera(11, 2)]);
      takeScan(store, 7, [camera(30, 1), camera(11, 2)]);
      expect(statusOf(store, ONE)).toBe('came-back');
      expect(steps(store)).toEqual([
        'found planned hand',
        'planned removed hand',
        'removed verified-gone network',
        'verified-gone came-back network',
      ]);
      expect(phaseOutOf(store.annotations(ONE))).toMatchObject({ custodian: 'Ann', note: 'lobby' });
      expect(statusOf(store, TWO)).toBe('found');
    }));

  it('verifies nothing where the subnet was not asked', () =>
    withStore((store, clock) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      clock.day = 2;
      store.setPhaseOut([{ key: ONE, status: 'removed' }], 'ann');
      const elsewhere = { dark: [{ first: '198.51.100.1', last: '198.51.100.254', state: 'silent' }], live: [] } as const;
      for (const day of [3, 4, 5]) takeScan(store, day, [], elsewhere);
      expect(statusOf(store, ONE)).toBe('removed');
    }));

  it('a device that is seen after it was said to be removed has come back at once', () =>
    withStore((store, clock) => {
      takeScan(store, 1, [camera(10, 1)]);
      clock.day = 2;
      store.setPhaseOut([{ key: ONE, status: 'removed' }], 'ann');
      takeScan(store, 3, [camera(10, 1)]);
      expect(statusOf(store, ONE)).toBe('came-back');
    }));

  it('verifies at once what was gone when it was said to be removed, and keeps that against an old list', () =>
    withStore((store, clock) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      for (const day of [2, 3]) takeScan(store, day, [camera(11, 2)]);
      clock.day = 4;
      expect(store.setPhaseOut([{ key: ONE, status: 'removed' }], 'ann')).toEqual(['verified-gone']);
      expect(store.setPhaseOut([{ key: ONE, status: 'removed' }], 'ann')).toEqual(['verified-gone']);
      expect(steps(store)).toHaveLength(2);
    }));

  it('takes all entries or none', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      expect(() =>
        store.setPhaseOut(
          [
            { key: ONE, status: 'planned' },
            { key: 'mac:00:00:00:00:00:77', status: 'planned' },
          ],
          'ann',
        ),
      ).toThrow(/no device/);
      expect(store.allAnnotations().size).toBe(0);
    }));

  it('stays with a device that is merged by hand', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      store.setPhaseOut([{ key: TWO, status: 'isolated', location: 'roof' }], 'ann');
      const key = store.mergeDevices(ONE, TWO, { by: 'ann', reason: 'one box' });
      expect(phaseOutOf(store.allAnnotations().get(key) ?? [])).toMatchObject({ status: 'isolated', location: 'roof' });
    }));
});
