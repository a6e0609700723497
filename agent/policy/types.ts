import type { ExceptionMark } from './exceptions.ts';

/** Words of policy. A verdict never says "illegal": it says which rule a device matches, and whom the rule addresses. */
export const VERDICTS = ['restricted', 'likely-restricted', 'needs-review', 'no-match', 'unknown'] as const;
export type VerdictWord = (typeof VERDICTS)[number];

export interface Verdict {
  readonly policy: string;
  readonly title: string;
  readonly verdict: VerdictWord;
  readonly certainty: string | null;
  /** Why, in one sentence. */
  readonly because: string;
  readonly basis: VerdictBasis;
  /** The exception that names the device under this policy, as of today. Shown, never stored. */
  readonly exception?: ExceptionMark | undefined;
}

/** Where a verdict came from: what the device showed, or only what is known of the brand on it. */
export type VerdictBasis = 'maker' | 'brand' | 'owner' | 'rebrand' | 'none';
