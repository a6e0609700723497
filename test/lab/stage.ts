/**
 * Everything a host's servers need of the real world: sockets on the host's own address, timers, and the book in which
 * bad manners of a guest are written. Whatever is opened here is closed by `close`, so a lab leaves no handle behind.
 */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { CERTIFICATES, type CertificateName } from './certificates/index.ts';
import { portIn, type PortRange } from './ports.ts';
import { fill } from './template.ts';
import type { LabHost } from './host.ts';

/** Something a well-behaved scan never does. */
export interface LabViolation {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly rule: 'tripwire' | 'credentials' | 'state-change' | 'image' | 'followed' | 'stream' | 'login';
  readonly detail: string;
}

/** What a host saw of its guests. */
export interface LabTraffic {
  connections: number;
  peakConnections: number;
  datagrams: number;
  bytesReceived: number;
  bytesSent: number;
}

export class LabError extends Error {
  override readonly name = 'LabError';
  readonly address: string;
  readonly port: number;

  constructor(address: string, port: number, protocol: 'TCP' | 'UDP', cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const why = code === 'EADDRINUSE' ? 'is taken' : code === 'EACCES' ? 'needs rights to bind low ports' : `cannot be bound (${code})`;
    super(`emulated LAN: ${protocol} ${address}:${port} ${why}`, { cause });
    this.address = address;
    this.port = port;
  }
}

export interface StageOptions {
  readonly host: LabHost;
  readonly address: string;
  readonly range: PortRange;
  /** Address of the interface multicast is joined on; without it the host is deaf to multicast and broadcast. */
  readonly interfaceAddress?: string | undefined;
  readonly violations: LabViolation[];
  readonly log?: ((line: string) => void) | undefined;
}

export interface TlsOptions {
  readonly certificate: CertificateName;
  readonly old?: boolean | undefined;
}

export interface Datagram {
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
  /** True when it came in by multicast or broadcast. */
  readonly group: boolean;
  readonly reply: (bytes: Uint8Array, port?: number, address?: string) => void;
}

export interface Stage {
  readonly host: LabHost;
  readonly address: string;
  readonly hasInterface: boolean;
  readonly traffic: Readonly<LabTraffic>;
  port(standard: number): number;
  render(text: string, extra?: Readonly<Record<string, string>>): string;
  violation(rule: LabViolation['rule'], standardPort: number, detail: string): void;
  listenTcp(standardPort: number, serve: (socket: Socket) => void, tls?: TlsOptions): Promise<void>;
  listenUdp(standardPort: number, serve: (datagram: Datagram) => void, groups?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export function openStage({ host, address, range, interfaceAddress, violations, log }: StageOptions): Stage {
  const closers: (() => Promise<void>)[] = [];
  const sockets = new Set<Socket>();
  const traffic: LabTraffic = { connections: 0, peakConnections: 0, datagrams: 0, bytesReceived: 0, bytesSent: 0 };
  const port = (standard: number): number => portIn(range, standard);
  const filling = { address, mac: host.mac, other: address.replace(/\d+$/, '90'), port };

  const track = (socket: Socket): void => {
    sockets.add(socket);
    traffic.connections++;
    traffic.peakConnections = Math.max(traffic.peakConnections, sockets.size);
    socket.on('error', () => undefined); // a guest may break off whenever it likes
    socket.on('close', () => {
      sockets.delete(socket);
      traffic.bytesReceived += socket.bytesRead;
      traffic.bytesSent += socket.bytesWritten;
    });
    socket.setTimeout(30_000, () => socket.destroy());
  };

  const listenTcp: Stage['listenTcp'] = async (standard, serve, tls) => {
    const server = tls ? createTlsServer(tlsSettings(tls)) : createServer();
    server.on('connection', track);
    if (tls) {
      server.on('secureConnection', (socket: Socket) => {
        socket.on('error', () => undefined);
        serve(socket);
      });
      server.on('tlsClientError', () => undefined);
    } else {
      server.on('connection', serve);
    }
    await listening(server, address, port(standard));
    closers.push(async () => new Promise((done) => server.close(() => done())));
    log?.(`${host.id} listens on TCP ${address}:${port(standard)}`);
  };

  const listenUdp: Stage['listenUdp'] = async (standard, serve, groups) => {
    const own = createSocket({ type: 'udp4', reuseAddr: interfaceAddress !== undefined || standard === 5353 || standard === 1900 });
    closers.push(closing(own));
    const receive = (bytes: Buffer, from: RemoteInfo, group: boolean): void => {
      traffic.datagrams++;
      traffic.bytesReceived += bytes.length;
      // Always from the socket on the host's own address, so that the answer has the right sender.
      const reply = (answer: Uint8Array, toPort = from.port, toAddress = from.address): void => {
        traffic.bytesSent += answer.length;
        own.send(answer, toPort, toAddress, () => undefined);
      };
      serve({ bytes, from, group, reply });
    };
    own.on('message', (bytes, from) => receive(bytes, from, false));
    await binding(own, address, port(standard));
    log?.(`${host.id} listens on UDP ${address}:${port(standard)}`);
    if (interfaceAddress === undefined || groups === undefined) return;
    own.setMulticastInterface(interfaceAddress);
    own.setBroadcast(true);
    const shared = createSocket({ type: 'udp4', reuseAddr: true });
    closers.push(closing(shared));
    shared.on('message', (bytes, from) => from.address !== address && receive(bytes, from, true));
    await binding(shared, '0.0.0.0', port(standard));
    try {
      for (const group of groups.filter(isMulticast)) shared.addMembership(group, interfaceAddress);
    } catch (error) {
      throw new LabError(interfaceAddress, port(standard), 'UDP', error);
    }
  };

  return {
    host,
    address,
    hasInterface: interfaceAddress !== undefined,
    traffic,
    port,
    render: (text, extra) => fill(text, filling, extra),
    violation: (rule, standard, detail) =>
      violations.push({ host: host.id, address, port: port(standard), rule, detail: detail.slice(0, 200) }),
    listenTcp,
    listenUdp,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(closers.map(async (close) => close()));
    },
  };
}

/** A broadcast address needs no membership: the shared socket hears it as it is. */
function isMulticast(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return first >= 224 && first <= 239;
}

function tlsSettings({ certificate, old }: TlsOptions): Parameters<typeof createTlsServer>[0] {
  const { certificate: cert, key } = CERTIFICATES[certificate];
  return old === true ? { cert, key, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } : { cert, key };
}

async function listening(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new LabError(address, port, 'TCP', error)));
    server.listen({ host: address, port, exclusive: true }, resolve);
  });
}

async function binding(socket: UdpSocket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => reject(new LabError(address, port, 'UDP', error)));
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined); // an ICMP answer to one of our replies
      resolve();
    });
  });
}

function closing(socket: UdpSocket): () => Promise<void> {
  return async () =>
    new Promise((done) => {
      try {
        socket.close(() => done());
      } catch {
        done(); // never bound
      }
    });
}
