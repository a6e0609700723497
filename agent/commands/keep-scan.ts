/**
 * Keeping a scan is a service: it goes to the stream (`last-scan.jsonl`) and to the inventory while it runs, and where disk or
 * file refuse, one note says so and the result still goes to stdout.
 */
import { randomUUID } from 'node:crypto';
import type { Recording } from '../../probes/recording.ts';
import { systemClock } from '../clock.ts';
import { dataDirectory } from '../config/data-directory.ts';
import type { ScanSettings } from '../config/settings.ts';
import { messageOfError } from '../errors.ts';
import { createScanFile, lastScanPath, type ScanFile } from '../inventory/scan-file.ts';
import type { ScanWriter, Store } from '../inventory/store/store.ts';
import type { EventRow, ScanEnding, Sighting } from '../inventory/types.ts';
import type { Coverage } from '../sweep/coverage.ts';
import type { SweepResult } from '../sweep/sweep.ts';
import { VERSION } from '../version.ts';
import { spendingOf } from './earlier-scan.ts';
import type { Engine } from './engine.ts';
import type { Io } from './io.ts';
import type { ScanPlan } from './scan-plan.ts';
import { keepProgress, type ProgressKeeper } from './scan-progress.ts';
import { createJudge } from './sightings.ts';

export interface KeptScan {
  /** What the inventory is judged by: the policies of this scan, and those chosen before. */
  readonly policies: readonly string[];
  record(recording: Recording): void;
  /** Called once, when the sweep begins: from then on the inventory is told how far it is. */
  begin(coverage: Coverage): void;
  /** Ends stream and inventory entry; what changed by this scan, undefined where it is not in the inventory. Never throws. */
  end(result: SweepResult, sightings: readonly Sighting[]): readonly EventRow[] | undefined;
}

interface Material {
  readonly plan: ScanPlan;
  readonly settings: ScanSettings;
  readonly engine: Engine;
  readonly io: Io;
}

export async function keepScan(material: Material): Promise<KeptScan> {
  const { io, plan } = material;
  const uid = randomUUID();
  const trouble: string[] = [];
  const file = attempt(trouble, () => openStream(uid, material));
  const inventory = await openInventory(uid, material, trouble);
  say(io, 'this scan is not kept', trouble);
  return {
    policies: inventory?.policies ?? material.settings.policies,
    record(recording) {
      file?.record(recording);
      inventory?.writer.record(recording);
    },
    begin: (coverage) => inventory?.progress.begin(coverage),
    end(result, sightings) {
      const late: string[] = [];
      const endedAt = systemClock.timestamp();
      file?.end({
        endedAt,
        interrupted: result.interrupted,
        coverage: Object.fromEntries(result.hosts.map(({ address }) => [address, { ...result.coverage.outcomesOf(address) }])),
        summary: { ...result.summary },
      });
      const problem = file?.problem();
      if (problem !== undefined) late.push(problem);
      const events = inventory && attempt(late, () => endInventory(inventory, endingOf(result, plan, sightings, endedAt), material, late));
      say(io, 'this scan was not kept completely', late);
      return events;
    },
  };
}

function attempt<T>(trouble: string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    trouble.push(messageOfError(error));
    return undefined;
  }
}

function say(io: Io, what: string, trouble: readonly string[]): void {
  if (trouble.length > 0) io.say(`note: ${what}: ${trouble.join('; ')}`);
}

function openStream(uid: string, { plan, engine }: Material): ScanFile {
  return createScanFile(lastScanPath(dataDirectory(process.env)), {
    uid,
    startedAt: systemClock.timestamp(),
    targets: [...plan.labels],
    version: VERSION,
    signatures: `${engine.data.version} (${engine.data.hash})`,
  });
}

interface Inventory {
  readonly store: Store;
  readonly writer: ScanWriter;
  readonly progress: ProgressKeeper;
  readonly policies: readonly string[];
}

async function openInventory(uid: string, { plan, settings, engine, io }: Material, trouble: string[]): Promise<Inventory | undefined> {
  if (settings.noStore) return undefined;
  try {
    // Loaded here: a platform without the native part can still scan.
    const [{ adoptPending, storePath }, { keepCurrent }, { openStore }] = await Promise.all([
      import('./inventory.ts'),
      import('./rejudge.ts'),
      import('../inventory/store/store.ts'),
    ]);
    const store = openStore(storePath(settings.db), { clock: systemClock });
    // What newer data changes is told before the network can be blamed for it; a scan that was killed comes before this one.
    const policies = keepCurrent(store, settings, io);
    adoptPending(store, createJudge(engine, policies), io);
    const writer = store.beginScan({
      uid,
      site: settings.site,
      startedAt: systemClock.timestamp(),
      targets: plan.labels,
      probes: [...new Set(plan.probes.map(({ id }) => id))],
      policies: settings.policies,
      version: VERSION,
      dataVersion: engine.data.version,
      dataHash: engine.data.hash,
    });
    return { store, writer, policies, progress: keepProgress(writer, plan) };
  } catch (error) {
    trouble.push(messageOfError(error));
    return undefined;
  }
}

function endingOf(result: SweepResult, plan: ScanPlan, sightings: readonly Sighting[], endedAt: string): ScanEnding {
  return {
    endedAt,
    interrupted: result.interrupted,
    coverage: {
      dark: result.coverage.dark(plan.ranges),
      live: [...result.coverage.live()].map(([address, outcomes]) => ({ address, outcomes })),
    },
    summary: {
      ...result.summary,
      elapsedMs: Math.round(result.elapsedMs),
      traffic: result.traffic,
      // What a scan that was continued cost is not known: nothing can be foretold from it.
      ...(plan.begun ? {} : { spent: spendingOf(plan, result) }),
    },
    sightings,
  };
}

function endInventory(
  { store, writer, progress }: Inventory,
  ending: ScanEnding,
  { settings }: Material,
  late: string[],
): readonly EventRow[] | undefined {
  progress.end();
  const merged = writer.end(ending);
  const problem = writer.problem();
  if (problem !== undefined) late.push(problem);
  else if (settings.keepRecordings > 0) store.prune({ keepScans: settings.keepRecordings });
  const events = merged && store.events({ scan: merged.scanId });
  store.close();
  return events;
}
