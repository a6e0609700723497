import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { field } from '../../probes/observation.ts';
import { PROTOCOLS } from '../../probes/recording.ts';
import { fuzz, loadCorpus, main, wiredDecoders } from '../../scripts/fuzz.ts';
import { mutateResponse } from '../../scripts/mutate.ts';
import { randomFrom } from '../probes/mutate.ts';
import type { Decoder } from '../../probes/probe.ts';

const corpus = loadCorpus(fileURLToPath(new URL('../fixtures/fuzz/', import.meta.url)));
const seed = Number(process.env.FUZZ_SEED ?? 20260102);

describe('scripts/fuzz', () => {
  it('has seeds for every protocol of a recording', () => {
    expect(PROTOCOLS.filter((protocol) => (corpus[protocol] ?? []).length === 0)).toEqual([]);
  });

  it(`finds nothing in the decoders of a scan (seed ${seed})`, () => {
    const result = fuzz(wiredDecoders(), { iterations: 150, seed, corpus });
    expect(result.failures).toEqual([]);
    expect(result.calls).toBe(150 * PROTOCOLS.length);
  });

  it('repeats itself from the seed', () => {
    const inputs = (from: number): string[] => {
      const random = randomFrom(from);
      return Array.from({ length: 50 }, () => JSON.stringify(mutateResponse({ bytes: 'AAECAwQFBgcICQ==', xml: '<a>b</a>' }, random)));
    };
    expect(inputs(1)).toEqual(inputs(1));
    expect(inputs(1)).not.toEqual(inputs(2));
  });

  it('catches a decoder that throws, floods or dawdles', () => {
    const faulty = (decoder: Decoder): string[] =>
      fuzz({ xm: decoder }, { iterations: 3, seed, corpus, maxMs: 2 }).failures.map(({ why }) => why);
    expect(
      faulty(() => {
        throw new Error('boom');
      }),
    ).toEqual(['threw boom', 'threw boom', 'threw boom']);
    expect(faulty(() => Array.from({ length: 6000 }, () => field('a', 'b')))[0]).toBe('6000 fields');
    expect(faulty(() => [{ field: 'a', value: 'x'.repeat(9000) }])[0]).toBe('field a of 9000 characters');
    expect(faulty(busy)[0]).toMatch(/^took /);
  });

  it('prints its seed', () => {
    const lines: string[] = [];
    expect(main(2, 5, (line) => lines.push(line))).toBe(0);
    expect(lines[0]).toBe('seed 5, 2 inputs a protocol');
  });
});

/** Busy for some milliseconds whatever the machine: it watches the clock itself. */
function busy(): [] {
  for (const end = performance.now() + 4; performance.now() < end;);
  return [];
}
