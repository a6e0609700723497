import { afterEach, describe, expect, it } from 'vitest';
import { webhookSettings } from '../../../../agent/export/webhook/schema.ts';
import { connectWebhook } from '../../../../agent/export/webhook/session.ts';
import { requestOf } from '../../../../agent/export/webhook/payload.ts';
import { filled, PLACEHOLDERS, unknownPlaceholders } from '../../../../agent/export/webhook/template.ts';
import type { ExportEvent, TargetSession } from '../../../../agent/export/types.ts';
import { startReceiver, type Receiver } from '../../../stand-ins/webhook/stand-in.ts';
import { FAILURES } from '../../../stand-ins/stand-in.ts';
import { CONTEXT, deviceOf, DEVICES } from '../devices.ts';
import { random, runOnce, settle, toolsFor } from '../run.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(settings: object = {}, secret?: string): Promise<{ receiver: Receiver; connect: () => TargetSession<null> }> {
  const receiver = await startReceiver(secret);
  const tools = toolsFor(`${receiver.url}/hook`, { kind: 'header', name: 'x-api-key', secret: 'key-of-the-test' });
  closers.push(
    () => tools.close(),
    () => receiver.close(),
  );
  return { receiver, connect: () => connectWebhook(webhookSettings.parse(settings), tools) };
}

const all = Object.values(DEVICES);
const EVENT: ExportEvent = {
  ...{ id: 7, at: '2026-01-15T02:00:07.000Z', kind: 'firmware-changed', policy: null, before: 'V1', after: '"},{"x":"' },
  summary: 'V1 to V2',
  device: DEVICES.hostile,
};

describe('webhook template', () => {
  it.each(Object.entries(DEVICES))('keeps what a device that is %s says in its place', (_name, device) => {
    const template = {
      model: '{{device.model}}',
      text: 'a {{ device.model }} "b"',
      list: ['{{device.addresses}}', 1, null],
      flag: '{{device.flagged}}',
    };
    const body = requestOf(webhookSettings.parse({ body: template }), { device, context: CONTEXT }, device.key, undefined).body;
    const expected = { model: device.model, text: `a ${device.model ?? ''} "b"`, list: [device.addresses, 1, null], flag: device.flagged };
    expect(JSON.parse(body)).toEqual(expected);
    expect(body).not.toMatch(/[\u202a-\u202e]/);
  });

  it('does not fill in what a device says again', () => {
    expect(
      filled('{{device.model}} {{device.brand}}', { device: deviceOf({ model: '{{device.key}}', brand: '$& $1' }), context: CONTEXT }),
    ).toBe('{{device.key}} $& $1');
  });

  it.each([
    ['{{device.modell}}', 'device', ['device.modell']],
    [{ a: [{ b: 'x {{nothing}}' }] }, 'device', ['nothing']],
    ['{{device.model}}', 'batch', ['device.model']],
    ['{{event.id}}', 'device', ['event.id']],
    ['{{device.__proto__}}', 'device', ['device.__proto__']],
    ['{{device.key.length}}', 'device', ['device.key.length']],
    [{ '{{device.key}}': 1 }, 'device', ['{{device.key}} as the name of a field']],
    ['{{}}', 'device', ['']],
    ['{{event.id}} {{device.model}} {{version}}', 'event', []],
  ] as const)('of %j per %s does not know %j', (template, mode, unknown) => expect(unknownPlaceholders(template, mode)).toEqual(unknown));

  it('knows every field of a device, and no other', () => {
    const fields = Object.keys(deviceOf({ mergedInto: 'x' })).map((field) => `device.${field}`);
    expect([...PLACEHOLDERS.device].sort()).toEqual(['device', 'version', ...fields].sort());
  });

  it('is refused with the name of what it does not know', () => {
    const result = webhookSettings.safeParse({ body: { a: '{{device.modell}}' } });
    expect(result.error?.issues[0]?.message).toContain('{{device.modell}} is not known');
    expect(webhookSettings.safeParse({ headers: { Authorization: 'x' } }).success).toBe(false);
    expect(webhookSettings.safeParse({ headers: { 'X-A': 'a\r\nb' } }).success).toBe(false);
  });
});

describe('webhook', () => {
  it('signs the bytes it sends', async () => {
    const { receiver, connect } = await open({ signatureEnv: 'HOOK_SECRET' }, 'signing-secret');
    expect((await runOnce(connect(), all)).failures).toEqual([]);
    expect(receiver.taken.size).toBe(all.length);
    expect(receiver.log.every(({ headers, path }) => headers['x-api-key'] === 'key-of-the-test' && path === '/hook')).toBe(true);
  });

  it('does not start without the secret it was told of', async () => {
    const { connect } = await open({ signatureEnv: 'NOT_SET' });
    expect(() => connect()).toThrow('NOT_SET');
  });

  it('passes on why it was refused', async () => {
    const { connect } = await open({}, 'another secret');
    expect((await runOnce(connect(), [DEVICES.usual])).failures[0]).toMatchObject({
      scope: 'device',
      message: 'POST: 422: wrong signature',
    });
  });

  it('sends batches of what is written together', async () => {
    const { receiver, connect } = await open({ per: 'batch', batchSize: 5 });
    await runOnce(connect(), all);
    const sizes = [...receiver.taken.values()].map((body) => JSON.stringify(body).split('"schemaVersion"').length - 1);
    expect(sizes.sort()).toEqual([all.length - 5, 5]);
  });

  it('sends each change under its own key, again under the same, and no devices', async () => {
    const { receiver, connect } = await open({ per: 'event' });
    const session = connect();
    expect((await runOnce(session, all)).plans.every(({ action }) => action === 'unchanged')).toBe(true);
    await session.sendEvent?.(EVENT, CONTEXT);
    await session.sendEvent?.(EVENT, CONTEXT);
    await session.sendEvent?.({ ...EVENT, id: 8 }, CONTEXT);
    expect(receiver.taken.size).toBe(2);
    const { device, ...event } = EVENT;
    expect([...receiver.taken.values()][0]).toEqual(JSON.parse(JSON.stringify({ event, device })));
    expect('sendEvent' in (await open()).connect()).toBe(false);
  });

  it('does not take the return of an earlier state for a repetition', async () => {
    const { receiver, connect } = await open({ body: '{{device.firmware}}' });
    const at = (day: number, firmware: string): ReturnType<typeof deviceOf> =>
      deviceOf({ firmware, lastSeen: `2026-01-0${day}T02:00:00.000Z` });
    for (const device of [at(1, 'V1'), at(2, 'V2'), at(3, 'V1'), at(3, 'V1')]) await runOnce(connect(), [device]);
    expect([...receiver.taken.values()]).toEqual(['V1', 'V2', 'V1']);
  });

  it.each(FAILURES)('%s at any request, then again: taken once each', async (failure) => {
    for (let at = 1; at <= all.length; at += 1) {
      const { receiver, connect } = await open();
      receiver.failAt(at, failure);
      expect((await runOnce(connect(), all)).failures).toHaveLength(1);
      await settle(connect, all);
      expect(receiver.taken.size).toBe(all.length);
    }
  });

  it.each(Array.from({ length: 5 }, (_, seed) => seed))(
    'after any sequence the last of each device is what it is (seed %i)',
    async (seed) => {
      const { receiver, connect } = await open({
        body: { key: '{{device.key}}', firmware: '{{device.firmware}}', seen: '{{device.lastSeen}}' },
      });
      const below = random(seed);
      const state = new Map(all.map((device) => [device.key, device]));
      for (let step = 0; step < 10; step += 1) {
        const device = all[below(all.length)];
        if (device) state.set(device.key, { ...device, firmware: `V${step}`, lastSeen: `2026-01-15T02:00:${10 + step}.000Z` });
        if (below(2) === 0) receiver.failAt(below(9) + 1, FAILURES[below(FAILURES.length)] ?? '500');
        await runOnce(connect(), [...state.values()]);
      }
      await settle(connect, [...state.values()]);
      const taken = [...receiver.taken.values()].map((body) => JSON.stringify(body));
      for (const { key, firmware, lastSeen } of state.values())
        expect(taken).toContain(JSON.stringify(JSON.parse(JSON.stringify({ key, firmware, seen: lastSeen }))));
      expect(taken.length).toBeLessThanOrEqual(receiver.log.length);
    },
  );
});
