/**
 * Which signatures of one field match a value. A field has up to 400 of them and a value fits one or two, so only those are tried
 * that can: equal texts come from a map, patterns by the literals they need, makers of MACs by their organisation. Pure. What it
 * says is what trying all of them one by one would say, in the same order.
 */
import type { CompiledSignature } from './compile.ts';
import { createLiteralScan, type LiteralScan } from './literal-scan.ts';
import { memoise } from './memo.ts';
import type { OuiLookup, ResolvedAsserts } from './types.ts';

/** A signature whose own match holds; its `also` and `unless` are still to be asked. */
export interface Hit {
  readonly candidate: CompiledSignature;
  readonly captures: readonly string[];
  /** Filled in by whoever needs it first. */
  asserts?: ResolvedAsserts | undefined;
}

export type FieldIndex = (value: string) => readonly Hit[];

/** Literals a pattern cannot match without, in lower case; undefined when none is known. */
export type LiteralsOf = (pattern: string) => readonly string[] | undefined;

const REMEMBERED_VALUES = 128;
const NO_HITS: readonly Hit[] = [];

export function createFieldIndex(candidates: readonly CompiledSignature[], literalsOf: LiteralsOf, oui: OuiLookup): FieldIndex {
  const equal = new Map<string, number[]>();
  const equalFolded = new Map<string, number[]>();
  const texts = new Patterns(literalsOf);
  const organisations = new Patterns(literalsOf);
  candidates.forEach(({ signature: { match } }, number) => {
    if ('oui' in match) organisations.add(match.oui, number);
    else if ('pattern' in match) texts.add(match.pattern, number);
    else if ('prefix' in match) texts.always.push(number);
    else if (match.ignoreCase === true) push(equalFolded, match.equals.toLowerCase(), number);
    else push(equal, match.equals, number);
  });

  const tried = (numbers: Iterable<number>, value: string, folded: string): readonly Hit[] => {
    const hits = [...numbers].flatMap((number): Hit[] => {
      const candidate = candidates[number];
      const captures = candidate?.test(value, folded);
      return candidate && captures ? [{ candidate, captures }] : [];
    });
    return hits.length === 0 ? NO_HITS : hits;
  };
  const find = (value: string): readonly Hit[] => {
    const folded = value.toLowerCase();
    const numbers = texts.candidates(folded);
    for (const number of equal.get(value) ?? []) numbers.add(number);
    for (const number of equalFolded.get(folded) ?? []) numbers.add(number);
    return tried([...numbers].sort(ascending), value, folded);
  };
  const ofText = memoise(find, REMEMBERED_VALUES);
  if (organisations.isEmpty) return ofText;

  // All MACs of a maker match alike: what is remembered is asked by organisation. Any MAC of it stands for it.
  const ofOrganisation = (value: string, name: string): readonly Hit[] =>
    tried([...organisations.candidates(name.toLowerCase())].sort(ascending), value, value.toLowerCase());
  const known = new Map<string, readonly Hit[]>();
  const hitsOfMac = (value: string): readonly Hit[] => {
    const name = oui(value);
    if (name === undefined) return NO_HITS;
    const found = known.get(name) ?? ofOrganisation(value, name);
    if (known.size < MAX_ORGANISATIONS) known.set(name, found);
    return found;
  };
  if (organisations.size === candidates.length) return hitsOfMac;
  return (value) => {
    const [byText, byMac] = [ofText(value), hitsOfMac(value)];
    if (byMac.length === 0) return byText;
    if (byText.length === 0) return byMac;
    return [...byText, ...byMac].sort((a, b) => candidates.indexOf(a.candidate) - candidates.indexOf(b.candidate));
  };
}

/** The names come from the IEEE registry, never from a device; of its 40,000 a network shows a few hundred. */
const MAX_ORGANISATIONS = 1000;

/** Patterns behind the literals they need. */
class Patterns {
  readonly always: number[] = [];
  readonly #literals: (readonly [string, number])[] = [];
  readonly #literalsOf: LiteralsOf;
  #scan: LiteralScan | undefined;
  size = 0;

  constructor(literalsOf: LiteralsOf) {
    this.#literalsOf = literalsOf;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  add(pattern: string, number: number): void {
    this.size++;
    const literals = this.#literalsOf(pattern);
    if (literals) this.#literals.push(...literals.map((literal) => [literal, number] as const));
    else this.always.push(number);
  }

  /** Numbers of the patterns that could match a text, which is in lower case. */
  candidates(folded: string): Set<number> {
    this.#scan ??= createLiteralScan(this.#literals);
    const numbers = new Set(this.always);
    this.#scan.find(folded, numbers);
    return numbers;
  }
}

function push(map: Map<string, number[]>, key: string, number: number): void {
  const list = map.get(key);
  if (list) list.push(number);
  else map.set(key, [number]);
}

function ascending(a: number, b: number): number {
  return a - b;
}
