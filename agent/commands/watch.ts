/**
 * `camsweep watch`: listens, sends nothing, and tells of each device as it is heard. Lines and the closing table go to
 * stdout, everything else to stderr.
 */
import type { Recording } from '../../probes/recording.ts';
import type { Segment } from '../../probes/probe.ts';
import { systemClock } from '../clock.ts';
import type { ScanSettings } from '../config/options.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import { attached, segmentOf, surveyInterfaces } from '../net/interfaces.ts';
import { listen } from '../net/listen.ts';
import { readNeighbourMacs } from '../net/neighbours.ts';
import { judgePolicies } from '../policy/judge.ts';
import { describeDevice, type DeviceReport } from '../report/device.ts';
import { newsLine, newsOf, toldOf, type News, type Told } from '../report/news.ts';
import { groupDevices, isFlagged, renderTable } from '../report/table.ts';
import type { Host } from '../sweep/hosts.ts';
import { watch as listenToAll, type WatchedHost, type WatchResult, type WatchSource } from '../sweep/watch.ts';
import { loadEngine, type Engine } from './engine.ts';
import { checkInterfaces, checkPolicies } from './scan-plan.ts';
import { openRecord } from './scan.ts';
import { formatSeconds } from './traffic.ts';
import type { Io } from './io.ts';

export interface WatchFlags {
  readonly jsonl: boolean;
  readonly everything: boolean;
  /** As typed, in seconds; undefined: until stopped. */
  readonly seconds: string | undefined;
}

const SCHEMA_VERSION = 1;
/** Longest a timer can wait: 24 days. */
const MAX_SECONDS = 2_147_483;
const PROGRESS_EVERY_MS = 1000;

/** Listens until stopped or the time is over; returns the exit code. */
export async function watch(settings: ScanSettings, flags: WatchFlags, io: Io, stop: AbortSignal): Promise<number> {
  const forMs = flags.seconds === undefined ? undefined : durationOf(flags.seconds);
  const segments = segmentsOf(settings.interfaces);
  const engine = loadEngine();
  checkPolicies(
    settings.policies,
    engine.data.policies.map(({ id }) => id),
  );
  const record = openRecording(settings.record, io);
  const startMs = systemClock.nowMs();
  const ends = AbortSignal.any([stop, io.outClosed, ...(forMs === undefined ? [] : [AbortSignal.timeout(forMs)])]);
  const reportOf = (host: Host): DeviceReport => reportHost(host, engine, settings);
  const teller = createTeller(flags, io, reportOf);
  void showProgress(teller, startMs, io, ends);

  const result = await listenToAll(
    sourceOf(segments, settings.interfaces, io),
    { clock: systemClock, signatures: engine.signatures },
    {
      onListening: (channels) =>
        io.say(
          `Listening on ${placesOf(segments)} to ${[...new Set(channels.map(({ title }) => title))].join(', ')} and new neighbours; ` +
            `sending nothing${forMs === undefined ? '; Ctrl-C ends' : ''}.`,
        ),
      onRecording: record.write,
      onHosts: teller.tell,
      onProblem: (problem) => io.say(`note: ${problem}`),
    },
    ends,
  );
  io.progress('');
  record.close();
  const reports = result.hosts.map(({ host }) => reportOf(host));
  if (!flags.jsonl) io.out(closing(reports, result, systemClock.nowMs() - startMs, flags, segments, io));
  return exitCode(result, reports, settings.failOn, forMs !== undefined && stop.aborted);
}

function durationOf(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text.trim()) || seconds <= 0 || seconds > MAX_SECONDS)
    throw new CamsweepError('option-invalid', `--for "${text}": expected seconds, more than 0 and at most ${MAX_SECONDS}`);
  return Math.max(1, Math.round(1000 * seconds));
}

function segmentsOf(named: readonly string[]): readonly Segment[] {
  const { segments, leftOut } = surveyInterfaces(named);
  checkInterfaces(named, segments);
  const wanted = named.map((name) => name.toLowerCase());
  const chosen = segments.filter(({ interfaceName }) => wanted.length === 0 || wanted.includes(interfaceName.toLowerCase()));
  if (chosen.length > 0) return chosen;
  const why = leftOut.map(({ interfaceName, reason }) => `${interfaceName} (${reason})`).join(', ');
  throw new CamsweepError('targets-missing', `no interface to listen on${why === '' ? '' : `; left out: ${why}`}`);
}

function placesOf(segments: readonly Segment[]): string {
  return segments.map(({ interfaceName, address, prefixLength }) => `${interfaceName} (${address}/${prefixLength})`).join(', ');
}

function sourceOf(segments: readonly Segment[], named: readonly string[], io: Io): WatchSource {
  const isChosen = new Set(segments.map(({ interfaceName }) => interfaceName));
  // Asked anew every time: over days, addresses of interfaces change.
  const survey = (): { mine: Segment[]; others: Segment[] } => {
    const { segments: ordinary, leftOut } = surveyInterfaces(named);
    const all = [...ordinary, ...leftOut];
    return {
      mine: all.filter(({ interfaceName }) => isChosen.has(interfaceName)),
      others: all.filter(({ interfaceName }) => !isChosen.has(interfaceName)),
    };
  };
  let now = survey();
  let complained = false;
  const complain = (problem: string): void => {
    if (!complained) io.say(`note: the neighbour table cannot be read: ${problem}`);
    complained = true;
  };
  return {
    listen: (channels, events) => listen(channels, segments, events),
    neighbours: async () => {
      now = survey();
      const table = await readNeighbourMacs(complain);
      return new Map([...table].filter(([address]) => attached(address, now.mine)));
    },
    // A camera with a factory address belongs to no subnet and is welcome; one on an interface not chosen is not.
    accepts: (address) => {
      const segment = segmentOf(address, [...now.mine, ...now.others]);
      return segment === undefined || isChosen.has(segment.interfaceName);
    },
  };
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

function reportHost(host: Host, engine: Engine, settings: ScanSettings): DeviceReport {
  const identity = host.identity();
  const verdicts = judgePolicies(identity, engine.data, settings.policies);
  return describeDevice({ address: host.address, identity, observations: host.observations, verdicts });
}

interface Teller {
  readonly tell: (hosts: readonly WatchedHost[]) => void;
  /** Devices told of so far, and how many of them were flagged. */
  readonly counts: () => { readonly heard: number; readonly flagged: number };
}

function createTeller({ jsonl, everything }: WatchFlags, io: Io, reportOf: (host: Host) => DeviceReport): Teller {
  // By host object: what is forgotten there is forgotten here.
  const told = new WeakMap<Host, Told>();
  let heard = 0;
  let flagged = 0;
  const style = { red: io.outColors.red, dim: io.outColors.dim };
  const say = (report: DeviceReport, news: News, { heardBy, firstHeardAt }: WatchedHost): void => {
    const at = systemClock.timestamp();
    const head = { schemaVersion: SCHEMA_VERSION, event: news, at, firstHeardAt, heardBy };
    if (jsonl) io.out(`${JSON.stringify({ ...head, flagged: isFlagged(report), ...report })}\n`);
    else io.out(`${newsLine(report, news, new Date(at).toTimeString().slice(0, 8), heardBy, style)}\n`);
  };
  return {
    tell(hosts) {
      const reports = hosts.map((watched) => ({ watched, report: reportOf(watched.host) }));
      for (const { watched, report } of reports.sort((a, b) => Number(isFlagged(b.report)) - Number(isFlagged(a.report)))) {
        const before = told.get(watched.host);
        const now = toldOf(report, watched.left);
        const news = newsOf(before, now);
        if (news === undefined) continue;
        told.set(watched.host, now);
        if (!before) heard++;
        if (now.flagged && before?.flagged !== true) flagged++;
        // As in a scan's table, devices known to be no surveillance are counted and not listed.
        const wasShown = before !== undefined && !before.cleared;
        if (everything || !now.cleared || (wasShown && news !== 'left' && news !== 'back')) say(report, news, watched);
      }
    },
    counts: () => ({ heard, flagged }),
  };
}

async function showProgress({ counts }: Teller, startMs: number, io: Io, ends: AbortSignal): Promise<void> {
  while (io.errIsTerminal && !ends.aborted) {
    const { heard, flagged } = counts();
    io.progress(`${heard} heard, ${flagged} flagged, ${formatSeconds((systemClock.nowMs() - startMs) / 1000)}`);
    await systemClock.sleep(PROGRESS_EVERY_MS, ends);
  }
}

const plain = (text: string): string => text;

function closing(
  reports: readonly DeviceReport[],
  { forgotten }: WatchResult,
  elapsedMs: number,
  { everything }: WatchFlags,
  segments: readonly Segment[],
  io: Io,
): string {
  const { bold, red, dim } = io.outColors;
  const color = io.outIsTerminal;
  const style = { columns: io.columns, bold: color ? bold : plain, red: color ? red : plain, dim: color ? dim : plain };
  const table = renderTable(reports, style, everything);
  const { flagged, review, surveillance, unknown, cleared } = groupDevices(reports);
  const lines = [
    `${placesOf(segments)}: ${reports.length} heard in ${formatSeconds(elapsedMs / 1000)}, ${flagged.length} flagged, ${review.length} to review, ${surveillance.length} other surveillance, ${cleared.length} cleared, ${unknown.length} not identified.`,
    ...(forgotten > 0 ? [`${forgotten} more were heard and forgotten again, to bound memory.`] : []),
    'Nothing was asked: a device that did not speak is not listed. `camsweep scan` asks.',
  ];
  return `\n${table}${table === '' ? '' : '\n'}${lines.join('\n')}\n`;
}

function exitCode(
  { channels }: WatchResult,
  reports: readonly DeviceReport[],
  failOn: ScanSettings['failOn'],
  cutShort: boolean,
): number {
  if (cutShort || channels.length === 0) return EXIT.incomplete;
  if (failOn === 'restricted' && reports.some(isFlagged)) return EXIT.findings;
  if (failOn === 'surveillance' && reports.some(({ surveillance }) => surveillance === true)) return EXIT.findings;
  return EXIT.done;
}
