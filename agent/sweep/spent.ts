/**
 * What a scan sent, kept apart by why it was sent: to a whole segment, to find out who lives, to those who do. From one scan's
 * numbers the next one's estimate is made, so no cost of a host is written down anywhere.
 */
import type { TrafficCount } from '../net/transport.ts';

export const KINDS = ['group', 'search', 'living'] as const;
export type TrafficKind = (typeof KINDS)[number];
export type Spent = Readonly<Record<TrafficKind, Readonly<TrafficCount>>>;

/** One count for each kind; the transport adds to them. */
export function createSpent(): Record<TrafficKind, TrafficCount> {
  const nothing = (): TrafficCount => ({ packets: 0, bytes: 0 });
  return { group: nothing(), search: nothing(), living: nothing() };
}

/** All kinds together. */
export function totalOf(spent: Spent): TrafficCount {
  return KINDS.reduce((sum, kind) => ({ packets: sum.packets + spent[kind].packets, bytes: sum.bytes + spent[kind].bytes }), {
    packets: 0,
    bytes: 0,
  });
}
