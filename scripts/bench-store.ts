/**
 * Measures the inventory file at size: `node dist/scripts/bench-store.js [devices] [scans]`, 100,000 and 50 unless told. Devices
 * and recordings are made up; merges, listings and sizes are real. Prints a table; asserts nothing, because times belong to machines.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../agent/clock.ts';
import { coverageBySubnet } from '../agent/inventory/coverage-ranges.ts';
import { openDatabase } from '../agent/inventory/store/database.ts';
import { openStore, type Store } from '../agent/inventory/store/store.ts';
import type { ScanEnding, Sighting } from '../agent/inventory/types.ts';
import type { Recording } from '../probes/recording.ts';

const [devices = 100_000, scans = 50] = process.argv.slice(2).map(Number);
const PER_SCAN = 1000;
const RECORDINGS = 8;
const directory = mkdtempSync(join(tmpdir(), 'camsweep-bench-'));
const path = join(directory, 'camsweep.db');
const lines: string[] = [];

function measure<T>(what: string, action: () => T, rounds = 5): T {
  const times: number[] = [];
  let result = action();
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    result = action();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  lines.push(
    `${what.padEnd(58)} ${(times[times.length >> 1] ?? 0).toFixed(1).padStart(9)} ms  (best ${(times[0] ?? 0).toFixed(1)}, worst ${(times.at(-1) ?? 0).toFixed(1)})`,
  );
  return result;
}

const addressOf = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

function sightingOf(index: number, round: number): Sighting {
  const at = new Date(Date.UTC(2026, 0, 1 + round, 2)).toISOString();
  const number = String(index).padStart(9, '0');
  const mac = `44:19:b6:${((index >> 16) & 255).toString(16).padStart(2, '0')}:${((index >> 8) & 255).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`;
  const claim = (value: string): { value: string; name: string; certainty: string } => ({ value, name: value, certainty: 'confirmed' });
  const isHikvision = index % 3 === 0;
  const firmware = `V5.7.${round > 0 && index % 97 === round ? 4 : 3} build 220112`;
  return {
    address: addressOf(index),
    firstAt: at,
    lastAt: at,
    state: {
      maker: claim(isHikvision ? 'hikvision' : 'axis'),
      brand: null,
      owner: null,
      model: claim(`DS-2CD2${index % 40}43G2-I`),
      firmware: claim(firmware),
      serial: claim(`DS-2CD2143G2-I20230101AAWR${number}`),
      deviceType: claim('camera'),
      mac,
      surveillance: true,
      certainty: 'confirmed',
      summary: 'camera, made by Hikvision',
      because: 'vendor protocol (sadp.present), web (http.header.server)',
      contradictions: [],
      evidence: ['sadp.present', 'http.header.server', 'rtsp.realm', 'link.mac'].map((field) => ({
        signature: `hikvision.${field}`,
        field,
        value: `value of ${field} ${index % 200}`,
        strength: 'strong',
        channel: 'web',
      })),
      verdicts: [
        {
          policy: 'ca-federal-2025',
          title: 'Canada',
          verdict: isHikvision ? 'restricted' : 'no-match',
          certainty: 'confirmed',
          because: 'made by it',
          basis: isHikvision ? 'maker' : 'none',
        },
      ],
      identifiers: [
        { kind: 'mac', value: mac },
        { kind: 'serial', value: `DS-2CD2143G2-I20230101AAWR${number}` },
        { kind: 'onvif', value: `urn:uuid:${number.slice(0, 8)}-1234-11b2-8000-4419b6${mac.slice(9).replaceAll(':', '')}` },
      ],
      ports: [80, 443, 554, 8000],
      protocols: ['arp', 'http', 'onvif', 'rtsp', 'sadp'],
    },
  };
}

/** Pages of a few hundred bytes to two kilobytes that differ by device a little and by time a little, as real ones do. */
function recordingOf(index: number, round: number, number: number): Recording {
  const page = `HTTP/1.1 200 OK\r\nDate: day ${round} ${(index * 31 + round) % 86400}\r\nServer: App-webs/\r\nX-Serial: ${index}\r\n\r\n<html>${`<script src="/doc/script/${number}.js?v=5.7.3build220112"></script>\n`.repeat(4 + number * 3)}</html>`;
  return {
    id: `${addressOf(index)}/${number}`,
    at: new Date(Date.UTC(2026, 0, 1 + round, 2)).toISOString(),
    from: { address: addressOf(index), port: 80 },
    protocol: 'http',
    request: { method: 'GET', path: `/page${number}` },
    response: { bytes: Buffer.from(page).toString('base64') },
  };
}

function scan(store: Store, first: number, count: number, round: number, withRecordings: boolean): { recordMs: number; mergeMs: number } {
  const indices = Array.from({ length: Math.min(count, devices - first) }, (_, offset) => first + offset);
  const writer = store.beginScan({
    uid: `${round}-${first}-${Math.floor(performance.now() * 1000)}`,
    site: 'default',
    startedAt: new Date(Date.UTC(2026, 0, 1 + round, 1)).toISOString(),
    targets: [`${addressOf(first)}-${addressOf(first + count - 1)}`],
    probes: ['http'],
    policies: ['ca-federal-2025'],
    version: '0',
    dataVersion: '0',
    dataHash: '0',
  });
  const start = performance.now();
  if (withRecordings)
    for (const index of indices) for (let number = 1; number <= RECORDINGS; number++) writer.record(recordingOf(index, round, number));
  const recorded = performance.now();
  const sightings = indices.map((index) => sightingOf(index, round));
  const ending: ScanEnding = {
    endedAt: new Date(Date.UTC(2026, 0, 1 + round, 3)).toISOString(),
    interrupted: false,
    coverage: {
      dark: [],
      live: sightings.map(({ address }) => ({ address, outcomes: { http: 'answered', rtsp: 'answered', snmp: 'silent' } })),
    },
    summary: {},
    sightings,
  };
  const begin = performance.now();
  writer.end(ending);
  const problem = writer.problem();
  if (problem !== undefined) throw new Error(problem);
  return { recordMs: recorded - start, mergeMs: performance.now() - begin };
}

/** The rest of the history, by copying rows: a device that does not change is one row of `hosts` a scan. */
function copyHistory(rounds: number): void {
  const database = openDatabase(path, { readOnly: false, busyTimeoutMs: 10_000 });
  database.transaction(() => {
    for (let round = 1; round <= rounds; round++) {
      const { lastId } = database.run(
        `INSERT INTO scans (uid, site, started_at, ended_at, status, merged_at, targets, probes, policies, version, data_version, data_hash)
         SELECT ?, site, started_at, ended_at, status, merged_at, targets, probes, policies, version, data_version, data_hash FROM scans WHERE id = 1`,
        `copy-${round}`,
      );
      database.run(
        `INSERT INTO hosts SELECT ?, address_id, outcomes_id, device_id, state_id, first_ms, last_ms FROM hosts WHERE scan_id <= ? GROUP BY address_id`,
        ...[lastId, Math.ceil(devices / PER_SCAN)],
      );
    }
  });
  database.close();
}

function megabytes(): number {
  return statSync(path).size / 1e6;
}

try {
  let store = openStore(path, { clock: systemClock });
  const merges: number[] = [];
  for (let first = 0; first < devices; first += PER_SCAN) merges.push(scan(store, first, PER_SCAN, 0, false).mergeMs);
  lines.push(
    `${`first merges of ${PER_SCAN} new devices, from empty to ${devices}`.padEnd(58)} ${(merges.reduce((a, b) => a + b, 0) / merges.length).toFixed(1).padStart(9)} ms  (last ${(merges.at(-1) ?? 0).toFixed(1)})`,
  );
  store.close();
  const before = megabytes();
  copyHistory(scans - 1);
  lines.push(
    `${'file, devices alone (no recordings)'.padEnd(58)} ${before.toFixed(1).padStart(9)} MB  (${((before * 1e6) / devices).toFixed(0)} bytes a device)`,
  );
  const grown = megabytes() - before;
  lines.push(
    `${`${scans - 1} more scans of all of them`.padEnd(58)} ${grown.toFixed(1).padStart(9)} MB  (${((grown * 1e6) / devices / (scans - 1)).toFixed(0)} bytes a device and scan)`,
  );

  store = openStore(path, { clock: systemClock });
  const rounds = [1, 2, 3].map((round) => ({ ...scan(store, 5000, PER_SCAN, 60 + round, true), size: 0 }));
  store.close();
  const small = megabytes();
  store = openStore(path, { clock: systemClock });
  const { recordMs, mergeMs } = scan(store, 5000, PER_SCAN, 70, true);
  store.close();
  lines.push(
    `${`${PER_SCAN * RECORDINGS} recordings on their way in`.padEnd(58)} ${recordMs.toFixed(1).padStart(9)} ms  (first time ${(rounds[0]?.recordMs ?? 0).toFixed(1)})`,
  );
  lines.push(
    `${`merge of ${PER_SCAN} devices, ${devices} known, ${scans} scans each`.padEnd(58)} ${mergeMs.toFixed(1).padStart(9)} ms  (others ${rounds.map((round) => round.mergeMs.toFixed(0)).join(', ')})`,
  );
  lines.push(
    `${`${RECORDINGS} recordings a device, once more`.padEnd(58)} ${(((megabytes() - small) * 1e6) / PER_SCAN).toFixed(0).padStart(9)} bytes a device and scan`,
  );

  store = openStore(path, { clock: systemClock });
  const page = measure('devices, a page of 1,000', () => store.devices({ limit: 1000 }));
  measure('devices, the page after', () => store.devices({ limit: 1000, after: page.at(-1) }));
  measure('devices, restricted, 1,000', () => store.devices({ verdicts: ['restricted'], limit: 1000 }));
  measure('devices gone', () => store.devices({ status: ['gone'] }));
  measure('how many are restricted', () => store.countDevices({ verdicts: ['restricted'] }));
  measure('one device, everything', () => store.device(addressOf(5500)));
  measure('its history', () => [store.sightings(addressOf(5500)), store.events({ device: addressOf(5500) })]);
  const last = store.findScan('last');
  measure('what changed since the scan before', () => store.events({ sinceScan: (last?.id ?? 1) - 1 }));
  measure('scans', () => store.scans({ limit: 1000 }));
  measure('burn-down of a policy', () => store.verdictHistory('ca-federal-2025'));
  measure('coverage of a scan by subnet', () => coverageBySubnet(store.coverage(last?.id ?? 1)));
  measure('recordings of one address of one scan', () => store.recordings(last?.id ?? 1, addressOf(5500)));
  measure('ALL devices, every one', () => store.devices().length, 1);
  store.close();
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
