/** Many literals looked for in one pass over a text, instead of one pass each. Pure. */

export interface LiteralScan {
  /** Adds the numbers of all literals that stand in the text. */
  find(text: string, into: Set<number>): void;
}

interface Entry {
  readonly literal: string;
  readonly numbers: number[];
}

/** Literals (two UTF-16 code units or more) with the number each stands for; several may have one number, and one several. */
export function createLiteralScan(literals: Iterable<readonly [literal: string, number: number]>): LiteralScan {
  const entries = new Map<string, Entry>();
  for (const [literal, number] of literals) {
    const entry = entries.get(literal);
    if (entry) entry.numbers.push(number);
    else entries.set(literal, { literal, numbers: [number] });
  }
  const byPair = new Map<number, Entry[]>();
  for (const entry of entries.values()) {
    const pair = (entry.literal.charCodeAt(0) << 16) | entry.literal.charCodeAt(1);
    const bucket = byPair.get(pair);
    if (bucket) bucket.push(entry);
    else byPair.set(pair, [entry]);
  }
  return {
    find(text, into) {
      if (entries.size === 0) return;
      let pair = text.charCodeAt(0);
      for (let at = 0; at + 1 < text.length; at++) {
        pair = (pair << 16) | text.charCodeAt(at + 1);
        for (const { literal, numbers } of byPair.get(pair) ?? NONE) {
          if (text.startsWith(literal, at)) for (const number of numbers) into.add(number);
        }
      }
    },
  };
}

const NONE: readonly Entry[] = [];
