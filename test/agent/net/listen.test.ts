import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { earsOf, listen, type HeardDatagram, type Listener } from '../../../agent/net/listen.ts';
import type { ChatterChannel } from '../../../probes/chatter.ts';

// Loopback only: groups are joined on 127.0.0.1, and what is sent to them leaves by it.
const LOOPBACK = { interfaceName: 'lo', address: '127.0.0.1', prefixLength: 8 } as const;
const GROUP = '239.255.77.77';

function channelAt(port: number, more: Partial<ChatterChannel> = {}): ChatterChannel {
  return { protocol: 'ssdp', title: 'SSDP', port, groups: [GROUP], broadcast: false, ...more };
}

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

async function bound(socket: Socket, port: number, address?: string): Promise<Socket> {
  open.push({ close: () => socket.close() });
  socket.bind({ port, ...(address === undefined ? {} : { address }), exclusive: true });
  await once(socket, 'listening');
  return socket;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function listening(channels: readonly ChatterChannel[]) {
  const heard: HeardDatagram[] = [];
  const problems: string[] = [];
  const listener: Listener = await listen(channels, [LOOPBACK], {
    onDatagram: (datagram) => heard.push(datagram),
    onProblem: (problem) => problems.push(problem),
  });
  open.push(listener);
  return { heard, problems, listener };
}

async function speaker(): Promise<Socket> {
  const socket = await bound(createSocket('udp4'), 0, '127.0.0.1');
  socket.setMulticastInterface('127.0.0.1');
  return socket;
}

/** Sends until something of it was heard: a datagram may be lost, also on loopback. */
async function sendUntil(done: () => boolean, send: () => void): Promise<void> {
  for (let round = 0; round < 100 && !done(); round++) {
    send();
    await sleep(20);
  }
}

describe('agent/net/listen', () => {
  it('binds to nothing but the places it listens to on Linux, and to the wildcard elsewhere', () => {
    const segments = [
      { ...LOOPBACK, broadcast: '192.0.2.255' },
      { ...LOOPBACK, broadcast: '192.0.2.255' },
    ];
    const channel = channelAt(37020, { broadcast: true });
    expect(earsOf(channel, segments, 'linux').map(({ bindTo, join }) => [bindTo, join])).toEqual([
      [GROUP, [GROUP]],
      ['255.255.255.255', []],
      ['192.0.2.255', []],
    ]);
    expect(earsOf(channelAt(1900), segments, 'linux').map(({ bindTo }) => bindTo)).toEqual([GROUP]);
    for (const platform of ['darwin', 'win32'] as const) {
      expect(earsOf(channel, segments, platform).map(({ bindTo, join }) => [bindTo, join])).toEqual([['0.0.0.0', [GROUP]]]);
    }
  });

  it('hears what is said to a group, whole, with its sender, once', async () => {
    const channel = channelAt(await freePort());
    const { heard, problems, listener } = await listening([channel]);
    expect([problems, listener.channels]).toEqual([[], [channel]]);
    const from = await speaker();
    let sent = 0;
    await sendUntil(
      () => heard.length > 0,
      () => from.send(`word ${++sent}`, channel.port, GROUP),
    );
    await sleep(50);
    expect(heard.length).toBeLessThanOrEqual(sent);
    expect(heard[0]).toMatchObject({ channel, from: { address: '127.0.0.1', port: from.address().port } });
    expect(Buffer.from(heard[0]?.bytes ?? []).toString()).toMatch(/^word \d+$/);
  });

  it.runIf(process.platform === 'linux')('takes no unicast away from a program that shares the port', async () => {
    const port = await freePort();
    const other = await bound(createSocket({ type: 'udp4', reuseAddr: true }), port);
    const { heard, problems } = await listening([channelAt(port)]);
    const got: string[] = [];
    other.on('message', (bytes) => got.push(bytes.toString()));
    const from = await speaker();
    await sendUntil(
      () => got.length > 0,
      () => from.send('answer', port, '127.0.0.1'),
    );
    expect(got[0]).toBe('answer');
    expect([heard, problems]).toEqual([[], []]);
  });

  it('says once that a port is held by somebody who does not share, and listens to the rest', async () => {
    const [taken, free] = [await freePort(), await freePort()];
    await bound(createSocket('udp4'), taken);
    const channels = [channelAt(taken, { groups: [GROUP, '239.255.77.78'] }), channelAt(free, { title: 'other' })];
    const { problems, listener } = await listening(channels);
    expect(problems).toEqual([`SSDP (UDP ${taken}): not listened to, another program holds the port and does not share it`]);
    expect(listener.channels).toEqual([channels[1]]);
  });

  it('says where a group cannot be joined', async () => {
    const problems: string[] = [];
    const gone = { interfaceName: 'gone0', address: '192.0.2.200', prefixLength: 24 };
    const listener = await listen([channelAt(await freePort())], [gone], {
      onDatagram: () => undefined,
      onProblem: (problem) => problems.push(problem),
    });
    open.push(listener);
    expect(listener.channels).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^SSDP \(UDP \d+\): not listened to on gone0 \(/)]);
  });

  it('hears nothing more once it is closed', async () => {
    const channel = channelAt(await freePort());
    const { heard, listener } = await listening([channel]);
    const from = await speaker();
    await sendUntil(
      () => heard.length > 0,
      () => from.send('before', channel.port, GROUP),
    );
    listener.close();
    const count = heard.length;
    for (let round = 0; round < 5; round++) from.send('after', channel.port, GROUP);
    await sleep(100);
    expect(heard).toHaveLength(count);
    expect(count).toBeGreaterThan(0);
  });
});
