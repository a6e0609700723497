/** The one document that every report format renders: from the inventory, from an older scan of it, or from the newest scan's stream alone. */
import { createHash } from 'node:crypto';
import { systemClock } from '../clock.ts';
import { dataDirectory } from '../config/data-directory.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError } from '../errors.ts';
import { coverageBySubnet } from '../inventory/coverage-ranges.ts';
import { lastScanPath, readScanFile, type StoredScan } from '../inventory/scan-file.ts';
import type { Store } from '../inventory/store/store.ts';
import type { EventRow, StoredScanRow } from '../inventory/types.ts';
import { stateOf } from '../policy/exceptions.ts';
import { matchesRule } from '../policy/finding.ts';
import { VERDICTS } from '../policy/types.ts';
import {
  headlineOf,
  LIMITS,
  percentOf,
  totalCoverage,
  type ReportCoverage,
  type BurnDownPoint,
  type ReportDocument,
  type ReportException,
  type ReportPolicy,
} from '../report/document.ts';
import { VERSION } from '../version.ts';
import { loadEngine } from './engine.ts';
import { loadExceptions, type Exceptions } from './exceptions.ts';
import { openInventory } from './inventory.ts';
import type { Io } from './io.ts';
import { progressOfStore } from './phase-out-list.ts';
import { devicesOfInventory, devicesOfScan, type Judging } from './report-devices.ts';
import { checkPolicies } from './scan-plan.ts';

export interface WantedReport {
  /** Only where the user named them. */
  readonly scan: string | undefined;
  readonly site: string | undefined;
  /** Policies judged beside the chosen ones, for formats that need them. */
  readonly alsoPolicies: readonly string[];
}

type Common = Pick<ReportDocument, 'generatedAt' | 'policies' | 'exceptions'> & {
  readonly judging: (targets: readonly string[]) => Judging;
};

/** Throws CamsweepError where there is no such scan. */
export function gatherReport(settings: ScanSettings, wanted: WantedReport, io: Io): ReportDocument {
  checkPolicies(
    settings.policies,
    loadEngine().data.policies.map(({ id }) => id),
  );
  const stream = wanted.scan === undefined && wanted.site === undefined && settings.db === undefined ? newestStream() : undefined;
  const store = storeIfAny(settings, io, stream !== undefined);
  const isKept = stream === undefined || (stream.head.uid !== undefined && store?.findScan(stream.head.uid)?.mergedAt !== undefined);
  if (!store || !isKept) {
    if (!stream) throw new CamsweepError('scan-missing', 'there is no scan yet');
    return ofStream(stream, common(settings, loadExceptions(settings, store), wanted));
  }
  const word = wanted.scan ?? stream?.head.uid ?? 'last';
  const scan = store.findScan(word, wanted.site);
  if (!scan)
    throw new CamsweepError(
      'scan-missing',
      `${wanted.site === undefined ? '' : `site "${wanted.site}", `}scan "${word}": no such scan in ${store.path}`,
    );
  return ofStore(store, scan, common(settings, loadExceptions(settings, store), wanted));
}

function newestStream(): StoredScan | undefined {
  try {
    return readScanFile(lastScanPath(dataDirectory(process.env)));
  } catch (error) {
    if (error instanceof CamsweepError) return undefined;
    throw error;
  }
}

function storeIfAny(settings: ScanSettings, io: Io, hasStream: boolean): Store | undefined {
  try {
    return openInventory(settings, io);
  } catch (error) {
    if (!(error instanceof CamsweepError) || !hasStream) throw error;
    if (error.code !== 'scan-missing') io.say(`note: without the inventory: ${error.message}`);
    return undefined;
  }
}

function common(settings: ScanSettings, exceptions: Exceptions, { alsoPolicies }: WantedReport): Common {
  const policies = [...new Set([...settings.policies, ...alsoPolicies])];
  return {
    generatedAt: systemClock.timestamp(),
    policies: policiesOf(settings.policies),
    exceptions: exceptionsOf(exceptions),
    judging: (targets) => ({ policies, chosen: settings.policies, exceptions, targets, everything: alsoPolicies.length > 0 }),
  };
}

function ofStore(store: Store, scan: StoredScanRow, { judging, ...rest }: Common): ReportDocument {
  const { site, targets } = scan;
  const isNewest = store.scans({ site, limit: 1 })[0]?.id === scan.id;
  const previous = store.scans({ site }).find(({ id }) => id < scan.id);
  const isKnown = scan.status !== 'incomplete' && scan.status !== 'running';
  const coverage = isKnown ? totalCoverage(coverageBySubnet(store.coverage(scan.id))) : null;
  const devices = isNewest
    ? devicesOfInventory(store, site, judging(targets))
    : devicesOfScan(store.recordings(scan.id), site, judging(targets));
  const { uid, startedAt, endedAt, status, version, dataVersion, dataHash } = scan;
  return {
    schemaVersion: 1,
    ...rest,
    site,
    headline: headlineOf(devices, coverage),
    scan: { number: scan.id, uid, startedAt, endedAt, status, targets },
    previousAt: previous?.startedAt ?? null,
    devices,
    coverage,
    burnDown: burnDownOf(store, rest.policies, scan),
    progress: rest.policies.flatMap(({ id }) => progressOfStore(store, { site, policy: id })),
    changes: previous === undefined ? [] : changesSince(store, scan, { previous, isNewest, policies: rest.policies }),
    limits: LIMITS,
    versions: versionsOf(`Camsweep ${version}, data ${dataVersion} (${dataHash})`),
  };
}

interface Since {
  readonly previous: StoredScanRow;
  readonly isNewest: boolean;
  readonly policies: readonly ReportPolicy[];
}

/** Of the newest scan also what data and people changed since; a policy that nobody had chosen before is no change of a device. */
function changesSince(store: Store, { id, site }: StoredScanRow, { previous, isNewest, policies }: Since): EventRow[] {
  return store
    .events({ site, ...(isNewest ? { sinceScan: previous.id } : { scan: id }) })
    .filter(({ kind, topic, before }) => kind !== 'verdict-changed' || (before !== null && policies.some((policy) => policy.id === topic)));
}

const MAX_POINTS = 200;

/** Devices that match and were there, after each scan up to this one, by what is known today: newer data holds for the past too. */
function burnDownOf(store: Store, policies: readonly ReportPolicy[], { id, site }: StoredScanRow): BurnDownPoint[] {
  const leaving = new Map<string, { readonly scanId: number; readonly isGone: boolean }[]>();
  for (const { device, scanId, kind } of store.events({ site, kinds: ['gone', 'back'] })) {
    if (scanId !== null) leaving.set(device, [...(leaving.get(device) ?? []), { scanId, isGone: kind === 'gone' }]);
  }
  const devices = store.devices({ site, verdicts: VERDICTS.slice(0, 3) });
  const scans = store.scans({ site }).filter((scan) => scan.id <= id && scan.mergedAt !== null);
  return policies.flatMap(({ id: policy }) => {
    const matching = devices.filter(({ verdicts }) => verdicts.some((verdict) => verdict.policy === policy && matchesRule(verdict)));
    return [...scans.slice(0, MAX_POINTS)].reverse().map((scan) => {
      const until = scan.endedAt ?? scan.startedAt;
      const isThere = ({ key, firstSeen }: (typeof matching)[number]): boolean =>
        firstSeen <= until && leaving.get(key)?.findLast(({ scanId }) => scanId <= scan.id)?.isGone !== true;
      return { scan: scan.id, at: scan.startedAt, policy, flagged: matching.filter(isThere).length };
    });
  });
}

function ofStream({ head, recordings, tail }: StoredScan, { judging, ...rest }: Common): ReportDocument {
  const devices = devicesOfScan(recordings, null, judging(head.targets));
  const coverage = tail ? coverageOfSummary(tail.summary) : null;
  return {
    schemaVersion: 1,
    ...rest,
    site: null,
    headline: headlineOf(devices, coverage),
    scan: {
      number: null,
      uid: head.uid ?? 'not known',
      startedAt: head.startedAt,
      endedAt: tail?.endedAt ?? null,
      status: tail === undefined ? 'incomplete' : tail.interrupted ? 'interrupted' : 'complete',
      targets: head.targets,
    },
    previousAt: null,
    devices,
    coverage,
    burnDown: [],
    progress: [],
    changes: [],
    limits: LIMITS,
    versions: versionsOf(`Camsweep ${head.version}, data ${head.signatures}`),
  };
}

/** The stream of a scan has counts, and no list of what was silent: subnets are only in the inventory. */
function coverageOfSummary(summary: Readonly<Record<string, unknown>>): ReportCoverage {
  const number = (key: string): number => {
    const value = summary[key];
    return typeof value === 'number' ? value : 0;
  };
  const counts = { alive: number('alive'), silent: number('silent'), excluded: number('excluded'), notReached: number('notReached') };
  const addresses = counts.alive + counts.silent + counts.excluded + counts.notReached;
  return { subnets: [], addresses, ...counts, percent: percentOf({ addresses, ...counts }) };
}

function versionsOf(scannedWith: string): ReportDocument['versions'] {
  const { data } = loadEngine();
  return { camsweep: VERSION, data: data.version, dataHash: data.hash, scannedWith };
}

export function policiesOf(chosen: readonly string[]): ReportPolicy[] {
  return loadEngine()
    .data.policies.filter(({ id }) => chosen.includes(id))
    .map((policy) => {
      const {
        id,
        title,
        jurisdiction,
        status,
        instrument,
        effect,
        effectiveFrom,
        deadline,
        addressees,
        needsFromUser,
        citations,
        reviewBy,
      } = policy;
      return {
        ...{ id, title, jurisdiction, status, instrument, effect, effectiveFrom, deadline, addressees, needsFromUser, citations, reviewBy },
        notAddressed: policy.notAddressed ?? [],
        sha256: createHash('sha256').update(JSON.stringify(policy)).digest('hex'),
      };
    });
}

function exceptionsOf({ list, today }: Exceptions): ReportException[] {
  return list.map((exception) => {
    const { id, policy, reason, approver, mitigation, from, expires, device } = exception;
    const named = Object.entries(device).flatMap(([name, value]) => (typeof value === 'string' ? [`${name} ${value}`] : []));
    return { id, state: stateOf(exception, today), policy, device: named.join(', '), reason, approver, mitigation, from, expires };
  });
}
