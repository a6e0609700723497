/**
 * Values of SNMP objects as text: from octets on the wire, and from the many spellings of recordings made by other
 * tools (`STRING: "…"`, `Hex-STRING: 00 40 8C …`, arrays of numbers, `{type: 'Buffer'}`). Pure; never throws.
 */
import { normaliseMac, textOf } from '../text.ts';

const MAX_OCTETS = 8192;
const TYPE_WORD = /^(?:STRING|OID|INTEGER|Integer32|Hex-STRING|Gauge32|Counter32|Counter64|Unsigned32|Timeticks|IpAddress|Opaque|BITS):\s?/;
const ABSENT =
  /^(?:null|nil|none|noSuchName|noSuchObject|noSuchInstance|endOfMibView|unSpecified)$|^No (?:Such (?:Object|Instance)|more variables)\b/i;

/** Octets where a recorded value holds some in a binary spelling; undefined for ordinary text and numbers. */
export function octetsOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value.subarray(0, MAX_OCTETS);
  if (Array.isArray(value)) return octetsOfNumbers(value);
  if (typeof value === 'object' && value !== null) return octetsOfObject(value);
  if (typeof value !== 'string') return undefined;
  const hex = /^(?:Hex-STRING:\s*|0x)([0-9A-Fa-f][0-9A-Fa-f\s]*)$/.exec(value.slice(0, 3 * MAX_OCTETS).trim())?.[1]?.replace(/\s+/g, '');
  return hex !== undefined && hex.length % 2 === 0 ? Buffer.from(hex, 'hex') : undefined;
}

function octetsOfNumbers(values: readonly unknown[]): Uint8Array | undefined {
  const numbers = values
    .slice(0, MAX_OCTETS)
    .filter((item): item is number => Number.isInteger(item) && Number(item) >= 0 && Number(item) < 256);
  return numbers.length > 0 && numbers.length === Math.min(values.length, MAX_OCTETS) ? Uint8Array.from(numbers) : undefined;
}

/** `{type: 'Buffer', data: [...]}` as JSON.stringify leaves a Buffer, and `{bytes|base64|data: base64}`. */
function octetsOfObject(value: object): Uint8Array | undefined {
  const members = new Map<string, unknown>(Object.entries(value).slice(0, 10));
  const data = members.get('data') ?? members.get('bytes') ?? members.get('base64') ?? members.get('value');
  if (Array.isArray(data)) return octetsOfNumbers(data);
  return typeof data === 'string' && isBase64(data) ? Buffer.from(data, 'base64').subarray(0, MAX_OCTETS) : undefined;
}

function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && text.length <= 2 * MAX_OCTETS && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/**
 * Text of a value; undefined when the device had none. A MAC spelled with separators comes out normalised, binary as hex,
 * unless the object is a DisplayString by definition (`displayString`).
 */
export function valueText(value: unknown, displayString = false): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const octets = octetsOf(value);
  const text = octets ? textOfOctets(octets, displayString) : typeof value === 'string' ? textOfString(value) : undefined;
  if (text === undefined || text === '') return undefined;
  return /^[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(\1[0-9A-Fa-f]{2}){4}$/.test(text) ? (normaliseMac(text) ?? text) : text;
}

/** Without NULs at the end and the blanks among them. By hand: a pattern would try every run of NULs inside the text anew. */
function withoutPadding(text: string): string {
  const end = text.replaceAll('\0', ' ').trimEnd().length;
  const padding = text.indexOf('\0', end);
  return padding < 0 ? text : text.slice(0, padding);
}

function textOfString(value: string): string | undefined {
  const bare = withoutPadding(value.slice(0, MAX_OCTETS).replace(TYPE_WORD, ''));
  if (ABSENT.test(bare.trim())) return undefined;
  return bare.length > 1 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
}

/** Octets as text where they are text (trailing NULs dropped), six other octets as a MAC, anything else as hex. */
function textOfOctets(octets: Uint8Array, displayString: boolean): string {
  let end = octets.length;
  while (end > 0 && octets[end - 1] === 0) end--;
  const body = octets.subarray(0, end);
  const text = textOf(body);
  if (displayString) return text;
  const control = body.some((octet) => octet < 9 || (octet > 13 && octet < 0x20));
  // Six octets above ASCII that are no UTF-8 are a MAC, not a word.
  const mac = octets.length === 6 && (control || Buffer.byteLength(text, 'utf8') !== body.length);
  if (!control && !mac) return text;
  const hex = Buffer.from(octets).toString('hex');
  return (mac ? normaliseMac(hex) : undefined) ?? hex;
}

/** MAC of an ifPhysAddress value in any spelling, also without leading zeros; undefined when it is none. */
export function macOf(value: unknown): string | undefined {
  const octets = octetsOf(value);
  if (octets?.length === 6) return normaliseMac(Buffer.from(octets).toString('hex'));
  if (octets || typeof value !== 'string') return octets ? normaliseMac(textOf(octets)) : undefined;
  const bare = value.replace(TYPE_WORD, '').replace(/^"|"$/g, '');
  const parts = bare.trim().split(/[:\- ]/);
  if (parts.length === 6 && parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))) {
    return normaliseMac(parts.map((part) => part.padStart(2, '0')).join(':'));
  }
  if (/^[A-Za-z0-9+/]{8}$/.test(bare)) return normaliseMac(Buffer.from(bare, 'base64').toString('hex'));
  return normaliseMac(bare) ?? macOfRawText(bare);
}

/** Six octets that a tool kept as a Latin-1 string. */
function macOfRawText(text: string): string | undefined {
  if (!/^[\u0000-\u00ff]{6}$/.test(text)) return undefined;
  return normaliseMac(Buffer.from(text, 'latin1').toString('hex'));
}

/** Octets of an engine ID given as hex (with or without `0x`, colons, blanks) or base64. */
export function engineOctets(value: unknown): Uint8Array | undefined {
  const octets = octetsOf(value);
  if (octets) return octets;
  if (typeof value !== 'string' || value.length > 200) return undefined;
  const hex = value.trim().replace(/[:\s-]/g, '');
  if (/^(?:[0-9a-f]{2}){5,32}$/i.test(hex)) return Buffer.from(hex, 'hex');
  return isBase64(value.trim()) ? Buffer.from(value.trim(), 'base64') : undefined;
}
