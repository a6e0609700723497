/**
 * Masks the answer of one recording and packs it again: text as text, framed JSON with its lengths put right, what a library of ours
 * can take apart as its structure. Pure. Undefined for binary forms whose every byte we cannot account for.
 */
import { decode } from '../../probes/decode.ts';
import { headerValue, messageOf, parseHttpMessage, bodyText } from '../../probes/http-message.ts';
import type { Recording } from '../../probes/recording.ts';
import { parseSnmp, type SnmpValue } from '../../probes/snmp/codec.ts';
import { readEngineId } from '../../probes/snmp/engine-id.ts';
import { normaliseMac } from '../../probes/text.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import type { MaskText } from './text.ts';

type Response = Readonly<Record<string, unknown>>;

export interface Masks {
  readonly text: MaskText;
  readonly pseudonyms: Pseudonyms;
}

const HTTP_LIKE: readonly string[] = ['http', 'https', 'isapi', 'onvif', 'rtsp', 'ssdp'];
/** Text with a few octets around it that say nothing of anybody: telnet options, the hello of an SDK port. */
const TEXT_WITH_OPTIONS: readonly string[] = ['telnet', 'ftp', 'sdk'];
/** Where in a datagram the length of the JSON behind the header stands, little-endian. */
const JSON_LENGTHS: Readonly<Record<string, readonly number[]>> = { dhip: [16, 24], xm: [16] };

/** The masked response; undefined where it cannot be masked safely. */
export function maskResponse(recording: Recording, masks: Masks): Response | undefined {
  const { protocol, response } = recording;
  if (typeof response.bytes !== 'string') return maskMembers(response, masks);
  const bytes = Buffer.from(response.bytes, 'base64');
  const others = Object.fromEntries(Object.entries(response).filter(([key]) => key !== 'bytes'));
  const rest = maskMembers(others, masks);
  const packed = maskBytes(recording, protocol, bytes, masks);
  return packed && { ...rest, ...packed };
}

/** Texts anywhere in a structured answer. Keys are names of the protocol and stay. */
export function maskMembers(value: Response, { text }: Masks): Response {
  const visit = (item: unknown, depth: number, key: string): unknown => {
    if (typeof item === 'string') return text(item);
    if (key === 'headers' && isHeaderLine(item)) return [item[0], maskHeader(item[0], item[1], text)];
    if (typeof item !== 'object' || item === null || depth > 8) return item;
    if (Array.isArray(item)) return item.map((inner: unknown) => visit(inner, depth + 1, key));
    return Object.fromEntries(Object.entries(item).map(([name, inner]: [string, unknown]) => [name, visit(inner, depth + 1, name)]));
  };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, visit(inner, 0, key)]));
}

function maskBytes(recording: Recording, protocol: string, bytes: Buffer, masks: Masks): Response | undefined {
  const icon = decode(recording).find(({ field }) => field === 'http.favicon.md5');
  if (icon) return maskIcon(recording, bytes, masks);
  if (HTTP_LIKE.includes(protocol)) return maskHttp(bytes, masks.text);
  if (protocol === 'snmp') return maskSnmp(bytes, masks);
  if (protocol === 'tls') return maskCertificate(recording, masks.text);
  if (protocol === 'arp') return maskArp(recording, masks.pseudonyms);
  const lengths = JSON_LENGTHS[protocol];
  if (lengths && bytes.includes('{')) return maskFramed(bytes, lengths, masks.text);
  return isText(bytes) || TEXT_WITH_OPTIONS.includes(protocol) ? inEncoding(bytes, masks.text) : undefined;
}

const packed = (bytes: Uint8Array): Response => ({ bytes: Buffer.from(bytes).toString('base64') });

function isText(bytes: Buffer): boolean {
  // Telnet options and a byte order mark are the only bytes of a text protocol that are no text.
  return !bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
}

function inEncoding(bytes: Buffer, text: MaskText): Response {
  const utf8 = bytes.toString('utf8');
  const encoding = Buffer.from(utf8, 'utf8').equals(bytes) ? 'utf8' : 'latin1';
  return packed(Buffer.from(text(bytes.toString(encoding)), encoding));
}

/** Lengths are put right where they were; a chunked or packed body becomes the structured form. */
function maskHttp(bytes: Buffer, text: MaskText): Response {
  const message = parseHttpMessage(bytes);
  const { headers, status, version } = message;
  const coded = headerValue(headers, 'transfer-encoding') ?? headerValue(headers, 'content-encoding');
  if (coded !== undefined && status !== undefined)
    return {
      status,
      headers: headers.map(([name, value]) => [name, maskHeader(name, value, text)]),
      body: text(bodyText(message, 1_048_576)),
    };
  const length = headerValue(headers, 'content-length');
  const bodyBefore = message.body.length;
  const masked = Buffer.from(String(inEncoding(bytes, text).bytes), 'base64');
  if (version === '' || length !== String(bodyBefore)) return packed(masked);
  const bodyAfter = parseHttpMessage(masked).body.length;
  return packed(Buffer.from(masked.toString('latin1').replace(/^(content-length:[ \t]*)\d+/im, `$1${bodyAfter}`), 'latin1'));
}

function isHeaderLine(item: unknown): item is readonly [string, string] {
  return Array.isArray(item) && item.length === 2 && typeof item[0] === 'string' && typeof item[1] === 'string';
}

/** A header alone is masked as on its line. */
function maskHeader(name: string, value: string, text: MaskText): string {
  return text(`${name}: ${value}`).slice(name.length + 2);
}

/** What is kept of an icon is its hashes: a picture may show more. */
function maskIcon(recording: Recording, bytes: Buffer, { text }: Masks): Response {
  const value = (name: string): string | undefined => decode(recording).find(({ field }) => field === name)?.value;
  const { status, headers } = messageOf({ bytes: bytes.toString('base64') });
  const [md5, mmh3] = [value('http.favicon.md5'), value('http.favicon.mmh3')];
  return {
    ...(status === undefined ? {} : { status }),
    headers: headers.map(([name, header]) => [name, maskHeader(name, header, text)]),
    ...(md5 === undefined ? {} : { favicon: { md5, ...(mmh3 === undefined ? {} : { mmh3: Number(mmh3) }) } }),
  };
}

function maskFramed(bytes: Buffer, lengths: readonly number[], text: MaskText): Response {
  const start = bytes.indexOf('{');
  const end = bytes.lastIndexOf('}') + 1;
  const json = Buffer.from(text(maskHexAddresses(bytes.toString('utf8', start, end), text)), 'utf8');
  const header = Buffer.from(bytes.subarray(0, start));
  const [before, after] = [bytes.length - start, json.length + bytes.length - end];
  for (const at of lengths) {
    if (header.length >= at + 4 && header.readUInt32LE(at) === before) header.writeUInt32LE(after, at);
  }
  return packed(Buffer.concat([header, json, bytes.subarray(end)]));
}

/** `0x0A01A8C0`, little-endian, is 192.168.1.10 in one maker's JSON. */
function maskHexAddresses(json: string, text: MaskText): string {
  return json.replace(/("(?:HostIP|GateWay)"\s*:\s*")0x([0-9a-fA-F]{8})(?=")/g, (_all, lead: string, hex: string) => {
    const dotted = [...Buffer.from(hex, 'hex')].reverse().join('.');
    const masked = text(dotted).split('.').map(Number).reverse();
    return `${lead}0x${Buffer.from(masked).toString('hex').toUpperCase()}`;
  });
}

/** A datagram becomes the objects in it; the community is not among them. */
function maskSnmp(bytes: Buffer, { text, pseudonyms }: Masks): Response | undefined {
  const message = parseSnmp(bytes);
  if (!message) return undefined;
  const varbinds = message.varbinds.flatMap(({ oid, value }) =>
    value === undefined ? [] : [[oid, maskValue(value, text, pseudonyms)] as const],
  );
  const engine = message.engineID;
  return {
    ...(varbinds.length === 0 ? {} : { varbinds: Object.fromEntries(varbinds) }),
    ...(engine ? { engineID: `0x${Buffer.from(maskEngine(engine, pseudonyms)).toString('hex')}` } : {}),
  };
}

function maskValue(value: SnmpValue, text: MaskText, pseudonyms: Pseudonyms): string | number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return text(value);
  const octets = Buffer.from(value);
  const asText = octets.toString('utf8');
  if (isText(octets) && Buffer.from(asText, 'utf8').equals(octets)) return text(asText);
  const mac = octets.length === 6 ? normaliseMac(octets.toString('hex')) : undefined;
  return `0x${mac === undefined ? octets.toString('hex') : pseudonyms.mac(mac).replaceAll(':', '')}`;
}

/** Who wrote the agent stays (four octets), and the kind of the rest. */
function maskEngine(engine: Uint8Array, pseudonyms: Pseudonyms): Uint8Array {
  const { mac } = readEngineId(engine);
  const rest = Buffer.from(engine.subarray(5)).toString('hex');
  const masked = mac === undefined ? pseudonyms.shape(rest) : pseudonyms.mac(mac).replaceAll(':', '').padEnd(rest.length, '0');
  return Buffer.concat([engine.subarray(0, 5), Buffer.from(rest.length < 4 ? '0'.repeat(rest.length) : masked, 'hex')]);
}

/** The services in one packet, each as the structure a recording of one service has: names in it are tied by their lengths. */
export function maskServices(recording: Recording, { text }: Masks): Response[] {
  const services: { type: string; instance?: string; host?: string; port?: number; txt: string[] }[] = [];
  for (const { field, value } of decode(recording)) {
    if (field === 'mdns.type') services.push({ type: text(value), txt: [] });
    const service = services.at(-1);
    if (!service) continue;
    if (field === 'mdns.instance') service.instance = text(value);
    else if (field === 'mdns.host') service.host = text(value);
    else if (field === 'mdns.port') service.port = Number(value);
    else if (field.startsWith('mdns.txt.')) service.txt.push(`${field.slice('mdns.txt.'.length)}=${text(value)}`);
  }
  return services;
}

/** A certificate cannot be changed and stay one: its names are kept. */
function maskCertificate(recording: Recording, text: MaskText): Response {
  const values = (name: string): string[] => decode(recording).flatMap(({ field, value }) => (field === name ? [text(value)] : []));
  const [validFrom, validTo] = (values('tls.validity')[0] ?? '').split('/');
  return {
    ...(values('tls.subject')[0] === undefined ? {} : { subject: values('tls.subject')[0] }),
    ...(values('tls.issuer')[0] === undefined ? {} : { issuer: values('tls.issuer')[0] }),
    names: values('tls.name'),
    ...(validFrom ? { validFrom } : {}),
    ...(validTo ? { validTo } : {}),
  };
}

function maskArp(recording: Recording, pseudonyms: Pseudonyms): Response {
  const mac = decode(recording).find(({ field }) => field === 'link.mac')?.value;
  return mac === undefined ? {} : { mac: pseudonyms.mac(mac) };
}
