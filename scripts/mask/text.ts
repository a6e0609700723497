/** Masks one text: the literals of the table first, then whatever has the form of an address, a nonce, a session or a mailbox. Pure. */
import { normaliseMac } from '../../probes/text.ts';
import type { Collected, Literal } from './collect.ts';
import type { Pseudonyms } from './pseudonyms.ts';

export type MaskText = (text: string) => string;

const UUID = /(?<![0-9a-fA-F-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])/g;
/** Not part of a longer dotted number, and not a version behind a product's name (`nginx/1.2.3.4`). */
const QUAD = /(?<![\d.]|[A-Za-z0-9]\/)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.]*\d)/g;
const IPV6 = /(?<![0-9a-fA-F:.])(?:[0-9a-fA-F]{1,4}:){1,7}(?:(?::[0-9a-fA-F]{1,4}){1,7}|[0-9a-fA-F]{1,4}|:)(?![0-9a-fA-F:])/g;
const MAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
const QUOTED = /\b(nonce|cnonce|opaque)(\s{0,3}=\s{0,3}")([^"]{4,512})(?=")/gi;
const COOKIE = /^(set-cookie:[ \t]*[^=;\r\n]{1,64}=)([^;\r\n]{1,512})/gim;
const SALT = /(<Salt>)([0-9a-fA-F]{16,256})(?=<)/g;
const RANDOM = /\b(Random:)(\d{4,20})/g;
const LOGIN = /(<(?:[\w-]{1,32}:)?[\w-]{0,40}(?:user_?name|passw(?:or)?d|passphrase|secret)>)([^<]{1,256})(?=<)/gi;
/** Nobody's own: unspecified, loopback, multicast, broadcast, masks, and the blocks of documentation. */
const NOBODYS = /^(?:0\.|127\.|22[4-9]\.|23\d\.|24\d\.|25[0-5]\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/;

/** Placeholders stand where something was replaced, so that no later rule replaces it again. */
const OPEN = '\ue000';
const CLOSE = '\ue001';
const PLACEHOLDER = new RegExp(`${OPEN}([\\ue100-\\uf8ff]+)${CLOSE}`, 'g');

export function createTextMask({ literals, versions, macs }: Collected, pseudonyms: Pseudonyms): MaskText {
  const byText = new Map(literals.map((item) => [item.text, item.masked]));
  const pattern = literals.length === 0 ? undefined : new RegExp(literals.map(patternOf).join('|'), 'g');
  return (text) => {
    const done: string[] = [];
    const keep = (masked: string): string => `${OPEN}${toMarks(done.push(masked) - 1)}${CLOSE}`;
    let rest = text.replaceAll(OPEN, ' ').replaceAll(CLOSE, ' ');
    rest = rest.replace(UUID, (uuid) => keep(maskUuid(uuid, macs, pseudonyms)));
    if (pattern) rest = rest.replace(pattern, (found) => keep(byText.get(found) ?? found));
    rest = rest
      .replace(QUOTED, (_all, name: string, equals: string, value: string) => name + equals + keep(pseudonyms.nonce(value)))
      .replace(COOKIE, (_all, name: string, value: string) => name + keep(pseudonyms.shape(value)))
      .replace(SALT, (_all, tag: string, value: string) => tag + keep(pseudonyms.shape(value)))
      .replace(RANDOM, (_all, name: string, value: string) => name + keep(pseudonyms.shape(value)))
      .replace(LOGIN, (_all, tag: string, value: string) => tag + keep(pseudonyms.name('user', value)))
      .replace(MAIL, (mail) => keep(`${pseudonyms.name('user', mail)}@example.com`))
      .replace(QUAD, (quad) => (versions.has(quad) || NOBODYS.test(quad) ? quad : keep(pseudonyms.address(quad))))
      .replace(IPV6, (address) => (isNobodys6(address) ? address : keep(pseudonyms.address(address.toLowerCase()))));
    return rest.replace(PLACEHOLDER, (_all, marks: string) => done[fromMarks(marks)] ?? '');
  };
}

/** A number in characters no rule looks for. */
function toMarks(number: number): string {
  return String(number).replace(/\d/g, (digit) => String.fromCharCode(0xe100 + Number(digit)));
}

function fromMarks(marks: string): number {
  return Number(marks.replace(/./g, (mark) => String(mark.charCodeAt(0) - 0xe100)));
}

/** A MAC at the end of a UUID stays one, under its masked prefix. */
function maskUuid(uuid: string, macs: ReadonlySet<string>, pseudonyms: Pseudonyms): string {
  const mac = normaliseMac(uuid.slice(-12));
  const masked = pseudonyms.uuid(uuid);
  if (mac === undefined || !macs.has(mac)) return masked;
  const bare = pseudonyms.mac(mac).replaceAll(':', '');
  return masked.slice(0, -12) + (/[A-F]/.test(uuid) ? bare.toUpperCase() : bare);
}

function patternOf({ text, whole }: Literal): string {
  const escaped = text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  return whole ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`.replaceAll('\\p{L}\\p{N}', 'A-Za-z0-9\\u00c0-\\uffff') : escaped;
}

/** `::`, `::1`, and anything that is a time or a label rather than an address. */
function isNobodys6(address: string): boolean {
  if (/^::1?$/.test(address) || /^(?:ff|2001:0?db8)/i.test(address)) return true;
  return !address.includes('::') && address.split(':').length !== 8;
}
