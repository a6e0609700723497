/**
 * `camsweep watch`: listens, sends nothing, and tells of each device as it is heard. Lines and the closing table go to
 * stdout, everything else to stderr.
 */
import type { Recording } from '../../probes/recording.ts';
import { createDeadline, systemClock } from '../clock.ts';
import type { FailCondition } from '../config/fail-on.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, messageOfError } from '../errors.ts';
import { judgePolicies } from '../policy/judge.ts';
import { describeDevice, type DeviceReport } from '../report/device.ts';
import type { Host } from '../sweep/hosts.ts';
import { watch as listenToAll } from '../sweep/watch.ts';
import { loadExceptions, withMarks, type Exceptions } from './exceptions.ts';
import { exitCodeOf } from './exit-code.ts';
import { loadEngine, type Engine } from './engine.ts';
import { checkPolicies } from './scan-plan.ts';
import { openRecord } from './record-file.ts';
import { closing, createTeller, showProgress, type WatchStyle } from './watch-output.ts';
import { placesOf, segmentsOf, sourceOf } from './watch-source.ts';
import type { Io } from './io.ts';

export interface WatchFlags extends WatchStyle {
  /** As typed, in seconds; undefined: until stopped. */
  readonly seconds: string | undefined;
}

/** Longest a timer can wait: 24 days. */
const MAX_SECONDS = 2_147_483;

/** Listens until stopped or the time is over; returns the exit code. */
export async function watch(settings: ScanSettings, flags: WatchFlags, io: Io, stop: AbortSignal): Promise<number> {
  const forMs = flags.seconds === undefined ? undefined : durationOf(flags.seconds);
  const engine = loadEngine();
  checkPolicies(
    settings.policies,
    engine.data.policies.map(({ id }) => id),
  );
  const segments = segmentsOf(settings.interfaces);
  const record = openRecording(settings.record, io);
  const over = new AbortController();
  const { signal: ends, release } = createDeadline(undefined, stop, io.outClosed, over.signal);
  let startMs = systemClock.nowMs();
  const exceptions = loadExceptions(settings);
  const reportOf = (host: Host): DeviceReport => reportHost(host, engine, settings, exceptions);
  const teller = createTeller(flags, io, reportOf);

  const result = await listenToAll(
    sourceOf(segments, settings.interfaces, io),
    { clock: systemClock, signatures: engine.signatures },
    {
      onListening: (channels) => {
        // What is asked for is so much time of listening: starting up is none of it.
        startMs = systemClock.nowMs();
        if (forMs !== undefined) void systemClock.sleep(forMs, ends).then(() => over.abort());
        void showProgress(teller, startMs, io, ends);
        const titles = [...new Set(channels.map(({ title }) => title)), 'new neighbours'].join(', ');
        io.say(`Listening on ${placesOf(segments)}, sending nothing: ${titles}.${forMs === undefined ? ' Ctrl-C ends.' : ''}`);
      },
      onRecording: record.write,
      onHosts: teller.tell,
      onProblem: (problem) => io.say(`note: ${problem}`),
    },
    ends,
  ).finally(release);
  io.progress('');
  record.close();
  const reports = result.hosts.map(({ host }) => reportOf(host));
  if (!flags.jsonl) io.out(closing(reports, result, systemClock.nowMs() - startMs, flags, segments, io));
  const incomplete = (forMs !== undefined && stop.aborted) || result.channels.length === 0;
  const conditions = settings.failOn.filter(isKnownToWatch);
  return exitCodeOf(conditions, { incomplete, reports, changed: new Set(), coveragePercent: undefined });
}

/** Nobody is asked, so there is no coverage; nothing is kept, so nothing is new since the time before. */
function isKnownToWatch({ kind }: FailCondition): boolean {
  return kind !== 'coverage' && kind !== 'new-restricted';
}

/** Throws CamsweepError for a condition that could never hold, or always would. */
export function checkWatchConditions(conditions: readonly FailCondition[]): void {
  const wrong = conditions.find((condition) => !isKnownToWatch(condition));
  if (wrong === undefined) return;
  const why = wrong.kind === 'coverage' ? 'watch asks nobody, so it has no coverage' : 'watch keeps no inventory to compare with';
  throw new CamsweepError('option-invalid', `--fail-on ${wrong.kind}: ${why}: expected restricted, surveillance or nothing`);
}

function durationOf(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text.trim()) || seconds <= 0 || seconds > MAX_SECONDS)
    throw new CamsweepError('option-invalid', `--for "${text}": expected seconds, more than 0 and at most ${MAX_SECONDS}`);
  return Math.max(1, Math.round(1000 * seconds));
}

/** Keeping recordings is a service: where the disk fills up, the listening goes on. */
function openRecording(path: string | undefined, io: Io): { write: (recording: Recording) => void; close: () => void } {
  if (path === undefined) return { write: () => undefined, close: () => undefined };
  const file = openRecord(path);
  let failed = false;
  return {
    write: (recording) => {
      if (failed) return;
      try {
        file.write(recording);
      } catch (error) {
        failed = true;
        io.say(`note: --record ${path}: ${messageOfError(error)}; later recordings are not kept`);
      }
    },
    close: file.close,
  };
}

function reportHost(host: Host, engine: Engine, settings: ScanSettings, exceptions: Exceptions): DeviceReport {
  const identity = host.identity();
  const verdicts = judgePolicies(identity, engine.data, settings.policies);
  const { address, observations } = host;
  const report = describeDevice({ address, identity, observations, verdicts });
  return withMarks(report, { identity, observations }, settings.site, exceptions);
}
