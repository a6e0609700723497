/** One run of the runner on a store, as the command does it, with a clock and chance of the test. */
import { devicePages } from '../../../agent/commands/export-selection.ts';
import type { Clock } from '../../../agent/clock.ts';
import { deliver, type DeliverResult } from '../../../agent/export/deliver.ts';
import type { DevicePlan, TargetSession } from '../../../agent/export/types.ts';
import type { Store } from '../../../agent/inventory/store/store.ts';
import { CONTEXT } from './samples.ts';

export interface RunOptions {
  readonly store: Store;
  readonly session: TargetSession;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly signal?: AbortSignal;
  readonly blind?: boolean;
  readonly dryRun?: boolean;
  readonly only?: 'all' | 'restricted';
  /** Called before each booking; throws to stand for a killed process. */
  readonly beforeBooking?: () => void;
  readonly plans?: DevicePlan[];
}

export function runExport(options: RunOptions): Promise<DeliverResult> {
  const { store, session, clock, dryRun = false } = options;
  const outbox = store.outbox('cmdb');
  const judging = { exceptions: [], today: clock.timestamp().slice(0, 10) };
  return deliver({
    ...{
      session,
      clock,
      dryRun,
      context: CONTEXT,
      random: options.random ?? (() => 0),
      signal: options.signal ?? new AbortController().signal,
    },
    blind: options.blind ?? false,
    pages: devicePages({ store, outbox, judging, site: undefined, only: options.only ?? 'all', since: undefined, write: !dryRun }),
    book: (bookings, at) => {
      options.beforeBooking?.();
      outbox.book(bookings, at);
    },
    concurrency: 3,
    redact: (text) => text,
    tell: (plan) => options.plans?.push(plan),
  });
}
