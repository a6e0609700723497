/**
 * Signature data made ready to match: per field an index of what can match (field-index.ts), patterns behind a literal
 * prefilter. Pure. Patterns run in RE2JS, in linear time whatever a device sends, or where that takes few steps in the built-in
 * engine (bounded.ts).
 */
import { RE2JS } from 're2js';
import type { JudgingData, MatchSignature } from '../../signatures/load.ts';
import type { Condition, Match } from '../../signatures/schema.ts';
import { boundedSteps, isBounded, withSteps, type Bounded } from './bounded.ts';
import { createFieldIndex, type FieldIndex, type LiteralsOf } from './field-index.ts';
import { requiredLiterals } from './literals.ts';
import type { OuiLookup } from './types.ts';

/** Captures of a match, `$0` first, or undefined. `folded` is the value in lower case, made once per observation. */
export type Test = (value: string, folded: string) => readonly string[] | undefined;

export interface CompiledCondition {
  readonly field: string;
  readonly test: Test;
}

export interface CompiledSignature {
  readonly signature: MatchSignature;
  readonly test: Test;
  readonly also: readonly CompiledCondition[];
  readonly unless: readonly CompiledCondition[];
}

export interface MakerEntry {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly makes: 'surveillance' | 'mixed' | 'ordinary';
}

export interface CompiledSignatures {
  /** Fields that signatures look at. */
  readonly fields: readonly string[];
  /** Signatures of a field, in the order of the data. Compiled on first use: most scans see a fraction of the fields. */
  readonly candidatesOf: (field: string) => readonly CompiledSignature[];
  /** What matches a value of a field; undefined for a field that no signature looks at. Made on first use. */
  readonly indexOf: (field: string) => FieldIndex | undefined;
  readonly makers: ReadonlyMap<string, MakerEntry>;
  /** Folded name or alias to maker id. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly deviceTypes: Readonly<Record<string, boolean>>;
  readonly channelOf: (field: string) => string;
}

/** Longest text a pattern is tried on, in UTF-16 code units. */
const MAX_MATCH_LENGTH = 8192;

/** Compiles checked data. Throws on a pattern RE2 does not take: our own fault, caught by `signatures check`. */
export function compileSignatures(data: JudgingData, oui: OuiLookup): CompiledSignatures {
  const facts = factsFrom(data);
  const patterns = createPatterns(facts);
  const fields = new Set(data.fields);
  const aliases = new Map<string, string>();
  for (const maker of data.makers)
    for (const name of [maker.maker, maker.name, ...(maker.aliases ?? [])]) aliases.set(foldName(name), maker.maker);
  const compiled = new Map<string, readonly CompiledSignature[]>();
  const candidatesOf = (field: string): readonly CompiledSignature[] => {
    const known = compiled.get(field);
    if (known) return known;
    const made = data.signaturesOf(field).map((signature) => compileSignature(signature, oui, patterns));
    compiled.set(field, made);
    return made;
  };
  const indexes = new Map<string, FieldIndex>();
  const indexOf = (field: string): FieldIndex | undefined => {
    const known = indexes.get(field);
    if (known || !fields.has(field)) return known;
    const index = createFieldIndex(candidatesOf(field), facts.literalsOf, oui);
    indexes.set(field, index);
    return index;
  };
  return {
    fields: data.fields,
    candidatesOf,
    indexOf,
    makers: new Map(data.makers.map(({ maker, name, owner, makes }) => [maker, { id: maker, name, owner: owner ?? maker, makes }])),
    aliases,
    deviceTypes: data.deviceTypes,
    channelOf: channelLookup(data.fieldChannels),
  };
}

/** Test of a pattern; the same pattern stands in many signatures, and is compiled once. */
type Patterns = (pattern: string, ignoreCase: boolean) => Test;

interface Facts {
  readonly literalsOf: LiteralsOf;
  readonly stepsOf: (pattern: string) => readonly number[] | undefined;
}

/** What packed data says of a pattern, or else what it takes long to work out. */
function factsFrom({ factsOf }: Pick<JudgingData, 'factsOf'> = {}): Facts {
  const known = <T>(packed: T | null | undefined, find: () => T | undefined): T | undefined =>
    packed === undefined ? find() : (packed ?? undefined);
  return {
    literalsOf: (pattern) => known(factsOf?.(pattern)?.literals, () => requiredLiterals(pattern)),
    stepsOf: (pattern) => known(factsOf?.(pattern)?.steps, () => boundedSteps(pattern)),
  };
}

function createPatterns(facts: Facts): Patterns {
  const [exact, folded] = [new Map<string, Test>(), new Map<string, Test>()];
  return (pattern, ignoreCase) => {
    const tests = ignoreCase ? folded : exact;
    const test = tests.get(pattern) ?? compilePattern(pattern, ignoreCase, facts);
    tests.set(pattern, test);
    return test;
  };
}

/** Compiles one signature, by itself for the self-test. */
export function compileSignature(
  signature: MatchSignature,
  oui: OuiLookup,
  patterns: Patterns = createPatterns(factsFrom()),
): CompiledSignature {
  const conditions = (list: readonly Condition[] = []): CompiledCondition[] =>
    list.map(({ field, match }) => ({ field, test: compileMatch(match, oui, patterns) }));
  return {
    signature,
    test: compileMatch(signature.match, oui, patterns),
    also: conditions(signature.also),
    unless: conditions(signature.unless),
  };
}

function compileMatch(match: Match, oui: OuiLookup, patterns: Patterns): Test {
  if ('oui' in match) {
    const organisation = patterns(match.oui, false);
    return (value) => {
      const name = oui(value);
      return name === undefined ? undefined : organisation(name, name.toLowerCase());
    };
  }
  const ignoreCase = match.ignoreCase ?? false;
  if ('pattern' in match) return patterns(match.pattern, ignoreCase);
  if ('equals' in match) {
    const wanted = ignoreCase ? match.equals.toLowerCase() : match.equals;
    return (value, folded) => ((ignoreCase ? folded : value) === wanted ? [value] : undefined);
  }
  const wanted = ignoreCase ? match.prefix.toLowerCase() : match.prefix;
  return (value, folded) => ((ignoreCase ? folded : value).startsWith(wanted) ? [value] : undefined);
}

function compilePattern(pattern: string, ignoreCase: boolean, { literalsOf, stepsOf }: Facts): Test {
  const literals = literalsOf(pattern);
  // Compiling costs a third of a millisecond: only what the prefilter lets through is ever compiled.
  let bounded: Bounded | undefined | null = null;
  let regex: RE2JS | undefined;
  return (value, folded) => {
    if (literals && !literals.some((literal) => folded.includes(literal))) return undefined;
    const text = value.slice(0, MAX_MATCH_LENGTH);
    if (bounded === null) {
      const steps = stepsOf(pattern);
      bounded = steps && withSteps(pattern, ignoreCase, steps);
    }
    if (bounded && isBounded(bounded, text)) {
      const match: readonly (string | undefined)[] | null = bounded.regex.exec(text);
      return match?.map((group) => group ?? '');
    }
    regex ??= compileRe2(pattern, ignoreCase);
    const matcher = regex.matcher(text);
    if (!matcher.find()) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? '');
  };
}

/** The pattern for texts of any kind and length. Throws on one that RE2 does not take. */
export function compileRe2(pattern: string, ignoreCase: boolean): RE2JS {
  return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL : RE2JS.DOTALL);
}

function channelLookup(fieldChannels: JudgingData['fieldChannels']): (field: string) => string {
  const exact = new Map(Object.entries(fieldChannels).filter(([name]) => !name.endsWith('*')));
  const prefixes = Object.entries(fieldChannels)
    .filter(([name]) => name.endsWith('*'))
    .map(([name, channel]) => [name.slice(0, -1), channel] as const)
    .sort(([a], [b]) => b.length - a.length);
  return (field) => exact.get(field) ?? prefixes.find(([prefix]) => field.startsWith(prefix))?.[1] ?? 'unknown';
}

/** Name without case, blanks and punctuation: `TP-LINK` and `tp link` are one. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
