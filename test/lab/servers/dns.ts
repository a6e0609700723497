/**
 * The DNS messages of an mDNS responder (RFC 1035, 6762), written by hand: questions are read, answers are written with
 * name compression. Nothing here knows services.
 */
export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
  /** The QU bit: the asker wants a unicast answer. */
  readonly unicast: boolean;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  readonly data: DnsData;
}

export type DnsData =
  | { readonly name: string }
  | { readonly port: number; readonly target: string }
  | { readonly txt: readonly string[] }
  | { readonly address: string };

export const DNS = { a: 1, ptr: 12, txt: 16, srv: 33, any: 255 } as const;

/** Id and questions of a query; undefined for answers and for what cannot be read. */
export function readQuery(bytes: Buffer): { id: number; questions: DnsQuestion[] } | undefined {
  if (bytes.length < 12 || (bytes.readUInt16BE(2) & 0x8000) !== 0) return undefined;
  const questions: DnsQuestion[] = [];
  let at = 12;
  for (let left = Math.min(bytes.readUInt16BE(4), 50); left > 0; left--) {
    const read = readName(bytes, at);
    if (!read || read.end + 4 > bytes.length) return undefined;
    questions.push({ name: read.name, type: bytes.readUInt16BE(read.end), unicast: (bytes.readUInt16BE(read.end + 2) & 0x8000) !== 0 });
    at = read.end + 4;
  }
  return { id: bytes.readUInt16BE(0), questions };
}

function readName(bytes: Buffer, start: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  for (let steps = 0; steps < 64; steps++) {
    const length = bytes[at];
    if (length === undefined) return undefined;
    if (length === 0) return { name: labels.join('.'), end: end ?? at + 1 };
    if (length >= 0xc0) {
      end ??= at + 2;
      at = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0);
      continue;
    }
    labels.push(bytes.toString('utf8', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return undefined;
}

export interface DnsReply {
  readonly id: number;
  /** Repeated in legacy unicast answers (RFC 6762 section 6.7). */
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
  readonly ttl: number;
}

/**
 * Writes an authoritative answer. Labels longer than 63 bytes are cut. The target of an SRV record is compressed, as mDNS wants it, but not in a
 * legacy unicast answer (RFC 6762 section 18.14): ordinary resolvers refuse it there.
 */
export function writeReply({ id, questions, answers, additional, ttl }: DnsReply): Buffer {
  const names = new Map<string, number>();
  const parts: Buffer[] = [];
  let length = 12;
  const push = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  const header = Buffer.alloc(12);
  [id, 0x8400, questions.length, answers.length, 0, additional.length].forEach((value, index) => header.writeUInt16BE(value, index * 2));
  for (const { name, type } of questions) {
    push(nameBytes(name, length, names));
    push(words(type, 1));
  }
  for (const { name, type, data } of [...answers, ...additional]) {
    push(nameBytes(name, length, names));
    push(words(type, 1, 0, ttl));
    const body = dataBytes(data, length + 2, questions.length > 0 && 'port' in data ? new Map<string, number>() : names);
    push(words(body.length));
    push(body);
  }
  return Buffer.concat([header, ...parts]);
}

function words(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => out.writeUInt16BE(value, index * 2));
  return out;
}

function dataBytes(data: DnsData, at: number, names: Map<string, number>): Buffer {
  if ('name' in data) return nameBytes(data.name, at, names);
  if ('port' in data) return Buffer.concat([words(0, 0, data.port), nameBytes(data.target, at + 6, names)]);
  if ('address' in data) return Buffer.from(data.address.split('.').map(Number));
  const strings = data.txt.map((text) => Buffer.from(text, 'utf8').subarray(0, 255));
  return strings.length === 0 ? Buffer.from([0]) : Buffer.concat(strings.flatMap((text) => [Buffer.from([text.length]), text]));
}

/** Dots inside an instance name are written by the caller as `\.`. */
function nameBytes(name: string, at: number, names: Map<string, number>): Buffer {
  const labels = name.split(/(?<!\\)\./).filter((label) => label !== '');
  const parts: Buffer[] = [];
  let length = 0;
  for (let index = 0; index < labels.length; index++) {
    const rest = labels.slice(index).join('.');
    const known = names.get(rest);
    if (known !== undefined) return Buffer.concat([...parts, words(0xc000 | known)]);
    if (at + length < 0x3fff) names.set(rest, at + length);
    const label = Buffer.from((labels[index] ?? '').replaceAll('\\.', '.'), 'utf8').subarray(0, 63);
    parts.push(Buffer.from([label.length]), label);
    length += 1 + label.length;
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}
