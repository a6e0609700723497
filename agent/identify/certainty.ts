/**
 * How sure a claim is: the whole rule, in one table (design section 4). Within a channel the best evidence counts; across
 * channels evidence corroborates. `proof` is protocol-grade: it cannot come from anyone else.
 */
import type { Certainty, Evidence } from './types.ts';
import type { Strength } from '../../signatures/schema.ts';

interface Rule {
  readonly when: (channels: Readonly<Record<Strength, number>>) => boolean;
  readonly certainty: Certainty;
  readonly because: string;
}

/** First rule that fits wins. Counts are channels whose best evidence has that strength. */
export const RULES = [
  { when: ({ proof }) => proof >= 1, certainty: 'confirmed', because: 'one protocol-grade proof' },
  { when: ({ strong }) => strong >= 2, certainty: 'confirmed', because: 'two independent channels' },
  { when: ({ strong }) => strong === 1, certainty: 'probable', because: 'one strong channel' },
  { when: ({ weak }) => weak >= 1, certainty: 'possible', because: 'weak evidence only' },
] as const satisfies readonly Rule[];

const RANK = { proof: 2, strong: 1, weak: 0 } as const satisfies Record<Strength, number>;

/** Certainty of a claim from the evidence for it; undefined without evidence. */
export function certaintyOf(evidence: readonly Evidence[]): Certainty | undefined {
  const counts = { proof: 0, strong: 0, weak: 0 };
  for (const strength of bestPerChannel(evidence).values()) counts[strength]++;
  return RULES.find(({ when }) => when(counts))?.certainty;
}

/** Best strength in each channel. */
export function bestPerChannel(evidence: readonly Evidence[]): Map<string, Strength> {
  const best = new Map<string, Strength>();
  for (const { channel, strength } of evidence) {
    const known = best.get(channel);
    if (known === undefined || RANK[strength] > RANK[known]) best.set(channel, strength);
  }
  return best;
}

/** For sorting: higher is stronger. */
export function strengthRank(strength: Strength): number {
  return RANK[strength];
}
