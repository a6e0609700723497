/** Words of identification: evidence, claims, identity. Shapes only. */
import type { Observation } from '../../probes/observation.ts';
import type { Strength } from '../../signatures/schema.ts';

/** How sure a claim is. The rule is the table in certainty.ts. */
export const CERTAINTIES = ['possible', 'probable', 'confirmed'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** One signature that matched one observation. */
export interface Evidence {
  readonly signature: string;
  readonly field: string;
  readonly value: string;
  readonly channel: string;
  readonly strength: Strength;
  readonly why: string;
  readonly recording: string;
  readonly observation: Observation;
  readonly asserts: ResolvedAsserts;
}

/** What a match asserted, with captures filled in and brand names resolved to maker ids. */
export interface ResolvedAsserts {
  readonly maker?: string;
  readonly brand?: string;
  readonly deviceType?: string;
  readonly surveillance?: boolean;
  readonly model?: string;
  readonly firmware?: string;
  readonly serial?: string;
  readonly mac?: string;
}

export interface Claim {
  /** Maker or brand id, device type, or text. */
  readonly value: string;
  /** Name for people. */
  readonly name: string;
  readonly certainty: Certainty;
  readonly evidence: readonly Evidence[];
}

/** Everything concluded about one device. Absent claims are undefined: not established, never guessed. */
export interface Identity {
  readonly maker: Claim | undefined;
  /** Other makers with evidence of at least `probable`: named, never dropped silently. */
  readonly rivals?: readonly Claim[] | undefined;
  readonly brand: Claim | undefined;
  /** Corporate group of the maker, or of the brand where the maker is not established. */
  readonly owner: { readonly value: string; readonly name: string } | undefined;
  readonly deviceType: Claim | undefined;
  readonly surveillance: boolean | null;
  readonly model: Claim | undefined;
  readonly firmware: Claim | undefined;
  readonly serial: Claim | undefined;
  readonly mac: string | undefined;
  /** Of the maker; of the brand or the type where no maker is established; null when nothing matched. */
  readonly certainty: Certainty | null;
  readonly evidence: readonly Evidence[];
  /** Rival claims and mismatches, in words, never resolved silently. */
  readonly contradictions: readonly string[];
}

/** Organisation of a MAC in the IEEE registry, or undefined. */
export type OuiLookup = (mac: string) => string | undefined;
