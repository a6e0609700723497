/**
 * What vendors' SDK ports say to somebody who connects and asks nothing. Pure.
 *
 * Port 8000 of Hikvision-made firmware sends 16 bytes, the first word being the length of the message, big-endian, itself
 * included. Port 37777 of Dahua's may send a text challenge `Realm:…\r\nRandom:…`. Facts: nmap-service-probes.
 */
import { latin1Of } from '../text.ts';
import { fromHex, uintBE } from '../wire.ts';

export const HELLO_LENGTH = 16;

/** Longest greeting looked at: banners are short, and what comes after them is not ours to read. */
export const MAX_GREETING_BYTES = 1024;

/**
 * How long to wait for a greeting. When firmware sends it unasked was seen by nmap's NULL probe, which waits up to 6 s; how
 * much of that it took is not known. A second keeps a scan short: a later greeting is missed, and the readme says so.
 */
export const GREETING_WAIT_MS = 1_000;

/** True once nothing more is worth waiting for. */
export function isWholeGreeting(received: Uint8Array): boolean {
  const length = uintBE(received, 0, 4);
  if (length !== undefined && length >= HELLO_LENGTH && length <= received.length) return true;
  return received.length >= MAX_GREETING_BYTES || /Random:[^\r\n]{0,64}[\r\n]/.test(latin1Of(received));
}

export interface Greeting {
  /** First 16 bytes, lower-case hex; fewer where fewer came. */
  readonly hello: string | undefined;
  /** Readable part, for a greeting that has one. */
  readonly text: string | undefined;
  readonly realm: string | undefined;
}

/** Hello of the binary kind, or text: a greeting of printable characters only has no hello. */
export function parseGreeting(bytes: Uint8Array): Greeting {
  const greeting = bytes.subarray(0, MAX_GREETING_BYTES);
  const latin1 = latin1Of(greeting);
  const readable = latin1.replace(/[^\t\r\n\x20-\x7e]+/g, ' ').trim();
  const isText = /^[\t\r\n\x20-\x7e]+\0*$/.test(latin1);
  return {
    hello: greeting.length === 0 || isText ? undefined : Buffer.from(greeting.subarray(0, HELLO_LENGTH)).toString('hex'),
    text: /[\x21-\x7e]{4}/.test(readable) ? readable : undefined,
    realm: /Realm:[ \t]*([^\r\n]{1,128})/.exec(readable)?.[1]?.trim(),
  };
}

/**
 * Bytes of a banner as people write it down: hex with or without separators, base64, nmap-like escapes (`\x00`), or the text
 * itself with one character a byte. Hex and base64 only where they decode to a plausible binary hello.
 */
export function bannerBytes(banner: string): Uint8Array {
  const text = banner.slice(0, 4 * MAX_GREETING_BYTES);
  const bare = text.replace(/[\s:,]|0x/g, '');
  if (/^(?:[0-9a-fA-F]{2}){8,}$/.test(bare)) return fromHex(bare);
  if (/^[A-Za-z0-9+/]{12,}={0,2}$/.test(bare) && bare.startsWith('AAAA')) return Buffer.from(bare, 'base64');
  if (!/\\(?:x[0-9a-fA-F]{2}|0)/.test(text)) return Buffer.from(text, 'latin1');
  const plain = text.replace(/\\(?:x([0-9a-fA-F]{2})|([0rnt]))/g, (_whole, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (ESCAPES[letter ?? ''] ?? '') : String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(plain, 'latin1');
}

const ESCAPES: Readonly<Record<string, string | undefined>> = { '0': '\0', r: '\r', n: '\n', t: '\t' };
