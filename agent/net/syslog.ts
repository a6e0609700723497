/**
 * Syslog messages to a receiver: one a datagram (RFC 5426), or octet-counted over TCP (RFC 6587, 3.4.1) and TLS (RFC 5425). Syslog has no
 * receipt: a message is sent once the system took it, and what is lost after that nobody learns, over UDP least of all.
 */
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface SyslogReceiver {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  /** Contents of a PEM file: trusted instead of the system's authorities. */
  readonly ca?: string | undefined;
}

export interface SyslogSender {
  /** Rejects with what the socket said. A connection that was cut is made anew by the next call. */
  send(message: string): Promise<void>;
  /** Ends the connection in order, so that what was sent still arrives. Never rejects. */
  close(): Promise<void>;
}

/** For each of connecting, handing over and ending. */
const TIMEOUT_MS = 10_000;
/** The most that fits a datagram over IPv4. */
const MAX_DATAGRAM = 65_507;

/** Opens nothing yet. An abort ends what is under way. */
export function openSyslog(receiver: SyslogReceiver, signal: AbortSignal, timeoutMs = TIMEOUT_MS): SyslogSender {
  return receiver.protocol === 'udp' ? datagrams(receiver, signal, timeoutMs) : stream(receiver, signal, timeoutMs);
}

function datagrams({ host, port }: SyslogReceiver, signal: AbortSignal, timeoutMs: number): SyslogSender {
  return {
    send: (message) =>
      within(timeoutMs, signal, (done, fail) => {
        const bytes = Buffer.from(message);
        // A socket each: the name may have come to mean another address, and a refusal is told to this one only.
        const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
        socket.on('error', fail);
        socket.send(bytes.subarray(0, MAX_DATAGRAM), port, host, (error) => (error ? fail(error) : done()));
        return () => socket.close();
      }),
    close: () => Promise.resolve(),
  };
}

function stream(receiver: SyslogReceiver, signal: AbortSignal, timeoutMs: number): SyslogSender {
  let open: Socket | undefined;
  const connection = async (): Promise<Socket> => {
    if (open?.writable === true) return open;
    const socket = await connected(receiver, signal, timeoutMs);
    // Whatever it says is no receipt; unread, it would hold up the end.
    socket.on('data', () => undefined);
    socket.on('error', () => socket.destroy());
    // A receiver that ended its side reads no more: what is written then is lost.
    socket.on('end', () => socket.destroy());
    open = socket;
    return socket;
  };
  return {
    async send(message) {
      const socket = await connection();
      const bytes = Buffer.from(message);
      await within(timeoutMs, signal, (done, fail) => {
        socket.once('error', fail);
        socket.write(Buffer.concat([Buffer.from(`${bytes.length} `), bytes]), (error) => (error ? fail(error) : done()));
        return (failed) => {
          socket.off('error', fail);
          if (failed) socket.destroy();
        };
      });
    },
    async close() {
      const socket = open;
      if (!socket || socket.destroyed) return;
      await within(timeoutMs, signal, (done) => {
        socket.once('close', done);
        socket.end();
        return () => socket.destroy();
      }).catch(() => undefined);
    },
  };
}

function connected({ protocol, host, port, ca }: SyslogReceiver, signal: AbortSignal, timeoutMs: number): Promise<Socket> {
  let made: Socket | undefined;
  return within(timeoutMs, signal, (done, fail) => {
    const trust = { ...(ca === undefined ? {} : { ca }), ...(isIP(host) === 0 ? { servername: host } : {}) };
    const socket = protocol === 'tls' ? connectTls({ host, port, ...trust }) : connectTcp({ host, port });
    made = socket;
    socket.once('error', fail);
    socket.once(protocol === 'tls' ? 'secureConnect' : 'connect', done);
    return (failed) => {
      if (failed) socket.destroy();
      else socket.off('error', fail);
    };
  }).then(() => {
    if (!made) throw new Error('not connected');
    return made;
  });
}

/** Runs a start that ends by `done` or `fail`, by time or by abort, and then its own end, told whether it failed. */
function within(
  timeoutMs: number,
  signal: AbortSignal,
  start: (done: () => void, fail: (error: Error) => void) => (failed: boolean) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let end: (failed: boolean) => void = () => undefined;
    let settled = false;
    const settle = (error?: Error): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      end(error !== undefined);
      if (error) reject(error);
      else resolve();
    };
    const stop = (): void => settle(new Error('stopped'));
    const timer = setTimeout(() => settle(new Error(`not done within ${timeoutMs} ms`)), timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return stop();
    end = start(
      () => settle(),
      (error) => settle(error),
    );
  });
}
