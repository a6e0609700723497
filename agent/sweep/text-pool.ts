/**
 * Texts kept for the length of a scan, each once. What a decoder cut out of an answer would otherwise keep the whole answer in
 * memory, and a thousand cameras of one model say the same thousand times.
 */

const MAX_TEXTS = 50_000;
/** Shorter texts are copies already. */
const MIN_LENGTH = 13;

export class TextPool {
  #texts = new Map<string, string>();

  /** The same text, without what it was cut from. */
  keep(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MAX_TEXTS) this.#texts = new Map();
    const copy = text.length < MIN_LENGTH ? text : copyOf(text);
    this.#texts.set(copy, copy);
    return copy;
  }
}

const ASCII = /^[\0-\x7f]*$/;

/** A slice of a longer text becomes a text of its own by being written down and read again. */
function copyOf(text: string): string {
  const encoding = ASCII.test(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}
