/**
 * Manufacturers and models: found whatever their case and spaces are, made only where there is none, one at a time. What was read is
 * forgotten after a failure: it may be the answer that was lost, not the write.
 */
import { TargetError } from '../errors.ts';
import { sameName } from './payload.ts';
import type { SnipeItApi } from './api.ts';
import { makerRow, modelRow, type SnipeItSettings } from './schema.ts';

export interface Catalogue {
  /** Id of the model, made with its manufacturer where it is missing. */
  modelId(manufacturer: string, model: string): Promise<number>;
}

interface Known {
  readonly makers: { readonly id: number; readonly name: string }[];
  readonly models: { readonly id: number; readonly name: string; readonly makerId: number | undefined }[];
}

export function createCatalogue(api: SnipeItApi, settings: SnipeItSettings): Catalogue {
  let known: Known | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const read = async (): Promise<Known> => ({
    makers: [...(await api.all('/manufacturers', makerRow))],
    models: (await api.all('/models', modelRow)).map(({ id, name, manufacturer }) => ({ id, name, makerId: manufacturer?.id })),
  });
  const makerId = async ({ makers }: Known, name: string): Promise<number> => {
    const found = only(
      'manufacturer',
      name,
      makers.filter((maker) => sameName(maker.name, name)),
    );
    if (found) return found.id;
    const id = await api.write('POST', '/manufacturers', { name });
    makers.push({ id, name });
    return id;
  };
  const find = async (manufacturer: string, name: string): Promise<number> => {
    known ??= await read();
    const maker = await makerId(known, manufacturer);
    const found = only(
      'model',
      name,
      known.models.filter((model) => model.makerId === maker && sameName(model.name, name)),
    );
    if (found) return found.id;
    const { categoryId, fieldsetId } = settings;
    const body = {
      name,
      category_id: categoryId,
      manufacturer_id: maker,
      ...(fieldsetId === undefined ? {} : { fieldset_id: fieldsetId }),
    };
    const id = await api.write('POST', '/models', body);
    known.models.push({ id, name, makerId: maker });
    return id;
  };
  return {
    modelId(manufacturer, model) {
      const turn = queue.then(() => find(manufacturer, model));
      queue = turn.catch(() => {
        known = undefined;
      });
      return turn;
    },
  };
}

function only<Row extends { readonly id: number; readonly name: string }>(
  what: string,
  name: string,
  rows: readonly Row[],
): Row | undefined {
  const exact = rows.filter((row) => row.name === name);
  const found = exact.length === 0 ? rows : exact;
  if (found.length > 1)
    throw new TargetError('device', `${what} "${name}": ${found.length} have this name (${found.map(({ id }) => id).join(', ')})`);
  return found[0];
}
