/** What is known, as the identity rules ask for it: read from the file, each device once a scan. */
import { placeOf } from '../identifiers.ts';
import type { Known, KnownDevice } from '../resolve.ts';
import { integer, type Database } from './database.ts';
import { coreById, identifiersOfDevice, isShared, membersOf, rootOf } from './device-rows.ts';
import { getState } from './states.ts';

export function createKnown(database: Database, site: string): Known {
  const devices = new Map<number, KnownDevice | undefined>();
  const load = (root: number): KnownDevice | undefined => {
    if (devices.has(root)) return devices.get(root);
    const core = coreById(database, root);
    const device = core && {
      id: root,
      status: core.status,
      identifiers: identifiersOfDevice(database, membersOf(database, root)).filter(
        (item) => item.kind !== 'address' && !isShared(database, item),
      ),
      state: getState(database, core.stateId),
    };
    devices.set(root, device);
    return device;
  };
  return {
    byIdentifier({ kind, value }) {
      return database.all('SELECT device_id FROM identifiers WHERE kind = ? AND value = ?', kind, value).flatMap((row) => {
        const member = integer(row, 'device_id');
        const device = load(rootOf(database, member));
        return device ? [{ device, member }] : [];
      });
    },
    at(address) {
      const row = database.get(
        "SELECT device_id FROM identifiers WHERE kind = 'address' AND value = ? ORDER BY last_seen DESC, device_id DESC LIMIT 1",
        placeOf(site, address),
      );
      const root = row && rootOf(database, integer(row, 'device_id'));
      const core = root === undefined ? undefined : coreById(database, root);
      return core && core.site === site && core.addresses.includes(address) ? load(core.id) : undefined;
    },
    isShared: (identifier) => isShared(database, identifier),
    apart(a, b) {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const members = [membersOf(database, low), membersOf(database, high)] as const;
      return members[0].some((one) => members[1].some((other) => isApart(database, one, other)));
    },
  };
}

function isApart(database: Database, a: number, b: number): boolean {
  return database.get('SELECT 1 AS yes FROM apart WHERE a = ? AND b = ?', Math.min(a, b), Math.max(a, b)) !== undefined;
}
