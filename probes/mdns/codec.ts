/**
 * mDNS packets (RFC 6762, RFC 6763) as bytes <-> values. Pure; never throws for what a device sent.
 *
 * Names and record data are read by dns-packet; the walk over the records is ours, because the package's own `decode`
 * loses a whole packet to one bad record and has no limit on their number. Must not send, and must not trust a count.
 */
import { a, aaaa, encode, name, ptr, srv, txt } from 'dns-packet';
import { textOf } from '../text.ts';

/** What one packet, one sender and one run may cost. A packet beyond the first two is dropped whole, unread. */
export const LIMITS = {
  packetBytes: 9000,
  records: 100,
  types: 64,
  servicesPerSender: 64,
  addressesPerHost: 8,
  senders: 4096,
  packetsPerSender: 256,
  queries: 16,
  txtEntries: 64,
  questionsPerPacket: 40,
  // A legacy answer has 512 bytes and repeats the questions: the more are asked, the fewer answers fit (seen with Avahi 0.8).
  questionsPerLegacyPacket: 7,
} as const;

/** The question every DNS-SD responder answers with the types it offers (RFC 6763 section 9). */
export const META_QUERY = '_services._dns-sd._udp.local';

export type MdnsRecord =
  | { readonly kind: 'ptr'; readonly name: string; readonly target: string }
  | { readonly kind: 'srv'; readonly name: string; readonly host: string; readonly port: number }
  | { readonly kind: 'txt'; readonly name: string; readonly entries: readonly Uint8Array[] }
  | { readonly kind: 'address'; readonly name: string; readonly address: string };

export interface MdnsPacket {
  readonly response: boolean;
  readonly records: readonly MdnsRecord[];
  /** False when the packet broke off or held a malformed record; the records before it are there. */
  readonly complete: boolean;
}

export type MdnsReading = { readonly packet: MdnsPacket } | { readonly refused: 'too-long' | 'too-many-records' | 'not-dns' };

export interface Question {
  readonly name: string;
  readonly type: 'PTR' | 'SRV' | 'TXT';
}

const HEADER_BYTES = 12;

/** Reads a packet within LIMITS. Records that say goodbye (TTL 0) are left out. */
export function readPacket(bytes: Uint8Array): MdnsReading {
  if (bytes.length > LIMITS.packetBytes) return { refused: 'too-long' };
  if (bytes.length < HEADER_BYTES) return { refused: 'not-dns' };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = buffer.readUInt16BE(2);
  // Opcode and response code must be zero (RFC 6762 sections 18.3 and 18.11); anything else is another protocol.
  if ((flags & 0x780f) !== 0) return { refused: 'not-dns' };
  const questions = buffer.readUInt16BE(4);
  const records = buffer.readUInt16BE(6) + buffer.readUInt16BE(8) + buffer.readUInt16BE(10);
  if (questions > LIMITS.records || records > LIMITS.records) return { refused: 'too-many-records' };

  const found: MdnsRecord[] = [];
  const complete = walk(buffer, questions, records, found);
  return { packet: { response: (flags & 0x8000) !== 0, records: found, complete } };
}

function walk(buffer: Buffer, questions: number, records: number, found: MdnsRecord[]): boolean {
  let at = HEADER_BYTES;
  try {
    for (let index = 0; index < questions; index++) {
      name.decode(buffer, at);
      at += name.decode.bytes + 4;
    }
    for (let index = 0; index < records; index++) {
      const owner = name.decode(buffer, at);
      at += name.decode.bytes;
      const type = buffer.readUInt16BE(at);
      const ttl = buffer.readUInt32BE(at + 4);
      const length = buffer.readUInt16BE(at + 8);
      const end = at + 10 + length;
      if (end > buffer.length) return false;
      // Pointers lead backwards only, so the reader needs everything before the record's end and nothing after it.
      if (ttl > 0) found.push(...readRecord(owner, type, buffer.subarray(0, end), at + 8));
      at = end;
    }
    return true;
  } catch {
    return false;
  }
}

function readRecord(owner: string, type: number, buffer: Buffer, at: number): MdnsRecord[] {
  if (type === 12) return [{ kind: 'ptr', name: owner, target: ptr.decode(buffer, at) }];
  if (type === 33) {
    const { target, port } = srv.decode(buffer, at);
    return [{ kind: 'srv', name: owner, host: target, port }];
  }
  if (type === 16) return [{ kind: 'txt', name: owner, entries: txt.decode(buffer, at).slice(0, LIMITS.txtEntries) }];
  const length = buffer.length - at - 2;
  if (type === 1 && length === 4) return [{ kind: 'address', name: owner, address: a.decode(buffer, at) }];
  if (type === 28 && length === 16) return [{ kind: 'address', name: owner, address: aaaa.decode(buffer, at) }];
  return [];
}

/** A query packet. With an id other than 0 it is a legacy unicast question (RFC 6762 section 6.7). */
export function writeQuery(questions: readonly Question[], id = 0): Uint8Array {
  return encode({ type: 'query', id, questions: questions.slice(0, LIMITS.questionsPerPacket) });
}

/** A service name taken apart: `AXIS P1375.v2._axis-video._tcp.local` has instance `AXIS P1375.v2`; a bare type has none. */
export function splitName(full: string): { readonly instance?: string; readonly type: string } | undefined {
  const match = /^(?:(.+)\.)?(_[^.]{1,63}\._(?:tcp|udp))\.local\.?$/i.exec(full.slice(0, 300));
  const type = match?.[2];
  if (type === undefined) return undefined;
  const before = match?.[1];
  // `_printer._sub._http._tcp.local` is a subtype: a type with a filter, no instance.
  if (before === undefined || /^_[^.]+\._sub$/i.test(before)) return { type };
  return { instance: before, type };
}

/**
 * TXT entries as name and value, in order (RFC 6763 section 6). A name without `=` is there as `true`; of a repeated name
 * the first counts; an entry that starts with `=` has no name and is dropped.
 */
export function txtPairs(entries: readonly Uint8Array[]): [key: string, value: string][] {
  const pairs = new Map<string, [string, string]>();
  for (const entry of entries.slice(0, LIMITS.txtEntries)) {
    const equals = entry.indexOf(0x3d);
    const key = textOf(equals < 0 ? entry : entry.subarray(0, equals));
    if (key === '' || pairs.has(key.toLowerCase())) continue;
    pairs.set(key.toLowerCase(), [key, equals < 0 ? 'true' : textOf(entry.subarray(equals + 1))]);
  }
  return [...pairs.values()];
}
