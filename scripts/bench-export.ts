/** Time and memory of an export to a target in memory: `node dist/scripts/bench-export.js [devices]`. Nothing leaves the process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devicePages } from '../agent/commands/export-selection.ts';
import { systemClock } from '../agent/clock.ts';
import { deliver } from '../agent/export/deliver.ts';
import type { TargetSession } from '../agent/export/types.ts';
import { openStore } from '../agent/inventory/store/store.ts';
import type { Sighting } from '../agent/inventory/types.ts';

const COUNT = Number(process.argv[2] ?? 5000);
const folder = mkdtempSync(join(tmpdir(), 'camsweep-bench-export-'));
const store = openStore(join(folder, 'camsweep.db'), { clock: systemClock });

function sightingOf(index: number): Sighting {
  const at = systemClock.timestamp();
  const mac = `44:19:b6:${[index >> 16, index >> 8, index].map((part) => (part & 255).toString(16).padStart(2, '0')).join(':')}`;
  const claim = (value: string): { value: string; name: string; certainty: string } => ({ value, name: value, certainty: 'confirmed' });
  return {
    address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    ...{ firstAt: at, lastAt: at },
    state: {
      ...{ maker: claim('hikvision'), brand: null, owner: null, model: claim('DS-2CD2143G2-I'), firmware: claim('V5.7.3'), serial: null },
      ...{
        deviceType: claim('camera'),
        mac,
        surveillance: true,
        certainty: 'confirmed',
        summary: 'camera',
        because: '',
        contradictions: [],
      },
      ...{ evidence: [], verdicts: [], identifiers: [{ kind: 'mac', value: mac }], ports: [80], protocols: ['http'] },
    },
  };
}

const policies: string[] = [];
const head = { uid: 'bench', site: 'hq', startedAt: systemClock.timestamp(), targets: [], probes: [], policies };
const writer = store.beginScan({ ...head, version: '1', dataVersion: '1', dataHash: '1' });
const sightings = Array.from({ length: COUNT }, (_, index) => sightingOf(index));
writer.end({ endedAt: systemClock.timestamp(), interrupted: false, coverage: { dark: [], live: [] }, summary: {}, sightings });

const there = new Map<string, string>();
let writes = 0;
const session: TargetSession = {
  plan: (devices) =>
    Promise.resolve(
      devices.map((device) => {
        const known = there.get(device.key);
        const action = known === undefined ? 'create' : known === device.firmware ? 'unchanged' : 'update';
        return { device, action, changes: [], work: null } as const;
      }),
    ),
  apply: ({ device }) => {
    there.set(device.key, device.firmware ?? '');
    writes += 1;
    return Promise.resolve();
  },
};

async function run(title: string): Promise<void> {
  const outbox = store.outbox('bench');
  const from = performance.now();
  writes = 0;
  let most = 0;
  await deliver({
    ...{ session, blind: false, clock: systemClock, random: () => 0, signal: new AbortController().signal, concurrency: 4, dryRun: false },
    context: { at: systemClock.timestamp(), version: '1', scans: [] },
    pages: devicePages({
      ...{ store, outbox, judging: { exceptions: [], today: '2026-01-01' }, site: undefined, only: 'all', since: undefined, write: true },
    }),
    book: (bookings, at) => outbox.book(bookings, at),
    redact: (text) => text,
    tell: () => (most = Math.max(most, process.memoryUsage().rss)),
  });
  const ms = Math.round(performance.now() - from);
  process.stdout.write(`${title}: ${COUNT} devices, ${writes} writes, ${ms} ms, RSS at most ${Math.round(most / 1e6)} MB\n`);
}

await run('first run');
await run('unchanged');
store.close();
rmSync(folder, { recursive: true, force: true });
