import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { glpiFileTarget } from '../../../../agent/export/glpi/index.ts';
import { inventoryOf, reasonNotToSend } from '../../../../agent/export/glpi/payload.ts';
import { glpiFileSettings, glpiSettings } from '../../../../agent/export/glpi/schema.ts';
import { agentId, connectGlpi } from '../../../../agent/export/glpi/session.ts';
import type { ExportDevice, TargetSession } from '../../../../agent/export/types.ts';
import { startGlpi, type Glpi } from '../../../stand-ins/glpi/stand-in.ts';
import { FAILURES } from '../../../stand-ins/stand-in.ts';
import { CONTEXT, deviceOf, DEVICES } from '../devices.ts';
import { EMPTY, RANDOM_DEVICES } from '../random-devices.ts';
import { random, runOnce, settle, toolsFor } from '../run.ts';
import { GLPI_EXCERPT } from './excerpt.ts';

const SETTINGS = glpiSettings.parse({});
const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(GLPI_EXCERPT);
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(reply?: unknown): Promise<{ glpi: Glpi; connect: () => TargetSession<null> }> {
  const glpi = await startGlpi((body) => validate(body), reply);
  const tools = toolsFor(glpi.url, { kind: 'none' });
  closers.push(
    () => tools.close(),
    () => glpi.close(),
  );
  return { glpi, connect: () => connectGlpi(SETTINGS, tools) };
}

describe('GLPI inventory', () => {
  it.each(Object.entries(DEVICES))('of a device that is %s is valid, named and clean', (_name, device) => {
    const inventory = inventoryOf(device, '0.1.0', SETTINGS);
    expect(validate(inventory), JSON.stringify(validate.errors)).toBe(true);
    const { network_device: item } = inventory.content;
    expect(item).toMatchObject({ type: 'Video', ...(device.mac === null ? {} : { mac: device.mac }) });
    expect(item.name).toMatch(/^cam-[a-z0-9-]+$/);
    expect(JSON.stringify(item)).not.toMatch(/\\u00[01]|\\[rn]|[\u202a-\u202e]/);
  });

  it('of any device is valid, whatever it says and whatever is missing', () => {
    for (const device of [EMPTY, ...RANDOM_DEVICES]) {
      expect(validate(inventoryOf(device, '0.1.0', SETTINGS)), `${device.key}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  it('would notice what is wrong', () => {
    const { content, ...rest } = inventoryOf(DEVICES.usual, '0.1.0', SETTINGS);
    const wrong = (change: object): boolean =>
      validate({ ...rest, content: { ...content, network_device: { ...content.network_device, ...change } } });
    expect([
      wrong({}),
      wrong({ type: 'Camera' }),
      wrong({ ips: ['x'] }),
      wrong({ mac: 'zz' }),
      wrong({ name: '' }),
      wrong({ extra: 'x' }),
    ]).toEqual([true, ...Array<boolean>(5).fill(false)]);
  });

  it.each([
    ['printer', false, 'Printer'],
    ['router', false, 'Networking'],
    ['camera', true, 'Video'],
    [null, null, 'Video'],
  ])('files a %s (surveillance: %s) as %s', (deviceType, surveillance, type) => {
    expect(inventoryOf(deviceOf({ deviceType, surveillance }), '0.1.0', SETTINGS).content.network_device.type).toBe(type);
  });

  it('says the verdict, who made it and the key', () => {
    const { description } = inventoryOf(deviceOf({ brand: 'ANNKE' }), '0.1.0', SETTINGS).content.network_device;
    expect(description).toBe('Camsweep: restricted: ca-fed-2025; made by Hikvision; present; key mac:44:19:b6:00:00:01');
  });

  it('is sent only for what is here and can be known again', () => {
    const reasons = Object.entries(DEVICES).map(([name, device]) => [name, reasonNotToSend(device, SETTINGS)]);
    expect(reasons.filter(([, reason]) => reason !== undefined)).toEqual([
      ['bare', 'unidentified'],
      ['gone', 'absent'],
      ['hostile', 'unidentified'],
    ]);
    expect(reasonNotToSend(DEVICES.bare, { ...SETTINGS, sendUnidentified: true })).toBeUndefined();
  });

  it('as a file is one valid inventory a line, with nothing invisible', () => {
    const text = glpiFileTarget.render(Object.values(DEVICES), [], CONTEXT, glpiFileSettings.parse({ sendUnidentified: true }));
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(Object.keys(DEVICES).length - 1);
    expect(lines.every((line) => validate(JSON.parse(line)))).toBe(true);
    expect(text).not.toMatch(/[\u202a-\u202e\u0080-\u009f]/);
  });

  it('has an agent id that stays', () =>
    expect(agentId('camsweep-hq')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/));
});

describe('GLPI', () => {
  const devices: readonly ExportDevice[] = [DEVICES.usual, DEVICES.noSerial, DEVICES.noMac, DEVICES.gone, DEVICES.bare];

  it.each(FAILURES)('%s at any request, then again: one item each, and no field of people changed', async (failure) => {
    for (let at = 1; at <= 3; at += 1) {
      const { glpi, connect } = await open();
      await settle(connect, [DEVICES.usual]);
      for (const item of glpi.items) item.comment = 'by hand';
      glpi.failAt(at, failure);
      const first = await runOnce(connect(), devices);
      expect(first.failures.length).toBeGreaterThan(0);
      expect(first.plans.map(({ action }) => action)).toEqual(['update', 'update', 'update', 'unchanged', 'conflict']);
      await settle(connect, devices);
      expect(glpi.items).toHaveLength(3);
      expect(glpi.items.map(({ comment }) => comment).filter((comment) => comment !== '')).toEqual(['by hand']);
    }
  });

  it.each([
    [{ status: 'error', message: 'entity not found' }, 'device', 'entity not found'],
    [{ status: 'pending', expiration: 24 }, 'retry', 'later'],
    [{ something: 'else' }, 'device', 'not understood'],
  ])('takes %j for no receipt', async (reply, scope, words) => {
    const { connect } = await open(reply);
    const { failures } = await runOnce(connect(), [DEVICES.usual]);
    expect(failures[0]).toMatchObject({ scope });
    expect(failures[0]?.message).toContain(words);
  });

  it.each(Array.from({ length: 8 }, (_, seed) => seed))('ends equal to the inventory after any sequence (seed %i)', async (seed) => {
    const { glpi, connect } = await open();
    const below = random(seed);
    const known = new Map<string, ExportDevice>();
    for (let step = 0; step < 20; step += 1) {
      const key = `mac:44:19:b6:00:00:0${below(5) + 1}`;
      const before = known.get(key);
      const mac = below(3) === 0 ? null : key.slice(4);
      const serial = `SERIAL-${key.at(-1) ?? ''}`;
      known.set(key, deviceOf({ ...before, key, mac, serial, firmware: `V${below(3)}`, status: below(4) === 0 ? 'missing' : 'present' }));
      if (below(2) === 0) glpi.failAt(below(5) + 1, FAILURES[below(FAILURES.length)] ?? '500');
      await runOnce(connect(), [...known.values()]);
    }
    await settle(connect, [...known.values()]);
    const present = [...known.values()].filter(({ status }) => status === 'present');
    for (const { serial, firmware } of present) {
      expect(glpi.items.filter(({ device }) => device.serial === serial).map(({ device }) => device.firmware)).toEqual([firmware]);
    }
    expect(glpi.items.length).toBeLessThanOrEqual(known.size);
  });
});
