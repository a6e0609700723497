/**
 * Which values identify a device, and which only look as if. Pure. Cheap firmware ships one serial for a whole batch, routers
 * answer for others, and "N/A" is a common serial: a value that is not the device's own must never join two devices.
 */
import { normaliseMac } from '../../probes/text.ts';
import { IDENTIFIER_KINDS, type Identifier, type IdentifierKind } from './types.ts';

/** Lower is stronger. */
export function rankOf(kind: IdentifierKind): number {
  return IDENTIFIER_KINDS.indexOf(kind);
}

/** One text for an identifier, for maps. */
export function identifierText({ kind, value }: Identifier): string {
  return `${kind}=${value}`;
}

/** Addresses that stand for several machines (VRRP, HSRP) or that firmware without a burnt-in address falls back to. */
const SHARED_MACS: readonly RegExp[] = [
  /^00:00:5e:00:0[12]:/,
  /^00:00:0c:(?:07:ac|9f:f)/,
  /^00:11:22:33:44:55$/,
  /^00:12:34:56:78:9[0a]$/,
  /^12:34:56:78:9a:bc$/,
  /^(..):(?:\1:){4}\1$/,
];

/** Lower-case colon form, or undefined for what is no machine's own. */
export function usableMac(text: string): string | undefined {
  const mac = normaliseMac(text);
  if (mac === undefined || SHARED_MACS.some((pattern) => pattern.test(mac))) return undefined;
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
  return isGroup ? undefined : mac;
}

const JUNK_WORDS =
  /^(?:n[/.]?a|none|null|nil|unknown|undefined|unset|default|serial(?:no|number)?|sn|test|todo|tbd|empty|invalid|camera|ipc|ipcam(?:era)?|nvr|dvr|string|not ?(?:set|specified|available|applicable)|to ?be ?filled.*|system ?serial.*|x+)$/i;
const MIN_SERIAL_LENGTH = 5;
const MAX_SERIAL_LENGTH = 128;
const SEQUENCES = '01234567890123456789abcdefghijklmnopqrstuvwxyz' as const;
const REVERSED = '98765432109876543210' as const;

/** Upper-case without blanks around, or undefined for junk: words, zeros, one character repeated, 12345678. */
export function usableSerial(text: string): string | undefined {
  const serial = text.trim().toUpperCase();
  if (serial.length < MIN_SERIAL_LENGTH || serial.length > MAX_SERIAL_LENGTH) return undefined;
  const core = serial.replace(/[^A-Z0-9]/g, '').toLowerCase();
  if (core.length < MIN_SERIAL_LENGTH || !/\d/.test(core) || JUNK_WORDS.test(serial) || JUNK_WORDS.test(core)) return undefined;
  if (new Set(core).size <= 2 && core.length < 12) return undefined;
  if (/^(.{1,4}?)\1+$/.test(core) || /^0+\w?$/.test(core)) return undefined;
  if (SEQUENCES.includes(core) || REVERSED.includes(core)) return undefined;
  return /[\u0000-\u001f\u007f]/.test(serial) ? undefined : serial;
}

/** Lower-case endpoint reference, or undefined for the nil UUID and its like. */
export function usableEndpoint(text: string): string | undefined {
  const endpoint = text.trim().toLowerCase();
  const uuid = /([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})$/.exec(endpoint)?.[1]?.replaceAll('-', '');
  if (uuid === undefined) return endpoint.length >= 12 && endpoint.length <= 200 && /^[!-~]+$/.test(endpoint) ? endpoint : undefined;
  return new Set(uuid).size <= 3 || uuid.startsWith('123456781234')
    ? undefined
    : `urn:uuid:${uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}

/** The identifier with its value in its one spelling, or undefined where it identifies nothing. */
export function usable({ kind, value }: Identifier): Identifier | undefined {
  const clean =
    kind === 'mac' || kind === 'claimed-mac'
      ? usableMac(value)
      : kind === 'serial'
        ? usableSerial(value)
        : kind === 'onvif'
          ? usableEndpoint(value)
          : value;
  return clean === undefined ? undefined : { kind, value: clean };
}

const MIN_COMMON_TAIL = 8;

/** Two spellings of one serial: equal, or one is the end of the other (some protocols leave the model in front away). */
export function sameSerial(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= MIN_COMMON_TAIL && long.endsWith(short);
}

/** Key of a device by the ladder: the first identifier of the best kind. `place` is `SITE:ADDRESS`, for one that has nothing better. */
export function keyOf(identifiers: readonly Identifier[], place: string): string {
  for (const kind of IDENTIFIER_KINDS) {
    const found = identifiers.find((identifier) => identifier.kind === kind);
    if (!found || kind === 'address') continue;
    return kind === 'onvif' ? `onvif:${found.value.replace(/^urn:uuid:/, '')}` : `${kind}:${found.value}`;
  }
  return place;
}

/** `SITE:ADDRESS`: what identifies a device that shows nothing of its own. */
export function placeOf(site: string, address: string): string {
  return `${site}:${address}`;
}
