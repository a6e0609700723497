/** Random histories into the stand-in: scans, failures at any request, killed runs, restarts, and people at work. A seed is enough to see one again. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { devicePages } from '../../../../agent/commands/export-selection.ts';
import { connectNetBox } from '../../../../agent/export/netbox/session.ts';
import { wantedOf } from '../../../../agent/export/netbox/payload.ts';
import { usable } from '../../../../agent/inventory/identifiers.ts';
import { openStore, type Store } from '../../../../agent/inventory/store/store.ts';
import type { Sighting } from '../../../../agent/inventory/types.ts';
import { TOKEN, type NetBox } from '../../../stand-ins/netbox/stand-in.ts';
import { FAILURES, type Failure } from '../../../stand-ins/stand-in.ts';
import { randomFrom } from '../../../probes/mutate.ts';
import { clockAt, inFolder, takeScan } from '../../inventory/store/temporary.ts';
import { createWorld, type Random } from '../../inventory/world.ts';
import { runExport } from '../run-export.ts';
import { toolsFor } from '../run.ts';
import { closeAll, open, PATIENT_MS, SETTINGS, tagsOf, told, world as everything, writes } from './open.ts';

afterEach(closeAll);

const SEEDS = Array.from({ length: 16 }, (_, index) => 4711 + index * 173);
const ROUNDS = 7;

class Killed extends Error {}

function clean(seen: Sighting): Sighting {
  return { ...seen, state: { ...seen.state, identifiers: seen.state.identifiers.flatMap((identifier) => usable(identifier) ?? []) } };
}

/** What people entered, by record: it must be there at the end. */
type Entered = Map<number, { name: string; status: string; rack: string; comments: string; tag: number }>;

function peopleAtWork(netBox: NetBox, random: Random, entered: Entered): void {
  for (const row of netBox.devices.all()) {
    if (random() > 0.3 || entered.has(row.id)) continue;
    const mine = {
      name: `Door ${row.id}`,
      status: 'active',
      rack: `R${row.id}`,
      comments: `ask Kim about ${row.id}`,
      tag: netBox.addTag(`room-${row.id}`).id,
    };
    entered.set(row.id, mine);
    const { tag, ...fields } = mine;
    netBox.devices.put({ ...row, ...fields, tags: [...row.tags, tag] });
  }
}

/** A time-out costs its whole length, and is seldom. */
function drawFailure(random: Random): Failure {
  const quick = FAILURES.filter((failure) => failure !== 'time-out');
  return random() < 0.04 ? 'time-out' : (quick[Math.floor(random() * quick.length)] ?? 'cut');
}

describe('NetBox over random histories', () => {
  it.each(SEEDS)('ends equal to the inventory, nothing twice, nothing of people changed (seed %i)', (seed) =>
    inFolder(async (folder) => {
      const random = randomFrom(seed);
      const world = createWorld(random, { devices: 14, cloned: 0.1, junk: 0.2, dualHomed: 0.2, anonymous: 0.2 });
      const clock = clockAt(1);
      const path = join(folder, 'camsweep.db');
      const { netBox, connect } = await open({ version: random() < 0.5 ? '4.2.3' : '4.6.8', pageRows: random() < 0.5 ? 5 : 1000 });
      const entered: Entered = new Map();
      const opened = (): Store => openStore(path, { clock });
      let store = opened();
      for (let round = 0; round < ROUNDS; round++) {
        clock.day += 1;
        if (round > 0) world.live();
        takeScan(
          store,
          clock.day,
          world.scan(random() < 0.6, false).map(({ sighting }) => clean(sighting)),
        );
        if (random() < 0.7) netBox.failAt(1 + Math.floor(random() * 40), drawFailure(random));
        let bookings = random() < 0.5 ? Math.floor(random() * 10) : Number.POSITIVE_INFINITY;
        const beforeBooking = (): void => {
          if (bookings-- <= 0) throw new Killed('killed');
        };
        const stop = new AbortController();
        try {
          const session = connectNetBox(SETTINGS, toolsFor(netBox.url, { kind: 'token', secret: TOKEN }, stop, PATIENT_MS));
          await runExport({ store, session, clock, random, beforeBooking, signal: stop.signal });
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          // Nothing of a killed process goes on; what it had sent arrives.
          stop.abort();
          await delay(30);
        }
        peopleAtWork(netBox, random, entered);
        if (random() < 0.5) {
          store.close();
          store = opened();
        }
      }
      // Everything mends: what was refused for good is asked for again, and NetBox works.
      netBox.failAt(1, '500');
      await connect()
        .plan([], { at: '', version: '', scans: [] })
        .catch(() => undefined);
      for (let more = 0; more < 2; more += 1) {
        clock.day += 1;
        store.outbox('cmdb').requeue();
        await runExport({ store, session: connect(), clock });
      }
      const before = everything(netBox);
      netBox.forget();
      const again = await runExport({ store, session: connect(), clock });
      expect([again.created, again.updated, again.conflicts, again.dead, again.stopped]).toEqual([0, 0, 0, 0, undefined]);
      expect(writes(netBox)).toBe(0);
      expect(everything(netBox)).toEqual(before);
      checkWorld(store, netBox, entered);
      store.close();
    }),
  );
});

function checkWorld(store: Store, netBox: NetBox, entered: Entered): void {
  const source = { store, outbox: store.outbox('cmdb'), site: undefined, only: 'all', since: undefined, write: false } as const;
  const judging = { exceptions: [], today: '2026-02-01' };
  const devices = [...devicePages({ ...source, judging })].flat().map(({ device }) => device);
  expect(devices).toHaveLength(store.countDevices());
  const rows = new Map(netBox.devices.all().map((row) => [String(row.fields.camsweep_key), row]));
  expect(rows.size).toBe(netBox.devices.rows.size);
  const claims = new Map<string, number>();
  for (const host of devices.flatMap((device) => wantedOf(device, SETTINGS).addresses)) claims.set(host, (claims.get(host) ?? 0) + 1);
  for (const device of devices) {
    const wanted = wantedOf(device, SETTINGS);
    const row = rows.get(wanted.key);
    if (device.status === 'gone' && !row) continue;
    if (!row) throw new Error(`no record of ${wanted.key}`);
    for (const [name, value] of Object.entries(wanted.fields)) {
      const field = `camsweep_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
      if (value !== null) expect([field, row.fields[field]]).toEqual([field, value]);
    }
    const { ports } = told(netBox, row) as { ports: readonly { macs: readonly string[]; addresses: readonly string[] }[] };
    const macs = ports.flatMap((port) => port.macs.map((mac) => mac.replace(' main', '')));
    expect(macs).toHaveLength(new Set(macs).size);
    if (wanted.mac !== null) expect(macs).toContain(wanted.mac);
    const hosts = ports.flatMap((port) => port.addresses.map((address) => address.split('/')[0]));
    if (!wanted.present) continue;
    for (const host of wanted.addresses) if (claims.get(host) === 1) expect(hosts, wanted.key).toContain(host);
    for (const host of hosts) expect(wanted.addresses, wanted.key).toContain(host);
    expect(row.primary4 === null).toBe(hosts.length === 0);
  }
  const addresses = netBox.addresses.all().map(({ address }) => address);
  expect(addresses).toHaveLength(new Set(addresses).size);
  for (const [key, row] of rows) {
    if (devices.some((device) => wantedOf(device, SETTINGS).key === key)) continue;
    expect(tagsOf(netBox, row)).toContain('camsweep-gone');
  }
  for (const [id, { tag, ...fields }] of entered) {
    expect(netBox.devices.rows.get(id)).toMatchObject(fields);
    expect(netBox.devices.rows.get(id)?.tags).toContain(tag);
  }
}
