/** `scan --resume`: the last scan of the site, where it was cut off, and what of it need not be asked again. */
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError } from '../errors.ts';
import type { StoredScanRow } from '../inventory/types.ts';
import { begunScan } from '../sweep/begun.ts';
import type { SweepResult } from '../sweep/sweep.ts';
import type { Io } from './io.ts';
import { questionsOf } from './earlier-scan.ts';
import type { ScanPlan } from './scan-plan.ts';
import { notesSchema } from './scan-progress.ts';

/** What the interrupted scan was asked for, and how far it came. */
export interface Interrupted {
  /** The settings given now, with the targets and exclusions of the scan. */
  readonly settings: ScanSettings;
  /** The plan of those settings, as what continues the scan. Throws CamsweepError where it would ask something else. */
  readonly continue: (plan: ScanPlan) => ScanPlan;
}

/** Reads it from the inventory. Throws CamsweepError where there is nothing to continue. */
export async function findInterrupted(settings: ScanSettings, io: Io): Promise<Interrupted> {
  if (settings.noStore) throw refusal('the inventory knows what was asked: leave out --no-store');
  // Loaded here: a platform without the native part can still scan.
  const { openInventory } = await import('./inventory.ts');
  const store = openInventory(settings, io);
  try {
    const row = store.scans({ site: settings.site, limit: 1 })[0];
    if (row === undefined) throw refusal(`there is no scan of site ${settings.site}`);
    if (row.status === 'complete')
      throw refusal(`nothing to resume: the last scan of site ${settings.site}, ${nameOf(row)}, went to its end`);
    if (row.status === 'running') throw refusal(`the last scan of site ${settings.site}, ${nameOf(row)}, is still running`);
    const notes = notesSchema.safeParse(store.progressNotes(row.id)).data;
    if (notes === undefined) throw refusal(`${nameOf(row)} was cut off before it noted how far it was: scan anew`);
    const begun = begunScan({ ...store.coverage(row.id), outcomes: notes.dark, recordings: store.recordings(row.id) });
    const isOwnNetwork = settings.targets.length === 0 && settings.interfaces.length === 0;
    return {
      settings: {
        ...settings,
        targets: isOwnNetwork ? row.targets : settings.targets,
        probes: settings.probes.length === 0 ? row.probes : settings.probes,
        exclude: [...new Set([...settings.exclude, ...notes.exclude])],
      },
      continue(plan) {
        same('targets', row, row.targets, plan.labels);
        if (settings.probes.length > 0) same('probes', row, row.probes, new Set(plan.probes.map(({ id }) => id)));
        if (questionsOf(plan) !== notes.questions)
          throw refusal(`${nameOf(row)} asked on other ports, in another profile, or other SNMP communities: give the same, or scan anew`);
        io.say(`Continuing ${nameOf(row)}`);
        return { ...plan, begun };
      },
    };
  } finally {
    store.close();
  }
}

function same(what: string, row: StoredScanRow, then: readonly string[], now: Iterable<string>): void {
  const [before, after] = [[...new Set(then)].sort(), [...now].sort()];
  if (before.join('\n') === after.join('\n')) return;
  throw refusal(`${nameOf(row)} had the ${what} ${shown(before)}, not ${shown(after)}: name none, the same, or scan anew`);
}

function refusal(text: string): CamsweepError {
  return new CamsweepError('option-invalid', `--resume: ${text}`);
}

function nameOf({ id, startedAt }: StoredScanRow): string {
  return `scan ${id} of ${startedAt.slice(0, 16).replace('T', ' ')}`;
}

const MOST_SHOWN = 4;

function shown(names: readonly string[]): string {
  return `${names.slice(0, MOST_SHOWN).join(', ')}${names.length > MOST_SHOWN ? `, and ${names.length - MOST_SHOWN} more` : ''}`;
}

/** What an interrupted scan leaves open, and the command that goes on with it; `words` is how this one was called. */
export function describeRest({ coverage, summary }: SweepResult, plan: ScanPlan, site: string, words: readonly string[]): string {
  const open = coverage.dark(plan.ranges).filter(({ state }) => state === 'not-reached');
  const cut = [...coverage.live()].filter(([, outcomes]) => Object.values(outcomes).includes('aborted')).length;
  const ranges = open.map(({ first, last }) => (first === last ? first : `${first}-${last}`));
  const missing = [
    ...(ranges.length > 0 ? [`${summary.notReached} of ${summary.addresses} addresses not asked: ${shown(ranges)}`] : []),
    ...(cut > 0 ? [`${cut} hosts not asked to the end`] : []),
  ];
  return `note: interrupted: ${missing.join('; ') || 'nothing is missing'}. To go on: ${commandLine(words.flatMap((word) => (word === '--all-sites' ? ['--site', site] : [word])))}`;
}

function commandLine(words: readonly string[]): string {
  const all = ['camsweep', ...words.filter((word) => word !== '--resume'), '--resume'];
  return all.map((word) => (/^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
