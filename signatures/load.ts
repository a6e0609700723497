/**
 * Reads signature data: YAML in a checkout, one packed JSON beside the compiled code in the package (same content, made by
 * `scripts/pack-data.ts`, so that a scan starts fast). Every error names file, path and what was expected.
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
import { makerSchema, type Maker } from './schema.ts';

/** Field name (or `prefix.*`) to channel. Channels are what corroborates independently. */
export type FieldChannels = Readonly<Record<string, string>>;

export interface SignatureData {
  /** Calendar version of the data, apart from the code's. */
  readonly version: string;
  /** SHA-256 over all sources, first 12 hex digits: two scans with the same hash judged by the same data. */
  readonly hash: string;
  readonly makers: readonly Maker[];
  readonly relations: readonly Relation[];
  readonly policies: readonly Policy[];
  readonly fieldChannels: FieldChannels;
  /** Device type to whether it is surveillance equipment. */
  readonly deviceTypes: Readonly<Record<string, boolean>>;
  /** Literals each pattern cannot match without, null for none: worked out when the data is packed, because it takes long. */
  readonly literals?: Readonly<Record<string, readonly string[] | null>> | undefined;
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
const PACKED = join(HERE, 'data.json');

const fieldsSchema = z.record(z.string(), z.record(z.string(), z.string().min(3)));
const typesSchema = z.strictObject({
  surveillance: z.record(z.string(), z.string()),
  'not-surveillance': z.record(z.string(), z.string()),
});
const versionSchema = z.strictObject({ version: z.string().regex(/^\d{4}\.\d{1,2}\.\d{1,2}(\.\d+)?$/) });

let loaded: SignatureData | undefined;

/** The data this installation judges with. Reads once. Throws SignatureDataError when a source is wrong. */
export function loadSignatures(): SignatureData {
  loaded ??= existsSync(PACKED) ? unpack(readFileSync(PACKED, 'utf8')) : readSources(HERE);
  return loaded;
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

  return {
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
  };
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

// The packed file was checked when it was made, from these very sources; here only its outline is.
const packedSchema = z.object({
  version: z.string(),
  hash: z.string(),
  makers: z.array(z.custom<Maker>(isObject)),
  relations: z.array(z.custom<Relation>(isObject)),
  policies: z.array(z.custom<Policy>(isObject)),
  fieldChannels: z.record(z.string(), z.string()),
  deviceTypes: z.record(z.string(), z.boolean()),
  literals: z.custom<NonNullable<SignatureData['literals']>>(isObject).optional(),
});

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function unpack(text: string): SignatureData {
  return packedSchema.parse(JSON.parse(text));
}
