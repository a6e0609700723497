/**
 * Measures the HTML report at size: `node dist/scripts/bench-report.js [devices] [browser]`, 5,000 devices and
 * `chromium-headless-shell` unless told. Devices are made up; the page and the time to open it are real. Prints a table and
 * asserts nothing but the size that is promised, because times belong to machines.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import {
  headlineOf,
  LIMITS,
  sortDevices,
  totalCoverage,
  type Group,
  type ReportDevice,
  type ReportDocument,
} from '../agent/report/document.ts';
import { policiesOf } from '../agent/commands/report-document.ts';
import { renderHtml } from '../agent/report/html.ts';

const [count = 5000] = process.argv.slice(2, 3).map(Number);
const browser = process.argv[3] ?? 'chromium-headless-shell';
const PROMISED_BYTES = 15_000_000;
const ROUNDS = 5;
const EVIDENCE = 20;
const POLICY = 'ca-federal-2025';

function deviceOf(index: number, group: Group): ReportDevice {
  const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  const subnet = address.replace(/\.\d+$/, '.0/24');
  const isHeld = group === 'flagged' || group === 'review' || group === 'excepted';
  const hex = (index & 0xffffff)
    .toString(16)
    .padStart(6, '0')
    .replace(/(..)(..)(..)/, '$1:$2:$3');
  const serial = `DS-2CD2143G2-I20230101AAWR${String(index).padStart(9, '0')}`;
  return {
    ...{ address, group, subnet, serial, mac: `44:19:b6:${hex}`, key: `mac:44:19:b6:${hex}`, site: 'bench', addresses: [address] },
    ...{ maker: isHeld ? 'Hikvision' : 'Axis', brand: index % 7 === 0 ? 'ANNKE' : 'Hikvision', brandCertainty: 'confirmed', owner: null },
    ...{ model: 'DS-2CD2143G2-I', firmware: 'V5.7.3 build 220112', firmwareBuilt: '2022-01-12', produced: '2023-01-01', activated: true },
    ...{ deviceType: 'camera', surveillance: true, certainty: 'confirmed', summary: 'camera, made by Hikvision', channels: null },
    because: 'vendor protocol (sadp.present +1), ONVIF (wsd.epr.mac +7), web (http.header.server +2), RTSP (rtsp.public +1)',
    evidence: Array.from({ length: isHeld ? EVIDENCE : 0 }, (_, item) => ({
      ...{
        signature: `hikvision.signature.${item}`,
        field: 'http.header.server',
        value: `App-webs/ ${item}`,
        strength: 'strong',
        channel: 'web',
      },
      ...{
        recording: `${address}/${item}`,
        bytes: Array.from({ length: 6 }, () => 'HTTP/1.1 200 OK Server: App-webs/ Content-Type: text/html; charset=utf-8'),
      },
    })),
    ...{ contradictions: [], notes: [], coverage: {}, ports: [80, 554, 8000], presence: 'present', discoveredAt: {} },
    ...{ firstSeen: '2026-01-01T02:00:00.000Z', lastSeen: '2026-11-01T02:00:00.000Z' },
    phaseOut: { status: 'planned', since: '2026-05-01T00:00:00.000Z', custodian: 'Facilities', location: `Room ${index}`, note: 'replace' },
    verdicts: isHeld
      ? [
          {
            policy: POLICY,
            title: 'Canada, federal announcement of 2025',
            verdict: 'restricted',
            certainty: 'confirmed',
            because: 'Made by Hikvision (confirmed); matches a rule addressed to departments.',
            basis: 'maker',
          },
        ]
      : [],
  };
}

function documentOf(groupOf: (index: number) => Group): ReportDocument {
  const devices = sortDevices(Array.from({ length: count }, (_, index) => deviceOf(index, groupOf(index))));
  const subnets = [...new Set(devices.flatMap(({ subnet }) => subnet ?? []))];
  const coverage = totalCoverage(subnets.map((subnet) => ({ subnet, addresses: 256, alive: 250, silent: 4, excluded: 1, notReached: 1 })));
  const at = (scan: number): string => new Date(Date.UTC(2026, 0, 1 + scan)).toISOString();
  return {
    ...{
      schemaVersion: 1,
      generatedAt: at(300),
      site: 'bench',
      headline: headlineOf(devices, coverage),
      devices,
      coverage,
      limits: LIMITS,
    },
    scan: { number: 50, uid: 'bench', startedAt: at(299), endedAt: at(299), status: 'complete', targets: ['10.0.0.0/16'] },
    previousAt: at(290),
    policies: policiesOf([POLICY]),
    burnDown: Array.from({ length: 50 }, (_, scan) => ({ scan, at: at(scan * 6), policy: POLICY, flagged: count - scan })),
    ...{
      progress: [],
      changes: [],
      exceptions: [],
      versions: { camsweep: 'bench', data: 'bench', dataHash: 'bench', scannedWith: 'bench' },
    },
  };
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
const directory = mkdtempSync(join(tmpdir(), 'camsweep-bench-report-'));

/** Milliseconds from starting the browser to a picture of the page; undefined where there is no browser. */
function open(url: string): number | undefined {
  const quiet = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const { status } = spawnSync(browser, [...quiet, '--window-size=1280,900', `--screenshot=${join(directory, 'page.png')}`, url], {
      stdio: 'ignore',
      timeout: 120_000,
    });
    if (status !== 0) return undefined;
    times.push(performance.now() - start);
  }
  return median(times);
}

try {
  const blank = join(directory, 'blank.html');
  writeFileSync(blank, '<!doctype html><title>blank</title>');
  const base = open(pathToFileURL(blank).href);
  if (base === undefined) print(`not measured: how long opening takes, because ${browser} does not run here`);
  const cases: readonly (readonly [string, (index: number) => Group])[] = [
    ['one in ten restricted', (index) => (index % 10 === 0 ? 'flagged' : index % 10 < 5 ? 'surveillance' : 'cleared')],
    ['all restricted', () => 'flagged'],
  ];
  for (const [name, groupOf] of cases) {
    const document = documentOf(groupOf);
    const start = performance.now();
    const html = renderHtml(document);
    const rendered = performance.now() - start;
    const path = join(directory, 'report.html');
    writeFileSync(path, html);
    const bytes = Buffer.byteLength(html);
    const opened = base === undefined ? undefined : open(pathToFileURL(path).href);
    const time =
      opened === undefined || base === undefined
        ? ''
        : `, opens in ${(opened - base).toFixed(0)} ms (browser itself ${base.toFixed(0)} ms)`;
    print(`${count} devices, ${name}: ${(bytes / 1e6).toFixed(1)} MB, rendered in ${rendered.toFixed(0)} ms${time}`);
    if (bytes > PROMISED_BYTES) process.exitCode = 1;
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
