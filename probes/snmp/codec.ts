/**
 * SNMP messages (RFC 1157, RFC 3416, RFC 3412) out of hostile bytes: pure, bounded, never throws. A truncated message
 * yields what came before the break. It decides which datagrams the protocol library ever sees, and decodes recordings.
 *
 * It neither encodes nor decrypts: the library does both. RFC 3411 engine IDs are taken apart in `engine-id.ts`.
 */
import { readBig, readElement, readOid, readSigned, TAG } from './ber.ts';
import type { Element } from './ber.ts';

export const PDU = { getRequest: 0xa0, getNextRequest: 0xa1, getResponse: 0xa2, report: 0xa8 } as const;

/** Octets for strings, dotted text for OIDs and IP addresses, a number or bigint for the rest. */
export type SnmpValue = Uint8Array | string | number | bigint;

export interface SnmpVarbind {
  /** Dotted, without leading dot. */
  readonly oid: string;
  /** Absent for NULL, noSuchObject, noSuchInstance, endOfMibView and values that cannot be read. */
  readonly value?: SnmpValue | undefined;
}

export interface SnmpMessage {
  /** As on the wire: 0 is SNMPv1, 1 is v2c, 3 is v3. */
  readonly version: number;
  /** Where the community stands in the bytes, for redaction. */
  readonly community?: Element | undefined;
  /** What pairs an answer with its question: request-id (v1, v2c) or msgID (v3). */
  readonly id?: number | undefined;
  readonly pduType?: number | undefined;
  readonly errorStatus?: number | undefined;
  readonly errorIndex?: number | undefined;
  readonly varbinds: readonly SnmpVarbind[];
  readonly engineID?: Uint8Array | undefined;
  /** The scoped PDU is encrypted: no varbinds to be had here. */
  readonly encrypted: boolean;
  /** False when the message broke off or an element had the wrong type. */
  readonly complete: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Writable<Omit<SnmpMessage, 'varbinds'>> & { varbinds: SnmpVarbind[] };

const MAX_BYTES = 65_507;
const MAX_VARBINDS = 128;
const FLAG_PRIVACY = 2;

/** The message in a datagram; undefined when it is not SNMP at all (no sequence, no known version). */
export function parseSnmp(datagram: Uint8Array): SnmpMessage | undefined {
  const bytes = datagram.subarray(0, MAX_BYTES);
  const outer = readElement(bytes, 0, bytes.length);
  if (outer?.tag !== TAG.sequence) return undefined;
  const version = readElement(bytes, outer.start, outer.end);
  const number = version?.tag === TAG.integer ? readSigned(bytes, version) : undefined;
  if (!version || (number !== 0 && number !== 1 && number !== 3)) return undefined;
  const draft: Draft = { version: number, varbinds: [], encrypted: false, complete: false };
  const whole = number === 3 ? readV3(bytes, version.end, outer.end, draft) : readCommunity(bytes, version.end, outer.end, draft);
  draft.complete = whole && outer.complete;
  return draft;
}

function readCommunity(bytes: Uint8Array, at: number, end: number, draft: Draft): boolean {
  const community = readElement(bytes, at, end);
  if (community?.tag !== TAG.octetString) return false;
  draft.community = community;
  const whole = readPdu(bytes, community.end, end, draft);
  return whole && community.complete;
}

function readV3(bytes: Uint8Array, at: number, end: number, draft: Draft): boolean {
  const header = readElement(bytes, at, end);
  if (header?.tag !== TAG.sequence) return false;
  const [id, , flags] = readChildren(bytes, header, 4);
  if (id?.tag !== TAG.integer || flags?.tag !== TAG.octetString) return false;
  draft.id = readSigned(bytes, id);
  draft.encrypted = ((bytes[flags.start] ?? 0) & FLAG_PRIVACY) !== 0;
  const security = readElement(bytes, header.end, end);
  if (security?.tag !== TAG.octetString) return false;
  const inner = readElement(bytes, security.start, security.end);
  const engine = inner?.tag === TAG.sequence ? readElement(bytes, inner.start, inner.end) : undefined;
  if (engine?.tag === TAG.octetString && engine.complete && engine.end > engine.start) {
    draft.engineID = new Uint8Array(bytes.subarray(engine.start, engine.end));
  }
  if (draft.encrypted) return readElement(bytes, security.end, end)?.complete === true;
  const scoped = readElement(bytes, security.end, end);
  if (scoped?.tag !== TAG.sequence) return false;
  const [contextEngine, contextName] = readChildren(bytes, scoped, 2);
  if (contextEngine?.tag !== TAG.octetString || contextName?.tag !== TAG.octetString) return false;
  // msgID stays the pairing number: a Report may carry any request-id.
  return readPdu(bytes, contextName.end, scoped.end, draft, draft.id);
}

function readPdu(bytes: Uint8Array, at: number, end: number, draft: Draft, pairingId?: number): boolean {
  const pdu = readElement(bytes, at, end);
  if (!pdu || pdu.tag < PDU.getRequest || pdu.tag > PDU.report) return false;
  draft.pduType = pdu.tag;
  const [requestId, status, index, list] = readChildren(bytes, pdu, 4);
  if (requestId?.tag !== TAG.integer) return false;
  draft.id = pairingId ?? readSigned(bytes, requestId);
  if (status?.tag !== TAG.integer || index?.tag !== TAG.integer || list?.tag !== TAG.sequence) return false;
  draft.errorStatus = readSigned(bytes, status);
  draft.errorIndex = readSigned(bytes, index);
  return readVarbinds(bytes, list, draft.varbinds) && pdu.complete;
}

function readVarbinds(bytes: Uint8Array, list: Element, into: SnmpVarbind[]): boolean {
  for (let at = list.start; at < list.end;) {
    const pair = into.length < MAX_VARBINDS ? readElement(bytes, at, list.end) : undefined;
    if (pair?.tag !== TAG.sequence) return false;
    const [name, content] = readChildren(bytes, pair, 2);
    const oid = name?.tag === TAG.oid && name.complete ? readOid(bytes, name) : undefined;
    // A value that was cut is no value: half a firmware string would be a wrong one.
    if (oid === undefined || !content?.complete) return false;
    into.push({ oid, value: readValue(bytes, content) });
    at = pair.end;
  }
  return list.complete;
}

function readValue(bytes: Uint8Array, element: Element): SnmpValue | undefined {
  switch (element.tag) {
    case TAG.octetString:
    case TAG.opaque:
      return new Uint8Array(bytes.subarray(element.start, element.end));
    case TAG.oid:
      return readOid(bytes, element);
    case TAG.integer:
      return readSigned(bytes, element);
    case TAG.counter32:
    case TAG.gauge32:
    case TAG.timeTicks:
    case TAG.counter64:
      return readBig(bytes, element);
    case TAG.ipAddress:
      return element.end - element.start === 4 ? bytes.subarray(element.start, element.end).join('.') : undefined;
    default:
      return undefined;
  }
}

/** At most `count` children in order; stops at the first that cannot be read. */
function readChildren(bytes: Uint8Array, parent: Element, count: number): Element[] {
  const children: Element[] = [];
  for (let at = parent.start; children.length < count;) {
    const child = readElement(bytes, at, parent.end);
    if (!child) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The datagram with its community overwritten by `*` of the same length: a community the user chose is a secret. */
export function withoutCommunity(datagram: Uint8Array): Uint8Array {
  const community = parseSnmp(datagram)?.community;
  return community ? new Uint8Array(datagram).fill(0x2a, community.start, community.end) : datagram;
}
