/**
 * Hanwha's (formerly Samsung Techwin's) search: a fixed structure of 262 bytes, asked on UDP 7701, answered to 7711. Pure.
 * Facts: UniversalScanner doc/protocols.html.
 */
import { normaliseMac } from '../text.ts';
import { paddedText } from '../wire.ts';

const LENGTH = 262;
const ASK = 0x01;
const ANSWER = 0x0b;

export function encodeSearch(): Uint8Array {
  const question = new Uint8Array(LENGTH);
  question[0] = ASK;
  return question;
}

export interface HanwhaAnswer {
  readonly mac: string;
  readonly ip: string;
  readonly model: string;
  readonly url: string;
}

/** The answer, or undefined. The first byte alone proves nothing: the MAC must be one. */
export function parseAnswer(bytes: Uint8Array): HanwhaAnswer | undefined {
  if (bytes[0] !== ANSWER) return undefined;
  const mac = normaliseMac(paddedText(bytes, 0x13, 18));
  if (mac === undefined) return undefined;
  return { mac, ip: paddedText(bytes, 0x25, 16), model: paddedText(bytes, 0x6d, 10), url: paddedText(bytes, 0x85, 39) };
}
