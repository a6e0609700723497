import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import { BackOff } from '../../../agent/net/back-off.ts';
import { createHostGate } from '../../../agent/net/host-gate.ts';
import { createPace } from '../../../agent/net/pace.ts';
import { RoundTrips } from '../../../agent/net/round-trips.ts';
import { createTransport } from '../../../agent/net/transport.ts';

const HOST = '127.77.9.1';
const open: { close: () => void }[] = [];
afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

function serve(onConnection: (socket: Socket) => void): Promise<number> {
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    });
    open.push({ close: () => server.close() });
    server.listen(0, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

interface Options {
  readonly excluded?: string;
  readonly excludedWhen?: (address: string) => boolean;
  readonly beforeAsking?: () => void;
  readonly signal?: AbortSignal;
  readonly places?: number;
  readonly backOff?: BackOff;
}

function transport(options: Options = {}) {
  const count = { packets: 0, bytes: 0 };
  const shared = {
    roundTrips: new RoundTrips(),
    pace: createPace({ rate: 100_000, hostRate: 100_000 }, systemClock),
    hosts: createHostGate(options.places ?? 2),
    descriptors: createHostGate(50),
    isExcluded: options.excludedWhen ?? ((address: string) => address === options.excluded),
    beforeAsking: () => Promise.resolve(options.beforeAsking?.()),
    timeoutMs: 400,
    backOff: options.backOff,
    count,
  };
  return { transport: createTransport(shared, options.signal ?? new AbortController().signal), count };
}

const HELLO = Buffer.from('hello');

describe('agent/net/transport', () => {
  it('decides whom to leave alone by what is known at the last moment', async () => {
    const known = new Set<string>();
    const { transport: asked, count } = transport({
      excludedWhen: (address) => known.has(address),
      beforeAsking: () => void known.add(HOST),
    });
    const port = await serve((socket) => socket.end('answer'));
    expect((await asked.tcp({ address: HOST, port, send: HELLO })).reach).toBe('excluded');
    expect((await asked.udp({ address: HOST, port, payloads: [HELLO] })).reach).toBe('excluded');
    expect(count.packets).toBe(0);
  });

  it('brings back what a server sends until it closes', async () => {
    const port = await serve((socket) => socket.end('answer'));
    const reply = await transport().transport.tcp({ address: HOST, port, send: HELLO });
    expect(reply).toMatchObject({ reach: 'answered', ended: 'closed' });
    expect(Buffer.from(reply.bytes).toString()).toBe('answer');
  });

  it('ends as soon as the caller has enough', async () => {
    const port = await serve((socket) => socket.write('12345'));
    const reply = await transport().transport.tcp({ address: HOST, port, send: HELLO, until: (bytes) => bytes.length >= 5 });
    expect(reply.ended).toBe('complete');
  });

  it('keeps the part a drip brought before the deadline', async () => {
    const port = await serve((socket) => {
      const timer = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    const reply = await transport().transport.tcp({ address: HOST, port, send: HELLO, timeoutMs: 300 });
    expect(reply.ended).toBe('deadline');
    expect(reply.bytes.length).toBeGreaterThan(0);
  });

  it('cuts an endless body at the cap', async () => {
    const port = await serve((socket) => {
      const block = Buffer.alloc(65_536, 97);
      const push = (): void => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', push);
      push();
    });
    const reply = await transport().transport.tcp({ address: HOST, port, send: HELLO, maxBytes: 10_000 });
    expect(reply.ended).toBe('cap');
    expect(reply.bytes.length).toBe(10_000);
  });

  it('tells refused, reset and silent apart', async () => {
    const closed = await serve(() => undefined);
    open.splice(0).forEach(({ close }) => close());
    expect((await transport().transport.tcp({ address: HOST, port: closed, send: HELLO })).reach).toBe('refused');
    const resetting = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await transport().transport.tcp({ address: HOST, port: resetting, send: HELLO })).toMatchObject({
      reach: 'answered',
      ended: 'reset',
    });
    const mute = await serve(() => undefined);
    expect(await transport().transport.tcp({ address: HOST, port: mute, send: HELLO, timeoutMs: 100 })).toMatchObject({
      reach: 'answered',
      ended: 'deadline',
    });
  });

  it('survives TLS against a plain server', async () => {
    const port = await serve((socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'));
    const reply = await transport().transport.tcp({ address: HOST, port, send: HELLO, tls: true });
    expect(reply).toMatchObject({ reach: 'answered', ended: 'tls-error' });
  });

  it('sends nothing to an excluded address', async () => {
    let connections = 0;
    const port = await serve(() => connections++);
    const { transport: excluded, count } = transport({ excluded: HOST });
    expect((await excluded.tcp({ address: HOST, port, send: HELLO })).reach).toBe('excluded');
    expect((await excluded.udp({ address: HOST, port, payloads: [HELLO] })).reach).toBe('excluded');
    expect(await excluded.admit(HOST, 1, () => Promise.resolve('ran'))).toBeUndefined();
    expect({ connections, count }).toEqual({ connections: 0, count: { packets: 0, bytes: 0 } });
  });

  it('opens no more than two connections to one host', async () => {
    let [now, most] = [0, 0];
    const port = await serve((socket) => {
      socket.resume();
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        socket.end();
      }, 30);
    });
    const { transport: shared } = transport();
    await Promise.all(Array.from({ length: 8 }, () => shared.tcp({ address: HOST, port, send: HELLO })));
    expect(most).toBe(2);
  });

  it('ends at once when the scan is aborted', async () => {
    const port = await serve(() => undefined);
    const controller = new AbortController();
    const { transport: aborting } = transport({ signal: controller.signal });
    const pending = aborting.tcp({ address: HOST, port, send: HELLO, timeoutMs: 60_000 });
    setTimeout(() => controller.abort(), 30);
    expect((await pending).ended).toBe('aborted');
    expect((await aborting.tcp({ address: HOST, port, send: HELLO })).reach).toBe('aborted');
  });

  it('listens to a host with several answers until it is quiet, however much time is left', async () => {
    const server = createSocket('udp4');
    open.push({ close: () => server.close() });
    const port = await new Promise<number>((resolve) => server.bind(0, HOST, () => resolve(server.address().port)));
    server.on('message', (_, from) => {
      server.send('one', from.port, from.address);
      setTimeout(() => server.send('two', from.port, from.address), 30);
    });
    const request = { address: HOST, port, payloads: [HELLO], maxAnswers: 9, timeoutMs: 600_000, quietMs: 700 };
    const { reach, answers } = await transport().transport.udp(request);
    expect(reach).toBe('answered');
    expect(answers.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['one', 'two']);
  });

  it('asks by UDP and sees a refusal', async () => {
    const server = createSocket('udp4');
    server.on('message', (bytes, from) => server.send(bytes, from.port, from.address));
    await new Promise<void>((resolve) => server.bind(0, HOST, resolve));
    const { port } = server.address();
    const { transport: real } = transport();
    const reply = await real.udp({ address: HOST, port, payloads: [HELLO] });
    expect(Buffer.from(reply.answers[0]?.bytes ?? []).toString()).toBe('hello');
    server.close();
    expect((await real.udp({ address: HOST, port, payloads: [HELLO] })).reach).toBe('refused');
  });

  it('tells who resets connections that stood, and not who refuses them', async () => {
    const backOff = new BackOff(systemClock);
    const { transport: asked } = transport({ backOff });
    const { transport: askedOther } = transport({ backOff });
    const port = await serve((socket) => socket.once('data', () => socket.resetAndDestroy()));
    for (let index = 0; index < 3; index++) await askedOther.tcp({ address: '127.77.9.2', port, send: HELLO });
    expect(backOff.hostSlowness('127.77.9.2')).toBe(1);
    for (let index = 0; index < 3; index++) expect((await asked.tcp({ address: HOST, port, send: HELLO })).ended).toBe('reset');
    expect(backOff.hostSlowness(HOST)).toBe(2);
  });
});
