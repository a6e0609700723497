/**
 * Dahua's older search (UDP 5050): a fixed binary structure, then MAC and model, then lines of text. Pure.
 * Facts: UniversalScanner doc/protocols.html.
 */
import { normaliseMac, textOf } from '../text.ts';
import { fromHex, ipv4At, paddedText, uintLE } from '../wire.ts';

const QUESTION = fromHex('a3010001 00000000 00000000 00000000 02000000 00000000 00000000 00000000');
const ANSWER = 0xb3;
const FIXED_LENGTH = 0x78;
const MAC_LENGTH = 17;
const MAX_LINES_LENGTH = 4096;

export function encodeLegacySearch(): Uint8Array {
  return Uint8Array.from(QUESTION);
}

/** True for a question of the old protocol, ours or another client's. */
export function isLegacyQuestion(bytes: Uint8Array): boolean {
  return bytes[0] === 0xa3;
}

export interface LegacyAnswer {
  readonly name: string | undefined;
  readonly ip: string | undefined;
  readonly mac: string | undefined;
  readonly model: string | undefined;
  readonly serial: string | undefined;
}

/** The answer, or undefined where it is none. One byte of magic is little: a name, MAC or serial has to be there too. */
export function parseLegacyAnswer(bytes: Uint8Array): LegacyAnswer | undefined {
  if (bytes[0] !== ANSWER) return undefined;
  const second = uintLE(bytes, 2, 2) ?? 0;
  const third = uintLE(bytes, 0x14, 2) ?? 0;
  const mac = second < MAC_LENGTH ? undefined : normaliseMac(paddedText(bytes, FIXED_LENGTH, MAC_LENGTH));
  const model = second <= MAC_LENGTH ? '' : paddedText(bytes, FIXED_LENGTH + MAC_LENGTH, Math.min(second - MAC_LENGTH, 64));
  const lines = linesOf(bytes.subarray(FIXED_LENGTH + second, FIXED_LENGTH + second + Math.min(third, MAX_LINES_LENGTH)));
  const answer = {
    name: lines.get('Name') ?? plain(paddedText(bytes, 0x28, 16)),
    ip: ipv4At(bytes, 0x38),
    mac,
    model: plain(model) ?? lines.get('Device'),
    serial: lines.get('SerialNo'),
  };
  return answer.mac === undefined && answer.serial === undefined ? undefined : answer;
}

function linesOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const pairs = textOf(bytes)
    .split(/\r?\n/, 32)
    .flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      const value = plain(line.slice(colon + 1).trim());
      return colon <= 0 || value === undefined ? [] : [[line.slice(0, colon).trim(), value]];
    });
  return new Map(pairs);
}

/** Printable text, or nothing: the structure has no checksum, and garbage in a name is no name. */
function plain(text: string): string | undefined {
  return text === '' || /[\u0000-\u001f\u007f]/.test(text) ? undefined : text;
}
