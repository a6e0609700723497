/**
 * Signature data as an installation carries it: one file, made by `scripts/pack-data.ts`, of which a scan reads what it needs. A
 * network shows a third of the fields, and no scan needs a signature's source and examples: parsing all of it costs a
 * tenth of a second. Lines of JSON: a head that says where the others are, one line a field, and at the end everything about
 * every maker.
 */
import { z } from 'zod';
import type { FieldChannels, JudgingData, MakerFacts, MatchSignature, PatternFacts, SignatureData } from './load.ts';
import type { Policy } from './policy-schema.ts';
import type { Relation } from './relations-schema.ts';
import type { Maker } from './schema.ts';

interface FieldLine {
  readonly signatures: readonly MatchSignature[];
  /** Of every pattern of these signatures and their conditions. */
  readonly patterns: Readonly<Record<string, PatternFacts>>;
}

/** First byte and byte behind the last, counted from the end of the head's line. */
const place = z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]);

// The file was checked when it was made, from these very sources; here only its outline is.
const headSchema = z.object({
  version: z.string(),
  hash: z.string(),
  makers: z.array(z.custom<MakerFacts>(isObject)),
  relations: z.array(z.custom<Relation>(isObject)),
  policies: z.array(z.custom<Policy>(isObject)),
  fieldChannels: z.custom<FieldChannels>(isObject),
  deviceTypes: z.record(z.string(), z.boolean()),
  places: z.record(z.string(), place),
  whole: place,
});
const fieldLineSchema = z.custom<FieldLine>(isObject);
const wholeSchema = z.array(z.custom<Maker>(isObject));

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The file's text. `factsOf`: what takes long to work out of a pattern. */
export function packSignatures(data: SignatureData, factsOf: (pattern: string) => PatternFacts): string {
  const lines: string[] = [];
  let at = 0;
  const add = (value: unknown): [number, number] => {
    const line = JSON.stringify(value);
    const from = at;
    lines.push(line);
    at += Buffer.byteLength(line) + 1;
    return [from, at - 1];
  };
  const places = Object.fromEntries(
    data.fields.map((field) => {
      const signatures = data.signaturesOf(field).map((signature): MatchSignature => without(signature, FOR_PEOPLE));
      const patterns = Object.fromEntries(signatures.flatMap(patternsOf).map((pattern) => [pattern, factsOf(pattern)]));
      return [field, add({ signatures, patterns } satisfies FieldLine)];
    }),
  );
  const { version, hash, relations, policies, fieldChannels, deviceTypes } = data;
  const makers = data.makers.map((maker): MakerFacts => without(maker, ['signatures']));
  const head = { version, hash, relations, policies, fieldChannels, deviceTypes, makers, places, whole: add(data.makers) };
  return [JSON.stringify(head), ...lines, ''].join('\n');
}

/** What judging needs; fields are parsed when they are first asked for. */
export function unpackForJudging(bytes: Buffer): JudgingData {
  const { head, line } = opened(bytes, 'fields');
  const lines = new Map<string, FieldLine>();
  const facts = new Map<string, PatternFacts>();
  const lineOf = (field: string): FieldLine | undefined => {
    const known = lines.get(field);
    const at = head.places[field];
    if (known || !at) return known;
    const read = fieldLineSchema.parse(line(at));
    lines.set(field, read);
    for (const [pattern, fact] of Object.entries(read.patterns)) facts.set(pattern, fact);
    return read;
  };
  return {
    ...head,
    fields: Object.keys(head.places),
    signaturesOf: (field) => lineOf(field)?.signatures ?? [],
    factsOf: (pattern) => facts.get(pattern),
  };
}

/** Everything, examples and sources too. */
export function unpackWhole(bytes: Buffer): Omit<SignatureData, 'fields' | 'signaturesOf'> {
  const { head, line } = opened(bytes, 'all');
  return { ...head, makers: wholeSchema.parse(line(head.whole)) };
}

/** `fields`: what is behind them is two thirds of the file, and let go. */
function opened(bytes: Buffer, part: 'fields' | 'all') {
  const end = bytes.indexOf('\n');
  const head = headSchema.parse(JSON.parse(bytes.toString('utf8', 0, end)));
  // Said now, and not when a device first shows a field of the part that is missing.
  if (bytes.length !== end + 1 + head.whole[1] + 1) throw new Error('cut off');
  const lines = part === 'all' ? bytes.subarray(end + 1) : Buffer.from(bytes.subarray(end + 1, end + 1 + head.whole[0]));
  const line = ([from, to]: z.infer<typeof place>): unknown => JSON.parse(lines.toString('utf8', from, to));
  return { head, line };
}

const FOR_PEOPLE = ['source', 'examples', 'counterExamples'];

function without<T extends object>(whole: T, keys: readonly string[]): T {
  return Object.assign({}, whole, Object.fromEntries(keys.map((key) => [key, undefined])));
}

function patternsOf({ match, also, unless }: MatchSignature): string[] {
  return [match, ...[...(also ?? []), ...(unless ?? [])].map((condition) => condition.match)].flatMap((test) =>
    'pattern' in test ? [test.pattern] : 'oui' in test ? [test.oui] : [],
  );
}
