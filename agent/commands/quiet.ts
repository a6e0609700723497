/** `--quiet`: nothing while the scan runs; at its end one screen of text, and only when there is something to tell. */
import type { ScanSettings } from '../config/settings.ts';
import type { EventRow } from '../inventory/types.ts';
import type { DeviceReport } from '../report/device.ts';
import { renderMail } from '../report/mail.ts';
import type { SweepResult } from '../sweep/sweep.ts';
import type { Io } from './io.ts';

export interface QuietIo {
  readonly io: Io;
  /** Notes that were not said: the summary has them. */
  readonly notes: string[];
}

const NOTE = 'note: ';

export function silence(io: Io): QuietIo {
  const notes: string[] = [];
  const say = (text: string): void => {
    if (text.startsWith(NOTE)) notes.push(text.slice(NOTE.length));
  };
  return { notes, io: { ...io, say, progress: () => undefined, errIsTerminal: false } };
}

export interface QuietScan {
  readonly settings: Pick<ScanSettings, 'site'>;
  readonly result: SweepResult;
  readonly reports: readonly DeviceReport[];
  readonly labels: readonly string[];
  /** A sentence each. */
  readonly subnets: readonly string[];
  readonly wordless: number;
  /** What changed by it; undefined where it is not in the inventory. */
  readonly events: readonly EventRow[] | undefined;
  readonly notes: readonly string[];
}

/** Empty when there is nothing to tell. */
export function tellQuietly({ settings, result, reports, labels, subnets, wordless, events, notes }: QuietScan): string {
  const { summary, elapsedMs, interrupted, startedAt } = result;
  return renderMail({
    site: settings.site,
    startedAt,
    events: events ?? [],
    problems: notes,
    isKept: events !== undefined,
    reports,
    summary,
    elapsedMs,
    labels,
    interrupted,
    subnets,
    wordless,
  });
}
