import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CamsweepError } from '../../../../agent/errors.ts';
import { openDatabase } from '../../../../agent/inventory/store/database.ts';
import { openStoreDatabase } from '../../../../agent/inventory/store/migrate.ts';
import { MIGRATIONS } from '../../../../agent/inventory/store/migrations.ts';
import { openStore, type Store } from '../../../../agent/inventory/store/store.ts';
import type { EventRow, Sighting } from '../../../../agent/inventory/types.ts';
import type { Recording } from '../../../../probes/recording.ts';
import { randomFrom } from '../../../probes/mutate.ts';
import { coverageOf, macOf, sighting, type Shown } from '../material.ts';
import { createMemory } from '../memory.ts';
import { createWorld, shuffled } from '../world.ts';
import { usable } from '../../../../agent/inventory/identifiers.ts';
import { clockAt, dayOf, inFolder, newScan, takeScan } from './temporary.ts';

const CAMERA: Shown = {
  maker: 'hikvision',
  model: 'DS-2CD2143G2-I',
  type: 'camera',
  surveillance: true,
  firmware: 'V5.5.0',
  verdict: 'restricted',
};
const camera = (host: number, number: number, shown: Shown = {}): Sighting =>
  sighting(`192.0.2.${host}`, { ...CAMERA, mac: macOf(number), ...shown });

async function withStore(action: (store: Store, path: string) => void): Promise<void> {
  await inFolder((folder) => {
    const path = join(folder, 'camsweep.db');
    const store = openStore(path, { clock: clockAt(1) });
    action(store, path);
    store.close();
  });
}

/** Code and message of the error a call ends in. */
function faultOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof CamsweepError ? `${error.code} ${error.message}` : String(error);
  }
  return 'none';
}

const told = (events: readonly EventRow[]): string[] =>
  events.map(({ kind, device, before, after }) => [kind, device.slice(-5), before, after].filter((part) => part !== null).join(' '));

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

  it('gives recordings back as they came, with their bytes', () =>
    withStore((store) => {
      const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256)).toString('base64');
      const recordings: Recording[] = [
        {
          id: '192.0.2.10/1',
          at: dayOf(1),
          from: { address: '192.0.2.10', port: 80, mac: macOf(1) },
          protocol: 'http',
          request: { path: '/' },
          response: { bytes },
        },
        { id: '192.0.2.10/2', from: { address: '192.0.2.10' }, protocol: 'snmp', response: { varbinds: { '1.3.6': 'a\0b' } } },
        {
          id: '192.0.2.10/3',
          at: dayOf(1),
          from: { address: '192.0.2.10', port: 80 },
          protocol: 'http',
          response: { bytes: 'not base64!', status: 200 },
        },
        {
          id: '2001:db8::1/1',
          at: dayOf(1),
          from: { address: '2001:db8::1', port: 80 },
          protocol: 'http',
          request: { path: '/' },
          response: { bytes },
        },
      ];
      const writer = store.beginScan(newScan(1));
      for (const recording of recordings) writer.record(recording);
      writer.end({ endedAt: dayOf(1), interrupted: false, coverage: { dark: [], live: [] }, summary: {}, sightings: [] });
      expect(writer.problem()).toBeUndefined();
      expect(store.recordings(1)).toEqual(recordings);
      expect(store.recordings(1, '2001:db8::1')).toEqual(recordings.slice(3));
    }));

  it('stores an answer once, and one that differs in a date as its difference', () =>
    inFolder((folder) => {
      const path = join(folder, 'camsweep.db');
      const store = openStore(path, { clock: clockAt(1) });
      const page = Array.from({ length: 400 }, (_, index) => Math.imul(index, 2654435761).toString(36)).join(' ');
      for (let day = 1; day <= 20; day++) {
        const writer = store.beginScan(newScan(day));
        for (let host = 1; host <= 20; host++) {
          const address = `192.0.2.${host}`;
          const response = { status: 200, headers: [['Date', `${day} ${host}`]], body: page };
          writer.record({ id: `${address}/1`, at: dayOf(day), from: { address, port: 80 }, protocol: 'http', response });
        }
        writer.end({ endedAt: dayOf(day), interrupted: false, coverage: { dark: [], live: [] }, summary: {}, sightings: [] });
      }
      expect(store.recordings(20)).toHaveLength(20);
      store.close();
      expect(statSync(path).size).toBeLessThan((page.length * 400) / 4);
    }));

  it('prunes old recordings and can still read what was a difference from them', () =>
    withStore((store) => {
      for (let day = 1; day <= 6; day++) {
        const writer = store.beginScan(newScan(day));
        for (const host of [10, 11]) {
          const address = `192.0.2.${host}`;
          if (host === 11 && day > 2) continue;
          writer.record({
            id: `${address}/1`,
            at: dayOf(day),
            from: { address, port: 80 },
            protocol: 'http',
            response: { body: `page of ${host} ${'x'.repeat(500)}`, day },
          });
        }
        const sightings = [camera(10, 1), ...(day > 2 ? [] : [camera(11, 2)])].map((seen) => ({
          ...seen,
          firstAt: dayOf(day),
          lastAt: dayOf(day),
        }));
        writer.end({
          endedAt: dayOf(day),
          interrupted: false,
          coverage: coverageOf(sightings.map(({ address }) => address)),
          summary: {},
          sightings,
        });
      }
      expect(store.prune({ keepScans: 2 })).toEqual({ scans: 4, recordings: 5, exchanges: 4 });
      expect(store.prune({ keepScans: 2 })).toEqual({ scans: 0, recordings: 0, exchanges: 0 });
      const left = [1, 2, 3, 4, 5, 6].map((scan) =>
        store.recordings(scan).map(({ from, response }) => `${from.address.slice(8)} ${String(response.day)}`),
      );
      // The newest recordings of the device that is gone stay with the scan that made them.
      expect(left).toEqual([[], ['11 2'], [], [], ['10 5'], ['10 6']]);
    }));

  it('merges and splits by hand, and does not merge again what was split', () =>
    withStore((store) => {
      const serial = 'DS-2CD2143G2-I20230101AAWRK12345678';
      takeScan(store, 1, [camera(10, 1), sighting('192.0.2.20', { ...CAMERA, serial })]);
      expect(store.mergeDevices('192.0.2.20', macOf(1), { by: 'ada', reason: 'same label' })).toBe(`mac:${macOf(1)}`);
      expect(store.devices()).toHaveLength(1);
      expect(store.device(`serial:${serial}`)).toMatchObject({ key: `mac:${macOf(1)}`, addresses: ['192.0.2.10', '192.0.2.20'] });
      expect(() => store.mergeDevices('192.0.2.20', macOf(1), { by: 'ada', reason: '' })).toThrow(/one device already/);

      expect(store.splitDevice(macOf(1), { by: 'bob', reason: 'two labels' })).toEqual([`serial:${serial}`]);
      expect(store.devices().map(({ key, addresses }) => [key, addresses])).toEqual([
        [`mac:${macOf(1)}`, ['192.0.2.10']],
        [`serial:${serial}`, ['192.0.2.20']],
      ]);
      takeScan(store, 2, [camera(10, 1, { serial })]);
      expect(store.devices()).toHaveLength(2);
      expect(store.device(macOf(1))?.merges).toMatchObject([{ by: 'ada', reason: 'same label', undoneReason: 'two labels' }]);
      expect(store.events({ kinds: ['merged', 'split'] }).map(({ kind, cause, topic }) => [kind, cause, topic])).toEqual([
        ['merged', 'hand', 'same label'],
        ['split', 'hand', 'two labels'],
      ]);
      expect(() => store.splitDevice('nothing', { by: 'bob', reason: '' })).toThrow(/no device/);
    }));

  it('parts identifiers that were never two devices', () =>
    withStore((store) => {
      const serial = 'DS-2CD2143G2-I20230101AAWRK12345678';
      takeScan(store, 1, [sighting('192.0.2.20', { ...CAMERA, serial })]);
      takeScan(store, 2, [sighting('192.0.2.21', { ...CAMERA, serial, mac: macOf(1) })]);
      takeScan(store, 3, [sighting('192.0.2.22', { ...CAMERA, mac: macOf(1) })]);
      expect(store.devices()).toHaveLength(1);
      const parted = store.splitDevice(macOf(1), { by: 'bob', reason: 'swapped', identifiers: [{ kind: 'serial', value: serial }] });
      expect(parted).toEqual([`serial:${serial}`]);
      expect(store.sightings(`serial:${serial}`).map(({ address }) => address)).toEqual(['192.0.2.21', '192.0.2.20']);
      expect(store.sightings(`mac:${macOf(1)}`).map(({ address }) => address)).toEqual(['192.0.2.22']);
    }));

  it('climbs the ladder of keys, and every former key still leads to the device', () =>
    withStore((store) => {
      takeScan(store, 1, [sighting('192.0.2.10', CAMERA)]);
      takeScan(store, 2, [sighting('192.0.2.10', { ...CAMERA, onvif: 'urn:uuid:abc-def-1234' })]);
      takeScan(store, 3, [sighting('192.0.2.10', { ...CAMERA, onvif: 'urn:uuid:abc-def-1234', serial: 'SN2023-0001' })]);
      takeScan(store, 4, [sighting('192.0.2.11', { ...CAMERA, serial: 'SN2023-0001', mac: macOf(1) })]);
      const keys = ['hq:192.0.2.10', 'onvif:abc-def-1234', 'serial:SN2023-0001', `mac:${macOf(1)}`];
      expect(store.device('192.0.2.11')?.keys).toEqual(keys);
      for (const key of [...keys, '192.0.2.10', macOf(1).toUpperCase(), 'sn2023-0001'])
        expect(store.device(key)?.key, key).toBe(`mac:${macOf(1)}`);
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

describe('agent/inventory/store, the file', () => {
  it('belongs to its owner alone', () =>
    withStore((_store, path) => {
      expect(statSync(path).mode & 0o077).toBe(0);
    }));

  it('refuses a newer file, a foreign database and what is none, and leaves them as they are', () =>
    inFolder((folder) => {
      const clock = clockAt(1);
      const newer = join(folder, 'newer.db');
      openStoreDatabase(newer, false, [...MIGRATIONS, 'CREATE TABLE later (a INTEGER) STRICT']).close();
      expect(faultOf(() => openStore(newer, { clock }))).toContain(`schema ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length}`);

      const foreign = join(folder, 'foreign.db');
      const database = openDatabase(foreign, { readOnly: false, busyTimeoutMs: 100 });
      database.exec('CREATE TABLE theirs (a INTEGER)');
      database.close();
      expect(() => openStore(foreign, { clock })).toThrow(/not of Camsweep/);

      const text = join(folder, 'notes.db');
      writeFileSync(text, 'this is a text file, and a long one, so that SQLite does not take it for a fresh database: '.repeat(20));
      expect(faultOf(() => openStore(text, { clock }))).toMatch(/^store-unusable .*notes\.db: the file is no SQLite database/);
      expect(() => openStore(join(folder, 'none.db'), { clock, readOnly: true })).toThrow(/no store at/);
      expect(existsSync(join(folder, 'none.db'))).toBe(false);
      expect(faultOf(() => openStore(join(text, 'below', 'a.db'), { clock }))).toMatch(/^store-unusable /);
    }));

  it('migrates forward and keeps a copy of what was', () =>
    inFolder((folder) => {
      const path = join(folder, 'camsweep.db');
      const old = openStore(path, { clock: clockAt(1) });
      takeScan(old, 1, [camera(10, 1)]);
      old.close();
      const later = openStoreDatabase(path, false, [...MIGRATIONS, 'ALTER TABLE devices ADD COLUMN colour TEXT']);
      expect(later.get('SELECT colour FROM devices')).toEqual({ colour: null });
      later.close();
      expect(readdirSync(folder)).toContain(`camsweep.db.v${MIGRATIONS.length}.bak`);
      const copy = openStore(join(folder, `camsweep.db.v${MIGRATIONS.length}.bak`), { clock: clockAt(1), readOnly: true });
      expect(copy.devices()).toHaveLength(1);
      copy.close();
    }));

  it('can be read where it may not be written', () =>
    inFolder((folder) => {
      const path = join(folder, 'camsweep.db');
      const store = openStore(path, { clock: clockAt(1) });
      takeScan(store, 1, [camera(10, 1)]);
      store.close();
      chmodSync(path, 0o400);
      const reader = openStore(path, { clock: clockAt(1), readOnly: true });
      expect(reader.devices()).toHaveLength(1);
      expect(() => reader.annotate('192.0.2.10', { field: 'owner', value: 'ada', by: 'ada' })).toThrow(/may not be written/);
      reader.close();
    }));

  it('remembers what people say of a device, the last word last', () =>
    withStore((store) => {
      takeScan(store, 1, [camera(10, 1)]);
      for (const value of ['planned', 'removed']) store.annotate('192.0.2.10', { field: 'status', value, by: 'ada' });
      expect(store.annotations(macOf(1)).map(({ value }) => value)).toEqual(['planned', 'removed']);
    }));
});
