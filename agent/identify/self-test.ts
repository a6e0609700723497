/**
 * The self-test of signature data: every signature against its own examples and counter-examples, and against the examples
 * of every other maker. Pure; `signatures check` and the test suite print what it returns.
 */
import { field as makeField } from '../../probes/observation.ts';
import type { SignatureData } from '../../signatures/load.ts';
import type { Maker, Signature } from '../../signatures/schema.ts';
import { compileSignature, compileSignatures, type CompiledSignature, type CompiledSignatures } from './compile.ts';
import { matches, resolveAsserts } from './match.ts';
import type { OuiLookup } from './types.ts';

interface Entry {
  readonly maker: Maker;
  readonly signature: Signature;
  readonly compiled: CompiledSignature;
}

/** Problems in words, each starting with the signature's id; empty when the data proves itself. */
export function selfTest(data: SignatureData, oui: OuiLookup): string[] {
  const problems: string[] = [];
  const entries: Entry[] = [];
  const ids = new Set<string>();
  for (const maker of data.makers) {
    for (const signature of maker.signatures) {
      if (ids.has(signature.id)) problems.push(`${signature.id}: id is used twice`);
      ids.add(signature.id);
      try {
        entries.push({ maker, signature, compiled: compileSignature(signature, oui) });
      } catch (error) {
        problems.push(`${signature.id}: ${error instanceof Error ? error.message : 'does not compile'}`);
      }
    }
  }
  const all = compileSignatures(data, oui);
  problems.push(...entries.flatMap((entry) => testEntry(entry, data, all)));
  problems.push(...crossTest(entries));
  return problems;
}

type Companions = readonly { readonly field: string; readonly value: string }[];

interface Sample {
  readonly value: string;
  readonly with?: Readonly<Record<string, string>> | undefined;
}

function run(compiled: CompiledSignature, sample: Sample): readonly string[] | undefined {
  const companions: Companions = [
    makeField(compiled.signature.field, sample.value),
    ...Object.entries(sample.with ?? {}).map(([name, value]) => makeField(name, value)),
  ];
  try {
    return matches(compiled, sample.value, sample.value.toLowerCase(), companions);
  } catch {
    return undefined;
  }
}

function testEntry({ maker, signature, compiled }: Entry, data: SignatureData, all: CompiledSignatures): string[] {
  const problems: string[] = [];
  const say = (text: string): void => void problems.push(`${signature.id}: ${text}`);

  for (const name of [signature.field, ...[...(signature.also ?? []), ...(signature.unless ?? [])].map((condition) => condition.field)]) {
    if (all.channelOf(name) === 'unknown') say(`field ${name} is not in vocabulary/fields.yaml`);
  }
  const { deviceType, maker: makerId } = signature.asserts;
  if (deviceType !== undefined && data.deviceTypes[deviceType] === undefined)
    say(`deviceType ${deviceType} is not in vocabulary/device-types.yaml`);
  if (makerId !== undefined && !all.makers.has(makerId)) say(`asserts maker ${makerId}, which has no file in makers/`);
  if (Object.keys(signature.asserts).length === 0) say('asserts nothing');
  if (!signature.id.startsWith(`${maker.maker}.`)) say(`id must start with "${maker.maker}."`);

  for (const example of signature.examples) {
    const captures = run(compiled, example);
    if (!captures) {
      say(`does not match its example ${JSON.stringify(example.value.slice(0, 100))}`);
      continue;
    }
    const resolved: Readonly<Record<string, unknown>> = { ...resolveAsserts(signature.asserts, captures, all) };
    for (const [key, expected] of Object.entries(example.yields ?? {})) {
      if (resolved[key] !== expected) say(`example yields ${key} = ${JSON.stringify(resolved[key])}, expected ${JSON.stringify(expected)}`);
    }
  }
  for (const counter of signature.counterExamples) {
    if (run(compiled, counter)) say(`matches its counter-example ${JSON.stringify(counter.value.slice(0, 100))} (${counter.origin})`);
  }
  return problems;
}

/** No maker's strong signature may fire on another maker's example, unless both files say it is the same maker. */
function crossTest(entries: readonly Entry[]): string[] {
  const problems: string[] = [];
  for (const { signature, maker } of entries) {
    for (const example of signature.examples) {
      for (const other of entries) {
        if (other.signature.field !== signature.field || other.maker === maker || other.signature.strength === 'weak') continue;
        const claims = other.signature.asserts.maker;
        if (claims === undefined || claims === signature.asserts.maker || signature.asserts.maker === undefined) continue;
        if (run(other.compiled, example)) {
          problems.push(`${other.signature.id}: fires on the example ${JSON.stringify(example.value.slice(0, 80))} of ${signature.id}`);
        }
      }
    }
  }
  return problems;
}
