/**
 * XiongMai's search (boards sold under hundreds of names): a 20-byte header, JSON in the answer, UDP 34569. Pure.
 * Message 1530 asks, 1531 answers; no other message, log-ins and settings among them, is built. Facts: UniversalScanner doc/protocols.html.
 */
import { fromBrace, isObject, jsonText, parseObject, scalarMembers, withPlainMacs } from '../json-answer.ts';
import { fromHex, uintLE } from '../wire.ts';
import type { Member } from '../json-answer.ts';

const QUESTION = fromHex('ff00000000000000000000000000fa0500000000');
const HEADER_LENGTH = 20;
const MESSAGE_SEARCH = 1530;

export function encodeSearch(): Uint8Array {
  return Uint8Array.from(QUESTION);
}

/** True for the search of any client. */
export function isXmQuestion(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && uintLE(bytes, 14, 2) === MESSAGE_SEARCH;
}

/** Members of `NetWork.NetCommon`, or undefined where the bytes are no answer. Addresses come out dotted. */
export function parseAnswer(bytes: Uint8Array): Member[] | undefined {
  if (bytes[0] !== 0xff || bytes.length <= HEADER_LENGTH) return undefined;
  const text = jsonText(bytes.subarray(HEADER_LENGTH));
  return text === undefined ? undefined : membersOf(parseObject(text));
}

/** The same for JSON as it was recorded, text or object. */
export function parseRecorded(json: unknown): Member[] | undefined {
  const text = typeof json === 'string' ? fromBrace(json) : undefined;
  return membersOf(text === undefined ? json : parseObject(text));
}

function membersOf(answer: unknown): Member[] | undefined {
  const common = isObject(answer) ? answer['NetWork.NetCommon'] : undefined;
  if (!isObject(common)) return undefined;
  return withPlainMacs(scalarMembers(common)).map(({ name, value }) => ({
    name,
    value: ADDRESSES.has(name) ? (dotted(value) ?? value) : value,
  }));
}

const ADDRESSES: ReadonlySet<string> = new Set(['HostIP', 'GateWay', 'Submask']);

/** `0x0A01A8C0`, little-endian, is 192.168.1.10. */
function dotted(value: string): string | undefined {
  const match = /^0x([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})$/.exec(value);
  return match
    ?.slice(1)
    .reverse()
    .map((byte) => parseInt(byte, 16))
    .join('.');
}
