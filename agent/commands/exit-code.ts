/** What a scan or a watch found → exit code, by what the user wants to be told. Pure. */
import type { FailCondition } from '../config/fail-on.ts';
import { EXIT } from '../errors.ts';
import type { DeviceReport } from '../report/device.ts';
import { isFlagged } from '../report/table.ts';

export interface Outcome {
  /** Cut short, or not everything could be asked. */
  readonly incomplete: boolean;
  readonly reports: readonly DeviceReport[];
  /** Addresses of devices that are new, back or judged otherwise since the scan before. */
  readonly changed: ReadonlySet<string>;
  /** Of the addresses that were to be asked, how many were; undefined where nobody is asked. */
  readonly coveragePercent: number | undefined;
}

export function exitCodeOf(conditions: readonly FailCondition[], { incomplete, reports, changed, coveragePercent }: Outcome): number {
  const tooLittle = conditions.some((condition) => condition.kind === 'coverage' && (coveragePercent ?? 0) < condition.belowPercent);
  if (incomplete || tooLittle) return EXIT.incomplete;
  const isMet = ({ kind }: FailCondition): boolean => {
    switch (kind) {
      case 'restricted':
        return reports.some(isFlagged);
      case 'new-restricted':
        return reports.some((report) => isFlagged(report) && changed.has(report.address));
      case 'surveillance':
        return reports.some(({ surveillance }) => surveillance === true);
      case 'coverage':
        return false;
    }
  };
  return conditions.some(isMet) ? EXIT.findings : EXIT.done;
}

/** Asked addresses among those that were not excluded by choice. */
export function coveragePercentOf({ asked, notReached }: { readonly asked: number; readonly notReached: number }): number {
  return asked + notReached === 0 ? 100 : (100 * asked) / (asked + notReached);
}
