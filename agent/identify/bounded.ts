/**
 * Patterns the built-in engine may run. It is ten times faster than RE2JS, but tries again and again where a pattern leaves it a
 * choice, and a device could choose the text that takes it for ever. So the pattern is read first and the most steps it can ever
 * take on a text of n characters are worked out; it is used only where these stay below a fixed number, and RE2JS, whose time is
 * linear in any text, does the rest. Both must say the same: only syntax that means the same to both is read, and only texts
 * of plain ASCII are tried (case, digits, blanks and word ends differ beyond it). Pure.
 */

export interface Bounded {
  readonly regex: RegExp;
  /** Upper bound of the steps on a text of this length. */
  readonly steps: (length: number) => number;
}

/** A step takes 1 ns compiled and up to 10 ns interpreted: at most some milliseconds, and with real texts some microseconds. */
export const MAX_STEPS = 500_000;

/** A vertical tab is a blank to one engine only. */
const PLAIN = /^[\0-\x0a\x0c-\x7f]*$/;

/** True where the built-in engine may be asked about this text. */
export function isBounded({ steps }: Bounded, text: string): boolean {
  return steps(text.length) <= MAX_STEPS && PLAIN.test(text);
}

/** The pattern for the built-in engine; undefined where its steps have no useful bound, or it may mean something else there. */
export function boundedPattern(pattern: string, ignoreCase: boolean): Bounded | undefined {
  if (!PLAIN.test(pattern)) return undefined;
  try {
    const { choices, degree, size, anchored } = new Reader(pattern).read();
    if (choices > MAX_STEPS) return undefined;
    const power = anchored ? degree : degree + 1;
    return { regex: new RegExp(pattern, ignoreCase ? 'is' : 's'), steps: (length) => size * choices * (length + 1) ** power };
  } catch (error) {
    if (error instanceof Unread || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Met something that is not read: no fault, the pattern is then left to RE2JS. */
class Unread extends Error {}

/** Ways through a part of a pattern: `choices` × n to the power of `degree`, each of at most `size` tests beside those. */
interface Part {
  readonly choices: number;
  readonly degree: number;
  readonly size: number;
  readonly mayBeEmpty: boolean;
  readonly captures: boolean;
  /** Matches at the beginning of the text or nowhere. */
  readonly anchored: boolean;
}

const CHARACTER: Part = { choices: 1, degree: 0, size: 1, mayBeEmpty: false, captures: false, anchored: false };
const PLACE: Part = { ...CHARACTER, mayBeEmpty: true };

class Reader {
  #at = 0;
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }

  read(): Part {
    const part = this.#alternation();
    if (this.#at < this.#text.length) throw new Unread();
    return part;
  }

  #alternation(): Part {
    let all = this.#sequence();
    while (this.#take('|')) {
      const other = this.#sequence();
      all = {
        choices: all.choices + other.choices,
        degree: Math.max(all.degree, other.degree),
        size: all.size + other.size,
        mayBeEmpty: all.mayBeEmpty || other.mayBeEmpty,
        captures: all.captures || other.captures,
        anchored: all.anchored && other.anchored,
      };
    }
    return all;
  }

  #sequence(): Part {
    let all: Part | undefined;
    while (this.#at < this.#text.length && !'|)'.includes(this.#peek())) {
      const next = this.#repeated(this.#item());
      all = all
        ? {
            choices: all.choices * next.choices,
            degree: all.degree + next.degree,
            size: all.size + next.size,
            mayBeEmpty: all.mayBeEmpty && next.mayBeEmpty,
            captures: all.captures || next.captures,
            anchored: all.anchored,
          }
        : next;
    }
    return all ?? PLACE;
  }

  #item(): Part {
    const char = this.#next();
    if (char === '(') return this.#group();
    if (char === '[') return this.#class();
    if (char === '\\') return this.#escape('bBdDwWsStnrf');
    if (char === '^') return { ...PLACE, anchored: true };
    if (char === '$') return PLACE;
    if ('*+?{'.includes(char)) throw new Unread();
    return CHARACTER;
  }

  #group(): Part {
    const captures = !this.#take('?');
    if (!captures && !this.#take(':')) throw new Unread();
    const inside = this.#alternation();
    if (!this.#take(')')) throw new Unread();
    return { ...inside, captures: captures || inside.captures };
  }

  #class(): Part {
    this.#take('^');
    if (this.#peek() === ']') throw new Unread();
    while (!this.#take(']')) {
      const char = this.#next();
      if (char === '\\') this.#escape('dDwWsStnrf');
      if (char === '[' && this.#peek() === ':') throw new Unread();
    }
    return CHARACTER;
  }

  /** Letters that mean the same to both engines, and punctuation. */
  #escape(letters: string): Part {
    const char = this.#next();
    if (/\w/.test(char) && !letters.includes(char)) throw new Unread();
    return char === 'b' || char === 'B' ? PLACE : CHARACTER;
  }

  #repeated(item: Part): Part {
    const [written, least, comma, most] = /^(?:[*+?]|\{(\d{1,3})(,?)(\d{0,3})\})/.exec(this.#text.slice(this.#at, this.#at + 12)) ?? [];
    if (written === undefined) return item;
    this.#at += written.length;
    this.#take('?');
    if ('*+?{'.includes(this.#peek() || ' ')) throw new Unread();
    // What an empty turn of a loop does, and which turn a group in it remembers, is where engines differ.
    if (item.mayBeEmpty) throw new Unread();
    if (written === '?') return { ...item, choices: item.choices + 1, mayBeEmpty: true, anchored: false };
    if (item.captures || item.degree > 0) throw new Unread();
    const from = written === '*' ? 0 : written === '+' ? 1 : Number(least);
    const to = written === '*' || written === '+' || (comma === ',' && most === '') ? undefined : comma === ',' ? Number(most) : from;
    if (to === undefined) {
      if (item.choices > 1) throw new Unread();
      return { ...item, degree: 1, size: item.size * (from + 1), mayBeEmpty: from === 0, anchored: false };
    }
    if (to < from) throw new Unread();
    const choices = (to - from + 1) * item.choices ** to;
    return { ...item, choices, size: item.size * Math.max(1, to), mayBeEmpty: from === 0, anchored: false };
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #next(): string {
    const char = this.#text[this.#at++];
    if (char === undefined) throw new Unread();
    return char;
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }
}
