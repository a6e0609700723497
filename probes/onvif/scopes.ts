/**
 * ONVIF scopes (Core specification, "Scopes"): `onvif://www.onvif.org/<category>/<value>`, as they come in WS-Discovery
 * answers and in GetScopes. Devices also send tokens that are no URI at all (`http:123`): those are reported as they are
 * and mean nothing else. Pure; never throws.
 */
import { field, optionalField, type Field } from '../observation.ts';
import { normaliseMac, textOf } from '../text.ts';

const MAX_SCOPES = 100;
const SCOPE = /^onvif:\/\/[^/]*\/([^/]+)\/*(.*)$/i;

/** Field by lower-case category. */
const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['name', 'onvif.scope.name'],
  ['hardware', 'onvif.scope.hardware'],
  ['model', 'onvif.scope.model'],
  ['location', 'onvif.scope.location'],
  ['profile', 'onvif.scope.profile'],
  ['type', 'onvif.scope.type'],
  ['manufacturer', 'onvif.scope.manufacturer'],
  ['mfr', 'onvif.scope.manufacturer'],
]);
const MAC_CATEGORIES = ['mac', 'macaddr', 'macaddress'];

/** Splits the text of a Scopes element. A word without a colon belongs to the scope before it: a name with a bare blank. */
export function splitScopes(text: string): string[] {
  const scopes: string[] = [];
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const last = scopes.at(-1);
    if (last !== undefined && SCOPE.test(last) && !word.includes(':')) scopes[scopes.length - 1] = `${last} ${word}`;
    else scopes.push(word);
    if (scopes.length >= MAX_SCOPES) break;
  }
  return scopes;
}

/** `wsd.scope` for every token, `onvif.scope.*` for those that follow the specification. */
export function scopeFields(scopes: readonly string[]): Field[] {
  return scopes.slice(0, MAX_SCOPES).flatMap((scope) => [field('wsd.scope', percentDecoded(scope)), ...meaningOf(scope)]);
}

/** MACs the scopes name, normalised. */
export function scopeMacs(scopes: readonly string[]): string[] {
  return scopeFields(scopes).flatMap((seen) => (seen.field === 'onvif.scope.mac' ? [seen.value] : []));
}

function meaningOf(scope: string): Field[] {
  const match = SCOPE.exec(scope);
  if (!match) return [];
  const category = percentDecoded(match[1] ?? '').toLowerCase();
  const value = percentDecoded(match[2] ?? '').trim();
  if (!MAC_CATEGORIES.includes(category))
    return optionalField(CATEGORIES.get(category) ?? '', value).filter(({ field: name }) => name !== '');
  const mac = normaliseMac(value);
  return mac === undefined ? [] : [field('onvif.scope.mac', mac), field('onvif.scope.mac.spelling', scope)];
}

/** Percent-decoding that cannot fail: a broken escape stays as it is, bytes that are no UTF-8 are read as Latin-1. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => textOf(Buffer.from(run.replaceAll('%', ''), 'hex')));
}
