/** An export to a system with an API: connect, plan, write, send events, and say what became of it. */
import { printable } from '../../probes/text.ts';
import { systemClock } from '../clock.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { deliver, type DeliverResult } from '../export/deliver.ts';
import type { Judging } from '../export/device.ts';
import { TargetError } from '../export/errors.ts';
import { createHttpClient, type ClosableHttpClient } from '../export/http.ts';
import { sendEvents, type EventResult } from '../export/send-events.ts';
import type { DevicePlan, ExportContext, TargetSession } from '../export/types.ts';
import type { ExportFlags, ExportTools } from './export.ts';
import { describePlans, type PlanLine } from './export-plans.ts';
import { devicePages, exportContext, exportEvents } from './export-selection.ts';
import type { ApiJob } from './export-settings.ts';

export async function runApi(job: ApiJob, flags: ExportFlags, judging: Judging, tools: ExportTools): Promise<number> {
  const { name } = job;
  try {
    const http = createHttpClient(job.http, systemClock, tools.signal);
    try {
      const session = await job.target.connect(job.settings, { http, signal: tools.signal, secret, exportName: name });
      if (flags.setup) await setUp(session, name, flags, exportContext(tools.store, flags.site ?? job.site), tools);
      return await runSession(job, flags, judging, tools, session, http);
    } finally {
      http.close();
    }
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    if (error.scope === 'retry') {
      tools.io.say(`${name}: not reached: ${printable(error.message, 500)}`);
      return EXIT.incomplete;
    }
    throw new CamsweepError('export-refused', `${name}: ${printable(error.message, 500)}`);
  }
}

function secret(variable: string): string | undefined {
  const value = process.env[variable]?.trim();
  return value === '' ? undefined : value;
}

async function setUp(
  session: TargetSession,
  name: string,
  { dryRun }: ExportFlags,
  context: ExportContext,
  { io }: ExportTools,
): Promise<void> {
  if (!session.setup) throw new CamsweepError('option-invalid', `--setup: there is nothing to set up for ${name}`);
  if (dryRun) throw new CamsweepError('option-invalid', '--setup writes: leave out --dry-run');
  const made = await session.setup(context);
  io.say(made.length === 0 ? `${name}: everything it needs is there` : made.map((line) => `${name}: ${printable(line, 300)}`).join('\n'));
}

async function runSession(
  job: ApiJob,
  flags: ExportFlags,
  judging: Judging,
  { store, io, signal }: ExportTools,
  session: TargetSession,
  http: ClosableHttpClient,
): Promise<number> {
  const site = flags.site ?? job.site;
  const outbox = store.outbox(job.name);
  const context = exportContext(store, site);
  const only = flags.only ?? job.only ?? (flags.since === undefined ? 'all' : 'changed');
  const source = { store, outbox, judging, site, since: flags.since };
  const lines: PlanLine[] = [];
  let seen = 0;
  const tell = (plan: DevicePlan): void => {
    seen += 1;
    io.progress(`${job.name}: ${seen} devices compared`);
    // Only what a dry run prints, or what a person has to look at, is kept: there may be many.
    if (flags.dryRun || plan.action === 'conflict') lines.push({ ...plan, device: plan.device });
  };
  const result = await deliver({
    ...{ session, context, tell, signal, clock: systemClock, random: Math.random, redact: http.redact },
    blind: job.target.blind === true,
    pages: devicePages({ ...source, only, write: !flags.dryRun }),
    book: (bookings, at) => outbox.book(bookings, at),
    concurrency: job.http.concurrency,
    dryRun: flags.dryRun,
  });
  io.progress('');
  const events = await eventsOf(session, result, context, { ...source, useCursor: true }, flags.dryRun, http, signal);
  if (flags.dryRun || lines.length > 0) io.out(describePlans(lines, flags.json, io));
  io.say(summary(job.name, result, events, flags.dryRun));
  return exitOf(result, events, signal);
}

async function eventsOf(
  session: TargetSession,
  { stopped }: DeliverResult,
  context: ExportContext,
  source: Parameters<typeof exportEvents>[0],
  dryRun: boolean,
  http: ClosableHttpClient,
  signal: AbortSignal,
): Promise<EventResult> {
  if (!session.sendEvent || dryRun || stopped) return { sent: 0, dead: 0, stopped: undefined };
  const { outbox } = source;
  return sendEvents({
    ...{ context, signal, clock: systemClock, random: Math.random, redact: http.redact },
    send: async (event, at) => session.sendEvent?.(event, at),
    events: exportEvents(source),
    moveCursor: (id) => outbox.moveCursor(id),
    bury: (id, at, words) => outbox.buryEvent(id, at, words),
  });
}

function summary(name: string, result: DeliverResult, events: EventResult, dryRun: boolean): string {
  const parts: readonly (readonly [number, string])[] = [
    [result.created, dryRun ? 'to create' : 'created'],
    [result.updated, dryRun ? 'to update' : 'updated'],
    [result.unchanged, 'unchanged'],
    [result.conflicts, 'conflicts: nothing written, a person has to look'],
    [result.dead + events.dead, 'refused for good'],
    [result.retry, 'to be tried again'],
    [result.waiting, 'waiting'],
    [events.sent, 'events sent'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const more = result.dead + events.dead + result.retry + result.waiting > 0 ? ` (camsweep export status has the words)` : '';
  return `${name}: ${said.length === 0 ? 'nothing to do' : said.join(', ')}${more}${dryRun ? '; nothing was written' : ''}`;
}

function exitOf(result: DeliverResult, events: EventResult, signal: AbortSignal): number {
  const stopped = result.stopped ?? events.stopped;
  if (stopped && stopped.scope !== 'retry') throw stopped;
  if (stopped) throw new TargetError('retry', stopped.message);
  if (signal.aborted || result.retry + result.waiting > 0) return EXIT.incomplete;
  return result.conflicts + result.dead + events.dead > 0 ? EXIT.findings : EXIT.done;
}
