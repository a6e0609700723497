/**
 * JSON inside vendors' datagrams: the object found between binary framing, and its scalar members as fields. Pure, bounded
 * in size, depth and number, and indifferent to what a member is.
 */
import { normaliseMac, textOf } from './text.ts';
import { MAX_DATAGRAM_BYTES } from './wire.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text of a datagram from the first `{` on, NULs dropped, or undefined. */
export function jsonText(bytes: Uint8Array): string | undefined {
  return fromBrace(textOf(bytes.subarray(0, MAX_DATAGRAM_BYTES).filter((byte) => byte !== 0)));
}

/** The same out of a text that was recorded. */
export function fromBrace(text: string): string | undefined {
  const start = text.indexOf('{');
  return start < 0 ? undefined : text.slice(start, start + MAX_DATAGRAM_BYTES);
}

/** The object a text starts with, whatever follows its last `}`. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(0, text.lastIndexOf('}') + 1));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface Member {
  readonly name: string;
  readonly value: string;
}

const MAX_MEMBERS = 200;
const MAX_DEPTH = 3;
const MAX_ITEMS = 32;
const MAX_VISITS = 4000;
const MEMBER_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Scalar members by their own names, nested ones joined by dots (`IPv4Address.IPAddress`), list items under the name of the
 * list. Empty texts and members with odd names are left out.
 */
export function scalarMembers(object: JsonObject): Member[] {
  const members: Member[] = [];
  let visits = 0;
  const visit = (value: unknown, name: string, depth: number): void => {
    if (members.length >= MAX_MEMBERS || ++visits > MAX_VISITS) return;
    if (typeof value === 'number' || typeof value === 'boolean') members.push({ name, value: String(value) });
    else if (typeof value === 'string' && value !== '') members.push({ name, value });
    else if (Array.isArray(value) && depth < MAX_DEPTH) for (const item of value.slice(0, MAX_ITEMS)) visit(item, name, depth + 1);
    else if (isObject(value) && depth < MAX_DEPTH) inside(value, `${name}.`, depth + 1);
  };
  const inside = (value: JsonObject, prefix: string, depth: number): void => {
    let seen = 0;
    for (const name in value) {
      if (++seen > MAX_MEMBERS) return;
      if (Object.hasOwn(value, name) && MEMBER_NAME.test(name)) visit(value[name], prefix + name, depth);
    }
  };
  inside(object, '', 0);
  return members;
}

/** Members whose name is `mac` in any case come out normalised, or not at all. */
export function withPlainMacs(members: readonly Member[]): Member[] {
  return members.flatMap(({ name, value }) => {
    if (name.toLowerCase() !== 'mac') return [{ name, value }];
    const mac = normaliseMac(value);
    return mac === undefined ? [] : [{ name, value: mac }];
  });
}
