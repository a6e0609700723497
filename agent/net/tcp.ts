/**
 * One TCP or TLS exchange with an absolute deadline and a byte cap: connect, send, read until enough. Never rejects; how it
 * ended is a value, and what was received before a reset or a deadline is kept.
 */
import { connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import type { Reach, TcpReply, TcpRequest, TlsPeer } from '../../probes/transport.ts';
import { reachOfError } from './reach.ts';

const DEFAULT_MAX_BYTES = 65_536;
/** An old recorder computes at its key for a second or more: a TLS exchange gets so many times as long. */
const TLS_PATIENCE = 2;
/** How often patience with an unanswered connection is weighed. */
const LOOK_EVERY_MS = 120;

// Cameras speak TLS 1.0 with RSA-1024 and SHA-1 keys. We identify the device, we do not trust it.
const TLS_OPTIONS = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;

let secureContext: SecureContext | undefined;

/** One for all: each costs half a millisecond, and reads the certificates nobody is checked against. */
function sharedContext(): SecureContext {
  return (secureContext ??= createSecureContext({ ...TLS_OPTIONS, ca: [] }));
}

export interface TcpLimits {
  readonly timeoutMs: number;
  /** Shorter limit for the connection to stand, asked again while waiting: others may show meanwhile how long it takes here. Default: the same. */
  readonly connectPatienceMs?: (() => number) | undefined;
  readonly signal: AbortSignal;
  /** How long the answer to a SYN sent then, looked at now, took without our own part; default: all of the time. */
  readonly roundTripOf?: ((startedAtMs: number) => number | undefined) | undefined;
  /** Called when the connection stands. */
  readonly onConnect?: (() => void) | undefined;
}

/** Runs the exchange. The socket is destroyed before this resolves. */
export function exchangeTcp(request: TcpRequest, limits: TcpLimits): Promise<TcpReply> {
  return new Promise((resolve) => new Exchange(request, limits, resolve));
}

class Exchange {
  #chunks: Buffer[] = [];
  #length = 0;
  #connected = false;
  #done = false;
  #peer: TlsPeer | undefined;
  #connectMs: number | undefined;
  #socket: Socket;
  readonly #startedAt = performance.now();
  readonly #request: TcpRequest;
  readonly #limits: TcpLimits;
  readonly #resolve: (reply: TcpReply) => void;
  readonly #timer: NodeJS.Timeout;
  #connectTimer: NodeJS.Timeout;
  #roundTripMs: number | undefined;
  readonly #onError = (error: Error): void => this.#fail(error);
  readonly #abort = (): void => this.#finish(this.#connected ? 'answered' : 'aborted', 'aborted');

  constructor(request: TcpRequest, limits: TcpLimits, resolve: (reply: TcpReply) => void) {
    this.#request = request;
    this.#limits = limits;
    this.#resolve = resolve;
    // In the check phase: on a busy machine the answer may have come before the timer, and not been looked at yet.
    const endLate = (): void => void setImmediate(() => this.#finish(this.#connected ? 'answered' : 'silent', 'deadline'));
    this.#timer = setTimeout(endLate, (request.timeoutMs ?? limits.timeoutMs) * (request.tls === true ? TLS_PATIENCE : 1));
    this.#connectTimer = setTimeout(this.#lookAgain, Math.min(LOOK_EVERY_MS, this.#connectPatienceMs()));
    this.#socket = netConnect({ host: request.address, port: request.port, noDelay: true });
    limits.signal.addEventListener('abort', this.#abort, { once: true });
    this.#socket.on('error', this.#onError);
    this.#socket.once('connect', () => this.#onConnect());
    if (limits.signal.aborted) queueMicrotask(this.#abort);
  }

  #measure(): number | undefined {
    return this.#limits.roundTripOf ? this.#limits.roundTripOf(this.#startedAt) : performance.now() - this.#startedAt;
  }

  #connectPatienceMs(): number {
    return this.#limits.connectPatienceMs?.() ?? this.#limits.timeoutMs;
  }

  readonly #lookAgain = (): void => {
    const leftMs = this.#connectPatienceMs() - (performance.now() - this.#startedAt);
    if (leftMs >= 1) this.#connectTimer = setTimeout(this.#lookAgain, Math.min(leftMs, LOOK_EVERY_MS));
    else setImmediate(() => this.#connected || this.#finish('silent', 'none'));
  };

  #onConnect(): void {
    this.#connected = true;
    clearTimeout(this.#connectTimer);
    this.#connectMs = performance.now() - this.#startedAt;
    this.#roundTripMs = this.#measure();
    this.#limits.onConnect?.();
    if (this.#request.connectOnly === true) return this.#finish('answered', 'complete');
    if (this.#request.tls !== true) return this.#converse(this.#socket);
    const secured: TLSSocket = tlsConnect({ socket: this.#socket, rejectUnauthorized: false, secureContext: sharedContext() });
    this.#socket = secured;
    secured.on('error', this.#onError);
    secured.once('secureConnect', () => {
      this.#peer = describePeer(secured);
      this.#converse(secured);
    });
  }

  #converse(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.once('end', () => this.#finish('answered', 'closed'));
    socket.once('close', () => this.#finish('answered', 'closed'));
    if (this.#request.send.length > 0) socket.write(this.#request.send);
  }

  #onData(chunk: Buffer): void {
    const room = (this.#request.maxBytes ?? DEFAULT_MAX_BYTES) - this.#length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#length += Math.min(chunk.length, room);
    if (chunk.length >= room) return this.#finish('answered', 'cap');
    if (this.#request.until?.(this.#received()) === true) this.#finish('answered', 'complete');
  }

  #received(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #fail(error: Error): void {
    if (this.#request.tls === true && this.#connected) return this.#finish('answered', this.#peer ? 'reset' : 'tls-error');
    const reach = this.#connected ? 'answered' : reachOfError(error);
    if (reach === 'refused') this.#roundTripMs = this.#measure();
    this.#finish(reach, this.#connected ? 'reset' : 'none');
  }

  #finish(reach: Reach, ended: TcpReply['ended']): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#connectTimer);
    this.#limits.signal.removeEventListener('abort', this.#abort);
    this.#socket.on('error', ignore);
    this.#socket.destroy();
    this.#resolve({
      reach,
      ended,
      bytes: this.#received(),
      peer: this.#peer,
      connectMs: this.#connectMs,
      roundTripMs: this.#roundTripMs,
    });
  }
}

// After the exchange is over a late error of the dying socket concerns nobody, but unhandled it would end the process.
function ignore(): void {}

function describePeer(socket: TLSSocket): TlsPeer | undefined {
  try {
    const certificate = new X509Certificate(socket.getPeerCertificate().raw);
    return {
      protocol: socket.getProtocol() ?? '',
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      names: (certificate.subjectAltName ?? '')
        .split(', ')
        .slice(0, 50)
        .map((name) => name.replace(/^[A-Za-z ]+:/, ''))
        .filter((name) => name !== ''),
      validFrom: isoDate(certificate.validFrom),
      validTo: isoDate(certificate.validTo),
    };
  } catch {
    return undefined; // no certificate, or one OpenSSL cannot read: the exchange itself goes on
  }
}

/** `C=CN\nO=HIKVISION\nCN=x` as `CN=x,O=HIKVISION,C=CN`. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').slice(0, 20).reverse().join(',').slice(0, 1024);
}

function isoDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}
