import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../../agent/inventory/types.ts';
import { macOf, sighting, type Shown } from './material.ts';
import { createMemory, type Memory } from './memory.ts';

const M1 = macOf(1);
const M2 = macOf(0x200002);
const S1 = 'DS-2CD2143G2-I20230101AAWRK12345678';
const S2 = 'DS-2CD2143G2-I20230101AAWRK87654321';
const CAMERA: Shown = { maker: 'hikvision', model: 'DS-2CD2143G2-I', type: 'camera', surveillance: true };
const RECORDER: Shown = { maker: 'hikvision', model: 'DS-7608NI-K2', type: 'recorder', surveillance: true };

/** Addresses each device was seen at, over all scans. */
function run(...scans: readonly (readonly Sighting[])[]): { memory: Memory; devices: string[] } {
  const memory = createMemory();
  for (const scan of scans) memory.take(scan);
  const devices = memory.partition().map((list) => list.map(({ address }) => address.replace('192.0.2.', '')).join(' '));
  return { memory, devices };
}
const at = (host: number, shown: Shown, base: Shown = CAMERA): Sighting => sighting(`192.0.2.${host}`, { ...base, ...shown });

describe('agent/inventory/resolve', () => {
  it('follows a MAC, a serial, an endpoint and a claimed MAC to a new address', () => {
    expect(run([at(10, { mac: M1 })], [at(11, { mac: M1 })]).devices).toEqual(['10 11']);
    expect(run([at(10, { serial: S1 })], [at(11, { serial: S1 })]).devices).toEqual(['10 11']);
    expect(run([at(10, { onvif: 'urn:uuid:a' })], [at(11, { onvif: 'urn:uuid:a' })]).devices).toEqual(['10 11']);
    expect(run([at(10, { claims: [M1] })], [at(11, { claims: [M1] })]).devices).toEqual(['10 11']);
  });

  it('keeps two devices apart that use one address one after the other', () => {
    expect(run([at(10, { mac: M1 })], [at(10, { mac: M2 })]).devices).toEqual(['10', '10']);
    expect(run([at(10, { serial: S1 })], [at(10, { serial: S2 })]).devices).toEqual(['10', '10']);
    expect(run([at(10, { mac: M1, serial: S1 })], [at(10, { serial: S2 })], [at(10, { mac: M1, serial: S1 })]).devices).toEqual([
      '10 10',
      '10',
    ]);
    expect(run([at(10, {}, { maker: 'axis' })], [at(10, {}, { maker: 'dahua' })]).devices).toEqual(['10', '10']);
  });

  it('takes an answer without identifiers for the device that was there, unless it contradicts', () => {
    expect(run([at(10, { mac: M1 })], [at(10, {})], [at(10, {}, {})]).devices).toEqual(['10 10 10']);
    expect(run([at(10, { mac: M1 })], [at(10, {}, { maker: 'axis', model: 'P1', type: 'camera' })]).devices).toEqual(['10', '10']);
  });

  it('does not take an answer from other ports, and with nothing to say, for the device that was there', () => {
    const ports = (seen: Sighting, list: readonly number[]): Sighting => ({ ...seen, state: { ...seen.state, ports: list } });
    expect(run([at(10, { mac: M1 })], [ports(at(10, {}, {}), [8080])]).devices).toEqual(['10', '10']);
    expect(run([ports(at(10, { mac: M1 }), [80, 554])], [ports(at(10, {}, {}), [554])]).devices).toEqual(['10 10']);
  });

  it('does not follow an endpoint, or a claimed MAC, to a device with another serial', () => {
    expect(run([at(10, { serial: S1, onvif: 'urn:uuid:a' })], [at(11, { serial: S2, onvif: 'urn:uuid:a' })]).devices).toEqual(['10', '11']);
    expect(run([at(10, { serial: S1, claims: [M1] })], [at(11, { serial: S2, claims: [M1] })]).devices).toEqual(['10', '11']);
  });

  it('lets a cloned MAC identify nobody once two serials were seen behind it', () => {
    const clones = [at(10, { mac: M1, serial: S1 }), at(11, { mac: M1, serial: S2 })];
    expect(run(clones, clones, [at(12, { mac: M1 })]).devices).toEqual(['10 10', '11 11', '12']);
  });

  it('does not take the address for a device that is seen elsewhere in the same scan', () => {
    expect(run([at(10, { mac: M1 })], [at(10, {}), at(12, { mac: M1 })]).devices).toEqual(['10 12', '10']);
  });

  it('recognises a device seen across a router when its MAC is seen later', () => {
    const { devices, memory } = run([at(10, { serial: S1 })], [at(11, { mac: M1, serial: S1 })], [at(12, { mac: M1 })]);
    expect(devices).toEqual(['10 11 12']);
    expect(memory.merges()).toEqual([]);
    expect(run([at(10, { claims: [M1] })], [at(11, { mac: M1 })]).devices).toEqual(['10 11']);
    expect(run([at(10, {})], [at(10, { mac: M1 })]).devices).toEqual(['10 10']);
  });

  it('merges a device known by MAC and one known by serial when both are seen together, and says why', () => {
    const { devices, memory } = run([at(10, { mac: M1 })], [at(20, { serial: S1 })], [at(10, { mac: M1, serial: S1 })]);
    expect(devices).toEqual(['10 10 20']);
    expect(memory.merges()).toEqual([`serial ${S1} and the identifiers of the other were seen together at 192.0.2.10`]);
  });

  it('keeps a device whose network card was replaced', () => {
    expect(run([at(10, { mac: M1, serial: S1 })], [at(10, { mac: M2, serial: S1 })], [at(10, { mac: M2 })]).devices).toEqual(['10 10 10']);
    // The MAC alone first, the serial only afterwards: two until the serial tells.
    const { devices } = run([at(10, { mac: M1, serial: S1 })], [at(10, { mac: M2 })], [at(10, { mac: M2, serial: S1 })]);
    expect(devices).toEqual(['10 10 10']);
  });

  it('sees a recorder with two network ports as one, found together or one after the other', () => {
    const [one, two] = [at(10, { mac: M1, serial: S1 }, RECORDER), at(200, { mac: M2, serial: S1 }, RECORDER)];
    expect(run([one, two]).devices).toEqual(['10 200']);
    expect(run([one], [two], [one, two]).devices).toEqual(['10 200 10 200']);
    expect(run([at(10, { mac: M1 }, RECORDER)], [at(200, { mac: M2, serial: S1 }, RECORDER)], [one, two]).devices).toHaveLength(1);
    // A port that only says which MACs it has.
    expect(run([at(10, { mac: M1, claims: [M1, M2] }, RECORDER), at(200, { mac: M2 }, RECORDER)]).devices).toEqual(['10 200']);
  });

  it('does not join two cameras that show one serial at the same time', () => {
    expect(run([at(10, { mac: M1, serial: S1 }), at(11, { mac: M2, serial: S1 })]).devices).toEqual(['10', '11']);
    // Nor a whole batch across a router.
    expect(run([10, 11, 12].map((host) => at(host, { serial: S1 }))).devices).toEqual(['10', '11', '12']);
  });

  it('takes a merge back when the serial it stood on turns out to be cloned', () => {
    const clones = [at(10, { mac: M1, serial: S1 }), at(11, { mac: M2, serial: S1 })];
    const { devices, memory } = run([at(10, { mac: M1 })], [at(11, { serial: S1 })], [at(10, { mac: M1, serial: S1 })], clones, clones);
    expect(memory.merges()).toHaveLength(1);
    expect(devices).toHaveLength(3);
    expect(devices[0]).toBe('10 10 10 10');
  });

  it('does not follow a cloned serial to a device that is seen elsewhere', () => {
    const { devices } = run([at(10, { mac: M1, serial: S1 })], [at(10, { mac: M1 }), at(11, { mac: M2, serial: S1 })]);
    expect(devices).toEqual(['10 10', '11']);
  });

  it('lets a MAC that answers for many addresses identify nobody', () => {
    const proxied = [10, 11, 12, 13, 14, 15].map((host) => at(host, { mac: M1, serial: `${S1.slice(0, -2)}${host}` }));
    expect(run(proxied, proxied).devices).toHaveLength(6);
    const anonymous = [10, 11, 12, 13, 14].map((host) => at(host, { mac: M1 }));
    expect(run(anonymous).devices).toHaveLength(5);
  });

  it('keeps serials of different makers apart', () => {
    const { devices } = run([at(10, { serial: S1 })], [at(20, { serial: S1 }, { maker: 'axis', model: 'P3245', type: 'camera' })]);
    expect(devices).toEqual(['10', '20']);
  });

  it('prefers the MAC where MAC and serial lead to different devices', () => {
    const { devices } = run([at(10, { mac: M1, serial: S1 })], [at(11, { mac: M2, serial: S2 })], [at(12, { mac: M1, serial: S2 })]);
    expect(devices).toEqual(['10 12', '11']);
  });

  it('does not depend on the order in which addresses answered', () => {
    const scan = [
      at(10, { mac: M1, serial: S1 }, RECORDER),
      at(200, { mac: M2, serial: S1 }, RECORDER),
      at(30, {}),
      at(31, { serial: S2 }),
    ];
    const forwards = run(scan, scan).devices.sort();
    expect(
      run([...scan].reverse(), [...scan].reverse())
        .devices.map((list) => list.split(' ').sort().join(' '))
        .sort(),
    ).toEqual(forwards.map((list) => list.split(' ').sort().join(' ')).sort());
  });
});
