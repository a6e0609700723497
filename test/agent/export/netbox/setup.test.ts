import { afterEach, describe, expect, it } from 'vitest';
import { CONTEXT, deviceOf } from '../devices.ts';
import { runOnce, settle } from '../run.ts';
import { camera, closeAll, open, writes } from './open.ts';

afterEach(closeAll);

describe('NetBox, set up', () => {
  it('refuses versions that have no MAC objects', async () => {
    const { connect } = await open({ version: '4.1.11' });
    const { failures } = await runOnce(connect(), [camera(1)]);
    expect(failures[0]).toMatchObject({ scope: 'target', message: 'NetBox 4.1.11 is too old: 4.2 or newer is needed' });
  });

  it('names what is missing and the command, makes it once, also after a cut', async () => {
    const { netBox, connect } = await open({ isSetUp: false });
    const { failures } = await runOnce(connect(), [camera(1)]);
    expect(failures[0]).toMatchObject({ scope: 'target' });
    expect(failures[0]?.message).toMatch(
      /lacks custom field camsweep_key, .*tag camsweep, .*role surveillance: camsweep export netbox --netbox-setup/,
    );
    expect(writes(netBox)).toBe(0);
    const context = { ...CONTEXT, scans: [{ site: 'hq', uid: 'u', startedAt: '', endedAt: null, complete: true, coverage: {} }] };
    netBox.failAt(6, 'cut');
    await expect(connect().setup?.(context)).rejects.toThrow();
    const made = await connect().setup?.(context);
    expect(made).toContain('site hq');
    expect(await connect().setup?.(context)).toEqual([]);
    const names = netBox.customFields.all().map(({ name }) => name);
    expect(names).toHaveLength(new Set(names).size);
    expect(netBox.customFields.all().find(({ name }) => name === 'camsweep_key')).toMatchObject({ unique: true, filterLogic: 'exact' });
    expect((await settle(connect, [camera(1)])).plans[0]?.action).toBe('create');
  });

  it('names a site that is missing before anything is written', async () => {
    const { netBox, connect } = await open();
    const { failures } = await runOnce(connect(), [camera(1), camera(2, { site: 'Annex 2' })]);
    expect(failures[0]?.message).toBe('NetBox lacks site annex-2: camsweep export netbox --netbox-setup makes what is missing');
    expect(writes(netBox)).toBe(0);
  });

  it.each([
    ['is not unique', { unique: false }],
    ['is a number', { type: 'integer' }],
    ['cannot be filtered', { filterLogic: 'disabled' }],
    ['is of another object', { objectTypes: ['dcim.site'] }],
  ])('stops where the field of the key %s', async (_what, change) => {
    const { netBox, connect } = await open();
    const field = netBox.customFields.all().find(({ name }) => name === 'camsweep_key');
    if (field) netBox.customFields.put({ ...field, ...change });
    const { failures } = await runOnce(connect(), [camera(1)]);
    expect(failures[0]).toMatchObject({ scope: 'target' });
    expect(failures[0]?.message).toContain('camsweep_key');
    expect(writes(netBox)).toBe(0);
  });

  it('finds records also where the filter of the key is loose', async () => {
    const { netBox, connect } = await open();
    const field = netBox.customFields.all().find(({ name }) => name === 'camsweep_key');
    if (field) netBox.customFields.put({ ...field, filterLogic: 'loose' });
    const [short, long] = [
      deviceOf({ key: 'hq:10.0.0.1', mac: null, serial: null, addresses: [] }),
      deviceOf({ key: 'hq:10.0.0.11', mac: null, serial: null, addresses: [] }),
    ];
    await settle(connect, [long]);
    await settle(connect, [short, long]);
    expect(netBox.devices.rows.size).toBe(2);
  });
});
