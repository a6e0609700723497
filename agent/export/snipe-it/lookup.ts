/** Which asset a device is, of those Snipe-IT has: by our key, by our tag, by serial. Several are a conflict, never a guess. Pure. */
import { printable } from '../../../probes/text.ts';
import type { ExportDevice } from '../types.ts';
import { serialIdentifies } from '../wording.ts';
import { customValue, decoded, keyOn, tagOf, type AssetFields } from './payload.ts';
import type { AssetRow } from './schema.ts';

export type Match =
  { readonly kind: 'none' } | { readonly kind: 'one'; readonly row: AssetRow } | { readonly kind: 'conflict'; readonly why: string };

/** `rows`: all that may be it, in any order, twice allowed. The device's own key counts more than one it had before. */
export function matchOf(device: ExportDevice, wanted: AssetFields, rows: readonly AssetRow[], keyColumn: string): Match {
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
  for (const key of [device.key, ...device.formerKeys]) {
    const shown = keyOn(key);
    const own = unique.filter((row) => keyOf(row, keyColumn) === shown);
    if (own.length > 1) return several(`Camsweep key ${shown}`, own);
    const one = own[0] ?? unique.find((row) => keyOf(row, keyColumn) === '' && tagOn(row) === tagOf(key));
    if (one) return { kind: 'one', row: one };
  }
  // What is gone may live on under another key (a merge), and its serial with it.
  if (wanted.serial === null || device.status === 'gone' || !serialIdentifies(device)) return { kind: 'none' };
  const twins = unique.filter((row) => serialOn(row) === wanted.serial?.toLowerCase());
  if (twins.length > 1) return several(`serial ${wanted.serial}`, twins);
  const [twin] = twins;
  if (!twin) return { kind: 'none' };
  const owner = keyOf(twin, keyColumn);
  if (owner === '') return { kind: 'one', row: twin };
  return { kind: 'conflict', why: `asset ${twin.id} has serial ${wanted.serial} and belongs to ${printable(owner)}` };
}

function keyOf(row: AssetRow, keyColumn: string): string {
  return customValue(row, keyColumn);
}

function several(what: string, rows: readonly AssetRow[]): Match {
  return { kind: 'conflict', why: `${what}: ${rows.length} assets have it (${rows.map(({ id }) => id).join(', ')})` };
}

/** Assets by what leads to them, so that a device is compared with the few that may be it. */
export class AssetIndex {
  readonly #keyColumn: string;
  readonly #rows = new Map<number, AssetRow>();
  readonly #ids = new Map<string, Set<number>>();

  constructor(rows: readonly AssetRow[], keyColumn: string) {
    this.#keyColumn = keyColumn;
    for (const row of rows) this.put(row);
  }

  /** Adds an asset, or what it is now. What led to it before still does: `matchOf` looks at the asset itself. */
  put(row: AssetRow): void {
    this.#rows.set(row.id, row);
    for (const name of [`key ${keyOf(row, this.#keyColumn)}`, `tag ${tagOn(row)}`, `serial ${serialOn(row)}`]) {
      const ids = this.#ids.get(name);
      if (ids) ids.add(row.id);
      else this.#ids.set(name, new Set([row.id]));
    }
  }

  candidates(device: ExportDevice, { serial }: AssetFields): readonly AssetRow[] {
    const keys = [device.key, ...device.formerKeys];
    const names = [
      ...keys.flatMap((key) => [`key ${keyOn(key)}`, `tag ${tagOf(key)}`]),
      ...(serial === null ? [] : [`serial ${serial.toLowerCase()}`]),
    ];
    return names.flatMap((name) => [...(this.#ids.get(name) ?? [])]).flatMap((id) => this.#rows.get(id) ?? []);
  }
}

function tagOn({ asset_tag: tag }: AssetRow): string {
  return decoded(tag ?? '').toUpperCase();
}

function serialOn({ serial }: AssetRow): string {
  return decoded(serial ?? '').toLowerCase();
}
