/**
 * Requests, time and memory of an export to NetBox: `node dist/scripts/bench-netbox.js [devices …]`, 500 and 5000 where none are named.
 * The stand-in (test/stand-ins/netbox) is a process of its own on loopback, and so is every run: what is measured is the client.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { devicePages } from '../agent/commands/export-selection.ts';
import { systemClock } from '../agent/clock.ts';
import { deliver } from '../agent/export/deliver.ts';
import { createHttpClient } from '../agent/export/http.ts';
import { netBoxTarget } from '../agent/export/netbox/index.ts';
import { netBoxSettings } from '../agent/export/netbox/schema.ts';
import { openStore } from '../agent/inventory/store/store.ts';
import type { Sighting } from '../agent/inventory/types.ts';
import { startNetBox, TOKEN } from '../test/stand-ins/netbox/stand-in.ts';

const SELF = fileURLToPath(import.meta.url);
const measured = z.object({
  created: z.number(),
  unchanged: z.number(),
  others: z.number(),
  requests: z.number(),
  writes: z.number(),
  ms: z.number(),
  peakMb: z.number(),
});
type Measured = z.infer<typeof measured>;

function sightingOf(index: number): Sighting {
  const at = systemClock.timestamp();
  const mac = `44:19:b6:${[index >> 16, index >> 8, index].map((part) => (part & 255).toString(16).padStart(2, '0')).join(':')}`;
  const claim = (value: string): { value: string; name: string; certainty: string } => ({ value, name: value, certainty: 'confirmed' });
  return {
    address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    ...{ firstAt: at, lastAt: at },
    state: {
      ...{ maker: claim('hikvision'), brand: null, owner: null, firmware: claim('V5.7.3'), serial: claim(`S${index}`) },
      ...{ model: claim(`DS-2CD${index % 40}`), deviceType: claim('camera'), mac, surveillance: true, certainty: 'confirmed' },
      ...{ summary: 'camera', because: '', contradictions: [], evidence: [], verdicts: [], ports: [80], protocols: ['http'] },
      identifiers: [
        { kind: 'mac', value: mac },
        { kind: 'serial', value: `hikvision:S${index}` },
      ],
    },
  };
}

function fill(path: string, count: number): void {
  const store = openStore(path, { clock: systemClock });
  const head = { uid: 'bench', site: 'hq', startedAt: systemClock.timestamp(), targets: [], probes: [], policies: [] };
  const writer = store.beginScan({ ...head, version: '1', dataVersion: '1', dataHash: '1' });
  const sightings = Array.from({ length: count }, (_, index) => sightingOf(index));
  writer.end({ endedAt: systemClock.timestamp(), interrupted: false, coverage: { dark: [], live: [] }, summary: {}, sightings });
  store.close();
}

/** One run of the export, in a process of its own. */
async function runClient(path: string, url: string): Promise<Measured> {
  const store = openStore(path, { clock: systemClock });
  const outbox = store.outbox('bench');
  const { signal } = new AbortController();
  const concurrency = netBoxTarget.pace?.concurrency ?? 4;
  const login = { kind: 'token', secret: TOKEN } as const;
  const limits = { timeoutMs: 60_000, maxBytes: 32 * 1024 * 1024, concurrency, perSecond: 1000 };
  const http = createHttpClient({ baseUrl: url, login, userAgent: 'camsweep-bench', ...limits }, systemClock, signal);
  let [requests, writes] = [0, 0];
  const counting: typeof http.request = (request) => {
    requests += 1;
    if (request.method !== 'GET') writes += 1;
    return http.request(request);
  };
  const session = await netBoxTarget.connect(netBoxSettings.parse({}), { http: { request: counting }, signal, secret: () => undefined });
  const from = performance.now();
  const result = await deliver({
    ...{ session, blind: false, clock: systemClock, random: () => 0, signal, concurrency, dryRun: false },
    context: { at: systemClock.timestamp(), version: '1', scans: [] },
    pages: devicePages({
      ...{ store, outbox, judging: { exceptions: [], today: '2026-01-01' }, site: undefined, only: 'all', since: undefined, write: true },
    }),
    book: (bookings, at) => outbox.book(bookings, at),
    redact: (text) => text,
    tell: () => undefined,
  });
  const ms = Math.round(performance.now() - from);
  http.close();
  store.close();
  const others = result.conflicts + result.dead + result.retry + result.waiting + (result.stopped ? 1 : 0);
  // maxRSS is in kilobytes: what the process ever needed, Node itself with it.
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return { created: result.created, unchanged: result.unchanged, others, requests, writes, ms, peakMb };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the process has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('a process ended without a word');
}

async function inProcess(path: string, url: string): Promise<Measured> {
  const child = spawn(process.execPath, [SELF, 'client', path, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  return measured.parse(JSON.parse(await firstLine(child)));
}

async function measure(count: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'camsweep-bench-netbox-'));
  const path = join(folder, 'camsweep.db');
  fill(path, count);
  const standIn = spawn(process.execPath, [SELF, 'stand-in'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await firstLine(standIn);
    const first = await inProcess(path, url);
    const second = await inProcess(path, url);
    for (const [title, run] of [
      ['first run', first],
      ['unchanged', second],
    ] as const) {
      const each = (run.requests / count).toFixed(3);
      say(
        `${count} devices, ${title}: ${run.created} created, ${run.unchanged} unchanged, ${run.others} others; ${run.requests} requests (${each} a device), ${run.writes} of them writes; ${(run.ms / 1000).toFixed(1)} s; at most ${run.peakMb} MB`,
      );
    }
    return first;
  } finally {
    standIn.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [mode, path = '', url = ''] = process.argv.slice(2);
if (mode === 'stand-in') {
  const netBox = await startNetBox();
  // The log of requests is for tests: here it would only be memory.
  setInterval(() => netBox.forget(), 1000);
  say(netBox.url);
} else if (mode === 'client') {
  say(JSON.stringify(await runClient(path, url)));
} else {
  const given = process.argv.slice(2).map(Number);
  const counts = given.length === 0 ? [500, 5000] : given;
  const results: (readonly [number, Measured])[] = [];
  for (const count of counts) results.push([count, await measure(count)]);
  const [first, last] = [results[0], results.at(-1)];
  if (first && last && last[0] > first[0]) {
    const more = ((last[1].peakMb - first[1].peakMb) * 1024) / (last[0] - first[0]);
    say(`${more.toFixed(1)} KB more for each device from ${first[0]} to ${last[0]}`);
  }
}
