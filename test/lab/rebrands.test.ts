import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askTcp, askUdp, get, post, rtsp, SADP_INQUIRY, SNMP_GET, soap, wsProbe } from './ask.ts';
import { rebrandHosts } from './hosts/rebrands.ts';
import { startLab, type Lab } from './lab.ts';

const WORD = /hikvision|hik-?connect|海康/i;
const PATHS = [
  '/',
  '/ISAPI/System/deviceInfo',
  '/pramaAPI/System/deviceInfo',
  '/SDK/activateStatus',
  '/doc/page/login.asp',
  '/doc/index.html',
  '/doc/i18n/en/Common.json',
  '/nowhere',
  '/onvif/device_service',
];
const OPERATIONS = ['GetSystemDateAndTime', 'GetServices', 'GetCapabilities', 'GetDeviceInformation', 'GetScopes'];

/** Every string and every byte array in the data of a host, wherever it stands. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  if (typeof value !== 'object' || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(textsIn)];
}

describe('test/lab/hosts/rebrands', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ network: '127.77.205.0/24', ports: 'high', only: rebrandHosts.map(({ id }) => id) });
  });
  afterAll(async () => {
    await lab.stop();
  });

  it('has at least five rebrands, all made by Hikvision and all to be flagged', () => {
    expect(lab.truth.length).toBeGreaterThanOrEqual(5);
    for (const truth of lab.truth) expect(truth).toMatchObject({ hikvisionMade: true, mustBeFlagged: true, maker: 'hikvision' });
  });

  it('never says the name in what the services are made of', () => {
    for (const { id, services } of rebrandHosts) {
      for (const text of textsIn(services)) expect(WORD.test(text), `${id}: ${text.slice(0, 80)}`).toBe(false);
    }
  });

  it('never says the name in any byte on the wire', async () => {
    const received = await Promise.all(
      lab.hosts.map(async ({ host, address }) => {
        const web = { address, port: 10_080, waitMs: 400 };
        const parts = await Promise.all([
          ...PATHS.map(async (path) => askTcp({ ...web, send: get(path) })),
          ...OPERATIONS.map(async (operation) => askTcp({ ...web, send: post('/onvif/device_service', soap(operation)) })),
          askTcp({ address, port: 10_443, send: get('/'), tls: 'any', waitMs: 400 }),
          askTcp({ address, port: 10_554, send: rtsp('OPTIONS', address), waitMs: 300 }),
          askTcp({ address, port: 10_554, send: rtsp('DESCRIBE', address), waitMs: 300 }),
          askTcp({ address, port: 8000, waitMs: 300 }),
          ...[SADP_INQUIRY, SNMP_GET, wsProbe('dn:NetworkVideoTransmitter')].map(async (payload, index) => {
            const port = [37020, 10_161, 3702][index] ?? 0;
            return Buffer.concat(await askUdp(address, port, payload));
          }),
        ]);
        return { id: host.id, bytes: Buffer.concat(parts) };
      }),
    );
    for (const { id, bytes } of received) {
      expect(bytes.length, id).toBeGreaterThan(15);
      expect(WORD.test(bytes.toString('latin1')) || WORD.test(bytes.toString('utf8')), id).toBe(false);
    }
    expect(lab.violations).toEqual([]);
  });
});
