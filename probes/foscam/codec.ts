/**
 * Foscam's search (`MO_I`, UDP 10000, shared with Vivotek): 27 bytes, answered by broadcast to port 10000. Pure.
 *
 * Operation 0 asks, 1 answers; others set addresses and are not built. Newer firmware hides the body behind an eight-byte
 * XOR key that the header carries. Facts: UniversalScanner doc/protocols.html; key and flag as UniversalScanner's Foscam reader documents them.
 */
import { fromHex, hasAt, ipv4At, paddedText, uintLE } from '../wire.ts';

const QUESTION = fromHex('4d4f5f49 0000 00 0000000000000000 04000000 04000000 00000001');
const MAGIC = QUESTION.subarray(0, 4);
const OPERATION_ANSWER = 1;
const HEADER_LENGTH = 23;
const KEY_OFFSET = 7;
const KEY_LENGTH = 8;
/** Serial, name and address: what follows is not needed. */
const NEEDED_LENGTH = 61;

export function encodeSearch(): Uint8Array {
  return Uint8Array.from(QUESTION);
}

/** True for all that is no answer of this protocol: port 10000 is a busy one. */
export function isFoscamNoise(bytes: Uint8Array): boolean {
  return !hasAt(bytes, 0, MAGIC) || uintLE(bytes, 4, 2) !== OPERATION_ANSWER;
}

export interface FoscamAnswer {
  readonly serial: string;
  readonly name: string;
  readonly ip: string | undefined;
}

/** The answer, or undefined. The address may be missing where the bytes break off. */
export function parseAnswer(bytes: Uint8Array): FoscamAnswer | undefined {
  if (isFoscamNoise(bytes)) return undefined;
  const plain = unmasked(bytes.subarray(0, NEEDED_LENGTH));
  const serial = paddedText(plain, HEADER_LENGTH, 13);
  if (plain.length < HEADER_LENGTH + 13 || !/^[\x20-\x7e]+$/.test(serial)) return undefined;
  return { serial, name: paddedText(plain, 36, 21), ip: ipv4At(plain, 57) };
}

function unmasked(bytes: Uint8Array): Uint8Array {
  if (bytes[6] === 0 || bytes.length <= HEADER_LENGTH) return bytes;
  const key = bytes.subarray(KEY_OFFSET, KEY_OFFSET + KEY_LENGTH);
  return bytes.map((value, index) => (index < HEADER_LENGTH ? value : value ^ (key[(index - HEADER_LENGTH) % KEY_LENGTH] ?? 0)));
}
