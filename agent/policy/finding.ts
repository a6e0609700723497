/** Which verdicts are findings: one rule for table, exit code, reports and exporters. Pure. */
import type { VerdictWord } from './types.ts';
import type { ExceptionMark } from './exceptions.ts';

export interface Judgement {
  readonly verdict: VerdictWord;
  readonly certainty: string | null;
  readonly basis: string;
  /** Where an exception names it. */
  readonly exception?: ExceptionMark | undefined;
}

/** The device itself showed, at least probably, that it matches the policy; whether an exception covers it does not matter here. */
export function matchesRule({ verdict, certainty, basis }: Judgement): boolean {
  return (
    verdict === 'restricted' ||
    verdict === 'likely-restricted' ||
    (verdict === 'needs-review' && certainty !== 'possible' && basis !== 'rebrand')
  );
}

/** It matches, and no exception holds for it today. */
export function isFinding(judgement: Judgement): boolean {
  return matchesRule(judgement) && judgement.exception?.state !== 'covered';
}
