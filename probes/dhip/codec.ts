/**
 * DHIP, Dahua's search: a 32-byte header and JSON in one UDP datagram on port 37810. Pure.
 * JSON without the header gets no answer. Facts: UniversalScanner doc/protocols.html.
 */
import { fromBrace, isObject, jsonText, parseObject, scalarMembers, withPlainMacs } from '../json-answer.ts';
import { normaliseMac } from '../text.ts';
import { fromHex, hasAt } from '../wire.ts';
import type { JsonObject, Member } from '../json-answer.ts';

export const DHIP_GROUP = '239.255.255.251';

const MAGIC = fromHex('20000000 44484950');
const HEADER_LENGTH = 32;
const SEARCH = '{"method":"DHDiscover.search","params":{"mac":"","uni":1}}\n';

/** The search, header and all. It only asks; other DHIP methods log in and configure, and are not built here. */
export function encodeSearch(): Uint8Array {
  const body = Buffer.from(SEARCH, 'ascii');
  const header = Buffer.alloc(HEADER_LENGTH);
  header.set(MAGIC);
  header.writeUInt32LE(body.length, 16);
  header.writeUInt32LE(body.length, 24);
  return Buffer.concat([header, body]);
}

export function isDhip(bytes: Uint8Array): boolean {
  return hasAt(bytes, 0, MAGIC);
}

/** Identity members, readable even where the JSON broke off. */
const SALVAGED: ReadonlySet<string> = new Set([
  'DeviceClass',
  'DeviceType',
  'MachineName',
  'Manufacturer',
  'SerialNo',
  'Vendor',
  'Version',
]);

/** Members of an answer, or undefined where the bytes hold none. */
export function parseAnswer(bytes: Uint8Array): Member[] | undefined {
  const text = jsonText(bytes);
  return text === undefined ? undefined : membersOfText(text, isDhip(bytes));
}

/** The same for JSON as it was recorded: text, with or without what stands around it, or an object. */
export function parseRecorded(json: unknown): Member[] | undefined {
  if (isObject(json)) return membersOf(json, false);
  const text = typeof json === 'string' ? fromBrace(json.replaceAll('\0', '')) : undefined;
  return text === undefined ? undefined : membersOfText(text, false);
}

function membersOfText(text: string, framed: boolean): Member[] | undefined {
  const object = parseObject(text);
  return object ? membersOf(object, framed) : salvage(text);
}

/** `framed`: it came behind a DHIP header, so that even an error is an answer of the protocol. */
function membersOf(answer: JsonObject, framed: boolean): Member[] | undefined {
  const { method, params, mac } = answer;
  if (typeof method === 'string' && method.startsWith('DHDiscover')) return undefined; // a question, ours or another client's
  const info = isObject(params) && isObject(params.deviceInfo) ? params.deviceInfo : undefined;
  if (!info && method !== 'client.notifyDevInfo' && !framed) return undefined;
  const inner = withPlainMacs(scalarMembers(info ?? {}));
  const outer = typeof mac === 'string' ? normaliseMac(mac) : undefined;
  return outer === undefined ? inner : [{ name: 'mac', value: outer }, ...inner.filter(({ name }) => name !== 'mac')];
}

function salvage(text: string): Member[] | undefined {
  if (!text.includes('"deviceInfo"')) return undefined;
  const members: Member[] = [];
  const seen = new Set<string>();
  for (const [, name = '', value = ''] of text.matchAll(/"([A-Za-z]{1,16})"\s{0,4}:\s{0,4}"([^"\\]{1,128})"/g)) {
    const kept = name === 'mac' ? normaliseMac(value) : SALVAGED.has(name) ? value : undefined;
    if (kept === undefined || seen.has(name)) continue;
    seen.add(name);
    members.push({ name, value: kept });
  }
  return members;
}
