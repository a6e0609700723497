/** `camsweep scan`: plan, sweep, judge, show. Results to stdout, progress and findings as they come to stderr. */
import { createInterface } from 'node:readline/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../clock.ts';
import { dataDirectory } from '../config/data-directory.ts';
import { OPTIONS } from '../config/options.ts';
import type { ScanSettings } from '../config/settings.ts';
import type { ConfigFile } from '../config/resolve.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import { loginLedgerPath, openLoginLedger } from '../inventory/login-ledger.ts';
import type { SiteLock } from '../inventory/store/site-lock.ts';
import type { EventKind, EventRow } from '../inventory/types.ts';
import { createLogger } from '../log.ts';
import { attached, ownAddresses } from '../net/interfaces.ts';
import { readNeighbours } from '../net/neighbours.ts';
import { judgePolicies } from '../policy/judge.ts';
import type { Verdict } from '../policy/types.ts';
import { describeDevice, type DeviceReport } from '../report/device.ts';
import { isFlagged } from '../report/table.ts';
import type { Host } from '../sweep/hosts.ts';
import { createNeighbours } from '../sweep/neighbours.ts';
import { sweep, type SweepResult } from '../sweep/sweep.ts';
import { USER_AGENT } from '../version.ts';
import { findEarlierScan } from './earlier-scan.ts';
import { loadData, loadEngine, type Engine } from './engine.ts';
import { coveragePercentOf, exitCodeOf } from './exit-code.ts';
import { loadExceptions, strangersTo, withScannedMarks, type Exceptions } from './exceptions.ts';
import { exportJobs, runExports } from './export.ts';
import { keepScan } from './keep-scan.ts';
import { renderResult, type OutputFormat } from './output.ts';
import { isOutside } from './off-subnet.ts';
import { storePath } from './inventory.ts';
import { gather } from './gather.ts';
import { createNewsFilter } from './news-filter.ts';
import { createProgress } from './progress.ts';
import { silence, tellQuietly, type QuietIo } from './quiet.ts';
import { openRecord } from './record-file.ts';
import { describeRest, findInterrupted } from './resume.ts';
import { planScan, type ScanPlan } from './scan-plan.ts';
import { sightingFrom, type Judged } from './sightings.ts';
import { coverageForPeople } from './subnet-coverage.ts';
import { describePlan, explainTraffic } from './traffic.ts';
import { writeResult } from './write-result.ts';
import type { Io } from './io.ts';

export interface ScanFlags {
  readonly format: OutputFormat;
  readonly everything: boolean;
  readonly explainTraffic: boolean;
  readonly dryRun: boolean;
  /** Continues the last scan of the site. */
  readonly resume: boolean;
  /** How the program was called, for telling how to go on. */
  readonly words: readonly string[];
  /** Where exports are named. */
  readonly configFile?: ConfigFile | undefined;
}

export const CONFIRM_ABOVE = 4096n;
/** Thousands described at once would stop the loop, and what still listens, for a tenth of a second. */
const DESCRIBED_IN_A_ROW = 64;
/** Events that make a flagged device one a monitor has not been told of. */
const NEWS: readonly EventKind[] = ['new', 'back', 'verdict-changed'];

/** Runs one scan; returns the exit code. */
export async function scan(given: ScanSettings, flags: ScanFlags, io: Io, signal: AbortSignal): Promise<number> {
  const data = loadData();
  const interrupted = flags.resume ? await findInterrupted(given, io) : undefined;
  const settings = interrupted?.settings ?? given;
  const planned = await planScan(
    settings,
    USER_AGENT,
    data.policies.map(({ id }) => id),
  );
  const plan = interrupted?.continue(planned) ?? planned;
  if (flags.explainTraffic) io.out(explainTraffic(plan.probes, plan.settings));
  if (flags.dryRun) io.out(describePlan(plan, await findEarlierScan(plan, settings, io.say)));
  if (flags.explainTraffic || flags.dryRun) return EXIT.done;
  if (settings.noStore && settings.exports.length > 0)
    throw new CamsweepError('option-invalid', '--export feeds from the inventory: leave out --no-store');
  const exports = exportJobs(settings.exports, flags.configFile);
  await confirmSize(plan, settings, io);

  const quiet = settings.quiet ? silence(io) : undefined;
  const lock = await takeSite(settings, quiet?.io ?? io, signal);
  try {
    return await scanHeld(plan, settings, exports, flags, io, quiet, signal);
  } finally {
    lock?.release();
  }
}

/** Named sites are scanned on a schedule, and two scans of one would disturb each other; without a name every scan is its own. */
async function takeSite({ site, waitMs, db, quiet }: ScanSettings, io: Io, signal: AbortSignal): Promise<SiteLock | undefined> {
  if (site === OPTIONS.site.default) return undefined;
  try {
    // Loaded here: a platform without the native part can still scan.
    const { lockSite } = await import('../inventory/store/site-lock.ts');
    const onWait = quiet ? undefined : (holder: string): void => io.say(`Waiting for site ${site}, which is being scanned by ${holder} …`);
    return await lockSite({ store: storePath(db), site, waitMs, clock: systemClock, signal, pid: process.pid, onWait });
  } catch (error) {
    if (error instanceof CamsweepError && (error.code === 'site-busy' || error.code === 'stopped')) throw error;
    io.say(`note: another scan of site ${site} could not be kept out: ${messageOfError(error)}`);
    return undefined;
  }
}

async function scanHeld(
  plan: ScanPlan,
  settings: ScanSettings,
  exports: ReturnType<typeof exportJobs>,
  flags: ScanFlags,
  io: Io,
  quiet: QuietIo | undefined,
  signal: AbortSignal,
): Promise<number> {
  const engine = loadEngine();
  const exceptions = loadExceptions(settings);
  const { result, reports, keep } = await run(plan, settings, { engine, exceptions }, quiet?.io ?? io, signal);
  const document = { engine, plan, result, reports };
  // Quiet is about what people read: a file or a format for programs is written all the same.
  const isTold = quiet !== undefined && flags.format === 'table' && settings.output === undefined;
  let events: readonly EventRow[] | undefined;
  try {
    if (!isTold)
      writeResult(
        () => renderResult(document, flags.format, flags.everything, settings.output === undefined ? io : plainIo(io)),
        settings.output,
        quiet?.io ?? io,
      );
  } finally {
    events = keep();
  }
  if (result.interrupted && events !== undefined) (quiet?.io ?? io).say(describeRest(result, plan, settings.site, flags.words));
  if (isTold)
    io.out(tellQuietly({ settings, result, reports, labels: plan.labels, ...coverageForPeople(document), events, notes: quiet.notes }));
  const exported = await runExports(exports, settings, quiet?.io ?? io, signal);
  if (quiet && exported !== EXIT.done) io.say('note: an export did not deliver everything; camsweep export status says why');
  const changed = new Set((events ?? []).flatMap(({ kind, address }) => (NEWS.includes(kind) && address !== null ? [address] : [])));
  const { summary, interrupted } = result;
  const code = exitCodeOf(settings.failOn, {
    incomplete: interrupted || !summary.complete,
    reports,
    changed,
    coveragePercent: coveragePercentOf(summary),
  });
  return code || exported;
}

async function confirmSize(plan: ScanPlan, settings: ScanSettings, io: Io): Promise<void> {
  if (settings.yes || plan.addresses <= CONFIRM_ABOVE) return;
  io.say(describePlan(plan, await findEarlierScan(plan, settings, io.say)).trimEnd());
  if (!process.stdin.isTTY || !io.errIsTerminal) throw new CamsweepError('target-too-large', `${plan.addresses} addresses`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question('Scan all of them? [y/N] ');
  prompt.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CamsweepError('target-too-large', `${plan.addresses} addresses, not confirmed`);
}

interface Scanned {
  readonly result: SweepResult;
  readonly reports: readonly DeviceReport[];
  /** Enters the scan into the inventory; what changed by it, where it was entered. */
  readonly keep: () => readonly EventRow[] | undefined;
}

async function run(
  plan: ScanPlan,
  settings: ScanSettings,
  { engine, exceptions }: { engine: Engine; exceptions: Exceptions },
  io: Io,
  signal: AbortSignal,
): Promise<Scanned> {
  const kept = await keepScan({ plan, settings, engine, io });
  const copy = settings.record === undefined ? undefined : openRecord(settings.record);
  const verdictsOf = (host: Host): readonly Verdict[] =>
    withScannedMarks(
      judgePolicies(host.identity(), engine.data, settings.policies),
      { address: host.address, identity: host.identity(), observations: host.observations },
      settings.site,
      exceptions,
    );
  const own = ownAddresses();
  const progress = createProgress(io, plan);
  const isNews = createNewsFilter();
  // An exception may name a device by anything it says: then every answer counts.
  const news = gather<Host>((host) => {
    if (exceptions.list.length > 0 || isNews(host))
      progress.host({ address: host.address, identity: host.identity(), verdicts: verdictsOf(host) });
  });
  const ledger =
    plan.credentials.size === 0 ? undefined : openLoginLedger(loginLedgerPath(dataDirectory(process.env)), () => systemClock.timestamp());
  const log = createLogger(settings.logLevel);
  log.info({ event: 'scan-started', site: settings.site, targets: plan.labels, addresses: String(plan.addresses) }, 'scan started');
  const result = await sweep(
    plan,
    {
      clock: systemClock,
      signatures: engine.signatures,
      log,
      ledger,
      neighbours: createNeighbours({
        read: readNeighbours,
        attached: (address) => attached(address, plan.attached),
        isOwn: (address) => own.has(address),
        nowMs: () => systemClock.nowMs(),
      }),
    },
    {
      onRecording: (recording) => {
        kept.record(recording);
        copy?.write(recording);
      },
      onHost: news.add,
      onProgress: progress.update,
      onCoverage: (coverage) => kept.begin(coverage),
    },
    signal,
  );
  news.flush();
  progress.done();
  copy?.close();
  const described: Judged[] = [];
  for (const host of result.hosts) {
    const { address, observations } = host;
    const identity = host.identity();
    const [verdicts, coverage] = [verdictsOf(host), result.coverage.outcomesOf(address)];
    const offSubnet = isOutside(address, plan.ranges);
    described.push({ identity, observations, report: describeDevice({ address, identity, observations, verdicts, coverage, offSubnet }) });
    if (described.length % DESCRIBED_IN_A_ROW === 0) await nextTurn();
  }
  const reports = described.map(({ report }) => report);
  const keep = (): readonly EventRow[] | undefined =>
    kept.end(
      result,
      described.map(({ identity, observations, report }) => {
        // The inventory may be judged by more policies than this scan was asked for.
        const verdicts = judgePolicies(identity, engine.data, kept.policies);
        return sightingFrom({ identity, observations, report: { ...report, verdicts } });
      }),
    );
  const counts = { flagged: reports.filter(isFlagged).length, ...result.summary, interrupted: result.interrupted };
  log.info({ event: 'scan-ended', site: settings.site, elapsedMs: Math.round(result.elapsedMs), ...counts }, 'scan ended');
  const strangers = strangersTo(reports, exceptions).map(({ id }) => `exception ${id} names no device that is known, or several`);
  for (const problem of [...result.problems, ...(ledger?.notes() ?? []), ...strangers]) io.say(`note: ${problem}`);
  return { result, reports, keep };
}

function plainIo(io: Io): Io {
  return { ...io, outIsTerminal: false };
}
