/**
 * Hashes of a favicon as the public lists of them are written: MD5 of the bytes, and MurmurHash3 (x86, 32 bits, signed) of
 * their base64 text with a line feed after every 76 characters and at the end. Pure. Convention: Python's base64.encodebytes, as search engines for favicons use it.
 */
import { createHash } from 'node:crypto';

export interface FaviconHashes {
  /** Lower-case hex. */
  readonly md5: string;
  /** Signed decimal. */
  readonly mmh3: string;
}

export function hashFavicon(icon: Uint8Array): FaviconHashes {
  return { md5: createHash('md5').update(icon).digest('hex'), mmh3: String(murmur3(Buffer.from(wrappedBase64(icon), 'latin1'))) };
}

/** Base64 in lines of 76 characters, each ended by a line feed; empty for no bytes. */
export function wrappedBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,76}/g, '$&\n');
}

/** MurmurHash3_x86_32 as a signed integer. The algorithm is in the public domain (Austin Appleby). */
export function murmur3(bytes: Uint8Array, seed = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed;
  for (let at = 0; at < whole; at += 4) {
    hash = rotate(hash ^ scramble(view.getUint32(at, true)), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= whole; at--) tail = (tail << 8) | view.getUint8(at);
  if (whole < bytes.length) hash ^= scramble(tail);

  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
