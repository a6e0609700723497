import { describe, expect, it } from 'vitest';
import { macOf, sighting } from '../material.ts';
import { takeScan } from './temporary.ts';
import { CAMERA, camera, withStore } from './shown.ts';

describe('agent/inventory/store, merges and keys', () => {
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
});
