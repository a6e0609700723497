/**
 * The fields of an HTTP-shaped head: status, headers, their order, challenges. HTTP, ISAPI and RTSP recordings have them
 * alike; only the first word of the field name differs. Pure; bounded by the caps of `http-message.ts`.
 */
import { headerValues, parseChallenges, type HttpMessage } from './http-message.ts';
import { nonceForm } from './nonce-form.ts';
import { field, optionalField, type Field } from './observation.ts';
import type { HeaderLine } from './recording.ts';

/** Header names as RFC 9110 allows them; anything else would make a field name nobody can write. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/;
const MAX_NAMES_LENGTH = 2048;
const MAX_CHALLENGES = 12;

/** Status, headers, header order and challenges of a message under `http.` or `rtsp.`. */
export function headFields(prefix: 'http' | 'rtsp', message: HttpMessage): Field[] {
  return [
    ...optionalField(`${prefix}.status`, message.status),
    ...authFields(prefix, message.headers),
    ...headerFields(prefix, message.headers),
    ...optionalField(`${prefix}.header-names`, headerNames(message.headers)),
  ];
}

function headerFields(prefix: string, headers: readonly HeaderLine[]): Field[] {
  return headers.flatMap(([name, value]) =>
    TOKEN.test(name) ? optionalField(`${prefix}.header.${name.toLowerCase()}`, value.trim()) : [],
  );
}

function headerNames(headers: readonly HeaderLine[]): string {
  return headers
    .map(([name]) => name.replace(/[,\s]+/g, ' ').slice(0, 64))
    .join(',')
    .slice(0, MAX_NAMES_LENGTH);
}

function authFields(prefix: 'http' | 'rtsp', headers: readonly HeaderLine[]): Field[] {
  const challenges = headerValues(headers, 'www-authenticate').flatMap(parseChallenges).slice(0, MAX_CHALLENGES);
  return challenges.flatMap(({ raw, scheme, names, params }) => [
    field(`${prefix}.auth.challenge`, raw),
    field(`${prefix}.auth.scheme`, scheme),
    ...optionalField(`${prefix}.auth.realm`, params.realm),
    ...(scheme === 'digest' ? digestFields(prefix, names, params.nonce) : []),
  ]);
}

function digestFields(prefix: 'http' | 'rtsp', names: readonly string[], nonce: string | undefined): Field[] {
  return [
    ...optionalField(`${prefix}.auth.params`, names.join(',')),
    ...(nonce === undefined ? [] : [...optionalField(`${prefix}.auth.nonce`, nonce), field(`${prefix}.auth.nonce-form`, nonceForm(nonce))]),
  ];
}
