/**
 * The newest scan in the inventory that tells what the planned one will meet and cost. A dry run reads the file and leaves it
 * as it is; where there is none, or nothing in it helps, the estimate assumes a usual network.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { systemClock } from '../clock.ts';
import type { ScanSettings } from '../config/settings.ts';
import { messageOfError } from '../errors.ts';
import type { Store } from '../inventory/store/store.ts';
import type { StoredScanRow } from '../inventory/types.ts';
import { intersect, sizeOf, without } from '../sweep/bounds.ts';
import type { EarlierCost, EarlierScan } from '../sweep/estimate.ts';
import type { SweepPlan, SweepResult } from '../sweep/sweep.ts';
import { mergeRanges, parseTarget, type TargetRange } from '../sweep/targets.ts';

export interface StoredEarlierScan extends EarlierScan {
  readonly id: number;
  readonly startedAt: string;
}

/** What a scan leaves in its summary for the next one's estimate. */
const traffic = z.object({ packets: z.number().nonnegative(), bytes: z.number().nonnegative() });
const spentSchema = z.object({
  group: traffic,
  search: traffic,
  living: traffic,
  segments: z.number().int().nonnegative(),
  hosts: z.number().int().nonnegative(),
  /** Equal where the same questions were asked, and at the same pace. */
  questions: z.string(),
  pace: z.string(),
});
const summarySchema = z.object({ elapsedMs: z.number().positive(), spent: spentSchema });

type Spending = z.infer<typeof spentSchema>;

/** For the scan's summary in the inventory. */
export function spendingOf(plan: SweepPlan, { spent, summary }: Pick<SweepResult, 'spent' | 'summary'>): Spending {
  return { ...spent, segments: plan.segments.length, hosts: summary.alive, questions: questionsOf(plan), pace: paceOf(plan) };
}

/** Equal for two plans that ask the same of every address. */
export function questionsOf({ probes, settings, otherKnocks }: SweepPlan): string {
  const { ports, snmpCommunities, snmpUsers } = settings;
  return JSON.stringify([probes.map(({ id }) => id), ports, snmpCommunities.length, snmpUsers.length, otherKnocks]);
}

function paceOf({ rate, hostRate, hostTimeMs, concurrency, darkWaitMs, tableLimit, settings }: SweepPlan): string {
  return JSON.stringify([rate, hostRate, hostTimeMs, concurrency, darkWaitMs, tableLimit, settings.timeoutMs, settings.settleMs]);
}

/** Scans looked at: a site scanned with many different targets need not be searched to its beginning. */
const MOST_SCANS = 12;

/** Undefined where there is none; `say` hears why a file that is there cannot be read. */
export async function findEarlierScan(
  plan: SweepPlan,
  { db, site, noStore }: Pick<ScanSettings, 'db' | 'site' | 'noStore'>,
  say: (note: string) => void,
): Promise<StoredEarlierScan | undefined> {
  if (noStore) return undefined;
  try {
    // Loaded here: a platform without the native part can still plan.
    const [{ storePath }, { openStore }] = await Promise.all([import('./inventory.ts'), import('../inventory/store/store.ts')]);
    const path = storePath(db);
    if (!existsSync(path)) return undefined;
    const store = openStore(path, { clock: systemClock, readOnly: true });
    try {
      return bestOf(store, site, plan);
    } finally {
      store.close();
    }
  } catch (error) {
    say(`note: no earlier scan could be read for the estimate: ${messageOfError(error)}`);
    return undefined;
  }
}

/** The newest that asked all the addresses; or else the one that asked most of them, the newer of two. */
function bestOf(store: Store, site: string, plan: SweepPlan): StoredEarlierScan | undefined {
  const wanted = without(mergeRanges(plan.ranges), plan.exclusions.ranges);
  const complete = store
    .scans({ site })
    .filter(({ status }) => status === 'complete')
    .slice(0, MOST_SCANS);
  let best: { readonly scan: StoredEarlierScan; readonly shared: number } | undefined;
  for (const row of complete) {
    const scan = earlierScan(store, row, plan);
    const shared = sizeOf(intersect(wanted, scan.ranges));
    if (!best || shared > best.shared) best = { scan, shared };
    if (shared === sizeOf(wanted)) break;
  }
  // Who asked none of them may still tell what a host costs.
  return best?.shared === 0 && best.scan.cost === undefined ? undefined : best?.scan;
}

function earlierScan(store: Store, row: StoredScanRow, plan: SweepPlan): StoredEarlierScan {
  const { dark, live } = store.coverage(row.id);
  const silent = dark.flatMap(({ first, last, state }) => (state === 'silent' ? (parseTarget(`${first}-${last}`) ?? []) : []));
  // A host without outcomes answered a group and was not asked itself: it may be outside the targets.
  const alive = live.filter(({ outcomes }) => Object.keys(outcomes).length > 0).map(({ address }) => address);
  const ranges = [...silent, ...alive.flatMap((address): TargetRange[] => [parseTarget(address)].flatMap((range) => range ?? []))];
  return { id: row.id, startedAt: row.startedAt, ranges: mergeRanges(ranges), alive, cost: costOf(row, plan) };
}

function costOf({ summary }: StoredScanRow, plan: SweepPlan): EarlierCost | undefined {
  const { data } = summarySchema.safeParse(summary);
  if (data?.spent.questions !== questionsOf(plan)) return undefined;
  const { group, search, living, segments, hosts, pace } = data.spent;
  return { spent: { group, search, living }, segments, hosts, elapsedMs: pace === paceOf(plan) ? data.elapsedMs : undefined };
}
