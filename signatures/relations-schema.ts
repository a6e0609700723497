/**
 * The shape of relation data: which brand is made or owned by whom, for which line, from when until when, and how sure that is.
 * Strict, because these are our own files. Nothing here is established by a scan: a relation only says what a brand name
 * may mean where the device did not show its maker. Nothing of ours is imported here.
 */
import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'expected lower-case words joined by dots or dashes');
const text = z.string().min(3);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as 2026-10-01');
/** A year, a month or a day: sources are seldom exact, and a date is never made more exact than its source. */
const date = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'expected 2022, 2022-11 or 2022-11-30');

/**
 * `certain` company or court statement · `high` independent technical observations · `medium` one technical or several
 * secondary sources · `low` a forum or dealer claim · `alleged` a pleading in court. Only the first two may lift a verdict
 * to `restricted`.
 */
export const RELATION_CERTAINTIES = ['certain', 'high', 'medium', 'low', 'alleged'] as const;
export type RelationCertainty = (typeof RELATION_CERTAINTIES)[number];

/** `maker`: firmware and board of the brand's devices come from `of`. `owner`: the brand belongs to the group `of`. */
export const RELATION_KINDS = ['maker', 'owner'] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

export const relationSchema = z.strictObject({
  /** Maker id of the brand, as in makers/<id>.yaml. */
  brand: id,
  relation: z.enum(RELATION_KINDS),
  /** Maker id of the maker or owner. */
  of: id,
  /** Product line in words; `all` where the source speaks of the whole brand. */
  line: text,
  /** RE2 pattern on the model: the relation holds for matching models only. Absent where the line cannot be told by the model. */
  models: z.string().min(1).optional(),
  /** Null where the source gives no beginning, or no end so far. */
  from: date.nullable(),
  until: date.nullable(),
  certainty: z.enum(RELATION_CERTAINTIES),
  source: z.union([text, z.array(text).min(1)]),
  checkedOn: day,
  note: text.optional(),
});

export const relationsSchema = z.strictObject({ relations: z.array(relationSchema).min(1) });

export type Relation = z.infer<typeof relationSchema>;
