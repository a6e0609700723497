/**
 * Sockets that only receive: announcements to multicast groups, and what is shouted to everybody on a segment. Nothing here
 * sends, and there is no way to make it send. Joining a group is told to the network by the kernel, in IGMP, not by us.
 *
 * One socket a group and port, joined on every chosen interface: the kernel hands each datagram of a group to every socket
 * of the machine that listens to it, whatever interface it came by, so one socket an interface would hear all of it again.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { ChatterChannel } from '../../probes/chatter.ts';
import type { Segment } from '../../probes/probe.ts';
import type { UdpAnswer } from '../../probes/transport.ts';
import { closeQuietly } from './udp.ts';

export interface HeardDatagram extends UdpAnswer {
  readonly channel: ChatterChannel;
}

export interface ListenEvents {
  /** Called from the event loop, in order of arrival. Must not throw. */
  readonly onDatagram: (datagram: HeardDatagram) => void;
  /** What cannot be listened to, in words, each said once. */
  readonly onProblem: (problem: string) => void;
}

export interface Listener {
  /** The channels heard on at least one socket. */
  readonly channels: readonly ChatterChannel[];
  close(): void;
}

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const MAX_QUEUED_BYTES = 32 * 1024 * 1024;
/** What a queued datagram costs besides its bytes. */
const ENTRY_BYTES = 256;
/** Handled in one turn of the event loop, so that a flood does not keep timers and signals waiting. */
const BATCH = 32;

interface Ear {
  readonly channel: ChatterChannel;
  readonly bindTo: string;
  readonly join: readonly string[];
}

/** Opens everything that can be opened. Never rejects; what fails is a problem told, and the rest goes on. */
export async function listen(channels: readonly ChatterChannel[], segments: readonly Segment[], events: ListenEvents): Promise<Listener> {
  const told = new Set<string>();
  const problem = (text: string): void => {
    if (!told.has(text)) events.onProblem(text);
    told.add(text);
  };
  const queue = createQueue(events.onDatagram);
  const ears = channels.flatMap((channel) => earsOf(channel, segments, process.platform));
  const opened = await Promise.all(
    ears.map(async (ear) => {
      const socket = await open(ear, segments, problem);
      socket?.on('message', (bytes, { address, port }) => queue.put({ channel: ear.channel, bytes, from: { address, port } }));
      return socket ? [{ ear, socket }] : [];
    }),
  );
  const heard = new Set(opened.flat().map(({ ear }) => ear.channel));
  return {
    channels: channels.filter((channel) => heard.has(channel)),
    close: () => {
      queue.stop();
      for (const { socket } of opened.flat()) closeQuietly(socket);
    },
  };
}

/**
 * Where to bind. On Linux a socket bound to the group or broadcast address gets nothing else: bound to the wildcard it could
 * take away unicast answers to another program that shares the port. Elsewhere such addresses cannot (all) be bound.
 */
export function earsOf(channel: ChatterChannel, segments: readonly Segment[], platform: NodeJS.Platform): Ear[] {
  const { groups, broadcast } = channel;
  if (platform !== 'linux') return [{ channel, bindTo: '0.0.0.0', join: groups }];
  const everybody = broadcast ? ['255.255.255.255', ...segments.flatMap((segment) => segment.broadcast ?? [])] : [];
  return [
    ...groups.map((group) => ({ channel, bindTo: group, join: [group] })),
    ...[...new Set(everybody)].map((address) => ({ channel, bindTo: address, join: [] })),
  ];
}

function open(ear: Ear, segments: readonly Segment[], problem: (text: string) => void): Promise<Socket | undefined> {
  const { channel, bindTo } = ear;
  const name = `${channel.title} (UDP ${channel.port})`;
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    let bound = false;
    // Stays to the end: an error without a listener would end the process.
    socket.on('error', (error) => {
      problem(`${name}: ${whyNot(error)}`);
      if (bound) return;
      closeQuietly(socket);
      resolve(undefined);
    });
    socket.bind({ address: bindTo, port: channel.port, exclusive: true }, () => {
      bound = true;
      growBuffer(socket);
      const joined = join(socket, ear, segments, (text) => problem(`${name}: ${text}`));
      if (!joined) closeQuietly(socket);
      resolve(joined ? socket : undefined);
    });
  });
}

function whyNot(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'not listened to, another program holds the port and does not share it';
  if (code === 'EACCES' || code === 'EPERM') return 'not listened to, the system forbids it';
  return `not listened to (${error.message})`;
}

/** Joins on every interface. False when that was possible on none, so that nothing would ever be heard. */
function join(socket: Socket, { join: groups }: Ear, segments: readonly Segment[], problem: (text: string) => void): boolean {
  let joined = groups.length === 0;
  for (const group of groups) {
    for (const { address, interfaceName } of segments) {
      try {
        socket.addMembership(group, address);
        joined = true;
      } catch (error) {
        // Two addresses of one interface: it is joined already.
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'EADDRINUSE') joined = true;
        else problem(`not listened to on ${interfaceName} (${error instanceof Error ? error.message : 'joining refused'})`);
      }
    }
  }
  return joined;
}

function growBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // the kernel's default then
  }
}

/** Datagrams are read between the events: a handler that parses would lose what arrives meanwhile. Beyond the cap they are dropped. */
function createQueue(take: (datagram: HeardDatagram) => void): { put: (datagram: HeardDatagram) => void; stop: () => void } {
  let waiting: HeardDatagram[] = [];
  let waitingBytes = 0;
  let stopped = false;
  const drain = (): void => {
    for (const datagram of waiting.splice(0, BATCH)) {
      waitingBytes -= datagram.bytes.length + ENTRY_BYTES;
      if (!stopped) take(datagram);
    }
    if (waiting.length > 0) setImmediate(drain);
  };
  return {
    put: (datagram) => {
      const cost = datagram.bytes.length + ENTRY_BYTES;
      if (stopped || waitingBytes + cost > MAX_QUEUED_BYTES) return;
      waitingBytes += cost;
      if (waiting.push(datagram) === 1) setImmediate(drain);
    },
    stop: () => {
      stopped = true;
      waiting = [];
      waitingBytes = 0;
    },
  };
}
