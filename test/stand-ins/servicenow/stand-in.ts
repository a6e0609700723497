/**
 * ServiceNow's Identification and Reconciliation as documented: identifies by native key of the source, serial lookup, serial, then name;
 * several matches are an error of the item; an unknown data source stores nothing as a configuration item; answers are in `inputIndices`.
 */
import { z } from 'zod';
import { startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from '../stand-in.ts';

export interface ConfigurationItem {
  readonly sysId: string;
  readonly className: string;
  readonly values: Record<string, string>;
  /** `source\nkey`. */
  readonly sources: Set<string>;
}

export interface ServiceNow extends StandIn {
  readonly items: ConfigurationItem[];
  readonly incomplete: unknown[];
  /** Items written, whatever came of it. */
  readonly writes: () => number;
}

const itemSchema = z.object({
  className: z.string(),
  values: z.record(z.string(), z.string()),
  lookup: z.array(z.object({ className: z.string(), values: z.record(z.string(), z.string()) })).optional(),
  sys_object_source_info: z.object({
    source_name: z.string(),
    source_native_key: z.string().min(1),
    source_recency_timestamp: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  }),
});
const bodySchema = z.object({ items: z.array(itemSchema), relations: z.array(z.unknown()) });
type Item = z.infer<typeof itemSchema>;
type Attempt = { readonly attemptResult: string; readonly attributes: readonly string[]; readonly found: readonly ConfigurationItem[] };

export async function startServiceNow({ dataSource = 'Camsweep', requiredColumn = '' } = {}): Promise<ServiceNow> {
  const items: ConfigurationItem[] = [];
  const incomplete: unknown[] = [];

  const identify = (item: Item): readonly Attempt[] => {
    const source = `${item.sys_object_source_info.source_name}\n${item.sys_object_source_info.source_native_key}`;
    const serial = item.lookup?.[0]?.values.serial_number ?? item.values.serial_number;
    const rules: readonly (readonly [readonly string[], string | undefined, (candidate: ConfigurationItem) => boolean])[] = [
      [['source_native_key'], source, ({ sources }) => sources.has(source)],
      [['serial_number'], serial, ({ values }) => values.serial_number === serial],
      [['name'], item.values.name, ({ values }) => values.name === item.values.name],
    ];
    return rules.map(([attributes, value, fits]) => {
      const found = value === undefined ? [] : items.filter(fits);
      const attemptResult =
        value === undefined ? 'SKIPPED' : found.length > 1 ? 'MULTI_MATCH' : found.length === 1 ? 'MATCHED' : 'NO_MATCH';
      return { attemptResult, attributes, found };
    });
  };
  const reconcile = (item: Item, index: number, commit: boolean): unknown => {
    const attempts = identify(item);
    const decisive = attempts.find(({ attemptResult }) => attemptResult === 'MATCHED' || attemptResult === 'MULTI_MATCH');
    const shown = attempts.map(({ attemptResult, attributes }) => ({ attemptResult, attributes }));
    const fail = (error: string, message: string): unknown => ({
      className: item.className,
      sysId: 'Unknown',
      errorCount: 1,
      errors: [{ error, message }],
      identificationAttempts: shown,
      inputIndices: [index],
    });
    if (decisive?.attemptResult === 'MULTI_MATCH') return fail('MULTIPLE_DUPLICATE_RECORDS', 'Found duplicate records in table');
    if (requiredColumn !== '' && item.values[requiredColumn] === undefined)
      return fail('REQUIRED_ATTRIBUTE_EMPTY', `Missing ${requiredColumn}`);
    const existing = decisive?.found[0];
    const record = existing ?? { sysId: `id-${items.length + 1}`, className: item.className, values: {}, sources: new Set<string>() };
    const changed = Object.entries(item.values).some(([name, value]) => record.values[name] !== value);
    const operation = existing === undefined ? 'INSERT' : changed ? 'UPDATE' : 'NO_CHANGE';
    if (commit) {
      if (existing === undefined) items.push(record);
      Object.assign(record.values, item.values);
      record.sources.add(`${item.sys_object_source_info.source_name}\n${item.sys_object_source_info.source_native_key}`);
    }
    const sysId = existing === undefined && !commit ? 'Unknown' : record.sysId;
    return { className: item.className, operation, sysId, errorCount: 0, identificationAttempts: shown, inputIndices: [index] };
  };
  const handle = (request: StandInRequest): StandInAnswer => {
    if (request.method !== 'POST' || !/^\/api\/now\/identifyreconcile(\/query)?$/.test(request.path))
      return { status: 404, json: { error: { message: 'no such endpoint' } } };
    const { items: sent } = bodySchema.parse(request.body);
    const commit = !request.path.endsWith('/query');
    const known = request.query.get('sysparm_data_source') === dataSource;
    const results = sent.map((item, index) => {
      if (known) return reconcile(item, index, commit);
      if (commit) incomplete.push(item);
      return { className: item.className, operation: 'INSERT_AS_INCOMPLETE', sysId: 'Unknown', errorCount: 0, inputIndices: [index] };
    });
    // The order is not promised.
    return { status: 200, json: { result: { items: results.reverse(), relations: [] } } };
  };
  const standIn = await startStandIn(handle);
  return { ...standIn, items, incomplete, writes: () => standIn.log.filter(({ path }) => !path.endsWith('/query')).length };
}
