/**
 * Bosch's (VCS) search: 12 bytes to UDP 1757, answered to 1758 with 32 bytes or with XML. Pure. Facts: UniversalScanner doc/protocols.html.
 */
import { normaliseMac, textOf } from '../text.ts';
import { fromHex, hasAt, indexOfText, ipv4At, macAt } from '../wire.ts';
import { parseXml, textAt } from '../xml.ts';

const MAGIC = fromHex('9939a427');
const QUESTION = fromHex('ff0006de');
const NAMESPACE = 'OEMExt00:device';

/** The search. `transaction` is any 32-bit number; binary answers repeat it. */
export function encodeSearch(transaction: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.set(MAGIC);
  bytes.writeUInt32BE(transaction >>> 0, 4);
  bytes.set(QUESTION, 8);
  return bytes;
}

/** True for the search of any client. */
export function isBoschQuestion(bytes: Uint8Array): boolean {
  return bytes.length === 12 && hasAt(bytes, 0, MAGIC) && hasAt(bytes, 8, QUESTION);
}

export interface BoschAnswer {
  readonly mac: string | undefined;
  readonly name: string | undefined;
  readonly serial: string | undefined;
  readonly ip: string | undefined;
}

export function parseAnswer(bytes: Uint8Array): BoschAnswer | undefined {
  return hasAt(bytes, 0, MAGIC) ? parseBinary(bytes) : parseDocument(bytes);
}

function parseBinary(bytes: Uint8Array): BoschAnswer | undefined {
  if (isBoschQuestion(bytes)) return undefined;
  const mac = macAt(bytes, 8);
  return mac === undefined || bytes.length < 20 ? undefined : { mac, name: undefined, serial: undefined, ip: ipv4At(bytes, 0x10) };
}

function parseDocument(bytes: Uint8Array): BoschAnswer | undefined {
  const start = indexOfText(bytes, '<root');
  if (start < 0) return undefined;
  const { root, complete } = parseXml(textOf(bytes.subarray(start)));
  // A document that breaks off could end in half a value.
  if (!complete || !root?.namespace.startsWith(NAMESPACE)) return undefined;
  return {
    mac: normaliseMac(textAt(root, 'physAddress') ?? ''),
    name: textAt(root, 'friendlyName'),
    serial: textAt(root, 'serialNumber'),
    ip: textAt(root, 'unitIPAddress'),
  };
}
