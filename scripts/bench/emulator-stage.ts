/**
 * The lab's servers, played for a thousand hosts by one process: a socket a host and port for what is addressed to it, one
 * socket a group and port for what is said to everybody. (The lab's own stage binds the wildcard address, which in a
 * namespace of many hosts would answer for the silent ones too.) Answers wait as long as the protocols let devices wait.
 */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { CERTIFICATES } from '../../test/lab/certificates/index.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { LabViolation, Stage, TlsOptions } from '../../test/lab/stage.ts';
import { fill } from '../../test/lab/template.ts';

type Swap = (text: string) => string;
type Receive = (bytes: Buffer, from: RemoteInfo, group: boolean) => void;

export interface Everybody {
  /** Address of the interface that hears the groups; undefined behind a router. */
  readonly interfaceAddress: string | undefined;
  readonly broadcast: string | undefined;
  readonly groups: Map<string, Promise<Receive[]>>;
  readonly contexts: Map<string, SecureContext>;
  readonly violations: LabViolation[];
}

const lookup = (_name: string, _options: unknown, done: (error: null, address: string, family: number) => void, address: string): void =>
  done(null, address, 4);

/** Longest time a device may wait before it answers a question to everybody (WS-Discovery APP_MAX_DELAY, RFC 6762 6, UPnP MX 1). */
const GROUP_DELAY_MS: Readonly<Record<number, number>> = { 3702: 500, 5353: 120, 1900: 1000 };
const IDLE_MS = 30_000;
const BACKLOG = 64;

export function openStage(host: LabHost, address: string, swap: Swap, everybody: Everybody): Stage {
  const filling = { address, mac: host.mac, other: address, port: (standard: number) => standard };
  const traffic = { connections: 0, peakConnections: 0, datagrams: 0, bytesReceived: 0, bytesSent: 0 };
  return {
    host,
    address,
    hasInterface: everybody.interfaceAddress !== undefined,
    traffic,
    port: (standard) => standard,
    render: (text, extra) => swap(fill(text, filling, extra)),
    violation: (rule, port, detail) => everybody.violations.push({ host: host.id, address, port, rule, detail: detail.slice(0, 200) }),
    listenTcp: async (port, serve, tls) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.setTimeout(IDLE_MS, () => socket.destroy());
        serve(tls ? secure(socket, tls, everybody.contexts) : socket);
      });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: address, port, exclusive: true, backlog: BACKLOG }, resolve);
      });
    },
    listenUdp: async (port, serve, groups = []) => {
      const own = await bound(address, port, everybody.interfaceAddress);
      const receive: Receive = (bytes, from, group) => {
        const reply = (answer: Uint8Array, toPort = from.port, toAddress = from.address): void =>
          own.send(answer, toPort, toAddress, () => undefined);
        const delayMs = group ? Math.random() * (GROUP_DELAY_MS[port] ?? 0) : 0;
        serve({ bytes, from, group, reply: delayMs === 0 ? reply : (...args) => void setTimeout(() => reply(...args), delayMs) });
      };
      own.on('message', (bytes, from) => receive(bytes, from, false));
      if (everybody.interfaceAddress === undefined) return;
      for (const group of groups) (await hearers(group, port, everybody)).push(receive);
    },
    close: () => Promise.resolve(),
  };
}

/** The hosts that hear a group on a port; opens its one socket when the first of them joins. */
function hearers(group: string, port: number, everybody: Everybody): Promise<Receive[]> {
  const key = `${group}:${port}`;
  const known = everybody.groups.get(key);
  if (known) return known;
  const opening = (async () => {
    const list: Receive[] = [];
    const ears = group.startsWith('255.') ? [group, ...(everybody.broadcast === undefined ? [] : [everybody.broadcast])] : [group];
    for (const ear of ears) {
      const socket = await bound(ear, port, everybody.interfaceAddress);
      if (!ear.startsWith('255.') && ear !== everybody.broadcast) socket.addMembership(ear, everybody.interfaceAddress);
      socket.on('message', (bytes, from) => list.forEach((receive) => receive(bytes, from, true)));
    }
    return list;
  })();
  everybody.groups.set(key, opening);
  return opening;
}

async function bound(address: string, port: number, interfaceAddress: string | undefined): Promise<UdpSocket> {
  const socket = createSocket({
    type: 'udp4',
    reuseAddr: true,
    lookup: (name, options, done) => lookup(name, options, done, name),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      socket.on('error', () => undefined); // an ICMP answer to one of our replies
      resolve();
    });
  });
  if (interfaceAddress !== undefined) socket.setMulticastInterface(interfaceAddress);
  return socket;
}

/** One context a certificate: a thousand of them would be a second and a hundred megabytes. */
function secure(socket: Socket, { certificate, old }: TlsOptions, contexts: Map<string, SecureContext>): Socket {
  const name = `${certificate} ${String(old)}`;
  const { certificate: cert, key } = CERTIFICATES[certificate];
  const oldOnly = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;
  const context = contexts.get(name) ?? createSecureContext({ cert, key, ...(old === true ? oldOnly : {}) });
  contexts.set(name, context);
  const secured = new TLSSocket(socket, { isServer: true, secureContext: context });
  secured.on('error', () => undefined);
  return secured;
}
