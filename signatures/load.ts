/**
 * Reads signature data: YAML in a checkout, one packed file beside the compiled code in the package (same content, `packed.ts`).
 * Every error names file, path and what was expected.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { policySchema, type Policy } from './policy-schema.ts';
import { relationsSchema, type Relation } from './relations-schema.ts';
import { expandOwnName } from './own-name.ts';
import { unpackForJudging, unpackWhole } from './packed.ts';
import { makerSchema, type Maker, type Signature } from './schema.ts';

/** Field name (or `prefix.*`) to channel. Channels are what corroborates independently. */
export type FieldChannels = Readonly<Record<string, string>>;

/** What matching needs of a signature; where it comes from and its examples are for people. */
export type MatchSignature = Omit<Signature, 'source' | 'examples' | 'counterExamples'>;
export type MakerFacts = Omit<Maker, 'signatures'>;

/** What takes long to work out of a pattern, so it is done when the data is packed. */
export interface PatternFacts {
  /** Literals it cannot match without, as `agent/identify/literals.ts` finds them; null for none. */
  readonly literals: readonly string[] | null;
  /** Its steps in the built-in engine, as `agent/identify/bounded.ts` counts them; null where it must not run there. */
  readonly steps: readonly number[] | null;
}

/** The data as judging needs it. */
export interface JudgingData {
  /** Calendar version of the data, apart from the code's. */
  readonly version: string;
  /** SHA-256 over all sources, first 12 hex digits: two scans with the same hash judged by the same data. */
  readonly hash: string;
  readonly makers: readonly MakerFacts[];
  readonly relations: readonly Relation[];
  readonly policies: readonly Policy[];
  readonly fieldChannels: FieldChannels;
  /** Device type to whether it is surveillance equipment. */
  readonly deviceTypes: Readonly<Record<string, boolean>>;
  /** Fields that signatures look at. */
  readonly fields: readonly string[];
  /** Signatures of a field, makers in alphabetical order. */
  readonly signaturesOf: (field: string) => readonly MatchSignature[];
  /** Of a pattern of a field that was asked for; absent where the data is not packed. */
  readonly factsOf?: ((pattern: string) => PatternFacts | undefined) | undefined;
}

/** All of the data, sources and examples too. */
export interface SignatureData extends JudgingData {
  readonly makers: readonly Maker[];
}

/** Our own data is wrong: the message lists every place. */
export class SignatureDataError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`signature data: ${problems.length} problem(s)\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Made by `scripts/pack-data.ts`. */
export const PACK_FILE = 'data.jsonl';
const PACKED = join(HERE, PACK_FILE);

const fieldsSchema = z.record(z.string(), z.record(z.string(), z.string().min(3)));
const typesSchema = z.strictObject({
  surveillance: z.record(z.string(), z.string()),
  'not-surveillance': z.record(z.string(), z.string()),
});
const versionSchema = z.strictObject({ version: z.string().regex(/^\d{4}\.\d{1,2}\.\d{1,2}(\.\d+)?$/) });

let whole: SignatureData | undefined;
let judging: JudgingData | undefined;

/** The data this installation judges with. Reads once. Throws SignatureDataError when a source is wrong. */
export function loadJudgingData(): JudgingData {
  judging ??= existsSync(PACKED) ? readPacked(unpackForJudging) : loadSignatures();
  return judging;
}

/** The same with sources and examples, which takes longer. */
export function loadSignatures(): SignatureData {
  whole ??= existsSync(PACKED) ? byField(readPacked(unpackWhole)) : readSources(HERE);
  return whole;
}

function readPacked<T>(unpack: (bytes: Buffer) => T): T {
  try {
    return unpack(readFileSync(PACKED));
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new SignatureDataError([`${PACK_FILE}: expected the data this program was built with (${reason}); install it again`]);
  }
}

/** Adds the lists of each field. */
export function byField(data: Omit<SignatureData, 'fields' | 'signaturesOf'>): SignatureData {
  const lists = new Map<string, Signature[]>();
  for (const signature of data.makers.flatMap(({ signatures }) => signatures)) {
    const list = lists.get(signature.field);
    if (list) list.push(signature);
    else lists.set(signature.field, [signature]);
  }
  return { ...data, fields: [...lists.keys()], signaturesOf: (field) => lists.get(field) ?? [] };
}

/** Reads and checks the YAML sources below `directory`. Throws SignatureDataError. */
export function readSources(directory: string): SignatureData {
  const problems: string[] = [];
  const hash = createHash('sha256');
  const read = <T>(file: string, schema: z.ZodType<T>): T | undefined => {
    const text = readFileSync(join(directory, file), 'utf8');
    hash.update(file).update('\0').update(text);
    return parseYaml(file, text, schema, problems);
  };

  const yamlFiles = (folder: string): string[] =>
    readdirSync(join(directory, folder))
      .filter((name) => name.endsWith('.yaml'))
      .sort();

  const makers = yamlFiles('makers').flatMap((name) => {
    const maker = read(`makers/${name}`, makerSchema);
    if (maker && `${maker.maker}.yaml` !== name) problems.push(`makers/${name}: maker: expected "${name.slice(0, -5)}", the file's name`);
    return maker
      ? [{ ...maker, signatures: [...maker.signatures, ...(maker.ownName ? expandOwnName(maker.maker, maker.ownName) : [])] }]
      : [];
  });
  const relations = yamlFiles('relations').flatMap((name) => read(`relations/${name}`, relationsSchema)?.relations ?? []);
  const policies = yamlFiles('policies').flatMap((name) => read(`policies/${name}`, policySchema) ?? []);
  const fields = read('vocabulary/fields.yaml', fieldsSchema);
  const types = read('vocabulary/device-types.yaml', typesSchema);
  const version = read('vocabulary/version.yaml', versionSchema);
  if (problems.length > 0 || !fields || !types || !version) throw new SignatureDataError(problems);

  return byField({
    version: version.version,
    hash: hash.digest('hex').slice(0, 12),
    makers,
    relations,
    policies,
    fieldChannels: Object.fromEntries(
      Object.entries(fields).flatMap(([channel, names]) => Object.keys(names).map((name) => [name, channel])),
    ),
    deviceTypes: Object.fromEntries([
      ...Object.keys(types.surveillance).map((name) => [name, true] as const),
      ...Object.keys(types['not-surveillance']).map((name) => [name, false] as const),
    ]),
  });
}

/** Parses one YAML text against a schema; what is wrong is added to `problems` as `file: path: expectation`. */
export function parseYaml<T>(file: string, text: string, schema: z.ZodType<T>, problems: string[]): T | undefined {
  const document = parseDocument(text, { prettyErrors: true });
  for (const error of document.errors) problems.push(`${file}: ${error.message.split('\n')[0] ?? 'not YAML'}`);
  if (document.errors.length > 0) return undefined;
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  for (const issue of result.error.issues) problems.push(`${file}: ${issue.path.join('.') || '(top)'}: ${issue.message}`);
  return undefined;
}
