import { afterEach, describe, expect, it } from 'vitest';
import { runOnce, settle } from '../run.ts';
import { camera, closeAll, open, recordOf, told, writes } from './open.ts';

afterEach(closeAll);

describe('NetBox, interfaces and addresses', () => {
  it('uses the interface a device type brings', async () => {
    const { netBox, connect } = await open();
    netBox.manufacturers.put({ id: 1, name: 'Hikvision', slug: 'hikvision' });
    netBox.types.put({ id: 2, manufacturer: 1, model: 'DS-2CD2143G2-I', slug: 'x', interfaces: ['PoE'] });
    await settle(connect, [camera(1)]);
    expect(netBox.interfaces.all().map(({ name }) => name)).toEqual(['PoE']);
  });

  it('takes a MAC and an address that belong to nobody, instead of making a second', async () => {
    const { netBox, connect } = await open();
    netBox.addMac(camera(1).mac ?? '');
    const address = netBox.addAddress({ address: '10.0.0.1/24', status: 'reserved', dnsName: 'door.example' });
    await settle(connect, [camera(1)]);
    expect([netBox.macs.rows.size, netBox.addresses.rows.size]).toEqual([1, 1]);
    expect(netBox.addresses.rows.get(address.id)).toMatchObject({ address: '10.0.0.1/24', status: 'reserved', dnsName: 'door.example' });
    const row = recordOf(netBox, camera(1).key);
    expect(row && told(netBox, row)).toMatchObject({ main: ['10.0.0.1/24', null] });
  });

  it('follows a device to its new address, and only takes off what it put on', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [camera(1)]);
    const port = netBox.interfaces.all()[0]?.id ?? 0;
    netBox.addAddress({ address: '10.0.9.9/24', objectType: 'dcim.interface', objectId: port });
    await settle(connect, [camera(1, { addresses: ['10.0.0.50'] })]);
    const row = recordOf(netBox, camera(1).key);
    expect(row && told(netBox, row)).toMatchObject({
      main: ['10.0.0.50/32', null],
      ports: [{ addresses: ['10.0.0.50/32 active', '10.0.9.9/24 active'] }],
    });
    expect(netBox.addresses.all().find(({ address }) => address === '10.0.0.1/32')).toMatchObject({ objectId: null, status: 'deprecated' });
    await settle(connect, [camera(1)]);
    expect(netBox.addresses.all().find(({ address }) => address === '10.0.0.1/32')).toMatchObject({ objectId: port, status: 'active' });
    expect(netBox.addresses.rows.size).toBe(3);
  });

  it('leaves the main address a person chose', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [camera(1)]);
    const port = netBox.interfaces.all()[0]?.id ?? 0;
    const chosen = netBox.addAddress({ address: '10.0.9.9/24', objectType: 'dcim.interface', objectId: port });
    const row = recordOf(netBox, camera(1).key);
    if (row) netBox.devices.put({ ...row, primary4: chosen.id });
    await settle(connect, [camera(1, { addresses: ['10.0.0.50'] })]);
    expect(recordOf(netBox, camera(1).key)?.primary4).toBe(chosen.id);
  });

  it('swaps the addresses of two devices in one run', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [camera(1), camera(2)]);
    const swapped = [camera(1, { addresses: ['10.0.0.2'] }), camera(2, { addresses: ['10.0.0.1'] })];
    expect((await runOnce(connect(), swapped)).failures).toEqual([]);
    for (const device of swapped) {
      const row = recordOf(netBox, device.key);
      expect(row && told(netBox, row)).toMatchObject({ main: [`${device.addresses[0] ?? ''}/32`, null] });
    }
    netBox.forget();
    await runOnce(connect(), swapped);
    expect(writes(netBox)).toBe(0);
  });

  it('gives an address of a missing device to the one that is seen there, and of two that are seen to the first', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [camera(1)]);
    const devices = [camera(1, { status: 'missing' }), camera(2, { addresses: ['10.0.0.1'] }), camera(3, { addresses: ['10.0.0.1'] })];
    await settle(connect, devices);
    expect(netBox.addresses.rows.size).toBe(1);
    const mains = devices.map(({ key }) => recordOf(netBox, key)?.primary4 ?? null);
    expect(mains.filter((main) => main !== null)).toHaveLength(1);
    expect(mains[0]).toBeNull();
    netBox.forget();
    await settle(connect, devices);
    expect(writes(netBox)).toBe(0);
  });
});
