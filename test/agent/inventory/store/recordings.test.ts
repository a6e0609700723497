import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../../agent/inventory/store/store.ts';
import type { Recording } from '../../../../probes/recording.ts';
import { coverageOf, macOf } from '../material.ts';
import { clockAt, dayOf, inFolder, newScan } from './temporary.ts';
import { camera, withStore } from './shown.ts';

describe('agent/inventory/store, recordings', () => {
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
});
