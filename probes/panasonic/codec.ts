/**
 * Panasonic's and i-PRO's search: a 52-byte structure, answered by broadcast with type-length-value from byte 53. Pure.
 *
 * Sources contradict each other on which of ports 10669 and 10670 asks and which answers; the probe does both.
 * Facts: UniversalScanner doc/protocols.html; answer layout as UniversalScanner's Panasonic reader documents it.
 */
import { fromHex, ipv4At, macAt, paddedText, uintBE } from '../wire.ts';

const QUESTION_LENGTH = 52;
const HEAD = fromHex('00010000 000d0000 00000000');
/** Our own MAC is not known here; answers are broadcast, so nothing is sent to it. */
const ANY_MAC = fromHex('ffffffffffff');
const TAIL = fromHex('00012011 1e11231f 1e191300 00020000 00000000 00000000 0000ffff');

const VALUES_OFFSET = 53;
const MAX_VALUES = 128;
const TYPE_IPV4 = 0x20;
const TYPE_FULL_NAME = 0xa7;
const TYPE_SHORT_NAME = 0xa8;

/** The search, with our own address in it and a sum over its 16-bit words at the end. */
export function encodeSearch(ownAddress: string): Uint8Array {
  const own = ownAddress.split('.').map(Number);
  const bytes = Buffer.concat([HEAD, ANY_MAC, Uint8Array.from(own).subarray(0, 4), TAIL, Buffer.alloc(2)], QUESTION_LENGTH);
  let sum = 0;
  for (let at = 0; at < QUESTION_LENGTH - 2; at += 2) sum += bytes.readUInt16BE(at);
  bytes.writeUInt16BE(sum & 0xffff, QUESTION_LENGTH - 2);
  return bytes;
}

/** True for the search of any client: no answer is that short. */
export function isPanasonicQuestion(bytes: Uint8Array): boolean {
  return bytes.length <= QUESTION_LENGTH;
}

export interface PanasonicAnswer {
  readonly name: string | undefined;
  readonly shortName: string | undefined;
  readonly ip: string | undefined;
  readonly mac: string | undefined;
}

/** The answer, or undefined. There is no magic to go by: the header's first word and a name are asked for. */
export function parseAnswer(bytes: Uint8Array): PanasonicAnswer | undefined {
  if (isPanasonicQuestion(bytes) || uintBE(bytes, 0, 2) !== 0x0001) return undefined;
  const starts = valuesOf(bytes);
  const text = (type: number): string | undefined => {
    const value = starts.get(type);
    const shown = value && paddedText(value, 0, value.length);
    return shown !== undefined && /^[^\0-\x1f\x7f]{2,64}$/.test(shown) ? shown : undefined;
  };
  const name = text(TYPE_FULL_NAME);
  const shortName = text(TYPE_SHORT_NAME);
  if (name === undefined && shortName === undefined) return undefined;
  return { name, shortName, ip: ipv4At(starts.get(TYPE_IPV4) ?? new Uint8Array(), 0), mac: macAt(bytes, 6) };
}

function valuesOf(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const values = new Map<number, Uint8Array>();
  for (let at = VALUES_OFFSET; values.size < MAX_VALUES;) {
    const type = uintBE(bytes, at, 2);
    const length = uintBE(bytes, at + 2, 2);
    if (type === undefined || length === undefined || at + 4 + length > bytes.length || values.has(type)) break;
    values.set(type, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return values;
}
