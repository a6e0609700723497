/** The bundle without letters beyond ASCII. */

const BEYOND = /[\u0080-\uffff]/g;
/** Two backslashes are one that is written: only one more than an even number of them is an escape, and would take ours apart. */
const ESCAPED = /(?<!\\)(?:\\\\)*\\[\u0080-\uffff]/;
const SHOWN = { before: 60, behind: 20 };

/**
 * The same script with every letter beyond ASCII as `\uXXXX`: the engine holds a program in one byte a letter where it can, and in two
 * where one letter needs them. Throws where an escape would not mean the letter.
 */
export function inAscii(code: string): string {
  if (/\braw`/.test(code)) throw new Error('String.raw: an escape does not mean the letter there');
  const escaped = ESCAPED.exec(code);
  if (escaped) {
    const place = code.slice(Math.max(0, escaped.index - SHOWN.before), escaped.index + SHOWN.behind);
    throw new Error(`a backslash before a letter beyond ASCII: ${place}`);
  }
  return code.replaceAll(BEYOND, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
