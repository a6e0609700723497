/**
 * The shape of policy data: one rule text a file, with jurisdiction, effect, addressees and citations. Strict, because these
 * are our own files. A finding says "matches this rule, addressed to these", never "illegal". Nothing of ours is imported here.
 *
 * How a policy is read. `match.any` is tried in order and the first rule that matches decides. A rule's `restricted` holds
 * only where the identification is confirmed and, for `rebrand` and `owner`, the relation record is `certain` or `high`;
 * otherwise it is lowered to `likely-restricted` (probable, or a medium or alleged record) or `needs-review` (weaker).
 * No rule matching is `no-match`; a device whose maker and brand are both not established is `unknown`.
 */
import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'expected lower-case words joined by dots or dashes');
const text = z.string().min(3);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as 2026-10-01');
const date = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'expected 2022, 2022-11 or 2022-11-30');

/** What kind of effect the rule has. Most forbid something other than the camera that is already on the wall. */
export const EFFECTS = [
  'use',
  'procurement',
  'deployment',
  'market',
  'certification',
  'removal-decision',
  'export-control',
  'listing',
] as const;
export type Effect = (typeof EFFECTS)[number];

/** `announced`: stated by an authority, no binding text found. `decided`: an organisation decided about its own devices. */
export const STATUSES = ['in-force', 'announced', 'decided', 'proposed', 'ended'] as const;

/**
 * What of a device is compared with `group`: `maker` and `brand` are what it showed; `owner` is the corporate group of
 * either; `rebrand` is a brand that a relation record ties to the group as maker; `chipset` is almost never visible to a scan.
 */
export const POLICY_RELATIONS = ['maker', 'brand', 'owner', 'rebrand', 'chipset'] as const;

/** `any` includes switches, panels and displays. `video-surveillance` follows vocabulary/device-types.yaml. */
export const EQUIPMENT = ['any', 'video-surveillance', 'telecommunications'] as const;

/** `primary`: the text, a court or the authority itself. `secondary`: press, law firms, trade associations. */
export const CITATION_KINDS = ['primary', 'secondary'] as const;

export const policyRuleSchema = z
  .strictObject({
    relation: z.array(z.enum(POLICY_RELATIONS)).min(1),
    /** Maker ids. */
    group: z.array(id).min(1).optional(),
    /** ISO 3166-1 alpha-2: the legal home of the maker, for rules that name a country and not a company. */
    makerCountry: z.array(z.string().length(2)).min(1).optional(),
    /** `own`: no brand is shown, or one of the group. `other`: another brand is shown on a device made by the group. */
    soldAs: z.enum(['own', 'other']).optional(),
    equipment: z.array(z.enum(EQUIPMENT)).min(1),
    /** RE2 pattern on the model, where the rule covers only a range. */
    models: z.string().min(1).optional(),
    verdict: z.enum(['restricted', 'likely-restricted', 'needs-review']),
    /** The verdict holds for equipment acquired after this day; `otherwise` holds before it and where the day is not known. */
    acquiredAfter: day.optional(),
    otherwise: z.enum(['likely-restricted', 'needs-review']).optional(),
    note: text.optional(),
  })
  .refine(({ group, makerCountry }) => (group === undefined) !== (makerCountry === undefined), 'expected either group or makerCountry')
  .refine(
    ({ acquiredAfter, otherwise }) => (acquiredAfter === undefined) === (otherwise === undefined),
    'acquiredAfter and otherwise go together',
  );

export const citationSchema = z.strictObject({
  text,
  url: z.url().optional(),
  kind: z.enum(CITATION_KINDS),
  checkedOn: day,
});

export const policySchema = z.strictObject({
  id,
  title: text,
  /** ISO 3166-1 or 3166-2 code, or EU. */
  jurisdiction: z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'expected a code such as CA or CA-QC'),
  effect: z.array(z.enum(EFFECTS)).min(1),
  status: z.enum(STATUSES),
  /** What kind of text it is, e.g. statute, ministerial-order, ministerial-announcement. */
  instrument: text,
  /** Chosen when the user chooses nothing. */
  onByDefault: z.boolean(),
  effectiveFrom: date.nullable(),
  /** Day by which devices have to be gone; null where no source names one. */
  deadline: date.nullable(),
  addressees: z.array(text).min(1),
  /** Who may think himself addressed and is not. */
  notAddressed: z.array(text).optional(),
  match: z.strictObject({ any: z.array(policyRuleSchema).min(1) }),
  /** Facts no scan can know. */
  needsFromUser: z.array(text),
  exceptions: z.array(text),
  /** Columns a report under this rule has to have, where the rule names them. */
  reportColumns: z.array(text).optional(),
  notes: z.array(text).optional(),
  citations: z.array(citationSchema).min(1),
  /** After this day the record counts as stale and the data check warns. */
  reviewBy: day,
});

export type Policy = z.infer<typeof policySchema>;
export type PolicyRule = z.infer<typeof policyRuleSchema>;
