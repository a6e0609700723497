/**
 * Plans with the query endpoint, which identifies and writes nothing, and writes in batches. Before each write the query is asked again: an
 * item that arrived although its answer did not is found, and no name that people gave is written over.
 */
import { createBatcher, type Batcher } from '../batcher.ts';
import { TargetError } from '../errors.ts';
import { refusal, succeeded } from '../refusal.ts';
import type { DevicePlan, ExportDevice, HttpClient, PlanAction, TargetSession, TargetTools } from '../types.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { itemOf, type Item } from './payload.ts';
import { answer, type ItemResult, type ServiceNowSettings } from './schema.ts';

const PATH = '/api/now/identifyreconcile';
type Ask = Batcher<Item, ItemResult>;

export function connectServiceNow(settings: ServiceNowSettings, { http }: TargetTools): TargetSession<null> {
  const look = createBatcher(settings.batchSize, (items: readonly Item[]) => send(http, `${PATH}/query`, settings, items));
  const write = createBatcher(settings.batchSize, (items: readonly Item[]) => send(http, PATH, settings, items));
  return {
    plan: (devices) => Promise.all(devices.map((device) => planOne(look, device, settings))),
    apply: ({ device }) => applyOne(look, write, device, settings),
  };
}

async function planOne(look: Ask, device: ExportDevice, settings: ServiceNowSettings): Promise<DevicePlan<null>> {
  const item = itemOf(device, settings, true);
  const outcome = outcomeOf(await look(item), settings.columns.name);
  if (outcome.kind === 'conflict' || outcome.kind === 'refused')
    return { device, action: 'conflict', changes: [], why: outcome.why, work: null };
  const action = actionOf(outcome.kind, device);
  const values = Object.entries(action === 'create' ? item.values : itemOf(device, settings, false).values);
  // ServiceNow does not tell what it holds, so what was there before is not known.
  const changes = action === 'unchanged' ? [] : values.map(([field, after]) => ({ field, before: null, after }));
  return { device, action, changes, work: null };
}

/** What is gone and never was there needs no record to say so. */
function actionOf(kind: 'insert' | 'update' | 'unchanged', { status }: ExportDevice): PlanAction {
  if (kind === 'insert') return status === 'gone' ? 'unchanged' : 'create';
  return kind === 'update' ? 'update' : 'unchanged';
}

async function applyOne(look: Ask, write: Ask, device: ExportDevice, settings: ServiceNowSettings): Promise<void> {
  const item = await itemToWrite(look, device, settings);
  if (!item) return;
  const outcome = outcomeOf(await write(item), settings.columns.name);
  if (outcome.kind === 'conflict' || outcome.kind === 'refused') throw new TargetError('device', outcome.why);
}

/** Undefined where there is nothing to write. */
async function itemToWrite(look: Ask, device: ExportDevice, settings: ServiceNowSettings): Promise<Item | undefined> {
  const named = itemOf(device, settings, true);
  const full = checked(outcomeOf(await look(named), settings.columns.name));
  if (full.kind === 'insert') return device.status === 'gone' ? undefined : named;
  if (full.byName) return full.kind === 'unchanged' ? undefined : named;
  const nameless = itemOf(device, settings, false);
  const bare = checked(outcomeOf(await look(nameless), settings.columns.name));
  // Without its name it would not be found: then the name is what identifies it.
  if (bare.sysId !== full.sysId || bare.kind === 'insert') return full.kind === 'unchanged' ? undefined : named;
  return bare.kind === 'unchanged' ? undefined : nameless;
}

function checked(outcome: Outcome): Exclude<Outcome, { why: string }> {
  if (outcome.kind === 'conflict' || outcome.kind === 'refused') throw new TargetError('device', outcome.why);
  return outcome;
}

async function send(
  http: HttpClient,
  path: string,
  settings: ServiceNowSettings,
  items: readonly Item[],
): Promise<readonly (ItemResult | Error)[]> {
  const results = await ask(http, path, settings, items);
  const failed = results.some((result) => result instanceof Error || (result.errorCount ?? 0) > 0 || (result.errors ?? []).length > 0);
  if (!failed || items.length === 1) return results;
  // Whether one bad item stops the others is not documented: each is asked for by itself, which changes nothing for those that arrived.
  const single: (ItemResult | Error)[] = [];
  for (const item of items) single.push((await ask(http, path, settings, [item]))[0] ?? new TargetError('retry', 'no result for the item'));
  return single;
}

async function ask(
  http: HttpClient,
  path: string,
  settings: ServiceNowSettings,
  items: readonly Item[],
): Promise<readonly (ItemResult | Error)[]> {
  const query = [['sysparm_data_source', settings.dataSource]] as const;
  const response = await http.request({ method: 'POST', path, query, body: { items, relations: [] } });
  if (!succeeded(response))
    throw refusal(response.status === 404 ? 'target' : items.length === 1 ? 'device' : 'retry', `POST ${path}`, response);
  const parsed = answer.safeParse(response.json);
  if (!parsed.success) throw refusal('retry', `POST ${path}: not understood`, response);
  const found = parsed.data.result.items;
  return items.map((_, index) => {
    const result =
      found.find(({ inputIndices }) => inputIndices?.includes(index) === true) ?? (found[index]?.inputIndices ? undefined : found[index]);
    return result ?? new TargetError('retry', `POST ${path}: no result for item ${index + 1} of ${items.length}`);
  });
}
