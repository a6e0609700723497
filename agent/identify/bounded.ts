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
  const steps = boundedSteps(pattern);
  return steps && withSteps(pattern, ignoreCase, steps);
}

/** The same where `boundedSteps` was asked before. */
export function withSteps(pattern: string, ignoreCase: boolean, steps: readonly number[]): Bounded {
  return { regex: new RegExp(withoutFolding(pattern), ignoreCase ? 'is' : 's'), steps: (length) => at(steps, length) };
}

/** Steps by the text's length: coefficients from the constant up. Undefined where it must not run there. It takes long. */
export function boundedSteps(pattern: string): readonly number[] | undefined {
  if (!PLAIN.test(pattern)) return undefined;
  try {
    const source = withoutFolding(pattern);
    const steps = new Reader(source).read();
    if (at(steps, 0) > MAX_STEPS) return undefined;
    new RegExp(source, 's'); // refuses what only RE2 takes
    return steps;
  } catch (error) {
    if (error instanceof Unread || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `(?i:ab)` is not in Node 20; `(?:[aA][bB])` says the same of ASCII. */
function withoutFolding(pattern: string): string {
  return pattern.replace(
    /\(\?i:([^()[\]]*)\)/g,
    (_, text: string) =>
      `(?:${text.replace(/\\.|[a-zA-Z]/g, (found) => (found.length > 1 ? found : `[${found.toLowerCase()}${found.toUpperCase()}]`))})`,
  );
}

/** A polynomial of the text's length: coefficients from the constant up. */
type Count = readonly number[];

const ONE: Count = [1];
/** A run may end after any character. */
const ANY_LENGTH: Count = [1, 1];

function plus(a: Count, b: Count): Count {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, power) => (a[power] ?? 0) + (b[power] ?? 0));
}

function times(a: Count, b: Count): Count {
  const product = Array.from({ length: a.length + b.length - 1 }, () => 0);
  a.forEach((x, i) => b.forEach((y, j) => (product[i + j] = (product[i + j] ?? 0) + x * y)));
  return product;
}

function at(count: Count, length: number): number {
  return count.reduceRight((sum, coefficient) => sum * length + coefficient, 0);
}

/** Met something that is not read: no fault, the pattern is then left to RE2JS. */
class Unread extends Error {}

/** A part of a pattern, and what one try of it at one place takes. */
interface Part {
  /** Ways to match: each is tried when what follows fails. */
  readonly ways: Count;
  /** Steps to try them all. */
  readonly steps: Count;
  readonly mayBeEmpty: boolean;
  readonly captures: boolean;
  /** Matches at the beginning of the text or nowhere. */
  readonly anchored: boolean;
}

const CHARACTER: Part = { ways: ONE, steps: ONE, mayBeEmpty: false, captures: false, anchored: false };
const PLACE: Part = { ...CHARACTER, mayBeEmpty: true };

class Reader {
  #at = 0;
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }

  /** Steps on a whole text: what is not anchored is tried at every place. */
  read(): Count {
    const parts = this.#alternatives();
    if (this.#at < this.#text.length) throw new Unread();
    return parts.map(({ steps, anchored }) => (anchored ? plus(steps, ANY_LENGTH) : times(steps, ANY_LENGTH))).reduce(plus);
  }

  #alternatives(): [Part, ...Part[]] {
    const parts: [Part, ...Part[]] = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts;
  }

  #sequence(): Part {
    let all: Part | undefined;
    while (this.#at < this.#text.length && !'|)'.includes(this.#peek())) {
      const next = this.#repeated(this.#item());
      all = all
        ? {
            ways: times(all.ways, next.ways),
            // All of it is tried behind every way that leads to it.
            steps: plus(all.steps, times(all.ways, next.steps)),
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
    const parts = this.#alternatives();
    if (!this.#take(')')) throw new Unread();
    return {
      ways: parts.map(({ ways }) => ways).reduce(plus),
      steps: parts.map(({ steps }) => steps).reduce(plus),
      mayBeEmpty: parts.some(({ mayBeEmpty }) => mayBeEmpty),
      captures: captures || parts.some((part) => part.captures),
      anchored: parts.every(({ anchored }) => anchored),
    };
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
    const part = { mayBeEmpty: true, captures: item.captures, anchored: false };
    if (written === '?') return { ...part, ways: plus(item.ways, ONE), steps: plus(item.steps, ONE) };
    // A loop over something with several ways, or of any length, has more ways than can be counted here.
    if (item.captures || item.ways.length > 1) throw new Unread();
    const from = written === '*' ? 0 : written === '+' ? 1 : Number(least);
    part.mayBeEmpty = from === 0;
    if (written === '*' || written === '+' || (comma === ',' && most === '')) {
      if (at(item.ways, 1) > 1) throw new Unread();
      return { ...part, ways: ANY_LENGTH, steps: times(item.steps, ANY_LENGTH) };
    }
    const to = comma === ',' ? Number(most) : from;
    if (to < from) throw new Unread();
    let [turn, ways, steps]: [Count, Count, Count] = [ONE, from === 0 ? ONE : [0], ONE];
    for (let turns = 1; turns <= to; turns++) {
      steps = plus(steps, times(turn, item.steps));
      turn = times(turn, item.ways);
      if (turns >= from) ways = plus(ways, turn);
    }
    return { ...part, ways, steps };
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
