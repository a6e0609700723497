/**
 * `camsweep export`: one target after the other is brought up to the inventory. A system with an API is compared and written device by
 * device; a format is rendered whole and put where it was asked for.
 */
import { exportEntries } from '../config/export-entries.ts';
import type { ScanSettings } from '../config/settings.ts';
import type { ConfigFile } from '../config/resolve.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { TARGETS } from '../export/index.ts';
import type { Store } from '../inventory/store/store.ts';
import { renderColumns } from '../report/columns.ts';
import { jsonText } from '../report/json.ts';
import { runApi } from './export-api.ts';
import { runDocument } from './export-document.ts';
import { runSyslog } from './export-syslog.ts';
import { exportJob, isApiJob, type ExportJob, type Selection } from './export-settings.ts';
import { loadExceptions } from './exceptions.ts';
import { openInventory } from './inventory.ts';
import type { Io } from './io.ts';

export interface ExportFlags {
  readonly since: string | undefined;
  readonly only: Selection | undefined;
  readonly site: string | undefined;
  readonly dryRun: boolean;
  readonly output: string | undefined;
  readonly json: boolean;
  readonly setup: boolean;
  /** `key=value`. */
  readonly set: readonly string[];
}

export interface ExportTools {
  readonly store: Store;
  readonly settings: ScanSettings;
  readonly io: Io;
  readonly signal: AbortSignal;
}

/** Returns the exit code: 0 all is there, 1 a person has to look (conflicts, dead letters), 3 the rest comes with the next run. */
export async function exportTo(
  name: string,
  settings: ScanSettings,
  file: ConfigFile | undefined,
  flags: ExportFlags,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const job = exportJob(name, { entries: exportEntries(file), environment: process.env, given: flags.set });
  const store = openInventory(settings, io);
  try {
    return await runJob(job, flags, { store, settings, io, signal });
  } finally {
    store.close();
  }
}

const PLAIN: ExportFlags = {
  ...{ since: undefined, only: undefined, site: undefined, output: undefined },
  ...{ dryRun: false, json: false, setup: false, set: [] },
};

/** Checked before a scan begins, so that a mistyped name does not cost one. Throws CamsweepError. */
export function exportJobs(
  names: readonly string[],
  file: ConfigFile | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ExportJob[] {
  const entries = exportEntries(file);
  return names.map((name) => {
    const job = exportJob(name, { entries, environment, given: [] });
    if (!isApiJob(job) && !job.target.receiver?.(job.settings) && (job.output === undefined || job.output === '-'))
      throw new CamsweepError('config-invalid', `export ${name}: after a scan it needs a file: set output in the configuration`);
    return job;
  });
}

/** After a scan: every export is tried, whatever became of the one before. Returns the worst exit code. */
export async function runExports(jobs: readonly ExportJob[], settings: ScanSettings, io: Io, signal: AbortSignal): Promise<number> {
  if (jobs.length === 0) return EXIT.done;
  const store = openInventory(settings, io);
  let worst: number = EXIT.done;
  try {
    for (const job of jobs) {
      try {
        worst = Math.max(worst, await runJob(job, PLAIN, { store, settings, io, signal }));
      } catch (error) {
        if (!(error instanceof CamsweepError)) throw error;
        io.say(`export ${job.name}: ${error.message}\n  ${error.hintFor('export')} [${error.code}]`);
        worst = Math.max(worst, EXIT.incomplete);
      }
    }
  } finally {
    store.close();
  }
  return worst;
}

async function runJob(job: ExportJob, flags: ExportFlags, tools: ExportTools): Promise<number> {
  const { list, today } = loadExceptions(tools.settings, tools.store);
  const judging = { exceptions: list, today };
  if (isApiJob(job)) return runApi(job, flags, judging, tools);
  // A file that was asked for by hand is written, whatever the configuration says.
  const receiver = flags.output === undefined ? job.target.receiver?.(job.settings) : undefined;
  return receiver ? runSyslog(job, receiver, flags, judging, tools) : runDocument(job, flags, judging, tools);
}

/** `export list`: what can be named. */
export function listExports(file: ConfigFile | undefined, json: boolean, io: Io): number {
  const entries = exportEntries(file).map(({ name, values }) => ({ name, target: String(values.target) }));
  const targets = TARGETS.map(({ id, kind, title }) => ({ id, kind, title }));
  if (json) io.out(`${jsonText({ schemaVersion: 1, targets, exports: entries }, 2)}\n`);
  else {
    const rows = [
      ...targets.map(({ id, kind, title }) => [id, kind === 'api' ? 'system' : 'format', title]),
      ...entries.map(({ name, target }) => [name, 'export', `to ${target}, from the configuration`]),
    ];
    io.out(renderColumns(['NAME', 'KIND', 'WHAT'], rows, io.outIsTerminal ? io.columns : 0));
  }
  return EXIT.done;
}
