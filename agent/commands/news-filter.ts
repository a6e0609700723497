/**
 * Most answers of a device say nothing new about what it is: the second page of its web server, one more port. Describing and
 * judging it again would say what was said before, and is most of the work of telling. Pure.
 */
import type { Host } from '../sweep/hosts.ts';

/** True for a host of which more is concluded than when it was last asked about. */
export function createNewsFilter(): (host: Pick<Host, 'address' | 'identity'>) => boolean {
  const known = new Map<string, string>();
  return ({ address, identity }) => {
    // Evidence is only ever added, and all claims come from it; the MAC and what does not fit come from observations too.
    const { evidence, mac, contradictions } = identity();
    const state = `${evidence.length} ${mac ?? ''} ${contradictions.join('\n')}`;
    if (known.get(address) === state) return false;
    known.set(address, state);
    return true;
  };
}
