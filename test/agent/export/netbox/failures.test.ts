import { afterEach, describe, expect, it } from 'vitest';
import type { ExportDevice } from '../../../../agent/export/types.ts';
import type { NetBoxSession } from '../../../../agent/export/netbox/session.ts';
import type { NetBox } from '../../../stand-ins/netbox/stand-in.ts';
import { FAILURES, type Failure } from '../../../stand-ins/stand-in.ts';
import { runOnce, settle } from '../run.ts';
import { camera, closeAll, open, PATIENT_MS, recordOf, SETTINGS, told, world, writes } from './open.ts';

afterEach(closeAll);

/** One moved and changed, two that swap their addresses, one a person had made, two new ones. */
const BEFORE = [camera(1), camera(2), camera(3)];
const DEVICES: readonly ExportDevice[] = [
  camera(1, { firmware: 'V6', status: 'missing', flagged: false }),
  camera(2, { addresses: ['10.0.0.3', '2001:db8::2'] }),
  camera(3, { addresses: ['10.0.0.2'] }),
  camera(4),
  camera(5, { brand: 'ANNKE', model: 'C500' }),
  camera(6, { serial: null, mac: null, key: 'serial:annke:6', brand: 'ANNKE', identifiers: [] }),
];

async function start(failure?: Failure): Promise<{ netBox: NetBox; connect: () => NetBoxSession }> {
  // A time-out costs its whole length at every request.
  const { netBox, connect } = await open({}, SETTINGS, failure === 'time-out' ? 400 : PATIENT_MS);
  await settle(connect, BEFORE);
  const mine = netBox.addTag('lobby');
  for (const row of netBox.devices.all())
    netBox.devices.put({
      ...row,
      name: `Door ${row.serial}`,
      status: 'active',
      rack: 'R1',
      comments: 'ask Kim',
      tags: [...row.tags, mine.id],
    });
  const made = netBox.addDevice({ name: 'Lobby', serial: 'S4', comments: 'by hand', tags: [mine.id] });
  netBox.addInterface({ device: made.id, name: 'LAN' });
  netBox.forget();
  return { netBox, connect };
}

describe('NetBox, failing', () => {
  it.each([...FAILURES, '403'] as const)(
    '%s at any request, then again: one record each, and nothing of people changed',
    async (failure) => {
      const clean = await start();
      expect((await runOnce(clean.connect(), DEVICES)).failures).toEqual([]);
      const requests = clean.netBox.log.length;
      expect(requests).toBeGreaterThan(20);
      const wanted = world(clean.netBox);
      for (let at = 1; at <= requests; at += 1) {
        const { netBox, connect } = await start(failure);
        netBox.failAt(at, failure);
        const first = await runOnce(connect(), DEVICES);
        // Two devices that are ready together share a request: a run has one less than another now and then, and its last number fails nothing.
        const isMet = netBox.log.length >= at;
        expect(isMet || at === requests, `${failure} at ${at} of ${netBox.log.length}`).toBe(true);
        // A list that is refused is asked for one by one, which a 409 does not survive; all else somebody is told of.
        if (failure !== '409' && isMet) expect(first.failures.length, `${failure} at ${at}`).toBeGreaterThan(0);
        await settle(connect, DEVICES);
        await settle(connect, DEVICES);
        expect(world(netBox), `${failure} at ${at}`).toEqual(wanted);
        netBox.forget();
        await settle(connect, DEVICES);
        expect(writes(netBox), `${failure} at ${at}`).toBe(0);
        await closeOthers(netBox, clean.netBox);
      }
    },
    120_000,
  );

  it('ends with what the inventory says', async () => {
    const { netBox, connect } = await start();
    await settle(connect, DEVICES);
    const two = recordOf(netBox, camera(2).key);
    expect(two && told(netBox, two)).toMatchObject({
      ...{ name: 'Door S2', status: 'active', rack: 'R1', comments: 'ask Kim', tags: ['camsweep', 'camsweep-restricted', 'lobby'] },
      main: ['10.0.0.3/32', '2001:db8::2/128'],
    });
    expect(recordOf(netBox, camera(4).key)).toMatchObject({ name: 'Lobby', comments: 'by hand' });
    expect(netBox.devices.rows.size).toBe(6);
  });

  it('waits as long as it is told', async () => {
    const { netBox, connect } = await start();
    netBox.failAt(1, '429');
    expect((await runOnce(connect(), DEVICES)).failures[0]).toMatchObject({ scope: 'retry', retryAfterMs: 7000 });
  });

  it.each(['401', '403'] as const)('stops at %s: nobody can be written', async (failure) => {
    const { netBox, connect } = await start();
    netBox.failAt(1, failure);
    expect((await runOnce(connect(), DEVICES)).failures[0]).toMatchObject({ scope: 'target' });
  });
});

async function closeOthers(netBox: NetBox, but: NetBox): Promise<void> {
  if (netBox !== but) await netBox.close();
}
