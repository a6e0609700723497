import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileSignatures } from '../../../agent/identify/compile.ts';
import { createLiteralScan } from '../../../agent/identify/literal-scan.ts';
import { matches, matchSignatures, resolveAsserts } from '../../../agent/identify/match.ts';
import { memoise } from '../../../agent/identify/memo.ts';
import { loadOui } from '../../../agent/net/oui.ts';
import { decode } from '../../../probes/decode.ts';
import type { Observation } from '../../../probes/observation.ts';
import { recordingSchema } from '../../../probes/recording.ts';
import { loadSignatures } from '../../../signatures/load.ts';

const TEST = fileURLToPath(new URL('../../', import.meta.url));
const data = loadSignatures();
const indexed = compileSignatures(data, loadOui());
const plain = compileSignatures(data, loadOui());

type Found = readonly [signature: string, value: string, asserts: unknown];

/** Every signature of the field, one by one. */
function naive(observations: readonly Observation[]): Found[] {
  const seen = new Set<string>();
  return observations.flatMap((observation) =>
    plain.candidatesOf(observation.field).flatMap((candidate): Found[] => {
      const companions = observations.filter(({ recording }) => recording === observation.recording);
      const captures = matches(candidate, observation.value, observation.value.toLowerCase(), companions);
      const key = `${candidate.signature.id} ${observation.recording} ${observation.value}`;
      if (!captures || seen.has(key)) return [];
      seen.add(key);
      return [[candidate.signature.id, observation.value, resolveAsserts(candidate.signature.asserts, captures, plain)]];
    }),
  );
}

function byIndex(observations: readonly Observation[]): Found[] {
  return matchSignatures(observations, indexed).map(({ signature, value, asserts }): Found => [signature, value, asserts]);
}

/** Recordings below test/, one list of observations each. */
function recorded(): Observation[][] {
  const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
  return files.flatMap((name) =>
    readFileSync(join(TEST, name), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const parsed = recordingSchema.safeParse(line.startsWith('{') ? JSON.parse(line) : undefined);
        return parsed.success ? [decode({ ...parsed.data, id: `${name}:${index}` })] : [];
      }),
  );
}

function observation(field: string, value: string): Observation {
  return { field, value, recording: 'r', protocol: 'http', address: '192.0.2.1', port: 80, at: '2026-01-01T00:00:00Z' };
}

/** Always the same numbers below `below`. */
function dice(): (below: number) => number {
  let state = 12345;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

describe('agent/identify/field-index', () => {
  it('says what every signature tried by itself says, on all recordings, also when asked again', { timeout: 120_000 }, () => {
    const all = recorded();
    expect(all.length).toBeGreaterThan(50);
    let found = 0;
    for (const observations of [...all, ...all]) {
      const expected = naive(observations);
      found += expected.length;
      expect(byIndex(observations)).toEqual(expected);
    }
    expect(found).toBeGreaterThan(200);
  });

  it('says it of every example, and of examples cut, joined, in other case and in other fields', { timeout: 120_000 }, () => {
    const examples = data.makers.flatMap(({ signatures }) =>
      signatures.flatMap(({ field, examples: own, counterExamples }) =>
        [...own, ...counterExamples].map((example) => ({
          field,
          value: example.value,
          with: 'with' in example ? example.with : undefined,
        })),
      ),
    );
    const roll = dice();
    const any = (): (typeof examples)[number] => examples[roll(examples.length)] ?? { field: 'x', value: '', with: undefined };
    const mutants = Array.from({ length: 6000 }, (): Observation[] => {
      const [a, b] = [any(), any()];
      const forms = [
        `${a.value}${b.value}`,
        a.value.slice(roll(a.value.length)),
        a.value.slice(0, roll(a.value.length)),
        a.value.toUpperCase(),
        a.value.toLowerCase(),
        ` ${a.value}\u0130\u{1F4F7}`,
      ];
      return [observation(roll(3) === 0 ? b.field : a.field, forms[roll(forms.length)] ?? '')];
    });
    const cases = examples.map(({ field, value, with: companions }) => [
      observation(field, value),
      ...Object.entries(companions ?? {}).map(([name, text]) => observation(name, text)),
    ]);
    expect(examples.length).toBeGreaterThan(3000);
    for (const observations of [...cases, ...mutants]) expect(byIndex(observations)).toEqual(naive(observations));
  });

  it('takes a hostile value in a moment', () => {
    const words = indexed.fields
      .slice(0, 40)
      .flatMap((field) => [
        observation(field, 'hikvision'.repeat(7000)),
        observation(field, 'ca'.repeat(32_000)),
        observation(field, 'a'.repeat(64_000)),
      ]);
    const started = performance.now();
    matchSignatures(words, indexed);
    expect((performance.now() - started) / words.length).toBeLessThan(50);
  });
});

describe('agent/identify/literal-scan', () => {
  it('finds literals that overlap, end the text, share a beginning or a number', () => {
    const scan = createLiteralScan([
      ['ab', 1],
      ['abc', 2],
      ['bcd', 3],
      ['zz', 4],
      ['ab', 5],
      ['cd', 4],
    ]);
    const found = new Set<number>();
    scan.find('xabcd', found);
    expect([...found].sort()).toEqual([1, 2, 3, 4, 5]);
    const none = new Set<number>();
    for (const text of ['', 'a', 'ba', 'bc']) scan.find(text, none);
    expect([...none]).toEqual([]);
  });
});

describe('agent/identify/memo', () => {
  it('asks once for a text that comes again, and forgets what was not asked for long', () => {
    const asked: string[] = [];
    const answer = memoise((text) => {
      asked.push(text);
      return text.length;
    }, 2);
    for (const text of ['a', 'a', 'bb', 'a', 'ccc', 'a', 'dddd', 'eeeee', 'a', 'bb']) expect(answer(text)).toBe(text.length);
    expect(asked).toEqual(['a', 'bb', 'ccc', 'dddd', 'eeeee', 'bb']);
  });

  it('does not keep a long text', () => {
    let asked = 0;
    const answer = memoise(() => ++asked, 10);
    answer('x'.repeat(300));
    answer('x'.repeat(300));
    expect(asked).toBe(2);
  });
});
