/**
 * Compressed bodies, with the decompression cap of design section 9. We never ask for compression; some devices only hold
 * compressed files and send them all the same. Pure; never throws: what cannot be unpacked stays as it came.
 */
import { gunzipSync, inflateRawSync, inflateSync, constants } from 'node:zlib';

const MAX_INFLATED_BYTES = 262_144;

/** The body unpacked, or the body itself when the encoding is unknown, the data damaged, or the result above the cap. */
export function unpack(body: Uint8Array, encoding: string | undefined): Uint8Array {
  if (encoding === undefined || body.length === 0) return body;
  // A broken-off body yields its beginning: Z_SYNC_FLUSH accepts an end that is missing.
  const options = { maxOutputLength: MAX_INFLATED_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    if (/\bgzip\b/i.test(encoding)) return gunzipSync(body, options);
    if (/\bdeflate\b/i.test(encoding)) return isZlib(body) ? inflateSync(body, options) : inflateRawSync(body, options);
  } catch {
    return body;
  }
  return body;
}

/** RFC 1950 header: method 8 and a check on the first two bytes. Many servers send raw deflate under the same name. */
function isZlib(body: Uint8Array): boolean {
  const [first = 0, second = 0] = body;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
