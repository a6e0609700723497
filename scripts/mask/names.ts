/**
 * Names somebody may have given a device, a place or a network, and host names a device points to. Pure. A word that is known (a maker,
 * a kind of device, a factory name, part of a model) names nobody and stays.
 */
import type { Observation } from '../../probes/observation.ts';
import { normaliseMac } from '../../probes/text.ts';
import type { NameKind, Pseudonyms } from './pseudonyms.ts';

export interface Words {
  /** Lower-case words that name no person or place: makers, kinds of device, factory names. */
  readonly knownWords: ReadonlySet<string>;
  /** Those of them that are makers and brands. */
  readonly makerWords: ReadonlySet<string>;
}

export interface NamedText {
  readonly name: string;
  readonly masked: string;
}

const MODEL_FIELD = /model|hardware|manufacturer|DeviceType|DeviceDescription|DeviceClass|Vendor$|\.MODEL$|\.type$|product/i;
const NAME_FIELDS: readonly (readonly [pattern: RegExp, kind: NameKind])[] = [
  [/ssid/i, 'network'],
  [/user_?name$/i, 'user'],
  [/location|(?:^|\.)note$/i, 'location'],
  [/contact|owner/i, 'user'],
  [/hostname|^mdns\.host$|sysName/i, 'host'],
  [
    /^(?:mdns\.instance|onvif\.scope\.name|dhip\.MachineName|upnp\.friendlyName|isapi\.deviceName|http\.xml\.deviceName|snmp\.sysName)$/,
    'name',
  ],
  [/^(?:isapi|http\.xml)\.channel\.name$|^(?:dahua1|foscam|bosch|panasonic|reolink|tvt)\.name$/, 'name'],
];
/** Not about a place: the path of a LOCATION header, the target of a redirect. */
const NOT_A_NAME = /location\.path$|^http\.location$|^(?:http|ssdp|rtsp)\.header\.|usernametoken/i;
const URL_FIELD = /location|xaddrs$|uri$|url$|content-base/i;
const MIN_NAME = 3;

/** Names somebody may have given; words that are known stay where they stand. */
export function namesOf(all: readonly Observation[], pseudonyms: Pseudonyms, { knownWords, makerWords }: Words): NamedText[] {
  const models = new Set(all.flatMap(({ field, value }) => (MODEL_FIELD.test(field) ? wordsOf(value) : [])));
  const isKnown = (word: string): boolean =>
    knownWords.has(word) || models.has(word) || /^\d{1,2}$/.test(word) || normaliseMac(word) !== undefined;
  const mixed = (name: string): string => {
    let before = '';
    return name.replace(WORD, (word) => {
      const mac = normaliseMac(word);
      // Behind a maker's name, letters with digits are a model, not a room.
      const isModel = makerWords.has(before) && /\d/.test(word) && /\p{L}/u.test(word);
      before = word.toLowerCase();
      if (mac !== undefined) return bareLike(pseudonyms.mac(mac), word);
      return isKnown(before) || isModel ? word : pseudonyms.name('name', before);
    });
  };
  return all.flatMap(({ field, value }) => {
    const kind = NOT_A_NAME.test(field) ? undefined : NAME_FIELDS.find(([pattern]) => pattern.test(field))?.[1];
    const name = value.trim().replace(/\.local\.?$/i, '');
    if (kind === undefined || name.length < MIN_NAME || name.length > 128 || isAddress(name)) return [];
    const unknown = wordsOf(name).filter((word) => !isKnown(word));
    if (unknown.length === 0) return [];
    // Of a host, a person or a place nothing is left; the name of a device may be half its maker's.
    const isMixed = kind === 'name' && unknown.length < wordsOf(name).length && unknown.length <= 3;
    return [{ name, masked: isMixed ? mixed(name) : pseudonyms.name(kind, name) }];
  });
}

function bareLike(mac: string, word: string): string {
  const bare = mac.replaceAll(':', '');
  return /[A-F]/.test(word) ? bare.toUpperCase() : bare;
}

const WORD = /[\p{L}\p{N}]+/gu;

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

function isAddress(text: string): boolean {
  return /^[\d.]+$/.test(text) || /^[0-9a-f:]+$/i.test(text);
}

/** A name also in the spellings of URLs and XML. */
export function spellingsOfName(name: string): string[] {
  const xml = name.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const spellings = new Set([
    name,
    encodeURIComponent(name.toWellFormed()),
    encodeURI(name.toWellFormed()),
    name.replaceAll(' ', '+'),
    name.replaceAll(' ', '_'),
    xml,
  ]);
  return [...spellings];
}

/** Host names a device points to. The site of its maker is no secret. */
export function hostsOf(all: readonly Observation[], pseudonyms: Pseudonyms): NamedText[] {
  const hosts = all.flatMap(({ field, value }) => {
    if (!URL_FIELD.test(field) || /(?:manufacturer|model)URL$/i.test(field)) return [];
    return [...value.matchAll(/[a-z]{2,8}:\/\/([^/:?#\s[\]]+)/gi)].map(([, host = '']) => host);
  });
  return [...new Set(hosts)]
    .filter((host) => host.length >= MIN_NAME && !isAddress(host))
    .map((name) => ({ name, masked: pseudonyms.name('host', name) }));
}
