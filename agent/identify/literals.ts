/**
 * Literals a pattern cannot match without: the prefilter that keeps judging a device under 5 ms. Pure.
 *
 * Reads the RE2 subset signatures use. Where it is not sure it returns undefined, and the pattern is simply tried.
 */

/** At least one of these (lower case) stands in every text the pattern matches; undefined when none is known. */
export function requiredLiterals(pattern: string): readonly string[] | undefined {
  const parser = new Parser(pattern);
  const literals = parser.alternation();
  if (!parser.atEnd() || !literals) return undefined;
  return literals.every((literal) => literal.length >= MIN_LENGTH) ? literals.map((literal) => literal.toLowerCase()) : undefined;
}

const MIN_LENGTH = 2;

type Literals = readonly string[] | undefined;

class Parser {
  #at = 0;
  readonly #text: string;
  constructor(pattern: string) {
    this.#text = pattern;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** One literal per alternative; undefined as soon as one alternative has none. */
  alternation(): Literals {
    const all: string[] = [];
    let known = true;
    do {
      const best = this.#sequence();
      if (best) all.push(...best);
      else known = false;
    } while (this.#take('|'));
    return known ? all : undefined;
  }

  #sequence(): Literals {
    let best: Literals;
    let run = '';
    const offer = (candidate: Literals): void => {
      if (candidate && candidate.length > 0 && shortest(candidate) > shortest(best)) best = candidate;
    };
    while (!this.atEnd() && this.#peek() !== '|' && this.#peek() !== ')') {
      const item = this.#item();
      const optional = this.#quantifier();
      if (item.kind === 'literal' && optional === 'once') {
        run += item.text;
        continue;
      }
      offer(run === '' ? undefined : [run]);
      run = '';
      if (optional === 'maybe') continue;
      if (item.kind === 'literal') offer([item.text]);
      if (item.kind === 'group') offer(item.literals);
    }
    offer(run === '' ? undefined : [run]);
    return best;
  }

  #item(): { kind: 'literal'; text: string } | { kind: 'group'; literals: Literals } | { kind: 'other' } {
    const char = this.#text[this.#at++] ?? '';
    if (char === '(') {
      const open = /^\?(?:P?<[A-Za-z]\w*>|[a-zA-Z-]*[:)])/.exec(this.#text.slice(this.#at, this.#at + 40));
      this.#at += open?.[0].length ?? 0;
      if (open?.[0].endsWith(')') === true) return { kind: 'other' }; // flags such as (?i), no group
      const literals = this.alternation();
      this.#take(')');
      return { kind: 'group', literals };
    }
    if (char === '[') return this.#class();
    if (char === '\\') {
      const escaped = this.#text[this.#at++] ?? '';
      if (escaped === 'x' || escaped === 'p' || escaped === 'P') this.#at += this.#codeLength(escaped);
      return /[A-Za-z0-9]/.test(escaped) ? { kind: 'other' } : { kind: 'literal', text: escaped };
    }
    return char === '.' || char === '^' || char === '$' ? { kind: 'other' } : { kind: 'literal', text: char };
  }

  /** Characters after `\x`, `\p` or `\P` that belong to it: `{…}`, two hex digits, or one letter. */
  #codeLength(escaped: string): number {
    const close = this.#peek() === '{' ? this.#text.indexOf('}', this.#at) : -1;
    if (close >= 0) return close + 1 - this.#at;
    return escaped === 'x' ? 2 : 1;
  }

  #class(): { kind: 'other' } {
    if (this.#peek() === '^') this.#at++;
    if (this.#peek() === ']') this.#at++;
    while (!this.atEnd() && this.#peek() !== ']') this.#at += this.#peek() === '\\' ? 2 : 1;
    this.#at++;
    return { kind: 'other' };
  }

  #quantifier(): 'once' | 'some' | 'maybe' {
    const match = /^(?:[*?+]|\{\d*,?\d*\})\??/.exec(this.#text.slice(this.#at, this.#at + 12));
    if (!match) return 'once';
    this.#at += match[0].length;
    return /^(?:\*|\?|\{0)/.test(match[0]) || match[0].startsWith('{,') ? 'maybe' : 'some';
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }
}

function shortest(literals: Literals): number {
  return literals ? Math.min(...literals.map(({ length }) => length)) : 0;
}
