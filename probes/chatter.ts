/**
 * What devices say without being asked, or in answer to somebody else: where it is to be heard, and one datagram of it
 * taken apart into recordings. Pure, bounded, never throws; it sends nothing and opens nothing.
 *
 * Questions (M-SEARCH, Probe, inquiry, mDNS queries), ours or another program's, say nothing of a device and are dropped.
 * WS-Discovery sections 4 and 5; UPnP Device Architecture 1.1 section 1.2; RFC 6762 section 8; SADP captures
 * (sergei.nz); UniversalScanner doc/protocols.html.
 */
import { decode } from './decode.ts';
import type { Field } from './observation.ts';
import type { Answer } from './probe.ts';
import { bytesResponse, type Protocol } from './recording.ts';
import { uintBE } from './wire.ts';

/** One place to listen at. */
export interface ChatterChannel {
  readonly protocol: Protocol;
  /** For people. */
  readonly title: string;
  readonly port: number;
  readonly groups: readonly string[];
  /** Devices of this protocol (also) shout to everybody on the segment. */
  readonly broadcast: boolean;
}

/** One thing a device said. */
export interface Word {
  readonly answer: Answer;
  /** The same for the same thing said again: times, counters and echoed question ids are left out. */
  readonly essence: string;
}

export interface Chatter {
  /** Empty for questions and for what is not understood. */
  readonly words: readonly Word[];
  /** The device says that it goes. */
  readonly goodbye: boolean;
}

interface Row extends ChatterChannel {
  /** A datagram counts as the word of a device when one of these fields was read from it, with one of the values if any are given. */
  readonly tells: readonly string[];
  readonly values?: readonly string[];
  /** All of these fields with these values: the device goes. */
  readonly goodbye?: Readonly<Record<string, string>>;
}

const OPERATIONS = ['Hello', 'Bye', 'ProbeMatches', 'ResolveMatches', 'ProbeMatch', 'ResolveMatch'] as const;

/** A search whose answers go to everybody, so that one program's question shows the devices to all. */
function shouted(protocol: Protocol, title: string, port: number, groups: readonly string[] = []): Row {
  return { protocol, title, port, groups, broadcast: groups.length === 0, tells: [`${protocol}.present`] };
}

const ROWS: readonly Row[] = [
  {
    protocol: 'ws-discovery',
    title: 'WS-Discovery',
    port: 3702,
    groups: ['239.255.255.250'],
    broadcast: false,
    tells: ['soap.operation'],
    values: OPERATIONS,
    goodbye: { 'soap.operation': 'Bye' },
  },
  {
    protocol: 'ssdp',
    title: 'SSDP',
    port: 1900,
    groups: ['239.255.255.250'],
    broadcast: false,
    tells: ['ssdp.usn', 'ssdp.st'],
    // One service that ends is no farewell of the device.
    goodbye: { 'ssdp.header.nts': 'ssdp:byebye', 'ssdp.st': 'upnp:rootdevice' },
  },
  // Taken apart by itself, in `readServices`.
  { protocol: 'mdns', title: 'mDNS', port: 5353, groups: ['224.0.0.251'], broadcast: false, tells: [] },
  { ...shouted('sadp', 'SADP', 37020, ['239.255.255.250']), broadcast: true },
  // An empty answer frame is no device: a client of the same protocol may have sent it.
  { ...shouted('dhip', 'DHIP', 37810, ['239.255.255.251']), broadcast: true, tells: ['dhip.mac', 'dhip.SerialNo', 'dhip.DeviceType'] },
  { ...shouted('dhip', 'Dahua search', 5050), tells: ['dahua1.present'] },
  shouted('xm', 'XiongMai search', 34569),
  shouted('hanwha', 'Hanwha search', 7711),
  shouted('bosch', 'Bosch search', 1758),
  shouted('sony', 'Sony search', 2380),
  shouted('panasonic', 'Panasonic search', 10669),
  shouted('panasonic', 'Panasonic search', 10670),
  shouted('foscam', 'Foscam search', 10000),
  { ...shouted('ubiquiti', 'Ubiquiti discovery', 10001, ['233.89.188.1']), broadcast: true },
  shouted('tvt', 'TVT search', 23456, ['234.55.55.55', '234.55.55.56']),
];

/** Everything there is to listen to, what tells most first. */
export const CHATTER: readonly ChatterChannel[] = ROWS;

const MDNS_HEADER_BYTES = 12;
const NOTHING: Chatter = { words: [], goodbye: false };
/** What is kept of a datagram: what devices announce takes a few kilobytes. */
const MAX_BYTES = 16_384;

/** Takes one datagram apart. The sender of the packet is who speaks, whatever the packet claims. */
export function readChatter(
  channel: ChatterChannel,
  bytes: Uint8Array,
  from: { readonly address: string; readonly port: number },
): Chatter {
  const row = ROWS.find(({ protocol, port }) => protocol === channel.protocol && port === channel.port);
  if (!row) return NOTHING;
  const answer: Answer = {
    protocol: row.protocol,
    // An announcement may leave from any port: only the protocol's own is worth a line among the device's ports.
    from: { address: from.address, ...(from.port === row.port ? { port: from.port } : {}) },
    response: bytesResponse(bytes.subarray(0, MAX_BYTES)),
  };
  if (row.protocol === 'mdns') return readServices(answer, bytes);
  const fields = decode({ id: 'heard', ...answer });
  const isWord = fields.some(({ field, value }) => row.tells.includes(field) && (row.values?.includes(value) ?? true));
  if (!isWord) return NOTHING;
  return { words: [{ answer, essence: essenceOf(row.protocol, fields) }], goodbye: isGoodbye(row, fields) };
}

function isGoodbye({ goodbye }: Row, fields: readonly Field[]): boolean {
  if (!goodbye) return false;
  return Object.entries(goodbye).every(([name, wanted]) => fields.some(({ field, value }) => field === name && value === wanted));
}

/** One word a service, as a scan records them; the packet's bytes stand beside each. */
function readServices(answer: Answer, bytes: Uint8Array): Chatter {
  const statement = mdnsStatement(bytes.subarray(0, MAX_BYTES));
  if (!statement) return NOTHING;
  const services = groupServices(decode({ id: 'heard', ...answer, response: bytesResponse(statement) }));
  // A host that announces no service (an address only), or more than is read, has spoken all the same.
  if (services.length === 0) return { words: [{ answer, essence: 'mdns' }], goodbye: false };
  return {
    words: services.map((fields) => ({
      answer: { ...answer, response: { ...serviceResponse(fields), ...answer.response } },
      essence: essenceOf('mdns', fields),
    })),
    goodbye: false,
  };
}

/**
 * The packet as a response. A response is one already (RFC 6762 section 18). A device that comes up first asks whether
 * anybody has its names, with what it will say under them as authority records (section 8.2): its first word, said as a
 * question, three quarters of a second before it announces. Nobody who only looks for others has authority to offer.
 */
function mdnsStatement(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < MDNS_HEADER_BYTES) return undefined;
  const [, , high = 0, low = 0] = bytes;
  if ((high & 0x78) !== 0 || (low & 0x0f) !== 0) return undefined;
  const counts = [6, 8, 10].map((at) => uintBE(bytes, at, 2) ?? 0);
  if ((high & 0x80) !== 0) return counts.some((count) => count > 0) ? bytes : undefined;
  const [answers = 0, authorities = 0] = counts;
  if (answers > 0 || authorities === 0) return undefined;
  const response = Uint8Array.from(bytes);
  response[2] = high | 0x80;
  return response;
}

/** The decoder lists a packet's services one behind the other, each led by its type. */
function groupServices(fields: readonly Field[]): Field[][] {
  const groups: Field[][] = [];
  for (const seen of fields) {
    if (seen.field === 'mdns.type') groups.push([seen]);
    else groups.at(-1)?.push(seen);
  }
  return groups;
}

const TXT = 'mdns.txt.';

function serviceResponse(fields: readonly Field[]): Record<string, unknown> {
  const value = (name: string): string | undefined => fields.find(({ field }) => field === name)?.value;
  const txt = fields.flatMap(({ field, value: text }) => (field.startsWith(TXT) ? [[field.slice(TXT.length), text] as const] : []));
  const port = value('mdns.port');
  return {
    ...optional('type', value('mdns.type')),
    ...optional('instance', value('mdns.instance')),
    ...optional('host', value('mdns.host')),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(txt.length === 0 ? {} : { txt: Object.fromEntries(txt) }),
  };
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

/** What differs between two copies of the same statement. `01-nls` is libupnp's number for one run of the device. */
const PASSING: ReadonlySet<string> = new Set([
  'sadp.Uuid',
  'sadp.BootTime',
  'sadp.Salt',
  'ssdp.header.date',
  'ssdp.header.01-nls',
  'ssdp.header.bootid.upnp.org',
  'ssdp.header.nextbootid.upnp.org',
]);

function essenceOf(protocol: Protocol, fields: readonly Field[]): string {
  const lasting = fields.filter(({ field }) => !PASSING.has(field)).map(({ field, value }) => `${field}=${value}`);
  return [protocol, ...lasting].join('\n');
}
