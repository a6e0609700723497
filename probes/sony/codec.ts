/**
 * Sony's search on UDP 2380: text between 02 and 03, items ended by ff. `ENQ:` asks, other commands set. Pure.
 * Facts: UniversalScanner doc/protocols.html.
 */
import { normaliseMac, textOf } from '../text.ts';
import type { Member } from '../json-answer.ts';

const START = 0x02;
const ITEM_END = 0xff;
const END = 0x03;
const MAX_ITEMS = 100;
const MAX_BYTES = 8192;

export function encodeSearch(): Uint8Array {
  return Uint8Array.of(START, ...Buffer.from('ENQ:allinfo', 'ascii'), ITEM_END, END);
}

/** True for the search of any client. */
export function isSonyQuestion(bytes: Uint8Array): boolean {
  return bytes[0] === START && textOf(bytes.subarray(1, 5)) === 'ENQ:';
}

/** Items by their own names, or undefined where the bytes are no answer. An item that breaks off is dropped. */
export function parseAnswer(bytes: Uint8Array): Member[] | undefined {
  if (bytes[0] !== START || isSonyQuestion(bytes)) return undefined;
  const members = itemsOf(bytes.subarray(1, MAX_BYTES)).flatMap(memberOf);
  return members.some(({ name }) => name === 'MODEL' || name === 'MAC' || name === 'SERIAL') ? members : undefined;
}

function itemsOf(bytes: Uint8Array): string[] {
  const items: string[] = [];
  for (let at = 0; items.length < MAX_ITEMS;) {
    const end = bytes.indexOf(ITEM_END, at);
    if (end < 0) break;
    items.push(textOf(bytes.subarray(at, end)));
    at = end + 1;
  }
  return items;
}

function memberOf(item: string): Member[] {
  const match = /^([A-Za-z0-9_]{1,32}):([^\0-\x1f]{1,512})$/.exec(item);
  const name = match?.[1] ?? '';
  const value = match?.[2]?.trim() ?? '';
  if (value === '') return [];
  if (name !== 'MAC') return [{ name, value }];
  const mac = normaliseMac(value);
  return mac === undefined ? [] : [{ name, value: mac }];
}
