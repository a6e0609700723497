/** What a person types → device: a key it has or had, an identifier, or an address it is or was at. */
import { placeOf } from '../identifiers.ts';
import { integer, text, type Database } from './database.ts';
import { rootOf } from './device-rows.ts';

/** Number of the device a person means: a key it has or had, an identifier, or an address it is at. */
export function findDevice(database: Database, typed: string, site?: string): number | undefined {
  const wanted = typed.trim();
  const byKey = database.get('SELECT id FROM devices WHERE key = ? AND merged_into IS NULL', wanted);
  if (byKey) return integer(byKey, 'id');
  const former = database.get('SELECT device_id FROM device_keys WHERE key = ? ORDER BY since DESC, device_id LIMIT 1', wanted);
  if (former) return rootOf(database, integer(former, 'device_id'));
  return byAddress(database, wanted, site) ?? byIdentifier(database, wanted);
}

function byAddress(database: Database, address: string, site: string | undefined): number | undefined {
  const sites = site === undefined ? sitesOf(database) : [site];
  const rows = sites.flatMap((name) =>
    database.all("SELECT device_id, last_seen FROM identifiers WHERE kind = 'address' AND value = ?", placeOf(name, address)),
  );
  const newestFirst = [...rows].sort((a, b) => (text(a, 'last_seen') < text(b, 'last_seen') ? 1 : -1));
  const roots = [...new Set(newestFirst.map((row) => rootOf(database, integer(row, 'device_id'))))];
  return roots.find((root) => isAt(database, root, address)) ?? roots[0];
}

/** Sites by hops over the index: there are few of them and many scans. */
function sitesOf(database: Database): string[] {
  const sites: string[] = [];
  for (let row = database.get('SELECT MIN(site) AS site FROM scans'); row && row.site !== null;) {
    sites.push(text(row, 'site'));
    row = database.get('SELECT MIN(site) AS site FROM scans WHERE site > ?', text(row, 'site'));
  }
  return sites;
}

function isAt(database: Database, root: number, address: string): boolean {
  const row = database.get('SELECT addresses FROM devices WHERE id = ?', root);
  return row !== undefined && text(row, 'addresses').includes(`"${address}"`);
}

function byIdentifier(database: Database, typed: string): number | undefined {
  const bare = typed.replace(/^(?:mac|serial|onvif|claimed-mac):/, '');
  for (const value of [bare.toLowerCase(), bare.toUpperCase(), `urn:uuid:${bare.toLowerCase()}`]) {
    for (const kind of ['mac', 'serial', 'onvif', 'claimed-mac']) {
      const row = database.get(
        'SELECT device_id FROM identifiers WHERE kind = ? AND value = ? ORDER BY last_seen DESC LIMIT 1',
        kind,
        value,
      );
      if (row) return rootOf(database, integer(row, 'device_id'));
    }
  }
  return undefined;
}
