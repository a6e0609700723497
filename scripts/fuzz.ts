/**
 * Throws mutated recordings at decoders: none may throw, be slow twice on the same input, or give back more than an observation
 * can hold. Pure but for the clock; the caller brings decoders and seeds, and prints.
 *
 * The seed makes a run repeatable: same corpus, same decoders, same seed, same inputs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { decode } from '../probes/decode.ts';
import { MAX_VALUE_LENGTH } from '../probes/observation.ts';
import { PROTOCOLS } from '../probes/recording.ts';
import type { Field } from '../probes/observation.ts';
import type { Decoder } from '../probes/probe.ts';
import type { Protocol, Recording } from '../probes/recording.ts';
import { randomFrom } from '../test/probes/mutate.ts';
import { mutateResponse } from './mutate.ts';

type Response = Recording['response'];

/** Seeds by protocol: responses in the shapes of a recording. */
export type Corpus = Readonly<Partial<Record<Protocol, readonly Response[]>>>;

export interface FuzzOptions {
  /** Inputs a protocol. */
  readonly iterations: number;
  readonly seed: number;
  readonly corpus: Corpus;
  /** A call that takes longer, every time of `REPEATS`, is a failure. Default 10. */
  readonly maxMs?: number | undefined;
}

export interface FuzzFailure {
  readonly protocol: string;
  readonly why: string;
  /** JSON of the response, cut at 2,000 characters. */
  readonly input: string;
}

export interface FuzzResult {
  readonly seed: number;
  readonly calls: number;
  readonly slowest: { readonly protocol: string; readonly ms: number; readonly input: string };
  /** At most 20. */
  readonly failures: readonly FuzzFailure[];
}

const MAX_FIELDS = 5000;
const MAX_FAILURES = 20;
/** A machine that is busy elsewhere makes calls slow that are not: repeats count by the time the processor spent on us. */
const REPEATS = 5;

export function fuzz(decoders: Readonly<Partial<Record<Protocol, Decoder>>>, options: FuzzOptions): FuzzResult {
  const random = randomFrom(options.seed);
  const failures: FuzzFailure[] = [];
  let calls = 0;
  let slowest = { protocol: '', ms: 0, input: '' };
  for (const protocol of PROTOCOLS) {
    const decoder = decoders[protocol];
    const seeds = options.corpus[protocol] ?? [{ bytes: '' }];
    if (!decoder) continue;
    for (let round = 0; round < options.iterations && failures.length < MAX_FAILURES; round++) {
      const seed = seeds[round % seeds.length] ?? {};
      const response = round < seeds.length ? seed : mutateResponse(seed, random);
      const { ms, why } = call(decoder, protocol, response, options.maxMs ?? 10);
      calls++;
      if (ms > slowest.ms) slowest = { protocol, ms, input: shown(response) };
      if (why !== undefined) failures.push({ protocol, why, input: shown(response) });
    }
  }
  return { seed: options.seed, calls, slowest, failures };
}

function call(decoder: Decoder, protocol: Protocol, response: Response, maxMs: number): { ms: number; why: string | undefined } {
  const recording: Recording = { id: 'fuzz', protocol, from: { address: '192.0.2.9', port: 80 }, response };
  let ms = Infinity;
  try {
    for (let repeat = 0; repeat < REPEATS && ms > maxMs; repeat++) {
      const start = performance.now();
      const before = repeat === 0 ? undefined : process.cpuUsage();
      const fields = decoder(recording);
      ms = Math.min(ms, performance.now() - start, before === undefined ? Infinity : cpuMs(process.cpuUsage(before)));
      const why = faultOf(fields);
      if (why !== undefined) return { ms, why };
    }
  } catch (error) {
    return { ms: 0, why: `threw ${error instanceof Error ? error.message : String(error)}` };
  }
  return { ms, why: ms > maxMs ? `took ${ms.toFixed(1)} ms at best of ${REPEATS}` : undefined };
}

function cpuMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function faultOf(fields: readonly Field[]): string | undefined {
  if (fields.length > MAX_FIELDS) return `${fields.length} fields`;
  const odd = fields.find(({ field, value }) => field.length > 300 || value.length > MAX_VALUE_LENGTH);
  return odd && `field ${odd.field.slice(0, 40)} of ${odd.value.length} characters`;
}

function shown(response: Response): string {
  return JSON.stringify(response).slice(0, 2000);
}

/** The seeds of a folder: `<protocol>.json`, each a list of responses. */
export function loadCorpus(folder: string): Corpus {
  const corpus: Partial<Record<Protocol, readonly Response[]>> = {};
  for (const file of readdirSync(folder)) {
    const protocol = PROTOCOLS.find((name) => file === `${name}.json`);
    if (protocol) corpus[protocol] = responsesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  }
  return corpus;
}

function responsesOf(list: unknown): Response[] {
  return Array.isArray(list) ? list.filter((item: unknown): item is Response => typeof item === 'object' && item !== null) : [];
}

/** All decoders a scan uses, behind the table of probes/decode.ts. */
export function wiredDecoders(): Partial<Record<Protocol, Decoder>> {
  const decoders: Partial<Record<Protocol, Decoder>> = {};
  for (const protocol of PROTOCOLS) decoders[protocol] = decode;
  return decoders;
}

/** A run over all of them with the seeds of the tests; returns the exit code. */
export function main(iterations: number, seed: number, print: (line: string) => void): number {
  const folder = fileURLToPath(
    new URL(import.meta.url.includes('/dist/') ? '../../test/fixtures/fuzz/' : '../test/fixtures/fuzz/', import.meta.url),
  );
  print(`seed ${seed}, ${iterations} inputs a protocol`);
  const { calls, slowest, failures } = fuzz(wiredDecoders(), { iterations, seed, corpus: loadCorpus(folder) });
  print(`${calls} calls, slowest ${slowest.ms.toFixed(2)} ms (${slowest.protocol})`);
  for (const { protocol, why, input } of failures) print(`${protocol}: ${why}: ${input}`);
  return failures.length === 0 ? 0 : 1;
}
