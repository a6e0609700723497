/**
 * What every decoder of bytes must survive: truncation at every length, random mutation, members of the wrong type. One
 * table of checks, so that a new protocol needs one line to have them all.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { mutate, randomFrom } from './mutate.ts';
import type { Field } from '../../probes/observation.ts';
import type { Decoder } from '../../probes/probe.ts';
import type { Protocol } from '../../probes/recording.ts';

const vocabulary: unknown = parse(readFileSync(new URL('../../signatures/vocabulary/fields.yaml', import.meta.url), 'utf8'));
const NAMES = Object.values(typeof vocabulary === 'object' && vocabulary !== null ? vocabulary : {}).flatMap((channel: unknown) =>
  typeof channel === 'object' && channel !== null ? Object.keys(channel) : [],
);

export function isListed(name: string): boolean {
  return NAMES.some((known) =>
    known.endsWith('.*') ? name.startsWith(known.slice(0, -1)) && name.length > known.length - 1 : name === known,
  );
}

export function decodeBytes(decoder: Decoder, protocol: Protocol, bytes: Uint8Array): readonly Field[] {
  return decoder({
    id: 'x',
    protocol,
    from: { address: '192.0.2.9', port: 1 },
    response: { bytes: Buffer.from(bytes).toString('base64') },
  });
}

/** One value of a field among decoded ones. */
export function valueOf(fields: readonly Field[], name: string): string | undefined {
  return fields.find(({ field }) => field === name)?.value;
}

function expectSane(fields: readonly Field[]): void {
  expect(fields.length).toBeLessThanOrEqual(400);
  for (const { field, value } of fields) {
    expect(value.length).toBeLessThanOrEqual(8192);
    if (!isListed(field)) throw new Error(`field ${field} is not in the vocabulary`);
  }
}

const SEED = Number(process.env.FUZZ_SEED ?? 20260101);

export function survivesHostileInput(decoder: Decoder, protocol: Protocol, samples: readonly Uint8Array[], rounds = 1500): void {
  it('yields listed fields at every truncation, and nothing from nothing', () => {
    for (const sample of samples) {
      for (let length = 0; length <= sample.length; length++) expectSane(decodeBytes(decoder, protocol, sample.subarray(0, length)));
      expect(decodeBytes(decoder, protocol, sample).length).toBeGreaterThan(0);
    }
    expect(decodeBytes(decoder, protocol, new Uint8Array())).toEqual([]);
  });

  it(`stays within bounds under random mutation (seed ${SEED})`, () => {
    const random = randomFrom(SEED);
    for (let round = 0; round < rounds; round++) {
      const sample = samples[round % samples.length] ?? new Uint8Array();
      expectSane(decodeBytes(decoder, protocol, mutate(sample, random)));
    }
  });

  it('takes members of any type', () => {
    const odd: readonly unknown[] = [
      undefined,
      null,
      0,
      true,
      '',
      '<',
      '{',
      '\0',
      [],
      [[]],
      {},
      { params: { deviceInfo: { a: { b: { c: {} } } } } },
    ];
    for (const value of odd) {
      const response = { bytes: value, xml: value, json: value, banner: value };
      expectSane(decoder({ id: 'x', protocol, from: { address: '' }, response }));
    }
  });
}
