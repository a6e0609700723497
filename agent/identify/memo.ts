/** Answers for texts that come again: the same camera model says the same on every address. Pure, and bounded. */

import { Recent } from './recent.ts';

/** Longer texts are rarely said twice, and would make the memory one that a device decides about. */
const MAX_TEXT = 256;

/** Remembers what `answer` said of the last texts, between `size` and twice as many. The answer must depend on the text alone. */
export function memoise<T>(answer: (text: string) => T, size: number): (text: string) => T {
  const known = new Recent<T>(size);
  return (text) => (text.length > MAX_TEXT ? answer(text) : (known.get(text) ?? known.set(text, answer(text))));
}
