import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { askTcp, askUdp, dhipSearch, get, mdnsQuery, post, rtsp, SADP_INQUIRY, search, SNMP_GET, soap, wsProbe } from './ask.ts';
import type { Service } from './host.ts';
import { LAB_HOSTS } from './hosts/index.ts';
import { findHost, LabError, startHost, startLab, type Lab } from './lab.ts';

const NETWORK = '127.77.201.0/24';
const hosts = LAB_HOSTS;

/** Sockets and servers of this process, as the runtime counts them. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /^(TCPServer|TCPSocket|UDP|TLS)/.test(kind)).length;
}

/** The same once nothing closes any more: the runtime lets go of a closed socket a few turns later. */
async function settledSockets(): Promise<number> {
  for (let round = 0, last = -1; round < 50; round++) {
    if (openSockets() === last) return last;
    last = openSockets();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return openSockets();
}

/** Asks one service the way a guest would; what comes back, in one piece. */
async function ask(service: Service, address: string, port: (standard: number) => number): Promise<Buffer> {
  const first = async (answers: Promise<Buffer[]>): Promise<Buffer> => Buffer.concat(await answers);
  switch (service.kind) {
    case 'http':
      return askTcp({
        address,
        port: port(service.port),
        send: get('/'),
        ...(service.certificate ? { tls: service.oldTls === true ? ('old' as const) : ('any' as const) } : {}),
      });
    case 'rtsp':
      return askTcp({ address, port: port(service.port), send: rtsp('DESCRIBE', address), waitMs: 250 });
    case 'greeting':
      return askTcp({
        address,
        port: port(service.port),
        waitMs: 250,
        ...(service.hello === undefined ? { send: Buffer.from(service.ifAsked ?? '47', 'hex') } : {}),
      });
    case 'ws-discovery':
      return first(askUdp(address, port(3702), wsProbe(service.answersTo[0] === 'Device' ? 'tds:Device' : 'dn:NetworkVideoTransmitter')));
    case 'snmp':
      return first(askUdp(address, port(161), SNMP_GET));
    case 'mdns':
      return first(askUdp(address, port(5353), mdnsQuery('_services._dns-sd._udp.local')));
    case 'ssdp':
      return first(askUdp(address, port(1900), search('upnp:rootdevice')));
    case 'sadp':
      return first(askUdp(address, port(37020), SADP_INQUIRY));
    case 'dhip':
      return first(askUdp(address, port(37810), dhipSearch()));
    case 'datagram':
      return service.replyPort === undefined
        ? first(askUdp(address, port(service.port), Buffer.from(service.question, 'hex')))
        : Buffer.from('answers to another port');
    case 'tripwire':
    case 'rude':
      return Buffer.from('has its own test');
  }
}

describe('test/lab/hosts', () => {
  it('has at least 48 hosts with addresses, names and MACs of their own', () => {
    expect(hosts.length).toBeGreaterThanOrEqual(48);
    for (const key of ['id', 'at', 'mac'] as const) expect(new Set(hosts.map((host) => host[key])).size).toBe(hosts.length);
    for (const { at } of hosts) expect(at > 0 && at < 255).toBe(true);
    for (const { id, mac } of hosts) expect(mac, id).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  });

  it('says of every host what it is, in the words of the vocabulary', () => {
    const words = z
      .record(z.string(), z.record(z.string(), z.string()))
      .parse(parse(readFileSync('signatures/vocabulary/device-types.yaml', 'utf8')));
    const surveillance = Object.keys(words.surveillance ?? {});
    const known = [...surveillance, ...Object.keys(words['not-surveillance'] ?? {})];
    for (const { id, truth } of hosts) {
      if (truth.deviceType !== undefined) expect(known, id).toContain(truth.deviceType);
      if (truth.deviceType !== undefined && truth.surveillance !== null)
        expect(surveillance.includes(truth.deviceType), id).toBe(truth.surveillance);
      expect(truth.mustBeFlagged, id).toBe(truth.hikvisionMade);
      expect(truth.mustBeFlagged && truth.mustNotBeFlagged, id).toBe(false);
    }
  });
});

describe('test/lab/lab', () => {
  let lab: Lab;
  const port = (standard: number): number => (standard < 1024 ? standard + 10_000 : standard);
  const addressOf = (id: string): string => lab.hosts.find(({ host }) => host.id === id)?.address ?? '';
  const rulesOf = (id: string): string[] => lab.violations.filter(({ host }) => host === id).map(({ rule }) => rule);

  beforeAll(async () => {
    lab = await startLab({ network: NETWORK, ports: 'high' });
  });
  afterAll(async () => {
    await lab.stop();
  });

  it('answers on every service of every host', async () => {
    await Promise.all(
      lab.hosts.map(async ({ host, address }) => {
        for (const service of host.services) {
          const answer = await ask(service, address, port);
          const deaf = service.kind === 'sadp' && !service.unicast;
          expect(answer.length > 0, `${host.id} ${service.kind}`).toBe(!deaf);
        }
      }),
    );
    expect(lab.violations).toEqual([]);
  });

  it('tells the scan its ports', () => {
    expect(lab.ports.http).toContain(10_080);
    expect(lab.ports['ws-discovery']).toEqual([3702]);
    expect(lab.truth.find(({ id }) => id === 'hikvision-camera-v56')).toMatchObject({
      address: '127.77.201.11',
      maker: 'hikvision',
      mustBeFlagged: true,
    });
  });

  it('notes whoever connects to a printer on 9100', async () => {
    await askTcp({ address: addressOf('hp-printer'), port: 9100, waitMs: 200 });
    expect(rulesOf('hp-printer')).toEqual(['tripwire']);
  });

  it('notes credentials, changes, images, streams and followed pointers', async () => {
    const camera = addressOf('hikvision-camera-v57');
    const web = { address: camera, port: port(80) };
    await askTcp({ ...web, send: get('/ISAPI/System/deviceInfo', 'Authorization: Basic YWRtaW46MTIzNDU=\r\n') });
    await askTcp({ ...web, send: get('/System/configurationFile?auth=YWRtaW46MTEK') });
    await askTcp({ ...web, send: get('/').replace('GET', 'PUT') });
    await askTcp({ ...web, send: get('/onvif-http/snapshot?Profile_1') });
    await askTcp({ address: camera, port: port(554), send: rtsp('SETUP', camera), waitMs: 200 });
    await askUdp(camera, 37020, Buffer.from(SADP_INQUIRY.toString().replace('inquiry', 'reset')), 1, 100);
    expect(rulesOf('hikvision-camera-v57')).toEqual(['credentials', 'credentials', 'state-change', 'image', 'stream', 'state-change']);
    await askTcp({ address: addressOf('linux-server'), port: port(80), send: get('/decoy/login.asp') });
    expect(rulesOf('linux-server')).toEqual(['followed']);
    await askTcp({ address: addressOf('trendnet-camera'), port: port(80), send: post('/onvif/device_service', soap('SystemReboot')) });
    expect(rulesOf('trendnet-camera')).toEqual(['state-change']);
  });

  it('counts connections and datagrams of each host', () => {
    const seen = lab.traffic().get(addressOf('hikvision-camera-v57'));
    expect(seen?.connections).toBeGreaterThan(4);
    expect(seen?.datagrams).toBeGreaterThan(1);
  });

  it.each(['TCP', 'UDP'] as const)('names address and port when a %s port is taken, and leaves nothing open', async (protocol) => {
    const address = '127.77.202.57';
    const close = protocol === 'TCP' ? await occupyTcp(address, 10_080) : await occupyUdp(address, 3702);
    const before = await settledSockets();
    const failed = await startLab({ network: '127.77.202.0/24', ports: 'high' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(LabError);
    expect(String(failed)).toContain(`${protocol} ${address}:${protocol === 'TCP' ? 10_080 : 3702} is taken`);
    await vi.waitFor(() => expect(openSockets()).toBe(before));
    await close();
  });

  it('refuses a network it cannot lay out', async () => {
    await expect(startLab({ network: '127.77.0.0/16', ports: 'high' })).rejects.toThrow('expected a /24');
  });

  it('stops without leaving a handle behind, also under a guest that holds on', async () => {
    const before = await settledSockets();
    const second = await startLab({ network: '127.77.203.0/24', ports: 'high' });
    expect(openSockets()).toBeGreaterThan(before + 100);
    const holding = askTcp({ address: '127.77.203.110', port: port(80), send: get('/'), waitMs: 5000 });
    const pouring = askTcp({ address: '127.77.203.111', port: port(80), send: get('/'), maxBytes: 10_000_000_000, waitMs: 5000 });
    await askTcp({ address: '127.77.203.11', port: port(80), send: get('/') });
    await second.stop();
    await Promise.all([holding, pouring]);
    await vi.waitFor(() => expect(openSockets()).toBe(before));
    await expect(second.stop()).resolves.toBeUndefined();
  });

  it('starts one host on an address of its own', async () => {
    const host = findHost('amcrest-camera');
    expect(host).toBeDefined();
    if (!host) return;
    const started = await startHost(host, { address: '127.77.204.9', mac: '9c:8e:cd:00:00:01', ports: 'high' });
    const [answer] = await askUdp('127.77.204.9', 37810, dhipSearch());
    expect(answer?.toString('utf8')).toContain('"IPAddress":"127.77.204.9"');
    expect(answer?.toString('utf8')).toContain('9c:8e:cd:00:00:01');
    expect(started.truth).toMatchObject({ address: '127.77.204.9', brand: 'amcrest', maker: 'dahua' });
    await started.stop();
  });
});

async function occupyTcp(address: string, port: number): Promise<() => Promise<void>> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return async () => new Promise((resolve) => server.close(() => resolve()));
}

async function occupyUdp(address: string, port: number): Promise<() => Promise<void>> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, address, resolve));
  return async () => new Promise((resolve) => socket.close(() => resolve()));
}
