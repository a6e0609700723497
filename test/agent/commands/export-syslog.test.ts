/** CEF to syslog receivers of the test's own on loopback: framing, order, each event once, and what happens when the receiver is gone. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExportFlags } from '../../../agent/commands/export.ts';
import { exportJob, isApiJob } from '../../../agent/commands/export-settings.ts';
import { exportJobs } from '../../../agent/commands/export.ts';
import { runSyslog } from '../../../agent/commands/export-syslog.ts';
import { resolveSettings } from '../../../agent/config/resolve.ts';
import { openSyslog } from '../../../agent/net/syslog.ts';
import { openStore, type Store } from '../../../agent/inventory/store/store.ts';
import { sighting } from '../inventory/material.ts';
import { clockAt, inFolder, takeScan } from '../inventory/store/temporary.ts';
import { writtenIo } from './written-io.ts';

const FLAGS: ExportFlags = {
  ...{ since: undefined, only: undefined, site: undefined, output: undefined },
  ...{ dryRun: false, json: false, setup: false, set: [] },
};
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Receiver {
  readonly port: number;
  /** Messages, in order; fails on a frame that is none. */
  readonly messages: () => string[];
  readonly cut: () => void;
}

/** RFC 6587, 3.4.1: MSG-LEN SP MSG, nothing between and after. */
function framesOf(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(0x20, at);
    const length = bytes.subarray(at, blank).toString('latin1');
    if (!/^[1-9]\d*$/.test(length)) throw new Error(`no length: ${length.slice(0, 40)}`);
    const end = blank + 1 + Number(length);
    if (end > bytes.length) throw new Error('cut inside a message');
    frames.push(bytes.subarray(blank + 1, end).toString('utf8'));
    at = end;
  }
  return frames;
}

async function listen(server: Server, event: 'connection' | 'secureConnection'): Promise<Receiver> {
  const parts: Buffer[] = [];
  const sockets: Socket[] = [];
  server.on(event, (socket: Socket) => {
    sockets.push(socket);
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets.splice(0)) socket.destroy();
  };
  closers.push(() => (cut(), server.close()));
  return { port: (server.address() as AddressInfo).port, messages: () => framesOf(Buffer.concat(parts)), cut };
}

async function datagrams(): Promise<Receiver> {
  const got: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => got.push(bytes.toString('utf8')));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closers.push(() => socket.close());
  return { port: socket.address().port, messages: () => got, cut: () => undefined };
}

function makeCertificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '3650'],
    ],
    { stdio: 'ignore' },
  );
  return { key, cert };
}

/** Three cameras found, one of which calls itself something that would break a line or a frame. */
function fill(store: Store, day: number): void {
  const seen = [1, 2, 3].map((number) =>
    sighting(`192.0.2.${number}`, {
      ...{ mac: `44:19:b6:00:00:0${number}`, type: 'camera', maker: 'Hikvision', firmware: `V${day}` },
      model: number === 2 ? '監視\r\n12 <34>1 fake|=\\' : `DS-${number}`,
    }),
  );
  takeScan(store, day, seen);
}

async function send(store: Store, syslog: string, more: Record<string, string> = {}, signal = new AbortController().signal) {
  const given = Object.entries({ syslog, ...more }).map(([key, value]) => `${key}=${value}`);
  const job = exportJob('cef', { entries: [], environment: {}, given });
  if (isApiJob(job)) throw new Error('cef is a format');
  const address = job.target.receiver?.(job.settings);
  if (!address) throw new Error('no receiver');
  const io = writtenIo();
  const tools = { store, settings: resolveSettings({}, {}, undefined), io, signal };
  const code = await runSyslog(job, address, FLAGS, { exceptions: [], today: '2026-01-15' }, tools);
  return { code, said: io.said() };
}

const inStore = (action: (store: Store, folder: string) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const store = openStore(join(folder, 'camsweep.db'), { clock: clockAt(1) });
    try {
      await action(store, folder);
    } finally {
      store.close();
    }
  });

async function until(isThere: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !isThere(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 20));
}

const eventIds = (messages: readonly string[]): number[] => messages.map((line) => Number(/ eventId=(\d+) /.exec(line)?.[1]));

describe('cef to a syslog receiver', () => {
  it.each(['udp', 'tcp', 'tls'] as const)('%s: each event once, in order, one message each', (protocol) =>
    inStore(async (store, folder) => {
      const { key, cert } = protocol === 'tls' ? makeCertificate(folder) : { key: '', cert: '' };
      const pair = protocol === 'tls' ? { key: readFileSync(key), cert: readFileSync(cert) } : undefined;
      const receiver =
        protocol === 'udp'
          ? await datagrams()
          : await (pair ? listen(createTlsServer(pair), 'secureConnection') : listen(createServer(), 'connection'));
      const settings = { hostname: 'scanner', ...(pair ? { caFile: cert } : {}) };
      fill(store, 1);
      expect(await send(store, `${protocol}://127.0.0.1:${receiver.port}`, settings)).toMatchObject({ code: 0 });
      await until(() => receiver.messages().length >= 3);
      const first = receiver.messages();
      expect(first).toHaveLength(3);
      for (const line of first) expect(line).toMatch(/^<13[0-9]>1 \d{4}-\S+ scanner camsweep - new - CEF:0\|Camsweep\|camsweep\|[^\r\n]*$/);
      expect(first[1]).toContain('監視');

      // Nothing new, then one change of each.
      expect((await send(store, `${protocol}://127.0.0.1:${receiver.port}`, settings)).said).toContain('0 events sent');
      fill(store, 2);
      await send(store, `${protocol}://127.0.0.1:${receiver.port}`, settings);
      await until(() => receiver.messages().length >= 6);
      const ids = eventIds(receiver.messages());
      expect(ids).toHaveLength(6);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    }),
  );

  it('waits for the next run where nobody listens, and loses nothing', { timeout: 60_000 }, () =>
    inStore(async (store) => {
      fill(store, 1);
      const gone = await listen(createServer(), 'connection');
      for (const close of closers.splice(0)) await close();
      const refused = await send(store, `tcp://127.0.0.1:${gone.port}`);
      expect(refused.code).toBe(3);
      expect(refused.said).toMatch(/0 events sent[^]*the rest waits for the next run: .*ECONNREFUSED/);
      const receiver = await listen(createServer(), 'connection');
      expect((await send(store, `tcp://127.0.0.1:${receiver.port}`)).code).toBe(0);
      await until(() => receiver.messages().length >= 3);
      expect(receiver.messages()).toHaveLength(3);
    }),
  );

  it('trusts no certificate by itself, and says how', () =>
    inStore(async (store, folder) => {
      const { key, cert } = makeCertificate(folder);
      const receiver = await listen(createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }), 'secureConnection');
      fill(store, 1);
      await expect(send(store, `tls://127.0.0.1:${receiver.port}`)).rejects.toMatchObject({ code: 'export-refused' });
      await expect(send(store, `tls://127.0.0.1:${receiver.port}`)).rejects.toThrow(/caFile/);
      expect(receiver.messages()).toEqual([]);
      await expect(send(store, `tls://127.0.0.1:${receiver.port}`, { caFile: 'nowhere.pem' })).rejects.toMatchObject({
        code: 'file-unreadable',
      });
    }));

  it('makes a connection anew that was cut, and gives up in time on one that nobody reads', async () => {
    const { signal } = new AbortController();
    const receiver = await listen(createServer(), 'connection');
    const sender = openSyslog({ protocol: 'tcp', host: '127.0.0.1', port: receiver.port }, signal);
    await sender.send('one');
    await until(() => receiver.messages().length === 1);
    receiver.cut();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await sender.send('two');
    await sender.close();
    await until(() => receiver.messages().length === 2);
    expect(receiver.messages()).toEqual(['one', 'two']);

    const deaf = createServer({ pauseOnConnect: true });
    const { port } = await listen(deaf, 'connection');
    deaf.on('connection', (socket: Socket) => socket.pause());
    const slow = openSyslog({ protocol: 'tcp', host: '127.0.0.1', port }, signal, 300);
    await expect(slow.send('x'.repeat(64 * 1024 * 1024))).rejects.toThrow('not done within 300 ms');
    await slow.close();
  });

  it('stops when it is stopped', async () => {
    const stop = new AbortController();
    const receiver = await listen(createServer(), 'connection');
    const sender = openSyslog({ protocol: 'tcp', host: '127.0.0.1', port: receiver.port }, stop.signal);
    stop.abort();
    await expect(sender.send('one')).rejects.toThrow('stopped');
    await sender.close();
  });

  it.each(['http://127.0.0.1:1', 'tcp://127.0.0.1', 'tcp://:514', 'udp://h:0', 'tls://h:70000', 'tcp://a b:1', 'tcp://u@h:1'])(
    'refuses %s as an address',
    (syslog) => {
      expect(() => exportJob('cef', { entries: [], environment: {}, given: [`syslog=${syslog}`] })).toThrow(
        /syslog.*expected udp:\/\/HOST:PORT/,
      );
    },
  );

  it('may follow a scan without a file', () => {
    const text = 'exports:\n  siem: { target: cef, syslog: "tls://[::1]:6514" }\n  lost: { target: cef }\n';
    expect(exportJobs(['siem'], { path: 'c.yaml', text })).toHaveLength(1);
    expect(() => exportJobs(['lost'], { path: 'c.yaml', text })).toThrow(/needs a file/);
  });
});
