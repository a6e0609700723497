/** A list read page by page, and a list of writes done all or none. */
import type { StandInAnswer, StandInRequest } from '../stand-in.ts';
import { bodySchema, Refused } from './fields.ts';
import type { Resource } from './resources.ts';
import type { State } from './state.ts';
import type { Row } from './tables.ts';

export const list = (pageRows: number, { find, show }: Resource, path: string, { query }: StandInRequest): StandInAnswer => {
  const rows = find(query);
  const limit = Math.min(Number(query.get('limit') ?? 50) || pageRows, pageRows);
  const offset = Number(query.get('offset') ?? 0);
  const columns = query.get('fields')?.split(',');
  const shown = rows.slice(offset, offset + limit).map(show);
  const end = offset + limit;
  // As behind a proxy: not the address that was asked.
  const after = end < rows.length ? `http://netbox.internal${path}?limit=${limit}&offset=${end}` : null;
  return {
    status: 200,
    json: { count: rows.length, next: after, previous: null, results: columns ? shown.map((row) => only(row, columns)) : shown },
  };
};

export const all = (state: State, { show, write, has }: Resource, { method, body }: StandInRequest): StandInAnswer => {
  const isList = Array.isArray(body);
  const bodies = (isList ? body : [body]).map((one) => bodySchema.parse(one));
  const undo: (() => void)[] = [];
  for (const table of state.tables) table.undo = undo;
  try {
    const rows: Row[] = [];
    const errors: unknown[] = [];
    const words: unknown[] = [];
    for (const [index, one] of bodies.entries()) {
      const key = typeof one.id === 'number' ? one.id : undefined;
      // An object that is not there is left out of a list of changes without a word.
      if (method === 'PATCH' && (key === undefined || !has(key))) continue;
      try {
        rows.push(write(one, method === 'PATCH' ? key : undefined));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        words.push(error.words);
        errors.push(method === 'PATCH' ? { id: key, errors: error.words } : { index, errors: error.words });
      }
    }
    if (errors.length > 0) {
      for (const action of undo.reverse()) action();
      const [first] = words;
      if (!isList && first) return { status: 400, json: first };
      return { status: 400, json: { detail: `${errors.length} of ${bodies.length} objects failed validation.`, errors } };
    }
    const shown = rows.map(show);
    return { status: method === 'POST' ? 201 : 200, json: isList ? shown : shown[0] };
  } finally {
    for (const table of state.tables) table.undo = undefined;
  }
};

function only(row: unknown, columns: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(bodySchema.parse(row)).filter(([name]) => columns.includes(name)));
}
