/**
 * Records to services: PTR, SRV, TXT and address records of one sender grouped by instance. Pure state, bounded by LIMITS.
 *
 * The sender's address is part of the key: two cameras with the same factory instance name on different hosts stay two.
 * What an A record claims is kept as `addresses` and never decides who answered.
 */
import { LIMITS, META_QUERY, splitName } from './codec.ts';
import type { MdnsPacket, MdnsRecord, Question } from './codec.ts';

export interface Sender {
  readonly address: string;
  readonly port: number;
}

export interface MdnsService {
  readonly sender: Sender;
  /** Full name, as first spelled. */
  readonly name: string;
  readonly instance: string;
  readonly type: string;
  readonly host?: string;
  readonly port?: number;
  readonly txt?: readonly Uint8Array[];
  readonly addresses: readonly string[];
  /** The packet that said most about it. */
  readonly packet: Uint8Array;
}

/** A type that a sender offers according to its answer to the meta-query, without a known instance. */
export interface OfferedType {
  readonly sender: Sender;
  readonly type: string;
  readonly packet: Uint8Array;
}

interface Building {
  readonly name: string;
  readonly instance: string;
  readonly type: string;
  host?: string;
  port?: number;
  txt?: readonly Uint8Array[];
  packet: Uint8Array;
}

interface Host {
  readonly sender: Sender;
  readonly services: Map<string, Building>;
  readonly types: Map<string, { type: string; packet: Uint8Array }>;
  readonly addresses: Map<string, Set<string>>;
}

export interface Collector {
  /** Takes in one response. Returns false when nothing of it could be used. */
  add(packet: MdnsPacket, sender: Sender, bytes: Uint8Array): boolean;
  find(address: string, name: string): MdnsService | undefined;
  services(): MdnsService[];
  /** Types without an instance. */
  offered(): OfferedType[];
  /** Questions that would complete what is known: TXT of bare instances, PTR of types, SRV; without what is in `asked`. */
  missing(asked: ReadonlySet<string>): Question[];
}

export function createCollector(): Collector {
  const hosts = new Map<string, Host>();
  return {
    add(packet, sender, bytes) {
      if (!packet.response) return false;
      const host = hosts.get(sender.address) ?? open(hosts, sender);
      if (!host) return false;
      let used = false;
      for (const record of packet.records) used = take(host, record, bytes) || used;
      return used;
    },
    find(address, name) {
      const host = hosts.get(address);
      const service = host?.services.get(name.toLowerCase());
      return host && service ? finish(host, service) : undefined;
    },
    services: () => [...hosts.values()].flatMap((host) => [...host.services.values()].map((service) => finish(host, service))),
    offered: () => [...hosts.values()].flatMap(offeredBy),
    missing: (asked) => questionsFor([...hosts.values()], asked),
  };
}

/** True when nothing is left to ask about a service. */
export function isWhole(service: MdnsService): boolean {
  return service.host !== undefined && service.txt !== undefined;
}

function open(hosts: Map<string, Host>, sender: Sender): Host | undefined {
  if (hosts.size >= LIMITS.senders) return undefined;
  const host: Host = { sender, services: new Map(), types: new Map(), addresses: new Map() };
  hosts.set(sender.address, host);
  return host;
}

function take(host: Host, record: MdnsRecord, bytes: Uint8Array): boolean {
  if (record.kind === 'address') return takeAddress(host, record.name, record.address);
  if (record.kind === 'ptr') {
    const isType = record.name.toLowerCase() === META_QUERY;
    return isType ? takeType(host, record.target, bytes) : building(host, record.target, bytes) !== undefined;
  }
  const service = building(host, record.name, bytes);
  if (!service) return false;
  if (record.kind === 'srv') {
    service.host = record.host;
    service.port = record.port;
  } else {
    service.txt = record.entries;
  }
  service.packet = bytes;
  return true;
}

function takeType(host: Host, target: string, bytes: Uint8Array): boolean {
  const type = splitName(target)?.type;
  if (type === undefined) return false;
  const key = type.toLowerCase();
  if (!host.types.has(key) && host.types.size < LIMITS.types) host.types.set(key, { type, packet: bytes });
  return host.types.has(key);
}

function takeAddress(host: Host, name: string, address: string): boolean {
  const key = name.toLowerCase();
  const known = host.addresses.get(key) ?? new Set<string>();
  if (known.size === 0 && host.addresses.size >= LIMITS.types) return false;
  if (known.size < LIMITS.addressesPerHost) known.add(address);
  host.addresses.set(key, known);
  return true;
}

function building(host: Host, name: string, bytes: Uint8Array): Building | undefined {
  const key = name.toLowerCase();
  const known = host.services.get(key);
  if (known) return known;
  const split = splitName(name);
  if (split?.instance === undefined || host.services.size >= LIMITS.servicesPerSender) return undefined;
  const service: Building = { name, instance: split.instance, type: split.type, packet: bytes };
  host.services.set(key, service);
  return service;
}

function finish(host: Host, { name, instance, type, host: target, port, txt, packet }: Building): MdnsService {
  const addresses = target === undefined ? [] : [...(host.addresses.get(target.toLowerCase()) ?? [])];
  return {
    sender: host.sender,
    name,
    instance,
    type,
    ...(target === undefined ? {} : { host: target }),
    ...(port === undefined ? {} : { port }),
    ...(txt === undefined ? {} : { txt }),
    addresses,
    packet,
  };
}

function offeredBy(host: Host): OfferedType[] {
  const taken = new Set([...host.services.values()].map((service) => service.type.toLowerCase()));
  return [...host.types].filter(([key]) => !taken.has(key)).map(([, { type, packet }]) => ({ sender: host.sender, type, packet }));
}

function questionsFor(hosts: readonly Host[], asked: ReadonlySet<string>): Question[] {
  const questions = new Map<string, Question>();
  const ask = (name: string, type: Question['type']): void => {
    const key = questionKey({ name, type });
    if (!asked.has(key)) questions.set(key, { name, type });
  };
  const services = hosts.flatMap((host) => [...host.services.values()]);
  const types = new Set(hosts.flatMap((host) => [...host.types.values()].map(({ type }) => `${type}.local`)));
  // What identifies goes first, where only a few may be asked: TXT names the device, SRV only its port.
  for (const { name, txt } of services) if (txt === undefined) ask(name, 'TXT');
  for (const type of [...types].slice(0, LIMITS.types)) ask(type, 'PTR');
  for (const { name, host } of services) if (host === undefined) ask(name, 'SRV');
  return [...questions.values()];
}

/** One spelling for a question, so that none is asked twice. */
export function questionKey({ name, type }: Question): string {
  return `${type} ${name.toLowerCase()}`;
}
