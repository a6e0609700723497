/**
 * Answers to signed requests without what must not be kept: our own proof, should the device repeat it, and logins the device
 * holds itself (a recorder lists those of its cameras). Pure. Recordings are evidence, so lengths and everything else stay.
 */
import { parseHttpMessage, headerValue } from './http-message.ts';
import type { Credential } from './probe.ts';

/** A shorter password is no secret a blank could keep, but a blank for every `1` would ruin the answer. */
const MIN_LENGTH = 6;

/** Elements whose text is a login. `isDefaultPassword` and the like say something of the device and stay. */
const LOGIN_ELEMENT =
  /(<(?:[\w-]{1,32}:)?(?!is|support|enable)[\w-]{0,40}(?:user_?name|passw(?:or)?d|passphrase|secret(?:key)?|sharedkey|psk)(?:\s[^<>]{0,200})?>)([^<]{1,512})(?=<)/gi;

/** What in a request proves who asks, in every spelling a device might repeat. One byte a code unit. */
export function secretsOf(request: Uint8Array, { user, password }: Credential): string[] {
  const sent = Buffer.from(request).toString('latin1');
  const authorization = /^Authorization: *([^\r\n]+)/im.exec(sent)?.[1] ?? '';
  const token = /<Password[^>]*>([^<]+)</.exec(sent)?.[1] ?? '';
  const proof = [authorization, authorization.replace(/^Basic +/i, ''), /response="([^"]+)"/.exec(authorization)?.[1] ?? '', token];
  const plain = Buffer.from(password, 'utf8');
  const login = Buffer.from(`${user}:${password}`, 'utf8');
  const asText = [
    password,
    encodeURIComponent(password.toWellFormed()),
    password.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    password.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'),
    JSON.stringify(password).slice(1, -1),
  ];
  const spellings = [
    ...asText.map((text) => Buffer.from(text, 'utf8').toString('latin1')),
    ...[plain, login].flatMap((bytes) => [bytes.toString('base64'), bytes.toString('hex'), bytes.toString('hex').toUpperCase()]),
  ];
  const all = [...proof, ...(password.length >= MIN_LENGTH ? spellings : [])].filter((text) => text.length >= MIN_LENGTH);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

/** The answer with those secrets and the device's own logins as asterisks. A packed or chunked one comes back unpacked. */
export function withoutSecrets(answer: Uint8Array, secrets: readonly string[]): Uint8Array {
  const bytes = unpacked(answer);
  const text = secrets.reduce((rest, secret) => rest.replaceAll(secret, '*'.repeat(secret.length)), bytes.toString('latin1'));
  return Buffer.from(
    text.replace(LOGIN_ELEMENT, (_whole, tag: string, value: string) => tag + '*'.repeat(value.length)),
    'latin1',
  );
}

/** A secret that is cut by a chunk or packed would not be found. */
function unpacked(answer: Uint8Array): Buffer {
  const { version, status, reason, headers, body } = parseHttpMessage(answer);
  const coded = headerValue(headers, 'content-encoding') ?? headerValue(headers, 'transfer-encoding');
  if (coded === undefined || status === undefined) return Buffer.from(answer);
  const kept = headers.filter(([name]) => !/^(?:content-encoding|transfer-encoding|content-length)$/i.test(name));
  const lines = [`${version} ${status} ${reason}`, ...kept.map(([name, value]) => `${name}: ${value}`), `Content-Length: ${body.length}`];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}
