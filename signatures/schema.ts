/**
 * The shape of signature data: strict, because these are our own files. An error names file, path and what was expected.
 * A signature without source, example and counter-example does not pass. Nothing of ours is imported here.
 */
import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'expected lower-case words joined by dots or dashes');

/** How the value of a field is tested. Patterns are RE2 syntax: linear time, no look-around, no back-references. */
export const matchSchema = z.union([
  z.strictObject({ equals: z.string().min(1), ignoreCase: z.boolean().optional() }),
  z.strictObject({ prefix: z.string().min(1), ignoreCase: z.boolean().optional() }),
  z.strictObject({ pattern: z.string().min(1), ignoreCase: z.boolean().optional() }),
  /** Pattern on the organisation the IEEE registry gives for the MAC in the field. Prefixes are never typed. */
  z.strictObject({ oui: z.string().min(1) }),
]);

const condition = z.strictObject({ field: z.string().min(1), match: matchSchema });

/**
 * What a match asserts. `maker` and `brand` are maker ids (or, for brand, a capture such as `$1` resolved through aliases);
 * model, firmware, serial and mac are texts with `$1`…`$9` for captures.
 */
export const assertsSchema = z.strictObject({
  maker: z.string().min(1).optional(),
  brand: z.string().min(1).optional(),
  deviceType: z.string().min(1).optional(),
  /** Only for evidence that shows surveillance (or its absence) without showing the type. */
  surveillance: z.boolean().optional(),
  model: z.string().min(1).optional(),
  firmware: z.string().min(1).optional(),
  serial: z.string().min(1).optional(),
  mac: z.string().min(1).optional(),
});

const origin = z.string().min(3);

/** Other fields of the same recording that the example comes with, for `also` and `unless`. */
const companions = z.record(z.string(), z.string());

export const exampleSchema = z.strictObject({
  value: z.string().min(1),
  with: companions.optional(),
  /** Values that must come out. */
  yields: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  origin,
});

export const counterExampleSchema = z.strictObject({ value: z.string(), with: companions.optional(), origin });

/** `proof` = protocol-grade, cannot come from anyone else; `strong` = specific to this firmware; `weak` = a hint. */
export const STRENGTHS = ['proof', 'strong', 'weak'] as const;
export type Strength = (typeof STRENGTHS)[number];

export const signatureSchema = z.strictObject({
  id,
  field: z.string().min(1),
  match: matchSchema,
  /** All of these must match too, in the same recording. */
  also: z.array(condition).min(1).optional(),
  /** None of these may match, in the same recording. */
  unless: z.array(condition).min(1).optional(),
  asserts: assertsSchema,
  strength: z.enum(STRENGTHS),
  /** Why this field says so: one or two sentences. */
  why: z.string().min(10),
  source: z.union([origin, z.array(origin).min(1)]),
  examples: z.array(exampleSchema).min(1).max(20),
  counterExamples: z.array(counterExampleSchema).min(1).max(20),
});

/** The maker's own name, in every field where firmware writes it: `own-name.ts` says which, and makes signatures of it. */
export const ownNameSchema = z.strictObject({
  /** The names as RE2 pattern, without anchors; case does not matter. */
  pattern: z.string().min(2),
  /** One of them, spelled as devices spell it. */
  example: z.string().min(2),
  asserts: assertsSchema,
  /** Fields where the name is also an ordinary word, or somebody else's. */
  except: z.array(z.string()).min(1).optional(),
  source: z.string().min(3),
});

export const makerSchema = z.strictObject({
  maker: id,
  name: z.string().min(1),
  /** Other spellings a device or a registry uses for this maker or brand, compared without case and punctuation. */
  aliases: z.array(z.string().min(1)).optional(),
  /** Maker id of the corporate group; the maker itself when absent. */
  owner: id.optional(),
  /** What the company makes: decides what an OUI or a bare name may say. */
  makes: z.enum(['surveillance', 'mixed', 'ordinary']),
  /** Country of the legal home, ISO 3166-1 alpha-2, with its source, where a policy needs it. */
  country: z.strictObject({ code: z.string().length(2), source: origin }).optional(),
  note: z.string().optional(),
  ownName: ownNameSchema.optional(),
  signatures: z.array(signatureSchema),
});

export type Match = z.infer<typeof matchSchema>;
export type Condition = z.infer<typeof condition>;
export type Asserts = z.infer<typeof assertsSchema>;
export type Signature = z.infer<typeof signatureSchema>;
export type OwnName = z.infer<typeof ownNameSchema>;
export type Maker = z.infer<typeof makerSchema>;
