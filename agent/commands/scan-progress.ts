/** Writes how far a scan is into the inventory while it runs, so that `scan --resume` can continue it after any end. */
import { z } from 'zod';
import { OUTCOMES } from '../../probes/probe.ts';
import type { ScanWriter } from '../inventory/store/store.ts';
import type { Coverage } from '../sweep/coverage.ts';
import { questionsOf } from './earlier-scan.ts';
import type { ScanPlan } from './scan-plan.ts';

/** The scan's notes in the inventory: ours alone, and read back by nobody else. */
const counts = z.partialRecord(z.enum(OUTCOMES), z.number().int().nonnegative());
export const notesSchema = z.object({
  /** Equal where the same questions are asked. */
  questions: z.string(),
  /** Exclusions as they were given, files read. */
  exclude: z.array(z.string()),
  dark: z.object({ silent: counts, excluded: counts }),
});

export interface ProgressKeeper {
  /** Begins to write, at once and from time to time. */
  readonly begin: (coverage: Coverage) => void;
  /** Writes for the last time. */
  readonly end: () => void;
}

const EVERY_MS = 1000;
/** Writing takes at most one part in so many of the time: a large network has many ranges. */
const SHARE = 25;

export function keepProgress(writer: ScanWriter, plan: ScanPlan): ProgressKeeper {
  let coverage: Coverage | undefined;
  let written = 0;
  let finished = -1;
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    if (!coverage || coverage.finished === finished) return;
    const { ranges, outcomes } = coverage.darkSoFar();
    const live = [...coverage.live()].slice(written).map(([address, of]) => ({ address, outcomes: of }));
    const notes = { questions: questionsOf(plan), exclude: [...plan.excluded], dark: outcomes } satisfies z.infer<typeof notesSchema>;
    if (!writer.soFar({ coverage: { dark: ranges, live }, notes })) return;
    written += live.length;
    finished = coverage.finished;
  };
  const later = (afterMs: number): void => {
    timer = setTimeout(() => {
      const startedAt = performance.now();
      write();
      later(Math.max(EVERY_MS, (performance.now() - startedAt) * SHARE));
    }, afterMs).unref();
  };
  return {
    begin(started) {
      coverage = started;
      write();
      later(EVERY_MS);
    },
    end() {
      clearTimeout(timer);
      write();
    },
  };
}
