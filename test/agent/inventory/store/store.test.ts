import { describe, expect, it } from 'vitest';
import { type Store } from '../../../../agent/inventory/store/store.ts';
import type { Sighting } from '../../../../agent/inventory/types.ts';
import { randomFrom } from '../../../probes/mutate.ts';
import { coverageOf, macOf, sighting } from '../material.ts';
import { createMemory } from '../memory.ts';
import { createWorld, shuffled } from '../world.ts';
import { usable } from '../../../../agent/inventory/identifiers.ts';
import { dayOf, newScan, takeScan } from './temporary.ts';
import { CAMERA, camera, withStore, told } from './shown.ts';

describe('agent/inventory/store', () => {
  it('tells new, moved, firmware and verdict changes, each once', () =>
    withStore((store) => {
      expect(takeScan(store, 1, [camera(10, 1), camera(11, 2)])).toMatchObject({ devices: 2, newDevices: 2, merges: 0, events: 2 });
      takeScan(store, 2, [camera(10, 1), camera(11, 2)]);
      takeScan(store, 3, [camera(20, 1, { firmware: 'V5.7.3' }), camera(11, 2, { verdict: 'needs-review' })]);
      takeScan(store, 4, [camera(20, 1, { firmware: 'V5.7.3' }), camera(11, 2, { verdict: 'needs-review' })]);
      expect(told(store.events())).toEqual(
        [
          'new 00:01 hq:192.0.2.10',
          'new 00:02 hq:192.0.2.11',
          'verdict-changed 00:02 restricted needs-review',
          'moved 00:01 192.0.2.10 192.0.2.20',
          'firmware-changed 00:01 V5.5.0 V5.7.3',
        ].sort((a, b) => order(store, a) - order(store, b)),
      );
      expect(store.events({ sinceScan: 2 })).toHaveLength(3);
      expect(store.events({ since: dayOf(3), kinds: ['moved'] })).toHaveLength(1);
      expect(store.device(`mac:${macOf(1)}`)).toMatchObject({
        addresses: ['192.0.2.20'],
        firmware: 'V5.7.3',
        firstSeen: dayOf(1),
        lastSeen: dayOf(4),
      });
    }));

  // Events of one scan come in the order of its devices, which the rules are free to choose.
  const order = (store: Store, line: string): number => told(store.events()).indexOf(line);

  it('calls a device gone after two scans that asked for it, and back when it answers again', () =>
    withStore((store) => {
      const statuses = (): string[] => store.devices().map(({ status }) => status);
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      takeScan(store, 2, [camera(11, 2)]);
      expect(statuses()).toEqual(['missing', 'present']);
      takeScan(store, 3, [camera(11, 2)]);
      takeScan(store, 4, [camera(11, 2)]);
      expect(statuses()).toEqual(['gone', 'present']);
      expect(told(store.events({ sinceScan: 1 }))).toEqual(['gone 00:01 192.0.2.10']);
      takeScan(store, 5, [camera(10, 1), camera(11, 2)]);
      expect(told(store.events({ sinceScan: 4 }))).toEqual(['back 00:01 hq:192.0.2.10']);
    }));

  it('says nothing of a device that was missing once', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      takeScan(store, 2, [camera(11, 2)]);
      takeScan(store, 3, [camera(10, 1), camera(11, 2)]);
      expect(store.events({ sinceScan: 1 })).toEqual([]);
      expect(store.device(macOf(1))).toMatchObject({ status: 'present', missed: 0 });
    }));

  it('lets the scan that saw a device later have the last word, whichever ends first', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      takeScan(store, 5, [camera(20, 1), camera(11, 2)]);
      // Began and saw on day 3, and ends only now.
      takeScan(store, 3, [camera(10, 1)]);
      expect(store.device(macOf(1))).toMatchObject({ addresses: ['192.0.2.20'], lastSeen: dayOf(5) });
      expect(store.device(macOf(2))).toMatchObject({ status: 'present', missed: 0 });
      expect(told(store.events({ kinds: ['moved'] }))).toEqual(['moved 00:01 192.0.2.10 192.0.2.20']);
      expect(store.sightings(macOf(1)).map(({ scanId }) => scanId)).toEqual([2, 3, 1]);
    }));

  it('takes a merge back when its serial turns out to be cloned', () =>
    withStore((store) => {
      const serial = 'DS-2CD2143G2-I20230101AAWRK12345678';
      takeScan(store, 1, [camera(10, 1)]);
      takeScan(store, 2, [sighting('192.0.2.11', { ...CAMERA, serial })]);
      expect(takeScan(store, 3, [camera(10, 1, { serial })])).toMatchObject({ merges: 1 });
      expect(store.devices()).toHaveLength(1);
      takeScan(store, 4, [camera(10, 1, { serial }), camera(11, 2, { serial })]);
      expect(store.devices().map(({ key, addresses }) => [key, addresses[0]])).toEqual([
        [`mac:${macOf(1)}`, '192.0.2.10'],
        ['hq:192.0.2.11', '192.0.2.11'],
        [`mac:${macOf(2)}`, '192.0.2.11'],
      ]);
      expect(store.events({ kinds: ['merged', 'split'] }).map(({ kind, cause, scanId }) => [kind, cause, scanId])).toEqual([
        ['merged', 'network', 3],
        ['split', 'network', 4],
      ]);
      expect(store.device('hq:192.0.2.11')?.identifiers.find(({ kind }) => kind === 'serial')).toMatchObject({ shared: true });
    }));

  it('gives two nameless devices at one address two keys', () =>
    withStore((store) => {
      takeScan(store, 1, [sighting('192.0.2.10', { maker: 'axis' })]);
      takeScan(store, 2, [sighting('192.0.2.10', { maker: 'dahua' })]);
      expect(store.devices().map(({ key, maker }) => [key, maker])).toEqual([
        ['hq:192.0.2.10', 'axis'],
        ['hq:192.0.2.10#2', 'dahua'],
      ]);
      // The address means who is there now; the key means who it always meant.
      expect(store.device('192.0.2.10')?.maker).toBe('dahua');
      expect(store.device('hq:192.0.2.10')?.maker).toBe('axis');
    }));

  it('never ages out what was not asked, what was excluded, and a subnet that was silent as a whole', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      const elsewhere = coverageOf(['198.51.100.7'], '198.51.100');
      const excluded = {
        dark: [{ first: '192.0.2.1', last: '192.0.2.10', state: 'excluded' as const }],
        live: coverageOf(['192.0.2.11']).live,
      };
      const cutOff = { dark: [{ first: '192.0.2.1', last: '192.0.2.10', state: 'not-reached' as const }], live: excluded.live };
      const silent = coverageOf([]);
      for (const [index, coverage] of [elsewhere, excluded, cutOff, silent].entries()) {
        takeScan(store, 2 + 3 * index, [], coverage);
        takeScan(store, 3 + 3 * index, [], coverage);
        takeScan(store, 4 + 3 * index, [], coverage);
        expect(store.device(`mac:${macOf(1)}`)?.status, String(index)).toBe('present');
      }
      // Another site's scan of the same addresses says nothing either.
      for (const day of [20, 21, 22]) takeScan(store, day, [sighting('192.0.2.11', { mac: macOf(9) })], undefined, 'branch');
      expect(store.device(`mac:${macOf(1)}`)?.status).toBe('present');
    }));

  it('does not call gone what may be the one that refuses to answer', () =>
    withStore((store) => {
      takeScan(store, 1, [sighting('192.0.2.10', { ...CAMERA, serial: 'SN2023-0001' })]);
      for (const day of [2, 3, 4]) takeScan(store, day, [], coverageOf(['192.0.2.10']));
      expect(store.devices().map(({ status, missed }) => [status, missed])).toEqual([['missing', 0]]);
    }));

  it('keeps what it knew when a device says less than before', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1)]);
      takeScan(store, 2, [sighting('192.0.2.10', { mac: macOf(1) })]);
      expect(store.device('192.0.2.10')).toMatchObject({
        maker: 'hikvision',
        firmware: 'V5.5.0',
        verdicts: [{ verdict: 'restricted', since: dayOf(1) }],
      });
      expect(store.events({ sinceScan: 1 })).toEqual([]);
    }));

  it('judges again without a packet; what differs is an event of the data, once', () =>
    withStore((store) => {
      const writer = store.beginScan(newScan(1));
      for (const seen of [camera(10, 1), camera(11, 2)]) {
        writer.record({ id: `${seen.address}/1`, at: dayOf(1), from: { address: seen.address }, protocol: 'http', response: {} });
      }
      const at = { firstAt: dayOf(1), lastAt: dayOf(1) };
      writer.end({
        endedAt: dayOf(1),
        interrupted: false,
        coverage: coverageOf([]),
        summary: {},
        sightings: [camera(10, 1), camera(11, 2)].map((seen) => ({ ...seen, ...at })),
      });
      const judge = (address: string): Sighting =>
        address.endsWith('10') ? camera(10, 1, { verdict: 'no-match', maker: 'axis' }) : camera(11, 2);
      const result = store.rejudge(judge, { scope: 'all', basis: 'newer data' });
      expect(result).toEqual({ devices: 2, changed: 1, events: 1, unjudged: 0 });
      expect(store.events({ kinds: ['verdict-changed'] })).toMatchObject([
        { cause: 'data', before: 'restricted', after: 'no-match', scanId: null },
      ]);
      expect(store.device('192.0.2.10')).toMatchObject({ maker: 'axis', verdicts: [{ verdict: 'no-match' }] });
      expect(store.judgedBy()).toBe('newer data');
      expect(store.rejudge(judge, { scope: 'latest', basis: 'newer data' })).toEqual({ devices: 2, changed: 0, events: 0, unjudged: 0 });
    }));

  it('counts verdicts after every scan', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1), camera(11, 2)]);
      takeScan(store, 2, [camera(10, 1), camera(11, 2, { verdict: 'no-match' })]);
      const counts = store.verdictHistory('ca-federal-2025').map(({ scanId, verdict, devices }) => [scanId, verdict, devices]);
      expect(counts).toEqual([
        [1, 'restricted', 2],
        [2, 'no-match', 1],
        [2, 'restricted', 1],
      ]);
    }));

  it('finds scans by number, word, uid and date', () =>
    withStore((store) => {
      for (const day of [1, 3, 5]) takeScan(store, day, []);
      const found = (word: string): number | undefined => store.findScan(word)?.id;
      expect(['2', 'last', 'previous', '2026-01-04', '2026-01-03', '2025-12-31', 'nonsense', '99'].map(found)).toEqual([
        2,
        3,
        2,
        2,
        2,
        undefined,
        undefined,
        undefined,
      ]);
    }));

  it.each([77, 78, 79, 80, 81, 82, 83, 84])('agrees with the rules alone over random histories (seed %i)', (seed) =>
    withStore((store) => {
      const random = randomFrom(seed);
      const world = createWorld(random, { devices: 20, cloned: 0.2, junk: 0.2, dualHomed: 0.2, anonymous: 0.1 });
      const memory = createMemory();
      for (let day = 1; day <= 12; day++) {
        if (day > 1) world.live();
        const seen = shuffled(world.scan(day % 3 !== 0, day > 10), random).map(({ sighting: one }) => ({
          ...one,
          firstAt: dayOf(day),
          lastAt: dayOf(day),
          state: { ...one.state, identifiers: one.state.identifiers.flatMap((identifier) => usable(identifier) ?? []) },
        }));
        memory.take(seen);
        // Nothing was asked for by name, so nothing ages: the rules alone do not know of age.
        takeScan(store, day, seen, { dark: [], live: [] });
      }
      const partition = store.devices().map(({ key }) =>
        store
          .sightings(key)
          .map(({ scanId, address }) => `${scanId} ${address}`)
          .sort()
          .join(', '),
      );
      const expected = memory.partition().map((list) =>
        list
          .map(({ address, firstAt }) => `${new Date(firstAt).getUTCDate()} ${address}`)
          .sort()
          .join(', '),
      );
      expect(partition.sort()).toEqual(expected.sort());
    }),
  );
});
