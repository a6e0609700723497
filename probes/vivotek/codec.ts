/**
 * Vivotek's search on UDP 10000 (shared with Foscam, told apart by magic): 5 bytes, answered with type-length-value. Pure.
 * Facts: UniversalScanner doc/protocols.html.
 */
import { fromHex, hasAt, ipv4At, macAt, paddedText } from '../wire.ts';

const MAGIC = fromHex('4a5d8f1c');
const HEADER_LENGTH = 5;
const MAX_VALUES = 64;
const TYPE_LONG_NAME = 0x01;
const TYPE_MAC = 0x02;
const TYPE_IPV4 = 0x03;
/** One value byte and no length. */
const TYPE_BARE = 0x04;
const TYPE_SHORT_NAME = 0x09;

export function encodeSearch(session: number): Uint8Array {
  return Uint8Array.of(session & 0xff, ...MAGIC);
}

/** True for the search of any client. */
export function isVivotekQuestion(bytes: Uint8Array): boolean {
  return bytes.length === HEADER_LENGTH && hasAt(bytes, 1, MAGIC);
}

export interface VivotekAnswer {
  readonly name?: string | undefined;
  readonly shortName?: string | undefined;
  readonly mac?: string | undefined;
  readonly ip?: string | undefined;
}

/** The answer, or undefined. Values up to the first that runs past the end are kept; one of them at least must be there. */
export function parseAnswer(bytes: Uint8Array): VivotekAnswer | undefined {
  if (!hasAt(bytes, 1, MAGIC)) return undefined;
  const answer: { -readonly [Name in keyof VivotekAnswer]: VivotekAnswer[Name] } = {};
  let at = HEADER_LENGTH;
  for (let count = 0; count < MAX_VALUES && at + 1 < bytes.length; count++) {
    const type = bytes[at];
    const length = type === TYPE_BARE ? 0 : (bytes[at + 1] ?? 0);
    const start = at + 2;
    at = start + length;
    if (type === 0 || at > bytes.length) break;
    if (type === TYPE_LONG_NAME) answer.name ??= paddedText(bytes, start, length);
    else if (type === TYPE_SHORT_NAME) answer.shortName ??= paddedText(bytes, start, length);
    else if (type === TYPE_MAC && length === 6) answer.mac ??= macAt(bytes, start);
    else if (type === TYPE_IPV4 && length === 4) answer.ip ??= ipv4At(bytes, start);
  }
  return Object.values(answer).some((value) => value !== undefined && value !== '') ? answer : undefined;
}
