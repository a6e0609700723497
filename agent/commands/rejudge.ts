/**
 * Newer signatures or policies, or other policies chosen: verdicts of the inventory are found again from its recordings, without a packet.
 * Every command that opens the inventory notices by itself; `camsweep rejudge` does it by hand, for all scans where that is wanted.
 *
 * Policies only add up by themselves: one scan with another --policy must not make every later command judge everything twice.
 */
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import type { RejudgeResult, Store } from '../inventory/store/store.ts';
import type { EventRow } from '../inventory/types.ts';
import { renderColumns } from '../report/columns.ts';
import { jsonText } from '../report/json.ts';
import { describeEvent } from '../report/inventory.ts';
import { loadData, loadEngine } from './engine.ts';
import { openStoreOf } from './inventory.ts';
import type { Io } from './io.ts';
import { checkPolicies } from './scan-plan.ts';
import { basisOf, createJudge, policiesOf } from './sightings.ts';

/** Devices above which a person wonders what takes so long. */
const MANY = 1000;

/** Judges again where what judges has changed, and says what that changed. Returns the policies the inventory is judged by now. */
export function keepCurrent(store: Store, { policies }: Pick<ScanSettings, 'policies'>, io: Io): string[] {
  const data = loadData();
  const known = data.policies.map(({ id }) => id);
  checkPolicies(policies, known);
  const before = store.judgedBy();
  const all = [...new Set([...policies, ...policiesOf(before)])].filter((id) => known.includes(id));
  const basis = basisOf({ data }, all);
  if (basis === before) return all;
  try {
    if (store.countDevices() === 0) store.setJudgedBy(basis);
    else {
      const devices = store.countDevices();
      if (devices > MANY) io.say(`note: signatures or policies have changed since; judging ${devices} devices again, which takes a while`);
      const { result, events } = judgeAgain(store, all, 'latest');
      if (before !== undefined) tell(result, events, io);
    }
  } catch (error) {
    // Read-only, or another process holds it: what is there is still worth showing.
    if (!(error instanceof CamsweepError)) throw error;
    io.say(`note: the verdicts of the inventory are those of ${before ?? 'older data'}: ${error.message}`);
  }
  return all;
}

function judgeAgain(
  store: Store,
  policies: readonly string[],
  scope: 'latest' | 'all',
): { readonly result: RejudgeResult; readonly events: EventRow[] } {
  const engine = loadEngine();
  const last = store.lastEvent();
  const result = store.rejudge(createJudge(engine, policies), { scope, basis: basisOf(engine, policies) });
  return { result, events: store.events({ after: last }).filter(({ cause }) => cause === 'data') };
}

function tell({ changed, unjudged }: RejudgeResult, events: readonly EventRow[], io: Io): void {
  const kept = unjudged > 0 ? ` ${unjudged} devices have no recordings any more and stay as they were judged.` : '';
  const verdicts = events.filter(({ kind }) => kind === 'verdict-changed').length;
  io.say(
    `note: signatures or policies have changed since; judged again without a packet: ${verdicts} verdicts changed by data, not by a device (camsweep diff lists them), ${changed} devices in all.${kept}`,
  );
}

/** `camsweep rejudge`: by exactly the policies chosen now. */
export function rejudge(settings: ScanSettings, { all, json }: { readonly all: boolean; readonly json: boolean }, io: Io): number {
  const known = loadData().policies.map(({ id }) => id);
  checkPolicies(settings.policies, known);
  const store = openStoreOf(settings);
  const before = store.judgedBy() ?? null;
  const dropped = policiesOf(before ?? undefined).filter((id) => !settings.policies.includes(id));
  const { result, events } = judgeAgain(store, settings.policies, all ? 'all' : 'latest');
  if (json) {
    io.out(`${jsonText({ schemaVersion: 1, before, after: store.judgedBy() ?? null, ...result, changes: events }, 2)}\n`);
    return EXIT.done;
  }
  const rows = events.map((event) => [event.address ?? '-', describeEvent(event), event.summary, event.device]);
  if (rows.length > 0) io.out(renderColumns(['ADDRESS', 'WHAT', 'DEVICE', 'KEY'], rows, io.outIsTerminal ? io.columns : 0, 110));
  io.say(
    `${result.devices} devices judged by ${store.judgedBy() ?? ''}: ${events.length} changes by data, not by a device${result.unjudged > 0 ? `; ${result.unjudged} without recordings stay as they were` : ''}.`,
  );
  if (dropped.length > 0) io.say(`No longer judged: ${dropped.join(', ')} (not chosen).`);
  return EXIT.done;
}
