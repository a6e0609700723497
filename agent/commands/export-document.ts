/** An export that is a text: rendered whole, then written beside its place and renamed, or appended, or printed. */
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { systemClock } from '../clock.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import type { Judging } from '../export/device.ts';
import type { DeliverItem } from '../export/deliver.ts';
import type { ExportFlags, ExportTools } from './export.ts';
import { devicePages, exportContext, exportEvents } from './export-selection.ts';
import type { DocumentJob } from './export-settings.ts';
import { describePlans, type PlanLine } from './export-plans.ts';

const DELIVERED = { state: 'delivered', attempts: 0, nextAt: null, words: null } as const;

export function runDocument(job: DocumentJob, flags: ExportFlags, judging: Judging, { store, io }: ExportTools): number {
  const { name, target } = job;
  const output = flags.output ?? job.output ?? '-';
  const site = flags.site ?? job.site;
  const outbox = store.outbox(name);
  const context = exportContext(store, site);
  const only = flags.only ?? job.only ?? (flags.since === undefined ? 'all' : 'changed');
  const source = { store, outbox, judging, site, since: flags.since };
  const items = [...devicePages({ ...source, only, write: !flags.dryRun })].flat();
  const events = [...exportEvents({ ...source, useCursor: output !== '-' })];
  if (flags.dryRun) {
    io.out(describePlans(items.map(planOf), flags.json, io));
    io.say(`${items.length} devices, ${events.length} events; nothing was written`);
    return EXIT.done;
  }
  const devices = items.map(({ device }) => device);
  const text = target.render(devices, events, context, job.settings);
  if (output === '-') io.out(text);
  else writeDocument(output, text, target.writes);
  const changed = items.filter(({ booked, hash }) => booked.state !== 'delivered' || booked.hash !== hash);
  const done = changed.map(({ booked, hash }) => ({ ...booked, ...DELIVERED, hash }));
  outbox.book(done, systemClock.timestamp());
  // Events on a terminal were sent to nobody: they may be asked for again.
  const last = output === '-' || flags.since !== undefined ? undefined : events.at(-1);
  if (last) outbox.moveCursor(last.id);
  if (output !== '-') io.say(`${name}: ${devices.length} devices, ${events.length} events in ${output}`);
  return EXIT.done;
}

function planOf({ device, booked, hash }: DeliverItem): PlanLine {
  const action = booked.hash === null ? 'create' : booked.hash === hash ? 'unchanged' : 'update';
  return { action, device, changes: [], why: undefined };
}

/** Whole files appear at once or not at all: whoever reads them never sees half of one. Throws CamsweepError `file-unwritable`. */
export function writeDocument(path: string, text: string, writes: 'whole' | 'append'): void {
  try {
    if (writes === 'append') appendFileSync(path, text, { mode: 0o644 });
    else {
      const beside = `${path}.tmp`;
      try {
        writeFileSync(beside, text, { mode: 0o644 });
        renameSync(beside, path);
      } catch (error) {
        rmSync(beside, { force: true });
        throw error;
      }
    }
  } catch (error) {
    throw new CamsweepError('file-unwritable', `${path}: ${messageOfError(error)}`);
  }
}
