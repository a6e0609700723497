import { afterEach, describe, expect, it } from 'vitest';
import { snipeItTarget } from '../../../../agent/export/snipe-it/index.ts';
import { snipeItSettings } from '../../../../agent/export/snipe-it/schema.ts';
import { connectSnipeIt } from '../../../../agent/export/snipe-it/session.ts';
import { CONTEXT, deviceOf, DEVICES } from '../devices.ts';
import { runOnce, settle } from '../run.ts';
import { closeAll, custom, open, writes } from './open.ts';

afterEach(closeAll);

const all = Object.values(DEVICES);

describe('Snipe-IT', () => {
  it('makes each device once and finds it again: the second run writes nothing', async () => {
    const { snipeIt, connect } = await open();
    const first = await runOnce(connect(), all);
    expect(first.failures).toEqual([]);
    expect(first.plans.map(({ action }) => action)).toEqual([
      'create',
      'create',
      'create',
      'create',
      'unchanged',
      'create',
      'create',
      'create',
    ]);
    expect(snipeIt.assets.size).toBe(all.length - 1);
    expect([...snipeIt.assets.values()].find(({ tag }) => tag === 'CAM-4419B6000001')).toMatchObject({
      name: 'cam-4419b6000001',
      statusId: 2,
      locationId: 4,
    });
    snipeIt.forget();
    const second = await runOnce(connect(), all);
    expect(second.plans.every(({ action }) => action === 'unchanged')).toBe(true);
    expect(writes(snipeIt)).toBe(0);
  });

  it('asks at most once in ten devices when nothing changed', async () => {
    const { snipeIt, connect } = await open();
    const many = Array.from({ length: 1200 }, (_, index) => {
      const mac = `44:19:b6:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`;
      return deviceOf({ key: `mac:${mac}`, mac, serial: `S${index}` });
    });
    await settle(connect, many);
    snipeIt.forget();
    await runOnce(connect(), many);
    expect(writes(snipeIt)).toBe(0);
    expect(snipeIt.log.length / many.length).toBeLessThan(0.1);
  });

  it('asks for each device where the others are too many to read', async () => {
    const { snipeIt, connect } = await open({ pageRows: 2 });
    await settle(connect, [DEVICES.usual]);
    for (let index = 0; index < 40; index += 1) snipeIt.addByHand({ tag: `LAPTOP-${index}` });
    snipeIt.forget();
    const { plans } = await runOnce(connect(), [DEVICES.usual]);
    expect(plans[0]?.action).toBe('unchanged');
    expect(snipeIt.log.some(({ path }) => path.startsWith('/hardware/byserial/'))).toBe(true);
    expect(snipeIt.log.filter(({ path }) => path === '/hardware')).toHaveLength(1);
  });

  it('takes over an asset that people made, by serial, and leaves its name, status, place and owner', async () => {
    const { snipeIt, connect } = await open();
    const model = { id: 7, name: 'Dome', makerId: 1, fieldset: true };
    snipeIt.models.push(model);
    const mine = { name: 'Door', statusId: 8, locationId: 6, assignedTo: 'kim', modelId: 7 };
    const asset = snipeIt.addByHand({ tag: 'A-1', serial: 'ds-2cd2143g2-i20230101aawr000000001', ...mine });
    const { plans } = await settle(connect, [DEVICES.usual]);
    expect(plans[0]?.action).toBe('update');
    expect(snipeIt.assets.size).toBe(1);
    expect(asset).toMatchObject({ ...mine, tag: 'A-1' });
    expect(custom(snipeIt, DEVICES.usual.key, 'Restriction')).toBe('restricted: ca-fed-2025');
  });

  it('stops at several assets with one serial, and at an asset that belongs to another device', async () => {
    const { snipeIt, connect } = await open();
    const [one, two] = [snipeIt.addByHand({ tag: 'A-1', serial: 'TWIN' }), snipeIt.addByHand({ tag: 'A-2', serial: 'twin' })];
    const device = deviceOf({ serial: 'TWIN' });
    const { plans } = await runOnce(connect(), [device]);
    expect(plans[0]).toMatchObject({ action: 'conflict', why: `serial TWIN: 2 assets have it (${one.id}, ${two.id})` });
    expect(writes(snipeIt)).toBe(0);
    await settle(connect, [deviceOf({ key: 'mac:44:19:b6:00:00:09', serial: 'OTHER' })]);
    const again = await runOnce(connect(), [deviceOf({ serial: 'OTHER' })]);
    expect(again.plans[0]?.why).toContain('belongs to mac:44:19:b6:00:00:09');
  });

  it('keeps one manufacturer and one model, however they are spelled', async () => {
    const { snipeIt, connect } = await open();
    snipeIt.makers.push({ id: 1, name: 'HIKVISION' });
    snipeIt.models.push({ id: 2, name: 'ds-2cd2143g2-i', makerId: 1, fieldset: true });
    const spelled = deviceOf({ key: 'mac:44:19:b6:00:00:08', serial: 'S8', brand: ' Hikvision ', model: 'DS-2CD2143G2-I ' });
    await settle(connect, [DEVICES.usual, spelled]);
    expect([snipeIt.makers.length, snipeIt.models.length, snipeIt.assets.size]).toEqual([1, 1, 2]);
  });

  it('gives an asset its model when the device tells it, and leaves a model people chose', async () => {
    const { snipeIt, connect } = await open();
    await settle(connect, [deviceOf({ model: null })]);
    const [asset] = [...snipeIt.assets.values()];
    const modelName = (): string | undefined => snipeIt.models.find(({ id }) => id === asset?.modelId)?.name;
    expect(modelName()).toBe('Unknown model');
    await settle(connect, [deviceOf()]);
    expect(modelName()).toBe('DS-2CD2143G2-I');
    await settle(connect, [deviceOf({ model: 'Other' })]);
    expect(modelName()).toBe('DS-2CD2143G2-I');
  });

  it('follows a device to its new key, and leaves what was merged as it is', async () => {
    const { snipeIt, connect } = await open();
    const before = deviceOf({ key: 'hq:192.0.2.64', mac: null, serial: null });
    await settle(connect, [before]);
    const merged = deviceOf({ ...before, status: 'gone', mergedInto: DEVICES.usual.key });
    await settle(connect, [merged, deviceOf({ formerKeys: [before.key] })]);
    expect(snipeIt.assets.size).toBe(1);
    expect(custom(snipeIt, DEVICES.usual.key, 'Presence')).toBe('present');
  });

  it('says which fields were not stored, instead of writing them for ever', async () => {
    const { snipeIt, tools } = await open();
    const session = connectSnipeIt(snipeItSettings.parse({ statusId: 2, categoryId: 9 }), tools);
    const { failures } = await runOnce(session, [DEVICES.usual]);
    expect(failures[0]).toMatchObject({ scope: 'device' });
    expect(failures[0]?.message).toMatch(/not stored: Camsweep key.*field set of model/);
    expect(snipeIt.assets.size).toBe(1);
  });

  it('passes on why Snipe-IT refuses, although it says 200', async () => {
    const { snipeIt, connect } = await open({ uniqueSerial: true });
    await settle(connect, [deviceOf({ serial: 'S1' })]);
    snipeIt.addByHand({ tag: 'A-1', serial: 'S2' }).custom.x = '';
    const asset = [...snipeIt.assets.values()].find(({ tag }) => tag === 'A-1');
    const { failures } = await runOnce(connect(), [deviceOf({ serial: 'S2' })]);
    expect(failures[0]?.message).toContain('The serial must be unique.');
    expect(asset?.custom).toEqual({ x: '' });
  });

  it('makes missing fields once, also after a cut', async () => {
    const { snipeIt, connect } = await open({ fieldNames: ['firmware'] });
    expect((await runOnce(connect(), [DEVICES.usual])).failures[0]).toMatchObject({ scope: 'target' });
    snipeIt.failAt(3, 'cut');
    await expect(connect().setup?.(CONTEXT)).rejects.toThrow();
    await connect().setup?.(CONTEXT);
    expect(snipeIt.fields.map(({ name }) => name.toLowerCase()).sort()).toEqual(
      [...new Set(snipeIt.fields.map(({ name }) => name.toLowerCase()))].sort(),
    );
    expect(await connect().setup?.(CONTEXT)).toEqual([]);
    expect((await settle(connect, [DEVICES.usual])).plans[0]?.action).toBe('create');
  });

  it('refuses settings it does not know', () => {
    expect(snipeItTarget.settings.safeParse({ statusId: 2, categoryId: 9, staus: 1 }).success).toBe(false);
    expect(snipeItTarget.settings.safeParse({ categoryId: 9 }).success).toBe(false);
  });
});
