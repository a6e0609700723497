/**
 * Manufacturers, device types and sites: found whatever their case and spaces are, types and manufacturers made only where there is none,
 * one at a time. What was read is forgotten after a failure: it may be the answer that was lost, not the write.
 */
import { createBatcher } from '../batcher.ts';
import { TargetError } from '../errors.ts';
import type { ListOf, NetBoxApi } from './api.ts';
import { folded, otherSlug, slugOf } from './payload.ts';
import { namedRow, typeRow } from './schema.ts';
import type { z } from 'zod';

type Named = z.infer<typeof namedRow>;
type Type = z.infer<typeof typeRow>;

const MANUFACTURERS: ListOf<Named> = { path: '/api/dcim/manufacturers/', schema: namedRow, fields: 'id,name,slug' };
const TYPES: ListOf<Type> = { path: '/api/dcim/device-types/', schema: typeRow, fields: 'id,model,slug' };

const TOGETHER = 50;

interface Wish {
  readonly manufacturer: string;
  readonly model: string;
}

export interface Catalogue {
  /** Id of the device type, made with its manufacturer where it is missing. */
  typeId(manufacturer: string, model: string): Promise<number>;
}

export function createCatalogue(api: NetBoxApi): Catalogue {
  let makers: Named[] | undefined;
  const types = new Map<number, Type[]>();
  let queue: Promise<unknown> = Promise.resolve();
  const makerId = async (name: string): Promise<number> => {
    makers ??= [...(await api.all(MANUFACTURERS))];
    const found = only('manufacturer', name, makers, (row) => row.name);
    if (found) return found.id;
    const slug = freeSlug(name, makers);
    const made = await api.create(MANUFACTURERS, { name, slug });
    makers.push(made);
    return made.id;
  };
  const find = async (manufacturer: string, model: string): Promise<number> => {
    const maker = await makerId(manufacturer);
    const known = types.get(maker) ?? [...(await api.all(TYPES, [['manufacturer_id', String(maker)]]))];
    types.set(maker, known);
    const found = only('device type', model, known, (row) => row.model);
    if (found) return found.id;
    const made = await api.create(TYPES, { manufacturer: maker, model, slug: freeSlug(model, known) });
    known.push(made);
    return made.id;
  };
  const findAll = async (wanted: readonly Wish[]): Promise<readonly (number | Error)[]> => {
    const ids: (number | Error)[] = [];
    for (const { manufacturer, model } of wanted) {
      try {
        ids.push(await find(manufacturer, model));
      } catch (error) {
        makers = undefined;
        types.clear();
        const failure = error instanceof Error ? error : new Error(String(error));
        // Where NetBox does not answer, the others need not ask.
        if (!(failure instanceof TargetError) || failure.scope !== 'device') return wanted.map((_, index) => ids[index] ?? failure);
        ids.push(failure);
      }
    }
    return ids;
  };
  // Devices that ask together go on together, or each would be written in a request of its own.
  const ask = createBatcher(TOGETHER, (wanted: readonly Wish[]) => {
    const turn = queue.then(() => findAll(wanted));
    queue = turn;
    return turn;
  });
  return { typeId: (manufacturer, model) => ask({ manufacturer, model }) };
}

function freeSlug(name: string, rows: readonly { readonly slug: string }[]): string {
  const slug = slugOf(name);
  return rows.some((row) => row.slug.toLowerCase() === slug) ? otherSlug(name) : slug;
}

function only<Row extends { readonly id: number }>(
  what: string,
  name: string,
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): Row | undefined {
  const same = rows.filter((row) => folded(nameOf(row)) === folded(name));
  const exact = same.filter((row) => nameOf(row) === name);
  const found = exact.length === 0 ? same : exact;
  if (found.length > 1)
    throw new TargetError('device', `${what} "${name}": ${found.length} have this name (${found.map(({ id }) => id).join(', ')})`);
  return found[0];
}
