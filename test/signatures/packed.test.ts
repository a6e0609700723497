import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { boundedSteps } from '../../agent/identify/bounded.ts';
import { requiredLiterals } from '../../agent/identify/literals.ts';
import { byField, readSources, type PatternFacts } from '../../signatures/load.ts';
import { packSignatures, unpackForJudging, unpackWhole } from '../../signatures/packed.ts';

const data = readSources(fileURLToPath(new URL('../../signatures/', import.meta.url)));
const factsOf = (pattern: string): PatternFacts => ({ literals: requiredLiterals(pattern) ?? null, steps: boundedSteps(pattern) ?? null });
const bytes = Buffer.from(packSignatures(data, factsOf));

/** How the file is laid out, and a function: no data. */
const apart = { places: undefined, whole: undefined, signaturesOf: undefined };

describe('signatures/packed', () => {
  it('gives back all that went in', () => {
    const back = byField(unpackWhole(bytes));
    expect({ ...back, ...apart }).toEqual({ ...data, ...apart });
  });

  it('gives judging the same signatures in the same order, without what only people read', () => {
    const judging = unpackForJudging(bytes);
    expect(judging.fields).toEqual(data.fields);
    for (const field of data.fields) {
      const wanted = data
        .signaturesOf(field)
        .map((signature) => ({ ...signature, source: undefined, examples: undefined, counterExamples: undefined }));
      expect(judging.signaturesOf(field)).toEqual(wanted);
    }
    expect(judging.signaturesOf('no.such.field')).toEqual([]);
    expect(judging.makers).toEqual(data.makers.map((maker) => ({ ...maker, signatures: undefined })));
    expect([judging.relations, judging.policies, judging.hash]).toEqual([data.relations, data.policies, data.hash]);
  });

  it('knows every pattern of a field that was asked for, and what was found out about it', () => {
    const judging = unpackForJudging(bytes);
    let patterns = 0;
    for (const field of data.fields) {
      for (const { match, also, unless } of judging.signaturesOf(field)) {
        for (const test of [match, ...[...(also ?? []), ...(unless ?? [])].map((condition) => condition.match)]) {
          const pattern = 'pattern' in test ? test.pattern : 'oui' in test ? test.oui : undefined;
          if (pattern === undefined) continue;
          patterns++;
          expect(judging.factsOf?.(pattern)).toEqual(factsOf(pattern));
        }
      }
    }
    expect(patterns).toBeGreaterThan(1000);
  });

  it('refuses a file that is not one', () => {
    expect(() => unpackForJudging(Buffer.from('{}\n'))).toThrow();
    expect(() => unpackWhole(Buffer.from('garbage'))).toThrow();
    expect(() => unpackForJudging(bytes.subarray(0, bytes.length - 100))).toThrow('cut off');
  });
});
