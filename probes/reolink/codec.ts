/**
 * Reolink's search: four bytes to UDP 2000, answered to port 3000 with 388 bytes that repeat the question at 104. Pure.
 *
 * The layout is not the vendor's: it is what two independent published readers of real answers agree on (neolink issue 102
 * and a client library's notes). Only what can be checked is taken. Facts: UniversalScanner doc/protocols.html.
 */
import { normaliseMac } from '../text.ts';
import { fromHex, hasAt, macAt, paddedText } from '../wire.ts';

const QUESTION = fromHex('aaaa0000');
const LENGTH = 388;

export function encodeSearch(): Uint8Array {
  return Uint8Array.from(QUESTION);
}

export interface ReolinkAnswer {
  readonly name: string | undefined;
  readonly uid: string | undefined;
  readonly ip: string | undefined;
  readonly mac: string | undefined;
}

/** The answer, or undefined: the length, and the echo of the question or a MAC said twice, must be right. */
export function parseAnswer(bytes: Uint8Array): ReolinkAnswer | undefined {
  if (bytes.length !== LENGTH) return undefined;
  const binary = macAt(bytes, 80);
  const spelled = normaliseMac(paddedText(bytes, 164, 18));
  if (!hasAt(bytes, 104, QUESTION) && (binary === undefined || binary !== spelled)) return undefined;
  return {
    name: plain(paddedText(bytes, 132, 32)),
    uid: plain(paddedText(bytes, 228, 32)),
    ip: /^\d{1,3}(?:\.\d{1,3}){3}$/.exec(paddedText(bytes, 108, 16))?.[0],
    mac: spelled ?? binary,
  };
}

function plain(text: string): string | undefined {
  return /^[^\0-\x1f\x7f]+$/.test(text) ? text : undefined;
}
