import { afterEach, describe, expect, it } from 'vitest';
import { snipeItTarget } from '../../../../agent/export/snipe-it/index.ts';
import { assetOf, decoded, tagOf } from '../../../../agent/export/snipe-it/payload.ts';
import { snipeItSettings } from '../../../../agent/export/snipe-it/schema.ts';
import { connectSnipeIt, type SnipeItSession } from '../../../../agent/export/snipe-it/session.ts';
import type { ExportDevice } from '../../../../agent/export/types.ts';
import { FIELDSET_ID, startSnipeIt, type SnipeIt, type SnipeItOptions } from '../../../stand-ins/snipe-it/stand-in.ts';
import { FAILURES } from '../../../stand-ins/stand-in.ts';
import { CONTEXT, deviceOf, DEVICES } from '../devices.ts';
import { random, runOnce, settle, toolsFor, type TestTools } from '../run.ts';

const SETTINGS = snipeItSettings.parse({ statusId: 2, categoryId: 9, fieldsetId: FIELDSET_ID, locationId: 4 });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(options: SnipeItOptions = {}): Promise<{ snipeIt: SnipeIt; connect: () => SnipeItSession; tools: TestTools }> {
  const snipeIt = await startSnipeIt(options);
  const tools = toolsFor(snipeIt.url);
  closers.push(
    () => tools.close(),
    () => snipeIt.close(),
  );
  return { snipeIt, tools, connect: () => connectSnipeIt(SETTINGS, tools) };
}

const writes = ({ log }: SnipeIt): number => log.filter(({ method }) => method !== 'GET').length;
const custom = (snipeIt: SnipeIt, key: string, name: string): string | undefined => {
  const column = (wanted: string): string => snipeIt.fields.find((field) => field.name === wanted)?.column ?? '';
  return [...snipeIt.assets.values()].find((asset) => asset.custom[column('Camsweep key')] === key)?.custom[column(name)];
};
const all = Object.values(DEVICES);

describe('Snipe-IT payload', () => {
  it.each(Object.entries(DEVICES))('of a device that is %s fits the columns and holds nothing invisible', (_name, device) => {
    const fields = assetOf(device);
    expect(fields.tag).toMatch(/^CAM-[A-Z0-9-]{1,45}$/);
    for (const text of [fields.serial, fields.model, fields.manufacturer, ...Object.values(fields.custom)]) {
      if (text === null) continue;
      expect(text.length).toBeLessThanOrEqual(190);
      expect(text).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
      expect(text.isWellFormed()).toBe(true);
    }
  });

  it('sends no serial that it would have to change', () => {
    expect(assetOf(DEVICES.hostile).serial).toBeNull();
    expect(assetOf(DEVICES.long).serial).toBeNull();
  });

  it('gives every key a tag of its own', () => {
    const keys = [
      'mac:44:19:b6:00:00:01',
      'hq:192.0.2.1',
      'hq:192-0-2-1',
      'serial:é',
      'serial:è',
      'serial:',
      `serial:${'a'.repeat(99)}1`,
      `serial:${'a'.repeat(99)}2`,
    ];
    expect(new Set(keys.map(tagOf)).size).toBe(keys.length);
  });

  it('reads back what the server escaped, once', () => expect(decoded('&amp;lt;b&gt; &#039;')).toBe("&lt;b> '"));
});

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

describe('Snipe-IT, failing', () => {
  const changed = deviceOf({ firmware: 'V6', status: 'missing' });
  const fresh = deviceOf({ key: 'mac:44:19:b6:00:00:07', mac: '44:19:b6:00:00:07', serial: 'S7', brand: 'ANNKE', model: 'C500' });
  const devices = [changed, fresh];
  const start = async (): Promise<{ snipeIt: SnipeIt; connect: () => SnipeItSession; state: () => unknown }> => {
    const { snipeIt, connect } = await open();
    await settle(connect, [DEVICES.usual]);
    for (const asset of snipeIt.assets.values()) Object.assign(asset, { name: 'Door', statusId: 8, locationId: 1, assignedTo: 'kim' });
    snipeIt.forget();
    const state = (): unknown => [
      [...snipeIt.assets.values()].map((asset) => ({ ...asset, id: 0, modelId: 0 })),
      [snipeIt.makers, snipeIt.models].map((rows) => rows.map(({ name }) => name)),
    ];
    return { snipeIt, connect, state };
  };

  it.each(FAILURES)('%s at any request, then again: one record each, and no field of people changed', async (failure) => {
    const clean = await start();
    await settle(clean.connect, devices);
    const requests = clean.snipeIt.log.length;
    expect(requests).toBeGreaterThan(10);
    for (let at = 1; at <= requests; at += 1) {
      const { snipeIt, connect, state } = await start();
      snipeIt.failAt(at, failure);
      const first = await runOnce(connect(), devices);
      expect(first.failures.length, `${failure} at ${at}`).toBeGreaterThan(0);
      await settle(connect, devices);
      expect(state(), `${failure} at ${at}`).toEqual(clean.state());
      snipeIt.forget();
      await settle(connect, devices);
      expect(writes(snipeIt), `${failure} at ${at}`).toBe(0);
    }
  });

  it('waits as long as it is told', async () => {
    const { snipeIt, connect } = await start();
    snipeIt.failAt(1, '429');
    expect((await runOnce(connect(), devices)).failures[0]).toMatchObject({ scope: 'retry', retryAfterMs: 7000 });
  });
});

describe('Snipe-IT, any sequence', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))('ends equal to the inventory (seed %i)', async (seed) => {
    const { snipeIt, connect } = await open();
    const below = random(seed);
    const devices = new Map<string, ExportDevice>();
    const byHand = new Map<number, string>();
    let session = connect();
    for (let step = 0; step < 25; step += 1) {
      const number = below(5) + 1;
      const key = `mac:44:19:b6:00:00:0${number}`;
      const known = devices.get(key) ?? deviceOf({ key, mac: null, serial: null, model: null });
      const mac = below(2) === 0 ? key.slice(4) : null;
      const status = (['present', 'missing', 'gone', 'present'] as const)[below(4)] ?? 'present';
      const serial = known.serial ?? (below(2) === 0 ? `SERIAL-${number}` : null);
      devices.set(key, {
        ...known,
        mac,
        status,
        serial,
        firmware: `V${below(3)}`,
        model: known.model ?? (below(2) === 0 ? `Model ${below(2)}` : null),
      });
      if (below(3) === 0) session = connect();
      if (below(2) === 0) snipeIt.failAt(below(12) + 1, FAILURES[below(FAILURES.length)] ?? '500');
      await runOnce(session, [...devices.values()]);
      const asset = [...snipeIt.assets.values()][below(5)];
      if (asset && below(3) === 0) {
        asset.name = `by hand ${step}`;
        byHand.set(asset.id, asset.name);
      }
    }
    await settle(connect, [...devices.values()]);
    const { plans } = await settle(connect, [...devices.values()]);
    expect(plans.every(({ action }) => action === 'unchanged')).toBe(true);
    for (const device of devices.values()) {
      const records = [...snipeIt.assets.values()].filter(({ tag }) => tag === tagOf(device.key));
      expect(records.length).toBeLessThanOrEqual(1);
      const [record] = records;
      if (!record) {
        expect(device.status).toBe('gone');
        continue;
      }
      expect(custom(snipeIt, device.key, 'Presence')).toBe(device.status);
      expect(custom(snipeIt, device.key, 'Firmware')).toBe(device.firmware);
      expect(record.serial).toBe(device.serial ?? '');
      expect(record.name).toBe(byHand.get(record.id) ?? `cam-${device.key.slice(4).replaceAll(':', '')}`);
    }
    expect(snipeIt.assets.size).toBeLessThanOrEqual(devices.size);
    expect(new Set(snipeIt.models.map(({ name }) => name)).size).toBe(snipeIt.models.length);
  });
});
