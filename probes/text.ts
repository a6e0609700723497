/**
 * Text out of hostile bytes, and text back to people. Pure; never throws.
 *
 * Device text may carry terminal escapes, bidirectional overrides and invalid UTF-8. Decoders keep it as it is (it is
 * evidence); whoever shows it calls `printable`.
 */

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 where the bytes are UTF-8, Latin-1 otherwise: every byte sequence has a text, and ASCII is always itself. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

/** One code unit per byte: offsets into the text are offsets into the bytes. */
export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

// Control characters, bidirectional controls, zero-width and line/paragraph separators: invisible, or able to reorder a line.

const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Safe for a terminal and a log: control and bidi characters become a visible `·`, long text ends in `…`. */
export function printable(text: string, maxLength = 200): string {
  const clean = text.replace(UNPRINTABLE, '·').toWellFormed();
  return clean.length > maxLength ? `${clean.slice(0, maxLength - 1)}…` : clean;
}

const MAC = /^([0-9a-f]{2})[:\-. ]?([0-9a-f]{2})[:\-. ]?([0-9a-f]{2})[:\-. ]?([0-9a-f]{2})[:\-. ]?([0-9a-f]{2})[:\-. ]?([0-9a-f]{2})$/i;

/** Lower-case colon form of a MAC in any usual spelling (colons, dashes, Cisco dots, bare hex), or undefined. */
export function normaliseMac(text: string): string | undefined {
  const bare = text.trim();
  const match = MAC.exec(/^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(bare) ? bare.replaceAll('.', '') : bare);
  if (!match) return undefined;
  const mac = match.slice(1).join(':').toLowerCase();
  return mac === '00:00:00:00:00:00' || mac === 'ff:ff:ff:ff:ff:ff' ? undefined : mac;
}
