/** What a person sees while a scan runs: counts, time left, and each flagged device the moment it is known. */
import { printable } from '../../probes/text.ts';
import type { Identity } from '../identify/types.ts';
import type { Verdict } from '../policy/types.ts';
import { summarise } from '../report/device.ts';
import { isFlagged } from '../report/table.ts';
import type { Progress } from '../sweep/sweep.ts';
import type { ScanPlan } from './scan-plan.ts';
import { formatSeconds } from './traffic.ts';
import type { Io } from './io.ts';

/** What is known of a host by now. */
export interface Concluded {
  readonly address: string;
  readonly identity: Identity;
  readonly verdicts: readonly Verdict[];
}

export interface ScanProgress {
  readonly host: (concluded: Concluded) => void;
  readonly update: (progress: Progress) => void;
  readonly done: () => void;
}

const REDRAW_MS = 100;

export function createProgress(io: Io, plan: ScanPlan): ScanProgress {
  const announced = new Map<string, string>();
  const surveillance = new Set<string>();
  let drawnAtMs = 0;
  announcePlan(io, plan);
  return {
    host({ address, identity, verdicts }) {
      if (identity.surveillance === true) surveillance.add(address);
      if (!isFlagged({ verdicts })) return;
      // Said again only when we have become sure: every refinement in between would be noise.
      const isSure = identity.certainty === 'confirmed';
      const word = `${identity.maker?.name ?? ''}${isSure ? '!' : ''}`;
      const before = announced.get(address);
      if (before === word || before?.endsWith('!') === true) return;
      announced.set(address, word);
      if (before === undefined || isSure) {
        io.say(`${io.errColors.red('!')} ${address.padEnd(15)} ${printable(summarise(identity), 120)}`);
      }
    },
    update({ addresses, done, elapsedMs, remainingMs }) {
      if (elapsedMs - drawnAtMs < REDRAW_MS && done < addresses) return;
      drawnAtMs = elapsedMs;
      const left = remainingMs === undefined ? '' : `, about ${formatSeconds(remainingMs / 1000)} left`;
      io.progress(
        `${done} of ${addresses} addresses, ${surveillance.size} surveillance, ${announced.size} flagged, ${formatSeconds(elapsedMs / 1000)}${left}`,
      );
    },
    done: () => io.progress(''),
  };
}

function announcePlan(io: Io, plan: ScanPlan): void {
  if (!io.errIsTerminal && plan.leftOut.length === 0) return;
  io.say(`Scanning ${plan.labels.slice(0, 6).join(', ')}${plan.labels.length > 6 ? ', …' : ''}: ${plan.addresses} addresses`);
  for (const { interfaceName, reason } of plan.leftOut)
    io.say(`  left out ${interfaceName}: ${reason} (name it with --interface to scan it)`);
}
