/**
 * Requests to NetBox's REST API: lists that are read whole, and writes that share a request with others of their turn. A list of writes is
 * all or none there (docs/integrations/rest-api.md), so a list that is refused is asked again one by one. Nothing is deleted, nothing cached.
 */
import { z } from 'zod';
import { createBatcher } from '../batcher.ts';
import { TargetError } from '../errors.ts';
import { refusal, succeeded } from '../refusal.ts';
import { serverWords } from '../server-words.ts';
import type { HttpClient, HttpResponse } from '../types.ts';
import { page } from './schema.ts';

/** MAX_PAGE_SIZE of an instance that was not configured. */
const PAGE_ROWS = 1000;
const MAX_PAGES = 2000;
/** Gunicorn takes 4094 bytes in a request line, and that is what stands before NetBox. */
const MAX_QUERY = 3500;
const BATCH = 50;

export type Query = readonly (readonly [string, string])[];
export type Body = Readonly<Record<string, unknown>>;

export interface NetBoxApi {
  /** All rows where `name` is one of the values; several requests where the values do not fit into one. Rejects with TargetError. */
  find<Row>(list: ListOf<Row>, name: string, values: readonly (string | number)[]): Promise<readonly Row[]>;
  all<Row>(list: ListOf<Row>, query?: Query): Promise<readonly Row[]>;
  /** Whatever is at that path. */
  get(path: string): Promise<HttpResponse>;
  /** The row that was made. */
  create<Row>(list: ListOf<Row>, body: Body): Promise<Row>;
  update(list: ListOf<unknown>, id: number, body: Body): Promise<void>;
}

export interface ListOf<Row> {
  /** Such as `/api/dcim/devices/`. */
  readonly path: string;
  readonly schema: z.ZodType<Row>;
  /** Columns to be given out; without it all of them. */
  readonly fields?: string | undefined;
}

const written = z.array(z.looseObject({ id: z.number() }));
type Written = z.infer<typeof written>[number];
interface Patch {
  readonly id: number;
  readonly body: Body;
}

export function createNetBoxApi(http: HttpClient): NetBoxApi {
  const get = async (path: string, query: Query = []): Promise<HttpResponse> => http.request({ method: 'GET', path, query });
  const all = async <Row>({ path, schema, fields }: ListOf<Row>, query: Query = []): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    for (let asked = 0, offset = 0; asked < MAX_PAGES; asked += 1) {
      const shape: Query = [['limit', String(PAGE_ROWS)], ...(offset === 0 ? [] : [['offset', String(offset)] as const])];
      const columns: Query = fields === undefined ? [] : [['fields', fields]];
      const response = await get(path, [...query, ...columns, ['ordering', 'id'], ...shape]);
      const parsed = page.safeParse(response.json);
      if (!succeeded(response) || !parsed.success) throw unreadable(`GET ${path}`, response);
      offset += parsed.data.results.length;
      for (const row of parsed.data.results) rows.push(parse(schema, row, path, response));
      // The address in `next` is not followed: behind a proxy it may be another server's.
      if (typeof parsed.data.next !== 'string' || parsed.data.results.length === 0) break;
    }
    return rows;
  };
  const creators = new Map<string, (body: Body) => Promise<Written>>();
  const updaters = new Map<string, (patch: Patch) => Promise<Written>>();
  const creatorOf = (path: string): ((body: Body) => Promise<Written>) => {
    const known = creators.get(path) ?? createBatcher(BATCH, (bodies: readonly Body[]) => post(http, path, bodies));
    creators.set(path, known);
    return known;
  };
  const updaterOf = (path: string): ((patch: Patch) => Promise<Written>) => {
    const known = updaters.get(path) ?? createBatcher(BATCH, (patches: readonly Patch[]) => patch(http, path, patches));
    updaters.set(path, known);
    return known;
  };
  return {
    all,
    get,
    async find(list, name, values) {
      const chunks = chunked(name, [...new Set(values)].map(String));
      return (await Promise.all(chunks.map((chunk) => all(list, chunk)))).flat();
    },
    async create({ path, schema }, body) {
      const row = await creatorOf(path)(body);
      const parsed = schema.safeParse(row);
      if (!parsed.success) throw new TargetError('retry', `POST ${path}: the answer was not understood`);
      return parsed.data;
    },
    async update({ path }, id, body) {
      await updaterOf(path)({ id, body });
    },
  };
}

/** The order of a list is that of its objects: `Order by PK to ensure that the ordering … matches` (netbox/api/viewsets/__init__.py). */
async function post(http: HttpClient, path: string, bodies: readonly Body[]): Promise<readonly (Written | Error)[]> {
  // A single one is sent as such: its refusal names the field, that of a list says how many failed.
  const response = await http.request({ method: 'POST', path, body: bodies.length === 1 ? bodies[0] : bodies });
  if (!succeeded(response)) return oneByOne(bodies, response, `POST ${path}`, (body) => post(http, path, [body]));
  const rows = written.safeParse(bodies.length === 1 ? [response.json] : response.json);
  if (rows.success && rows.data.length === bodies.length) return rows.data;
  throw new TargetError('retry', `POST ${path}: ${bodies.length} were sent, and the answer tells of others: ${serverWords(response)}`);
}

/** The order of the answer is the model's own: rows are told apart by id. What is missing was not there any more. */
async function patch(http: HttpClient, path: string, patches: readonly Patch[]): Promise<readonly (Written | Error)[]> {
  const merged = mergedById(patches);
  const only = merged.length === 1 ? merged[0] : undefined;
  const response = only
    ? await http.request({ method: 'PATCH', path: `${path}${only.id}/`, body: only.body })
    : await http.request({ method: 'PATCH', path, body: merged.map(({ id, body }) => ({ id, ...body })) });
  if (only && response.status === 404) return patches.map(() => refusal('retry', `PATCH ${path}${only.id}/`, response));
  if (!succeeded(response)) return oneByOne(patches, response, `PATCH ${path}`, (one) => patch(http, path, [one]));
  const rows = written.safeParse(only ? [response.json] : response.json);
  if (!rows.success) throw unreadable(`PATCH ${path}`, response);
  const byId = new Map(rows.data.map((row) => [row.id, row]));
  return patches.map(({ id }) => byId.get(id) ?? new TargetError('retry', `PATCH ${path}: ${id} is not there any more`));
}

/** Two of one turn for one object are one: NetBox keeps the last of a list. */
function mergedById(patches: readonly Patch[]): readonly Patch[] {
  const bodies = new Map<number, Body>();
  for (const { id, body } of patches) bodies.set(id, { ...bodies.get(id), ...body });
  return [...bodies].map(([id, body]) => ({ id, body }));
}

async function oneByOne<Item>(
  items: readonly Item[],
  response: HttpResponse,
  asked: string,
  send: (item: Item) => Promise<readonly (Written | Error)[]>,
): Promise<readonly (Written | Error)[]> {
  if (items.length === 1) return [refused(asked, response)];
  if (response.status === 404) return items.map(() => refused(asked, response));
  const results: (Written | Error)[] = [];
  for (const item of items) {
    try {
      results.push((await send(item))[0] ?? new TargetError('retry', `${asked}: no answer`));
    } catch (error) {
      results.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return results;
}

/** 400 is this object's; 409 and 412 are of the moment. A page that is missing is a wrong address. */
function refused(asked: string, response: HttpResponse): TargetError {
  const { status } = response;
  if (status === 404) return refusal('target', asked, response);
  return refusal(status === 409 || status === 412 ? 'retry' : 'device', asked, response);
}

/** A reading that fails says nothing of a device: it is tried again. */
function unreadable(asked: string, response: HttpResponse): TargetError {
  if (response.json === undefined || response.status === 404) {
    return new TargetError(
      'target',
      `${asked}: no API there: the address is that of NetBox itself, without /api. ${serverWords(response)}`,
    );
  }
  return refusal('retry', asked, response);
}

function parse<Row>(schema: z.ZodType<Row>, row: unknown, path: string, response: HttpResponse): Row {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TargetError('retry', `GET ${path}: ${issue?.path.join('.') ?? ''} not understood: ${serverWords(response)}`);
}

function chunked(name: string, values: readonly string[]): Query[] {
  const chunks: (readonly [string, string])[][] = [];
  let room = 0;
  for (const value of values) {
    const length = name.length + encodeURIComponent(value).length + 2;
    if (length > room) {
      chunks.push([]);
      room = MAX_QUERY;
    }
    chunks.at(-1)?.push([name, value]);
    room -= length;
  }
  return chunks;
}
