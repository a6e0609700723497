/**
 * Ubiquiti's discovery on UDP 10001: four bytes, answered with type-length-value. Pure. It finds routers and access points
 * as well as cameras. Facts: UniversalScanner doc/protocols.html; types as nmap's ubiquiti-discovery documents them.
 */
import { fromHex, ipv4At, macAt, paddedText, uintBE } from '../wire.ts';

export const UBIQUITI_GROUP = '233.89.188.1';

const QUESTIONS = [fromHex('01000000'), fromHex('02080000')];
const HEADER_LENGTH = 4;
const MAX_VALUES = 100;

/** Version 1 and version 2 of the question. */
export function encodeDiscovery(): readonly Uint8Array[] {
  return QUESTIONS.map((question) => Uint8Array.from(question));
}

/** True for the question of any client: a header and nothing in it. */
export function isUbiquitiQuestion(bytes: Uint8Array): boolean {
  return bytes.length <= HEADER_LENGTH;
}

const TEXTS: Readonly<Record<number, keyof UbiquitiAnswer | undefined>> = {
  0x03: 'firmware',
  0x0b: 'hostname',
  0x0c: 'product',
  0x0d: 'essid',
  0x14: 'model',
  0x15: 'model',
  0x16: 'version',
};

export interface UbiquitiAnswer {
  readonly mac?: string | undefined;
  readonly ip?: string | undefined;
  readonly firmware?: string | undefined;
  readonly hostname?: string | undefined;
  readonly product?: string | undefined;
  readonly essid?: string | undefined;
  readonly model?: string | undefined;
  readonly version?: string | undefined;
}

/** The answer, or undefined. First value of each kind; values up to the first that runs past the end. */
export function parseAnswer(bytes: Uint8Array): UbiquitiAnswer | undefined {
  const version = uintBE(bytes, 0, 2);
  if (isUbiquitiQuestion(bytes) || version === undefined || ![0x0100, 0x0206, 0x0209, 0x020b].includes(version)) return undefined;
  const answer: { -readonly [Name in keyof UbiquitiAnswer]: UbiquitiAnswer[Name] } = {};
  let at = HEADER_LENGTH;
  for (let count = 0; count < MAX_VALUES; count++) {
    const type = uintBE(bytes, at, 1);
    const length = uintBE(bytes, at + 1, 2);
    const start = at + 3;
    if (type === undefined || length === undefined || start + length > bytes.length) break;
    at = start + length;
    const name = TEXTS[type];
    if (name !== undefined) answer[name] ??= paddedText(bytes, start, Math.min(length, 256)) || undefined;
    if ((type === 0x01 && length >= 6) || (type === 0x02 && length >= 10)) answer.mac ??= macAt(bytes, start);
    if (type === 0x02 && length >= 10) answer.ip ??= ipv4At(bytes, start + 6);
  }
  // Port 10001 and the first two bytes are nobody's own: a MAC has to be there.
  return answer.mac === undefined ? undefined : answer;
}
