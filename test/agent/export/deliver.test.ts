import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS } from '../../../agent/export/backoff.ts';
import type { DevicePlan } from '../../../agent/export/types.ts';
import { openStore, type Store } from '../../../agent/inventory/store/store.ts';
import type { Sighting } from '../../../agent/inventory/types.ts';
import { macOf, sighting, type Shown } from '../inventory/material.ts';
import { clockAt, inFolder, takeScan } from '../inventory/store/temporary.ts';
import { MemoryTarget } from './memory-target.ts';
import { runExport } from './run-export.ts';

const CAMERA: Shown = {
  maker: 'hikvision',
  model: 'DS-2CD',
  type: 'camera',
  surveillance: true,
  firmware: 'V5.5.0',
  verdict: 'restricted',
};
const camera = (host: number, shown: Shown = {}): Sighting => sighting(`192.0.2.${host}`, { ...CAMERA, ...shown });

interface Room {
  readonly store: Store;
  readonly target: MemoryTarget;
  readonly clock: ReturnType<typeof clockAt>;
  readonly run: (options?: Partial<Parameters<typeof runExport>[0]>) => ReturnType<typeof runExport>;
  readonly keys: () => string[];
}

async function withRoom(action: (room: Room) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const clock = clockAt(1);
    const store = openStore(join(folder, 'camsweep.db'), { clock });
    const target = new MemoryTarget();
    const run: Room['run'] = (options = {}) => runExport({ store, session: target.session(), clock, ...options });
    await action({ store, target, clock, run, keys: () => target.records.map(({ key }) => key) });
    store.close();
  });
}

describe('stable keys', () => {
  it('stay when a MAC is learned, an address moves, and a stranger takes the old address', () =>
    withRoom(async ({ store, run, keys, target }) => {
      takeScan(store, 1, [camera(10, { serial: 'SN20230001AAWR1' })]);
      await run();
      takeScan(store, 2, [camera(20, { serial: 'SN20230001AAWR1', mac: macOf(1) }), sighting('192.0.2.10', { type: 'printer' })]);
      await run();
      expect(store.devices().map(({ key }) => key)).toContain(`mac:${macOf(1)}`);
      expect(keys()).toEqual(['serial:SN20230001AAWR1', 'hq:192.0.2.10']);
      expect(target.records[0]?.fields).toMatchObject({ mac: macOf(1), address: '192.0.2.20' });
    }));

  it('age the second record out when two become one, and give it back when they part', () =>
    withRoom(async ({ store, run, keys, target, clock }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) }), camera(11, { mac: macOf(2) })]);
      await run();
      expect(keys()).toEqual([`mac:${macOf(1)}`, `mac:${macOf(2)}`]);
      store.mergeDevices(`mac:${macOf(1)}`, `mac:${macOf(2)}`, { by: 'me', reason: 'two ports' });
      await run();
      expect(target.records.map(({ fields }) => [fields.status, fields.into])).toEqual([
        ['present', null],
        ['gone', `mac:${macOf(1)}`],
      ]);
      const { writes } = target;
      await run();
      expect(target.writes).toBe(writes);
      store.splitDevice(`mac:${macOf(1)}`, { by: 'me', reason: 'two after all' });
      clock.day = 2;
      await run();
      expect(target.records.map(({ fields }) => fields.into)).toEqual([null, null]);
      expect(keys()).toEqual([`mac:${macOf(1)}`, `mac:${macOf(2)}`]);
    }));

  it('are never given to another device after a split', () =>
    withRoom(async ({ store, run, keys }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1), serial: 'SN20230001AAWR1' })]);
      await run();
      store.splitDevice(`mac:${macOf(1)}`, { by: 'me', reason: 'x', identifiers: [{ kind: 'mac', value: macOf(1) }] });
      await run();
      expect(keys()).toHaveLength(2);
      expect(keys()[0]).toBe(`mac:${macOf(1)}`);
      expect(keys()[1]).toMatch(/^mac:.*#\d+$/);
    }));
});

describe('runner', () => {
  it('writes once, then nothing; a dry run writes nothing and says each field', () =>
    withRoom(async ({ store, run, target }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) }), camera(11, { mac: macOf(2) })]);
      const plans: DevicePlan[] = [];
      expect(await run({ dryRun: true, plans })).toMatchObject({ created: 2 });
      expect(plans[0]?.changes).toContainEqual({ field: 'firmware', before: null, after: 'V5.5.0' });
      expect([target.writes, store.outboxTargets()]).toEqual([0, []]);
      expect(await run()).toMatchObject({ created: 2, unchanged: 0 });
      expect(await run()).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
      expect(target.writes).toBe(2);
      takeScan(store, 2, [camera(10, { mac: macOf(1), firmware: 'V5.7.3' })]);
      expect(await run()).toMatchObject({ updated: 2, created: 0 });
      expect(target.records.map(({ fields }) => fields.status)).toEqual(['present', 'missing']);
    }));

  it('does not plan again what a blind target was given, but what differs', () =>
    withRoom(async ({ store, run, target }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) }), camera(11, { mac: macOf(2) })]);
      await run({ blind: true });
      target.trouble = (action, device) => {
        throw new Error(`${action} ${device?.key ?? ''}`);
      };
      expect(await run({ blind: true })).toMatchObject({ unchanged: 2, dead: 0 });
    }));

  it('stops at a refused login, keeps the words, and delivers after it is mended', () =>
    withRoom(async ({ store, run, target }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) }), camera(11, { mac: macOf(2) })]);
      target.trouble = () => ({ when: 'before', scope: 'target' });
      const refused = await run();
      expect([refused.stopped?.scope, target.writes]).toEqual(['target', 0]);
      expect(store.outbox('cmdb').troubles(10)[0]).toMatchObject({ state: 'queued', words: 'said by the server: before' });
      target.trouble = () => undefined;
      expect(await run()).toMatchObject({ created: 2, stopped: undefined });
      expect(store.outbox('cmdb').troubles(10)).toEqual([]);
    }));

  it('waits as long as Retry-After says, across runs', () =>
    withRoom(async ({ store, run, target, clock }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) })]);
      target.trouble = (action) => (action === 'write' ? { when: 'before', scope: 'retry', retryAfterMs: 86_400_000 } : undefined);
      expect(await run()).toMatchObject({ retry: 1 });
      target.trouble = () => undefined;
      expect(await run()).toMatchObject({ waiting: 1, created: 0 });
      clock.day = 3;
      expect(await run()).toMatchObject({ created: 1 });
    }));

  it('makes a dead letter of a refused device, tries it again when it changed or is asked to', () =>
    withRoom(async ({ store, run, target, clock }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) }), camera(11, { mac: macOf(2) })]);
      target.trouble = (action, device) =>
        action === 'write' && device?.mac === macOf(1) ? { when: 'before', scope: 'device' } : undefined;
      expect(await run()).toMatchObject({ created: 1, dead: 1 });
      expect(store.outbox('cmdb').counts()).toMatchObject({ dead: 1, delivered: 1 });
      expect(await run()).toMatchObject({ waiting: 1, dead: 0 });
      expect(store.outbox('cmdb').requeue(`mac:${macOf(1)}`)).toBe(1);
      expect(await run()).toMatchObject({ dead: 1 });
      target.trouble = () => undefined;
      clock.day = 2;
      takeScan(store, 2, [camera(10, { mac: macOf(1), firmware: 'V6' }), camera(11, { mac: macOf(2) })]);
      expect(await run()).toMatchObject({ created: 1, updated: 1 });
    }));

  it('gives up after enough tries', () =>
    withRoom(async ({ store, run, target, clock }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) })]);
      target.trouble = (action) => (action === 'write' ? { when: 'before', scope: 'retry' } : undefined);
      let runs = 0;
      for (; store.outbox('cmdb').counts().dead === 0 && runs < 50; runs++, clock.day++) await run();
      expect(runs).toBe(MAX_ATTEMPTS);
    }));

  it('reports a conflict and goes on with the others', () =>
    withRoom(async ({ store, run, target }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) }), camera(11, { mac: macOf(2) })]);
      for (const id of [1, 2]) target.records.push({ id, key: `mac:${macOf(1)}`, fields: {}, human: 'theirs' });
      expect(await run()).toMatchObject({ conflicts: 1, created: 1 });
      expect(target.records.slice(0, 2).map(({ fields }) => fields)).toEqual([{}, {}]);
      expect(store.outbox('cmdb').troubles(10)).toMatchObject([{ state: 'conflict', words: 'records 1, 2' }]);
    }));

  it('keeps restricted ones and what the target has already, also when it is gone', () =>
    withRoom(async ({ store, run, target }) => {
      takeScan(store, 1, [camera(10, { mac: macOf(1) }), camera(11, { mac: macOf(2), verdict: 'no-match' })]);
      expect(await run({ only: 'restricted' })).toMatchObject({ created: 1 });
      takeScan(store, 2, [camera(10, { mac: macOf(1), verdict: 'no-match' })]);
      expect(await run({ only: 'restricted' })).toMatchObject({ updated: 1, created: 0 });
      expect(target.records.map(({ fields }) => fields.flagged)).toEqual(['false']);
    }));
});
