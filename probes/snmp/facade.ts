/**
 * The socket net-snmp gets instead of its own: one connected UDP socket a host, and a mailbox for each session on it.
 *
 * The library takes any datagram with the right number for an answer, from whatever sender, and dies on some of them
 * (a v3 message for a v2c session, garbage without an error listener). Here the kernel lets in only the asked address and
 * port, a datagram reaches a session only when our own reader understood it and its version and id fit an open question,
 * every call into the library is caught, and each mailbox may send only so many packets. An ICMP refusal is seen at once.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Reach } from '../transport.ts';
import { parseSnmp, PDU } from './codec.ts';

export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** A place for one session; `createSocket` is what the library's `dgramModule` option calls. */
export interface Mailbox {
  readonly createSocket: () => EventEmitter;
}

export interface Channel {
  /** `onAnswer` gets every datagram handed to the session, before the session does; `onFault` means the session is lost. */
  open(maxPackets: number, onAnswer: (datagram: Uint8Array) => void, onFault: (why: string) => void): Mailbox;
  /** Datagrams from the peer that answer nothing we asked, capped in number. */
  readonly strays: readonly Uint8Array[];
  /** Why the channel ended by itself, if it did. */
  readonly failure: Reach | undefined;
  close(): void;
}

const MAX_STRAYS = 4;
/** More than any honest conversation holds: beyond it the peer is flooding. */
const MAX_DATAGRAMS = 64;

const FAILURES: Readonly<Record<string, Reach>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  EINVAL: 'unreachable',
};

interface Questions {
  readonly socket: LibrarySocket;
  readonly onAnswer: (datagram: Uint8Array) => void;
  readonly onFault: (why: string) => void;
}

/** Opens a socket connected to the peer. Never rejects: a failure is a property, and `onEnd` tells of it once. */
export function openChannel(peer: Peer, onEnd: () => void): Promise<Channel> {
  const socket = createSocket(isIPv6(peer.address) ? 'udp6' : 'udp4');
  const line = new Line(socket, onEnd);
  socket.on('error', (error) => line.fail(error));
  socket.on('message', (datagram) => line.receive(new Uint8Array(datagram)));
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(line));
    socket.once('error', () => resolve(line));
    try {
      socket.connect(peer.port, peer.address);
    } catch (error) {
      line.fail(error);
      resolve(line);
    }
  });
}

class Line implements Channel {
  readonly strays: Uint8Array[] = [];
  failure: Reach | undefined;
  readonly #socket: Socket;
  readonly #onEnd: () => void;
  readonly #mailboxes: Questions[] = [];
  readonly #waiting = new Map<string, Questions>();
  readonly #answered = new Set<string>();
  #datagrams = 0;
  #closed = false;

  constructor(socket: Socket, onEnd: () => void) {
    this.#socket = socket;
    this.#onEnd = onEnd;
  }

  open(maxPackets: number, onAnswer: (datagram: Uint8Array) => void, onFault: (why: string) => void): Mailbox {
    const questions: Questions = {
      socket: new LibrarySocket(maxPackets, (datagram) => this.#send(datagram, questions)),
      onAnswer,
      onFault,
    };
    this.#mailboxes.push(questions);
    return { createSocket: () => questions.socket };
  }

  #send(datagram: Uint8Array, questions: Questions): void {
    const message = parseSnmp(datagram);
    if (this.#closed || message?.id === undefined) return;
    this.#waiting.set(ticket(message.version, message.id), questions);
    this.#socket.send(datagram, (error) => error && this.fail(error));
  }

  receive(datagram: Uint8Array): void {
    if (this.#closed) return;
    if (++this.#datagrams > MAX_DATAGRAMS) {
      this.#end();
      return;
    }
    const message = parseSnmp(datagram);
    const key = message?.id === undefined ? '' : ticket(message.version, message.id);
    const answer = message?.pduType === PDU.getResponse || message?.pduType === PDU.report || message?.encrypted === true;
    const questions = answer ? this.#waiting.get(key) : undefined;
    if (!questions) {
      if (!this.#answered.has(key) && this.strays.length < MAX_STRAYS) this.strays.push(datagram);
      return;
    }
    this.#waiting.delete(key);
    this.#answered.add(key);
    questions.onAnswer(datagram);
    try {
      questions.socket.emit('message', Buffer.from(datagram));
    } catch (error) {
      questions.onFault(error instanceof Error ? error.message : 'library fault');
    }
  }

  fail(error: unknown): void {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    this.failure ??= FAILURES[code] ?? 'silent';
    this.#end();
  }

  #end(): void {
    if (this.#closed) return;
    this.close();
    this.#onEnd();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { socket, onFault } of this.#mailboxes) {
      try {
        socket.close();
      } catch (error) {
        onFault(error instanceof Error ? error.message : 'library fault');
      }
    }
    try {
      this.#socket.close();
    } catch {
      // it failed before it was open
    }
  }
}

/** What pairs an answer with its question. Versions 1 and 2c share numbers: some agents answer v2c as v1. */
function ticket(version: number, id: number): string {
  return `${version === 3 ? 'v3' : 'community'} ${id}`;
}

/** As much of dgram.Socket as the library calls. */
class LibrarySocket extends EventEmitter {
  readonly #send: (datagram: Uint8Array) => void;
  #packetsLeft: number;
  #closed = false;

  constructor(maxPackets: number, send: (datagram: Uint8Array) => void) {
    super();
    this.#packetsLeft = maxPackets;
    this.#send = send;
  }

  send(buffer: Uint8Array, offset: number, length: number, _port: number, _address: string, sent: (error: Error | null) => void): void {
    if (this.#closed || this.#packetsLeft-- <= 0) {
      sent(new Error('no packets left for this question'));
      return;
    }
    // The library notes the question in this callback: before the packet leaves, so that no answer comes too early.
    sent(null);
    this.#send(new Uint8Array(buffer.subarray(offset, offset + length)));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.emit('close');
  }

  bind(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
