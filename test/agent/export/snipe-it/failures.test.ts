import { afterEach, describe, expect, it } from 'vitest';
import { tagOf } from '../../../../agent/export/snipe-it/payload.ts';
import { type SnipeItSession } from '../../../../agent/export/snipe-it/session.ts';
import type { ExportDevice } from '../../../../agent/export/types.ts';
import { type SnipeIt } from '../../../stand-ins/snipe-it/stand-in.ts';
import { FAILURES } from '../../../stand-ins/stand-in.ts';
import { deviceOf, DEVICES } from '../devices.ts';
import { random, runOnce, settle } from '../run.ts';
import { closeAll, custom, open, writes } from './open.ts';

afterEach(closeAll);

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
