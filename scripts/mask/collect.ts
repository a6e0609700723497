/**
 * Finds what has to be masked: by the name of the field it was decoded to, and by its form in any text. Pure. What it finds goes into
 * one table of literal texts, because the same serial stands in a SADP answer, a realm and a page.
 */
import { decode } from '../../probes/decode.ts';
import type { Observation } from '../../probes/observation.ts';
import type { Recording } from '../../probes/recording.ts';
import { normaliseMac } from '../../probes/text.ts';
import { hostsOf, namesOf, spellingsOfName, type Words } from './names.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** One text to be replaced wherever it stands. */
export interface Literal {
  readonly text: string;
  readonly masked: string;
  /** Only where no letter or digit touches it: short texts would be found inside others. */
  readonly whole: boolean;
}

export interface Collected {
  /** Longest first. */
  readonly literals: readonly Literal[];
  /** What they become, in lower case. */
  readonly replacements: ReadonlySet<string>;
  /** Lower-case colons. */
  readonly macs: ReadonlySet<string>;
  /** Dotted quads that are versions. */
  readonly versions: ReadonlySet<string>;
}

export interface CollectOptions extends Words {
  /** Whether a MAC belongs to a registered prefix. */
  readonly isRegistered: (mac: string) => boolean;
}

const SERIAL_FIELD =
  /\.(?:DeviceSN|SerialNo|serialNumber|SerialNumber|subSerialNumber|serial|SERIAL|SN|UID|uid|DeviceID)$|^snmp\.oid\.1\.3\.6\.1\.(?:4\.1\.39165\.1\.5|4\.1\.50001\.1\.3|4\.1\.1004849\.2\.1\.2\.4|2\.1\.43\.5\.1\.1\.17|2\.1\.47\.1\.1\.1\.1\.11)\b/;
const MAC_FIELD = /\.(?:mac|MAC|macAddress|physAddress)$|\.mac$/;
const REALM_FIELD = /\.realm$/;
const VERSION_FIELD = /version|firmware|sysDescr|\.server$|banner|\.build$/i;
/** Everything to be masked in these recordings, with what it becomes. */
export function collect(recordings: readonly Recording[], pseudonyms: Pseudonyms, options: CollectOptions): Collected {
  const all = recordings.flatMap(decode);
  // Values too: in a datagram the octet beside a text may look like one of its letters.
  const texts = [...recordings.flatMap(textsOf), ...all.map(({ value }) => value)];
  const macs = macsOf(all, texts, recordings, options);
  const versions = versionsOf(all, recordings);
  const literals = [
    ...[...macs].flatMap((mac) => spellingsOf(mac, pseudonyms)),
    ...serialsOf(all, texts, macs).map((serial) => literal(serial, pseudonyms.serial(serial), serial.length < 8)),
    ...realmsOf(all, macs).map((realm) => literal(realm, maskedRealm(realm, pseudonyms), true)),
    ...[...namesOf(all, pseudonyms, options), ...hostsOf(all, pseudonyms)].flatMap(({ name, masked }) =>
      spellingsOfName(name).map((spelling) => literal(spelling, masked, true)),
    ),
  ];
  // Reversed, so that the first rule that found a text decides: a serial that is also a host name stays a serial.
  const distinct = new Map(
    literals
      .filter(({ text, masked }) => text !== masked)
      .reverse()
      .map((item) => [item.text, item]),
  );
  const replacements = new Set(literals.map(({ masked }) => masked.toLowerCase()));
  return { macs, versions, replacements, literals: [...distinct.values()].sort((a, b) => b.text.length - a.text.length) };
}

function literal(text: string, masked: string, whole: boolean): Literal {
  return { text, masked, whole };
}

const WITH_SEPARATORS = /(?<![0-9a-f:.-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f]|[:-][0-9a-f])/gi;
const CISCO = /(?<![0-9a-f.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9a-f.])/gi;
const BARE = /(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])/gi;

function macsOf(
  all: readonly Observation[],
  texts: readonly string[],
  recordings: readonly Recording[],
  { isRegistered }: CollectOptions,
): Set<string> {
  const found = new Set<string>();
  const add = (text: string): void => {
    const mac = normaliseMac(text);
    if (mac !== undefined) found.add(mac);
  };
  for (const { from } of recordings) add(from.mac ?? '');
  for (const { field, value } of all) if (MAC_FIELD.test(field)) add(value);
  for (const text of texts) {
    for (const [match] of [...text.matchAll(WITH_SEPARATORS), ...text.matchAll(CISCO)]) add(match);
    for (const [match] of text.matchAll(BARE)) {
      const mac = normaliseMac(match);
      if (mac !== undefined && isRegistered(mac)) found.add(mac);
    }
  }
  return found;
}

/** As devices write them; the last three octets alone are the usual end of a factory host name. */
function spellingsOf(mac: string, pseudonyms: Pseudonyms): Literal[] {
  const masked = pseudonyms.mac(mac);
  const forms: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => text.replaceAll(':', '-'),
    (text) => text.replaceAll(':', ' '),
    (text) => text.replaceAll(':', ''),
    (text) => text.replaceAll(':', '').replace(/(.{4})(.{4})(.{4})/, '$1.$2.$3'),
  ];
  const whole = forms.flatMap((form) => [
    literal(form(mac), form(masked), false),
    literal(form(mac).toUpperCase(), form(masked).toUpperCase(), false),
  ]);
  const [tail, maskedTail] = [mac, masked].map((text) => text.slice(9).replaceAll(':', ''));
  if (tail === undefined || maskedTail === undefined || !/[a-f]/.test(tail)) return whole;
  return [...whole, literal(tail, maskedTail, true), literal(tail.toUpperCase(), maskedTail.toUpperCase(), true)];
}

/** Model, date, four letters and a number in one word: the form of one family's serials, found in any text. */
const SERIAL_FORM = /(?:[A-Za-z][A-Za-z0-9/.-]{2,40})?20\d{6}[A-Z]{4}[A-Z]{0,2}\d{7,9}(?:[A-Z]{3,4})?/g;
const SERIAL_CONTEXT = /(?:Login to |device_3_0-|device:3\.0-)([A-Z0-9]{8,20})(?![A-Za-z0-9])/g;

function serialsOf(all: readonly Observation[], texts: readonly string[], macs: ReadonlySet<string>): string[] {
  const said = all.flatMap(({ field, value }) => (SERIAL_FIELD.test(field) ? [value.trim()] : []));
  const seen = texts.flatMap((text) => [
    ...[...text.matchAll(SERIAL_FORM)].map(([match]) => match),
    ...[...text.matchAll(SERIAL_CONTEXT)].map(([, match = '']) => match),
  ]);
  const isSerial = (text: string): boolean =>
    /\d/.test(text) && text.length >= 5 && text.length <= 64 && !macs.has(normaliseMac(text) ?? '');
  return [...new Set([...said, ...seen])].filter(isSerial);
}

/** Realms that identify one device: derived from its MAC or its serial. */
const OWN_REALM = /^(?:[0-9a-f]{16,64}|DS-[0-9A-F]{8}|IP Camera\([A-Z]{0,2}\d{3,5}\))$/;

function realmsOf(all: readonly Observation[], macs: ReadonlySet<string>): string[] {
  const realms = all.flatMap(({ field, value }) => (REALM_FIELD.test(field) ? [value] : []));
  return [...new Set(realms)].filter((realm) => OWN_REALM.test(realm) && !macs.has(normaliseMac(realm) ?? ''));
}

function maskedRealm(realm: string, pseudonyms: Pseudonyms): string {
  const prefix = /^(?:IP Camera\([A-Z]{0,2}|DS-)?/.exec(realm)?.[0] ?? '';
  const rest = realm.slice(prefix.length);
  return prefix + (rest.endsWith(')') ? `${pseudonyms.shape(rest.slice(0, -1))})` : pseudonyms.shape(rest));
}

const QUAD = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;

function versionsOf(all: readonly Observation[], recordings: readonly Recording[]): Set<string> {
  const addresses = new Set(recordings.map(({ from }) => from.address));
  const quads = all.flatMap(({ field, value }) =>
    VERSION_FIELD.test(field)
      ? [...value.matchAll(QUAD)].filter(({ index }) => !value.slice(0, index).endsWith('//')).map(([quad]) => quad)
      : [],
  );
  return new Set(quads.filter((quad) => !addresses.has(quad)));
}

/** Every text of a recording's request and response, bytes read as text. */
export function textsOf({ request, response }: Pick<Recording, 'request' | 'response'>): string[] {
  const texts: string[] = [];
  const visit = (value: unknown, key: string, depth: number): void => {
    if (typeof value === 'string') texts.push(key === 'bytes' ? Buffer.from(value, 'base64').toString('latin1') : value);
    else if (typeof value === 'object' && value !== null && depth < 8)
      for (const [inner, item] of Object.entries(value)) visit(item, inner, depth + 1);
  };
  visit(request, '', 0);
  visit(response, '', 0);
  return texts;
}
