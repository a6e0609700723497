/** Which asset a device is, of those Snipe-IT has: by our key, by our tag, by serial. Several are a conflict, never a guess. Pure. */
import { printable } from '../../../probes/text.ts';
import type { ExportDevice } from '../types.ts';
import { customValue, decoded, tagOf, type AssetFields } from './payload.ts';
import type { AssetRow } from './schema.ts';

export type Match =
  { readonly kind: 'none' } | { readonly kind: 'one'; readonly row: AssetRow } | { readonly kind: 'conflict'; readonly why: string };

/** `rows`: all that may be it, in any order, twice allowed. The device's own key counts more than one it had before. */
export function matchOf(device: ExportDevice, wanted: AssetFields, rows: readonly AssetRow[], keyColumn: string): Match {
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()];
  for (const key of [device.key, ...device.formerKeys]) {
    const shown = printable(key, 190);
    const own = unique.filter((row) => keyOf(row, keyColumn) === shown);
    if (own.length > 1) return several(`Camsweep key ${shown}`, own);
    const one = own[0] ?? unique.find((row) => keyOf(row, keyColumn) === '' && decoded(row.asset_tag ?? '').toUpperCase() === tagOf(key));
    if (one) return { kind: 'one', row: one };
  }
  // What is gone may live on under another key (a merge), and its serial with it.
  if (wanted.serial === null || device.status === 'gone') return { kind: 'none' };
  const twins = unique.filter((row) => decoded(row.serial ?? '').toLowerCase() === wanted.serial?.toLowerCase());
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
