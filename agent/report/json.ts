/** JSON that is safe to look at: what would reorder or hide text on a terminal is written as an escape. Pure. */

// Control characters JSON itself leaves alone, zero-width and bidirectional ones, line and paragraph separators.
const INVISIBLE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Like JSON.stringify; every reader gets the same text back. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(INVISIBLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same as `jsonText` of the whole with an indent of 2, `key` at its end, an item at a time: the text may be larger than what it is made of. */
export function* jsonParts(head: Readonly<Record<string, unknown>>, key: string, items: Iterable<unknown>): Generator<string> {
  const others = Object.entries(head).filter(([name]) => name !== key);
  const opened = jsonText(Object.fromEntries([...others, [key, []]]), 2);
  let before = opened.slice(0, opened.lastIndexOf(']'));
  for (const item of items) {
    yield `${before}\n    ${jsonText(item, 2).replaceAll('\n', '\n    ')}`;
    before = ',';
  }
  yield before === ',' ? '\n  ]\n}' : opened;
}
