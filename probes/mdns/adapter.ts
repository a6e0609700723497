/**
 * The thin adapter around bonjour-service and its multicast-dns: one socket on one interface, every packet in either
 * direction through our hands. What the library lacks is put in front of it here, and nowhere else:
 * - it is given a socket we made, so that raw bytes, buffers and the interface are ours, and packets beyond LIMITS never reach it;
 * - it asks only through `ask`, which joins what its browsers want into few packets, counts them and takes their rate;
 * - it never answers: its query listeners are removed.
 * When UDP 5353 is taken exclusively, the same on an ephemeral port: responders then answer by legacy unicast (RFC 6762 section 6.7).
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { Bonjour } from 'bonjour-service';
import type { Browser, Service } from 'bonjour-service';
import { LIMITS, readPacket } from './codec.ts';
import type { MdnsReading, Question } from './codec.ts';
import type { Sender } from './services.ts';

export const MDNS_GROUP = '224.0.0.251';

export interface Incoming {
  readonly bytes: Uint8Array;
  readonly reading: MdnsReading;
  readonly sender: Sender;
}

export interface MdnsOptions {
  readonly localAddress: string;
  readonly port: number;
  /** Runs `send` when the rate allows; resolves to false when it may not be sent at all. */
  readonly gate: (send: () => Promise<void>) => Promise<boolean>;
  /** Every packet within the size limit, in order, before the browsers see it. Must not throw. */
  readonly onPacket: (incoming: Incoming) => void;
  /** A browser found or changed a service. */
  readonly onService: (service: { readonly name: string; readonly address: string }) => void;
}

export interface MdnsSession {
  readonly mode: 'shared' | 'legacy';
  /** Sets up a browser a type, without asking yet. */
  browse(types: readonly string[]): void;
  /** Has every browser ask again, with `more` in the same packets. Resolves to false when the budget or the rate says no. */
  ask(more?: readonly Question[], withBrowsers?: boolean): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens a session: on the mDNS port where it can be shared, else on an ephemeral port, else not at all. */
export async function openMdns(options: MdnsOptions): Promise<MdnsSession | undefined> {
  return (await openSession(options, 'shared')) ?? (await openSession(options, 'legacy'));
}

interface Mdns {
  readonly send: (packet: { readonly type: 'query'; readonly questions: readonly Question[] }, done: (error?: unknown) => void) => void;
}

async function openSession(options: MdnsOptions, mode: MdnsSession['mode']): Promise<MdnsSession | undefined> {
  const socket = createSocket({ type: 'udp4', reuseAddr: mode === 'shared' });
  // Stays to the end: an error without a listener would end the process.
  socket.on('error', () => undefined);
  if (mode === 'legacy' && !(await bind(socket, options.localAddress))) return undefined;
  const shared = { interface: options.localAddress, bind: '0.0.0.0' };
  const config = { port: options.port, socket, ...(mode === 'shared' ? shared : { bind: false, multicast: false }) };
  const bonjour = new Bonjour(config, () => undefined);
  const server: unknown = Reflect.get(bonjour, 'server');
  const mdns: unknown = typeof server === 'object' && server !== null ? Reflect.get(server, 'mdns') : undefined;
  if (!isEmitter(mdns) || !isMdns(mdns) || !(await ready(mdns)) || !aim(socket, options.localAddress)) {
    await destroy(bonjour);
    return undefined;
  }
  mdns.removeAllListeners('query');
  const stopGuard = guard(socket, options.onPacket);
  return session(bonjour, mdns, mode, options, stopGuard);
}

function session(bonjour: Bonjour, mdns: Mdns, mode: MdnsSession['mode'], options: MdnsOptions, stopGuard: () => void): MdnsSession {
  const wanted = new Map<string, Question>();
  // Browsers ask through this method; one packet a browser would be some fifty multicasts where two will do.
  Reflect.set(mdns, 'query', (name: unknown, type: unknown) => {
    if (typeof name === 'string' && type === 'PTR' && wanted.size < LIMITS.types) wanted.set(name, { name, type });
  });
  const browsers: Browser[] = [];
  const perPacket = mode === 'shared' ? LIMITS.questionsPerPacket : LIMITS.questionsPerLegacyPacket;
  let left: number = LIMITS.queries;

  const askPacket = async (questions: readonly Question[]): Promise<boolean> => {
    if (left <= 0) return false;
    left--;
    return options.gate(() => new Promise<void>((resolve) => mdns.send({ type: 'query', questions }, () => resolve())));
  };
  return {
    mode,
    browse(types) {
      for (const type of types.slice(0, LIMITS.types)) browsers.push(browserFor(bonjour, type, options.onService));
    },
    async ask(more = [], withBrowsers = true) {
      if (withBrowsers) for (const browser of browsers) browser.update();
      const questions = [...more, ...(withBrowsers ? wanted.values() : [])];
      wanted.clear();
      for (let at = 0; at < questions.length; at += perPacket) {
        if (!(await askPacket(questions.slice(at, at + perPacket)))) return false;
      }
      return true;
    },
    async close() {
      for (const browser of browsers) browser.stop();
      stopGuard();
      await destroy(bonjour);
    },
  };
}

function browserFor(bonjour: Bonjour, type: string, onService: MdnsOptions['onService']): Browser {
  const browser = bonjour.find({ type: type.replace(/^_|\._tcp$/g, '') });
  const tell = ({ fqdn, referer }: Service): void => {
    if (referer) onService({ name: fqdn, address: referer.address });
  };
  browser.on('up', tell);
  browser.on('txt-update', tell);
  browser.on('srv-update', tell);
  return browser;
}

/**
 * Puts our limits in front of the library's own packet reader. Packets queue up and are read between the events, because a
 * handler that parses loses answers when a whole segment answers at once.
 */
function guard(socket: Socket, onPacket: MdnsOptions['onPacket']): () => void {
  const readers = socket.listeners('message');
  socket.removeAllListeners('message');
  const queue: { bytes: Buffer; sender: Sender }[] = [];
  const seen = new Map<string, number>();
  let open = true;

  const drain = (): void => {
    for (const { bytes, sender } of queue.splice(0, 16)) {
      if (!open) return;
      const reading = readPacket(bytes);
      onPacket({ bytes, reading, sender });
      if ('packet' in reading && reading.packet.response && reading.packet.complete) {
        for (const reader of readers) Reflect.apply(reader, socket, [bytes, { ...sender, family: 'IPv4', size: bytes.length }]);
      }
    }
    if (queue.length > 0) setImmediate(drain);
  };
  socket.on('message', (bytes, { address, port }) => {
    const count = (seen.get(address) ?? 0) + 1;
    if (count > LIMITS.packetsPerSender || (count === 1 && seen.size >= LIMITS.senders) || queue.length >= LIMITS.senders) return;
    seen.set(address, count);
    // One byte over the limit is kept so that the reader refuses it and the rest is not held in memory.
    const kept = bytes.length > LIMITS.packetBytes ? Buffer.from(bytes.subarray(0, LIMITS.packetBytes + 1)) : bytes;
    if (queue.push({ bytes: kept, sender: { address, port } }) === 1) setImmediate(drain);
  });
  return () => {
    open = false;
    queue.length = 0;
  };
}

function bind(socket: Socket, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(0, address, () => resolve(true));
  });
}

/** The library leaves the interface to the routing table when joining the group fails: then nothing may be sent. */
function aim(socket: Socket, localAddress: string): boolean {
  try {
    socket.setMulticastInterface(localAddress);
    socket.setMulticastTTL(255);
    socket.setRecvBufferSize(4 * 1024 * 1024);
    return true;
  } catch {
    return false;
  }
}

interface Emitter {
  on(event: string, listener: () => void): void;
  once(event: string, listener: () => void): void;
  removeAllListeners(event: string): void;
}

function ready(mdns: Emitter): Promise<boolean> {
  return new Promise((resolve) => {
    mdns.on('error', () => resolve(false));
    mdns.on('warning', () => undefined);
    mdns.once('ready', () => resolve(true));
  });
}

function destroy(bonjour: Bonjour): Promise<void> {
  return new Promise((resolve) => {
    try {
      bonjour.destroy(() => resolve());
    } catch {
      resolve(); // the socket was closed already
    }
  });
}

function isEmitter(value: unknown): value is Emitter {
  return hasMethods(value, ['on', 'once', 'removeAllListeners']);
}

function isMdns(value: unknown): value is Mdns {
  return hasMethods(value, ['send']);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function');
}
