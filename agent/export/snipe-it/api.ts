/**
 * Requests to Snipe-IT's API. It refuses with 200 and `"status": "error"`: every answer is read, and a write counts only after the record
 * was read again. Nothing is deleted here, nothing is cached.
 */
import type { z } from 'zod';
import { printable } from '../../../probes/text.ts';
import { TargetError } from '../errors.ts';
import { refusal, succeeded } from '../refusal.ts';
import { serverWords } from '../server-words.ts';
import type { HttpClient, HttpResponse } from '../types.ts';
import { assetRow, outcome, page, written, type AssetRow } from './schema.ts';

const PAGE_ROWS = 500;
const MAX_PAGES = 2000;
const NONE = /does not exist|not found/i;

export type Query = readonly (readonly [string, string])[];

export interface SnipeItApi {
  /** The first page tells how many there are. */
  firstPage(path: string): Promise<{ readonly total: number; readonly rows: readonly unknown[] }>;
  all<Row>(path: string, schema: z.ZodType<Row>): Promise<readonly Row[]>;
  asset(id: number): Promise<AssetRow | undefined>;
  byTag(tag: string): Promise<readonly AssetRow[]>;
  bySerial(serial: string): Promise<readonly AssetRow[]>;
  /** The id of what was written. */
  write(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<number>;
}

export function createSnipeItApi(http: HttpClient): SnipeItApi {
  const get = async (path: string, query: Query = []): Promise<HttpResponse> => http.request({ method: 'GET', path, query });
  const pageAt = async (path: string, offset: number): Promise<z.infer<typeof page>> => {
    const response = await get(path, [
      ['limit', String(PAGE_ROWS)],
      ['offset', String(offset)],
      ['sort', 'id'],
      ['order', 'asc'],
    ]);
    const parsed = page.safeParse(response.json);
    if (!succeeded(response) || !parsed.success) throw unexpected(`GET ${path}`, response);
    return parsed.data;
  };
  /** No such asset is an answer, in either of the two ways it is given. */
  const found = async (path: string): Promise<readonly AssetRow[]> => {
    const response = await get(path);
    if (response.status === 404 || saysNone(response)) return [];
    if (!succeeded(response) || outcome.safeParse(response.json).success) throw unexpected(`GET ${path}`, response);
    const many = page.safeParse(response.json);
    const rows = many.success ? many.data.rows : [response.json];
    return rows.map((row) => parse(assetRow, row, path, response));
  };
  return {
    firstPage: (path) => pageAt(path, 0),
    async all(path, schema) {
      const rows: unknown[] = [];
      for (let asked = 0; asked < MAX_PAGES; asked += 1) {
        const answer = await pageAt(path, rows.length);
        rows.push(...answer.rows);
        if (rows.length >= answer.total || answer.rows.length === 0) break;
      }
      return rows.flatMap((row) => schema.safeParse(row).data ?? []);
    },
    asset: async (id) => (await found(`/hardware/${id}`))[0],
    byTag: (tag) => found(`/hardware/bytag/${encodeURIComponent(tag)}`),
    bySerial: (serial) => found(`/hardware/byserial/${encodeURIComponent(serial)}`),
    async write(method, path, body) {
      const response = await http.request({ method, path, body });
      if (!succeeded(response)) throw refusal('device', `${method} ${path}`, response);
      const parsed = written.safeParse(response.json);
      if (parsed.success) return parsed.data.payload.id;
      throw outcome.safeParse(response.json).success
        ? refusal('device', `${method} ${path}`, response)
        : unexpected(`${method} ${path}`, response);
    },
  };
}

function saysNone(response: HttpResponse): boolean {
  return outcome.safeParse(response.json).success && NONE.test(serverWords(response));
}

/** A reading that fails says nothing of the device: it is tried again. A page that is no JSON is a wrong address. */
function unexpected(asked: string, response: HttpResponse): TargetError {
  if (response.json === undefined) {
    return new TargetError('target', `${asked}: no JSON: is the address that of the API (…/api/v1)? ${serverWords(response)}`);
  }
  return refusal('retry', asked, response);
}

function parse<Value>(schema: z.ZodType<Value>, value: unknown, asked: string, response: HttpResponse): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TargetError('retry', `GET ${printable(asked)}: not understood: ${serverWords(response)}`);
}
