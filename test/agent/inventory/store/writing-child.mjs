/**
 * A process that scans for ever, as far as stream and store can tell: the test ends it with SIGKILL. Recordings go to both, in
 * bursts; now and then a scan ends and the next begins. `ready` on stdout says that the file is open.
 */
import { writeSync } from 'node:fs';
import { createScanFile } from '../../../../dist/agent/inventory/scan-file.js';
import { openStore } from '../../../../dist/agent/inventory/store/store.js';
import { systemClock } from '../../../../dist/agent/clock.js';

const [path, stream, label, pace = '3'] = process.argv.slice(2);
const store = openStore(path, { clock: systemClock });
writeSync(1, 'ready\n');

for (let number = 1; ; number++) {
  const startedAt = systemClock.timestamp();
  const uid = `${label}-${number}`;
  const file = createScanFile(stream, { uid, startedAt, targets: ['192.0.2.0/24'], version: '0', signatures: '0' });
  const writer = store.beginScan({
    uid,
    site: label,
    startedAt,
    targets: ['192.0.2.0/24'],
    probes: ['http'],
    policies: [],
    version: '0',
    dataVersion: '0',
    dataHash: '0',
  });
  const sightings = [];
  for (let host = 1; host <= 40; host++) {
    const address = `192.0.2.${host}`;
    for (let index = 1; index <= 8; index++) {
      const page = `<html>${label} ${host} ${index} ${number} ${'x'.repeat(200 * index)}</html>`;
      const recording = {
        id: `${address}/${index}`,
        at: systemClock.timestamp(),
        from: { address, port: 80 },
        protocol: 'http',
        request: { path: `/${index}` },
        response: { bytes: Buffer.from(page).toString('base64') },
      };
      file.record(recording);
      writer.record(recording);
    }
    sightings.push(sightingAt(address, host));
    if (host % 10 === 0) await new Promise((resolve) => setTimeout(resolve, Number(pace)));
  }
  writer.end({
    endedAt: systemClock.timestamp(),
    interrupted: false,
    coverage: { dark: [{ first: '192.0.2.41', last: '192.0.2.254', state: 'silent' }], live: [] },
    summary: {},
    sightings,
  });
  const problem = writer.problem();
  if (problem !== undefined) writeSync(1, `problem ${problem}\n`);
  file.end({ endedAt: systemClock.timestamp(), interrupted: false, coverage: {}, summary: {} });
  writeSync(1, `scan ${number}\n`);
}

function sightingAt(address, host) {
  const at = systemClock.timestamp();
  const mac = `44:19:b6:00:${label.charCodeAt(0).toString(16).padStart(2, '0')}:${host.toString(16).padStart(2, '0')}`;
  const nothing = { brand: null, owner: null, model: null, firmware: null, serial: null, deviceType: null };
  return {
    address,
    firstAt: at,
    lastAt: at,
    state: {
      ...nothing,
      maker: { value: 'hikvision', name: 'Hikvision', certainty: 'confirmed' },
      mac,
      surveillance: true,
      certainty: 'confirmed',
      summary: 'camera',
      because: '',
      contradictions: [],
      evidence: [],
      verdicts: [],
      identifiers: [{ kind: 'mac', value: mac }],
      ports: [80],
      protocols: ['http'],
    },
  };
}
