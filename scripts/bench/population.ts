/**
 * Who lives on an emulated network, and what each of them truly is. Pure and deterministic: every tool of a run, and every
 * run, meets the same hosts at the same addresses. The devices are those of the lab (`test/lab/hosts`), many times over,
 * each with a MAC and a serial number of its own.
 */
import type { LabHost, Service } from '../../test/lab/host.ts';
import { LAB_HOSTS } from '../../test/lab/hosts/index.ts';

/** What a host is to the bench. A quiet PC answers ARP and nothing else, a closed one refuses everything. */
export type Role = 'device' | 'office' | 'closed' | 'quiet' | 'rude';

/** One host at one address. `lab` names the host of the lab whose answers it gives. */
export interface Placed {
  readonly address: string;
  readonly role: Role;
  readonly lab?: string | undefined;
  readonly mac?: string | undefined;
  readonly serial?: string | undefined;
  /** Services this one keeps to itself. */
  readonly mute?: 'udp' | 'http' | undefined;
}

export interface Census {
  readonly devices: number;
  /** Printers, storage, phones, routers: they answer, and must not be flagged. */
  readonly office: number;
  readonly closed: number;
  readonly quiet: number;
  readonly rude: number;
}

/** First and last host address of the network, as numbers. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** The ports every peer is given. A device that opens none of them could not be found by a port scanner. */
export const FIVE_PORTS = [80, 443, 554, 8000, 8080] as const;

const UDP_KINDS: ReadonlySet<Service['kind']> = new Set(['ws-discovery', 'snmp', 'mdns', 'ssdp', 'sadp', 'dhip', 'datagram']);

export const isUdp = ({ kind }: Service): boolean => UDP_KINDS.has(kind);

/** These claim an address that is not theirs, which a namespace of many hosts cannot hold. */
const LEFT_OUT = new Set(['hikvision-camera-factory-address']);

const isRude = ({ id }: LabHost): boolean => id.startsWith('rude-');
const opensPort = ({ services }: LabHost): boolean =>
  services.some((service) => 'port' in service && !isUdp(service) && FIVE_PORTS.some((port) => port === service.port));

/** Asked by a question to everybody on the segment, such a host answers. */
const speaksToSegment = ({ services }: LabHost): boolean =>
  services.some(
    (service) =>
      ['sadp', 'ws-discovery', 'mdns', 'ssdp', 'dhip'].includes(service.kind) ||
      (service.kind === 'datagram' && service.group !== undefined),
  );

/** Surveillance devices whose maker is settled, in an order that mixes the makers: those that answer a segment, and the others. */
export function deviceHosts(): { readonly speaking: readonly LabHost[]; readonly webOnly: readonly LabHost[] } {
  const fit = LAB_HOSTS.filter(
    (host) => host.truth.surveillance === true && host.truth.maker !== undefined && !isRude(host) && !LEFT_OUT.has(host.id),
  ).filter(opensPort);
  const mixed = (hosts: readonly LabHost[]): LabHost[] =>
    interleave(
      hosts.filter(({ truth }) => truth.mustBeFlagged),
      hosts.filter(({ truth }) => !truth.mustBeFlagged),
    );
  return { speaking: mixed(fit.filter(speaksToSegment)), webOnly: mixed(fit.filter((host) => !speaksToSegment(host))) };
}

export function officeHosts(): LabHost[] {
  return LAB_HOSTS.filter((host) => host.truth.surveillance === false && host.truth.mustNotBeFlagged && !isRude(host));
}

/** Hosts that keep a scanner waiting or pour over it. */
export const RUDE_HOSTS = ['rude-mute', 'rude-drip', 'rude-endless-body', 'rude-endless-head', 'rude-garbage', 'rude-reset'] as const;

/** Places everybody, at addresses spread over the span. */
export function populate(census: Census, span: Span, taken: readonly number[] = []): Placed[] {
  const addresses = spread(span, new Set(taken));
  const next = (): string => {
    const step = addresses.next();
    if (step.done === true) throw new RangeError('more hosts than addresses');
    return dotted(step.value);
  };
  const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
  const office = officeHosts();
  return [
    ...times(census.devices, (index) => placeDevice(index, next())),
    ...times(census.office, (index) => ({
      address: next(),
      role: 'office' as const,
      lab: pick(office, index).id,
      mac: macOf(index, 0xe0),
    })),
    ...times(census.closed, () => ({ address: next(), role: 'closed' as const })),
    ...times(census.quiet, () => ({ address: next(), role: 'quiet' as const })),
    ...times(census.rude, (index) => ({ address: next(), role: 'rude' as const, lab: pick(RUDE_HOSTS, index) })),
  ];
}

/** One in twenty says nothing to a segment, another one in twenty serves no HTTP, where enough is left to tell what it is. */
function placeDevice(index: number, address: string): Placed {
  const { speaking, webOnly } = deviceHosts();
  const isQuiet = index % 20 === 6;
  const host = isQuiet ? pick(webOnly, Math.floor(index / 20)) : pick(speaking, index);
  const kinds = new Set(host.services.map(({ kind }) => kind));
  const named = kinds.has('sadp') || kinds.has('ws-discovery') || kinds.has('dhip');
  const mute = isQuiet ? 'udp' : index % 20 === 13 && named && kinds.has('rtsp') ? 'http' : undefined;
  const { serial } = host.truth;
  const mac = `${host.mac.slice(0, 8)}${macOf(index, 0).slice(8)}`;
  return { address, role: 'device', lab: host.id, mac, serial: another(serial, index), mute };
}

/** The same serial number with other digits at its end: as long as before, so that binary answers can carry it too. */
function another(serial: string | undefined, index: number): string | undefined {
  const tail = /\d{3,5}$/.exec(serial ?? '')?.[0];
  if (serial === undefined || tail === undefined) return undefined;
  return serial.slice(0, -tail.length) + String((Number(tail) + 7 * index) % 10 ** tail.length).padStart(tail.length, '0');
}

function macOf(index: number, high: number): string {
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
  return `02:00:00:${hex(high | ((index >> 16) & 0x1f))}:${hex((index >> 8) & 0xff)}:${hex(index & 0xff)}`;
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function interleave<T>(left: readonly T[], right: readonly T[]): T[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [left[index], right[index]])
    .flat()
    .filter((item) => item !== undefined);
}

/** Every address of the span once, in an order that jumps about (a step that shares no factor with the length). */
function* spread({ first, last }: Span, taken: ReadonlySet<number>): Generator<number> {
  const length = last - first + 1;
  let step = Math.floor(length * 0.618) | 1;
  while (gcd(step, length) !== 1) step += 2;
  for (let index = 0, at = 0; index < length; index++, at = (at + step) % length) if (!taken.has(first + at)) yield first + at;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

export function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

export function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
