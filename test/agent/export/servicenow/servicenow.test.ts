import { afterEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../../agent/export/servicenow/outcome.ts';
import { itemOf } from '../../../../agent/export/servicenow/payload.ts';
import { serviceNowSettings } from '../../../../agent/export/servicenow/schema.ts';
import { connectServiceNow } from '../../../../agent/export/servicenow/session.ts';
import type { ExportDevice, TargetSession } from '../../../../agent/export/types.ts';
import { startServiceNow, type ServiceNow } from '../../../stand-ins/servicenow/stand-in.ts';
import { FAILURES } from '../../../stand-ins/stand-in.ts';
import { deviceOf, DEVICES } from '../devices.ts';
import { random, runOnce, settle, toolsFor } from '../run.ts';

const SETTINGS = serviceNowSettings.parse({ columns: { firmware: 'firmware_version', presence: 'u_presence' } });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(options: Parameters<typeof startServiceNow>[0] = {}): Promise<{ now: ServiceNow; connect: () => TargetSession<null> }> {
  const now = await startServiceNow(options);
  const tools = toolsFor(now.url, { kind: 'basic', user: 'camsweep', secret: 'secret-of-the-test' });
  closers.push(
    () => tools.close(),
    () => now.close(),
  );
  return { now, connect: () => connectServiceNow(SETTINGS, tools) };
}

const all = Object.values(DEVICES);

describe('ServiceNow payload', () => {
  it.each(Object.entries(DEVICES))('of a device that is %s always has the native key, and text that fits', (_name, device) => {
    const item = itemOf(device, SETTINGS, true);
    expect(item.sys_object_source_info.source_native_key).not.toBe('');
    expect(item.sys_object_source_info.source_recency_timestamp).toBe('2026-01-15 02:00:07');
    for (const value of Object.values(item.values)) {
      expect(value.length).toBeLessThanOrEqual(1000);
      expect(value).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
    }
  });

  it('looks up by serial where there is one that is whole', () => {
    expect(itemOf(DEVICES.usual, SETTINGS, true).lookup?.[0]?.values.serial_number).toBe(DEVICES.usual.serial);
    for (const device of [DEVICES.noSerial, DEVICES.long, DEVICES.hostile]) expect(itemOf(device, SETTINGS, true).lookup).toBeUndefined();
    expect(itemOf(DEVICES.usual, { ...SETTINGS, serialLookup: false }, true).lookup).toBeUndefined();
  });

  it('sends nothing to reference columns unless they are named, and says it in the description', () => {
    const { values } = itemOf(DEVICES.usual, serviceNowSettings.parse({}), true);
    expect(Object.keys(values).sort()).toEqual(['ip_address', 'mac_address', 'name', 'serial_number', 'short_description']);
    expect(values.short_description).toBe(
      'Camsweep: restricted: ca-fed-2025; Hikvision; DS-2CD2143G2-I; firmware V5.7.3 build 220112; present',
    );
  });
});

describe('ServiceNow answers', () => {
  it.each([
    [
      { operation: 'INSERT', sysId: 'Unknown' },
      { kind: 'insert', sysId: undefined },
    ],
    [
      { operation: 'NO_CHANGE', sysId: 'a' },
      { kind: 'unchanged', sysId: 'a' },
    ],
    [{ operation: 'UPDATE_WITH_SWITCH', sysId: 'a' }, { kind: 'update' }],
    [
      { operation: 'UPDATE', identificationAttempts: [{ attemptResult: 'MATCHED', attributes: ['name'] }] },
      { kind: 'update', byName: true },
    ],
    [{ identificationAttempts: [{ attemptResult: 'MULTI_MATCH' }], errorCount: 1 }, { kind: 'conflict' }],
    [{ errors: [{ error: 'MULTIPLE_DUPLICATE_RECORDS', message: 'two' }] }, { kind: 'conflict', why: 'MULTIPLE_DUPLICATE_RECORDS: two' }],
    [
      { errorCount: 1, errors: [{ error: 'ABANDONED', message: 'no' }] },
      { kind: 'refused', why: 'ABANDONED: no' },
    ],
    [{ errorCount: 2 }, { kind: 'refused' }],
    [{ operation: 'INSERT_AS_INCOMPLETE' }, { kind: 'refused' }],
    [{ operation: 'DELETE' }, { kind: 'refused' }],
    [{}, { kind: 'refused' }],
  ])('%j is %j', (result, outcome) => expect(outcomeOf(result, 'name')).toMatchObject(outcome));
});

describe('ServiceNow', () => {
  it('makes each device once, in batches; the same again writes nothing', async () => {
    const { now, connect } = await open();
    const first = await runOnce(connect(), all);
    expect(first.failures).toEqual([]);
    expect(now.items).toHaveLength(all.length - 1);
    expect(now.writes()).toBe(1);
    now.forget();
    const { plans } = await runOnce(connect(), all);
    expect(plans.map(({ action }) => action)).toEqual(all.map(() => 'unchanged'));
    expect([now.writes(), now.log.length]).toEqual([0, 1]);
  });

  it('leaves a name that people gave, and writes the rest', async () => {
    const { now, connect } = await open();
    now.items.push({
      sysId: 'mine',
      className: 'cmdb_ci_hardware',
      values: { name: 'Door', serial_number: DEVICES.usual.serial ?? '', location: 'hall' },
      sources: new Set(),
    });
    const { plans } = await settle(connect, [DEVICES.usual]);
    expect(plans[0]?.action).toBe('update');
    expect(now.items).toHaveLength(1);
    expect(now.items[0]?.values).toMatchObject({ name: 'Door', location: 'hall', mac_address: '44:19:b6:00:00:01' });
  });

  it('stops where several match, and writes the others', async () => {
    const { now, connect } = await open();
    for (const sysId of ['a', 'b'])
      now.items.push({ sysId, className: 'x', values: { serial_number: DEVICES.usual.serial ?? '' }, sources: new Set() });
    const { plans } = await runOnce(connect(), [DEVICES.usual, DEVICES.noSerial]);
    expect(plans.map(({ action }) => action)).toEqual(['conflict', 'create']);
    expect(plans[0]?.why).toContain('duplicate');
    expect(now.items).toHaveLength(3);
  });

  it('says what an item lacks, in the words of ServiceNow', async () => {
    const { now, connect } = await open({ requiredColumn: 'serial_number' });
    const { plans } = await runOnce(connect(), [DEVICES.noSerial, DEVICES.usual]);
    expect(plans.map(({ action, why }) => [action, why])).toEqual([
      ['conflict', 'REQUIRED_ATTRIBUTE_EMPTY: Missing serial_number'],
      ['create', undefined],
    ]);
    expect(now.items).toHaveLength(1);
  });

  it('does not take an incomplete payload for a delivery', async () => {
    const { now, connect } = await open({ dataSource: 'Something else' });
    const { plans } = await runOnce(connect(), [DEVICES.usual]);
    expect(plans[0]?.action).toBe('conflict');
    expect(plans[0]?.why).toContain('incomplete');
    expect(now.incomplete).toEqual([]);
  });

  it('marks what is gone, and makes no record for it', async () => {
    const { now, connect } = await open();
    await settle(connect, [DEVICES.usual]);
    await settle(connect, [deviceOf({ status: 'gone' }), DEVICES.gone]);
    expect(now.items.map(({ values }) => values.u_presence)).toEqual(['gone']);
  });

  it('refuses settings it does not know', () => {
    expect(serviceNowSettings.safeParse({ classname: 'cmdb_ci' }).success).toBe(false);
    expect(serviceNowSettings.safeParse({ columns: { serial: 'a b' } }).success).toBe(false);
  });
});

describe('ServiceNow, failing', () => {
  const devices = [deviceOf({ firmware: 'V6' }), DEVICES.noSerial, DEVICES.noMac];
  const start = async (): Promise<{ now: ServiceNow; connect: () => TargetSession<null> }> => {
    const opened = await open();
    await settle(opened.connect, [DEVICES.usual]);
    for (const { values } of opened.now.items) Object.assign(values, { name: 'Door', location: 'hall' });
    opened.now.forget();
    return opened;
  };

  it.each(FAILURES)('%s at any request, then again: one record each, and no field of people changed', async (failure) => {
    const clean = await start();
    await settle(clean.connect, devices);
    const requests = clean.now.log.length;
    expect(requests).toBeGreaterThan(3);
    for (let at = 1; at <= requests; at += 1) {
      const { now, connect } = await start();
      now.failAt(at, failure);
      expect((await runOnce(connect(), devices)).failures.length, `${failure} at ${at}`).toBeGreaterThan(0);
      await settle(connect, devices);
      const state = ({ items }: ServiceNow): unknown =>
        new Map(items.map(({ values }) => [values.serial_number ?? values.mac_address, values]));
      expect(state(now), `${failure} at ${at}`).toEqual(state(clean.now));
      expect(now.items).toHaveLength(devices.length);
      now.forget();
      await settle(connect, devices);
      expect(now.writes()).toBe(0);
    }
  });
});

describe('ServiceNow, any sequence', () => {
  it.each(Array.from({ length: 10 }, (_, seed) => seed))('ends equal to the inventory (seed %i)', async (seed) => {
    const { now, connect } = await open();
    const below = random(seed);
    const devices = new Map<string, ExportDevice>();
    const byHand = new Map<string, string>();
    let session = connect();
    for (let step = 0; step < 20; step += 1) {
      const number = below(5) + 1;
      const key = `mac:44:19:b6:00:00:0${number}`;
      const known = devices.get(key);
      const serial = known?.serial ?? (below(2) === 0 ? `SERIAL-${number}` : null);
      const status = (['present', 'gone', 'present'] as const)[below(3)] ?? 'present';
      devices.set(key, deviceOf({ key, mac: below(2) === 0 ? key.slice(4) : null, serial, status, firmware: `V${below(3)}` }));
      if (below(3) === 0) session = connect();
      if (below(2) === 0) now.failAt(below(5) + 1, FAILURES[below(FAILURES.length)] ?? '500');
      await runOnce(session, [...devices.values()]);
      const item = now.items[below(5)];
      if (item && below(3) === 0) {
        item.values.name = `by hand ${step}`;
        byHand.set(item.sysId, item.values.name);
      }
    }
    await settle(connect, [...devices.values()]);
    for (const { key, firmware, status } of devices.values()) {
      const records = now.items.filter(({ sources }) => sources.has(`Camsweep\n${key}`));
      expect(records.length).toBeLessThanOrEqual(1);
      if (records.length === 0) expect(status).toBe('gone');
      else expect(records[0]?.values).toMatchObject({ firmware_version: firmware, u_presence: status });
    }
    for (const { sysId, values } of now.items) if (byHand.has(sysId)) expect(values.name).toBe(byHand.get(sysId));
    expect(now.items.length).toBeLessThanOrEqual(devices.size);
  });
});
