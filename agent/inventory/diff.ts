/** Events between two points in time, in the order a person reads them: what is new, gone, back, then what changed. Pure. */
import { EVENT_KINDS, type EventKind, type EventRow } from './types.ts';

export interface DiffGroup {
  readonly kind: EventKind;
  readonly title: string;
  readonly events: readonly EventRow[];
}

const TITLES = {
  new: 'NEW',
  gone: 'GONE',
  back: 'BACK',
  moved: 'MOVED',
  'firmware-changed': 'FIRMWARE CHANGED',
  'verdict-changed': 'VERDICT CHANGED',
  merged: 'MERGED',
  split: 'SPLIT',
  'phase-out-changed': 'PHASE-OUT',
} as const satisfies Record<EventKind, string>;

/** Groups in the order of EVENT_KINDS; empty ones are left out. */
export function groupEvents(events: readonly EventRow[]): DiffGroup[] {
  return EVENT_KINDS.flatMap((kind) => {
    const list = events.filter((event) => event.kind === kind);
    return list.length === 0 ? [] : [{ kind, title: TITLES[kind], events: list }];
  });
}
