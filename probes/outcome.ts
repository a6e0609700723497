/** One outcome for an address out of several questions to it. Pure. */
import type { Outcome } from './probe.ts';

/** Best first. An abort outranks the failures: what was not asked is not known to be closed. */
const RANKING: readonly Outcome[] = ['answered', 'not-understood', 'aborted', 'refused', 'silent', 'unreachable', 'spared', 'excluded'];

/** The best of them; `excluded` when nothing was asked, because then the settings left it out. */
export function bestOutcome(outcomes: readonly Outcome[]): Outcome {
  return RANKING.find((outcome) => outcomes.includes(outcome)) ?? 'excluded';
}
