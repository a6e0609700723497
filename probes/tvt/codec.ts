/**
 * TVT's search (`MHED`, UDP 23456, boards sold under many names): 140 bytes to one group, answers to another. Pure.
 *
 * Command 1 searches, 2 answers; the others set addresses, names and versions, and cannot be built here. Facts: signals
 * section 8; answer layout as a public header of the protocol and a public reader tested on recorders give it.
 */
import { fromHex, hasAt, ipv4At, macAt, paddedText, uintLE } from '../wire.ts';

export const TVT_GROUP = '234.55.55.55';
export const TVT_ANSWER_GROUP = '234.55.55.56';

const QUESTION_LENGTH = 140;
const HEAD = fromHex('4d484544 08000100 01000000');
const MAGIC = HEAD.subarray(0, 4);
const COMMAND_ANSWER = 2;
/** Of the oldest structure known; newer ones add to its end. */
const MIN_LENGTH = 68;
const TYPES: Readonly<Record<number, string | undefined>> = { 0: 'DVR', 1: 'DVS', 2: 'IPC', 3: 'NVR', 4: 'decoder' };

export function encodeSearch(): Uint8Array {
  const question = new Uint8Array(QUESTION_LENGTH);
  question.set(HEAD);
  return question;
}

/** True for what is of this protocol and no answer: searches and commands of any client. */
export function isTvtQuestion(bytes: Uint8Array): boolean {
  return hasAt(bytes, 0, MAGIC) && uintLE(bytes, 8, 4) !== COMMAND_ANSWER;
}

export interface TvtAnswer {
  readonly mac: string;
  readonly ip: string | undefined;
  readonly name: string | undefined;
  readonly product: string | undefined;
  readonly model: string | undefined;
  /** Brand the unit is sold under, where the factory set one. */
  readonly manufacturer: string | undefined;
  readonly firmware: string | undefined;
  readonly build: string | undefined;
  readonly type: string | undefined;
}

/** The answer, or undefined: magic, command and a MAC must be right. */
export function parseAnswer(bytes: Uint8Array): TvtAnswer | undefined {
  if (!hasAt(bytes, 0, MAGIC) || isTvtQuestion(bytes) || bytes.length < MIN_LENGTH) return undefined;
  const mac = macAt(bytes, 32);
  if (mac === undefined) return undefined;
  const build = uintLE(bytes, 56, 4) ?? 0;
  const firmware = bytes.subarray(52, 56);
  return {
    mac,
    ip: ipv4At(bytes, 40),
    name: plain(paddedText(bytes, 12, 20)),
    product: plain(paddedText(bytes, 140, 24)),
    model: plain(paddedText(bytes, 196, 16)),
    manufacturer: plain(paddedText(bytes, 212, 16)),
    firmware: firmware.some((value) => value !== 0) ? Array.from(firmware).reverse().join('.') : undefined,
    build: build >= 20000101 && build <= 20991231 ? String(build) : undefined,
    type: TYPES[uintLE(bytes, 64, 4) ?? -1],
  };
}

function plain(text: string): string | undefined {
  return /^[^\0-\x1f\x7f]+$/.test(text) ? text : undefined;
}
