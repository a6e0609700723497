/** A device as exceptions look for it: of the inventory, or just scanned. Pure. */
import type { ExceptionSubject } from '../policy/exceptions.ts';
import type { DeviceDetail, DeviceRow } from './store/store.ts';
import { keyOf, placeOf, usableMac, usableSerial } from './identifiers.ts';
import type { Identifier } from './types.ts';

/** A row knows one MAC and one serial; a detail knows them all, and former keys. */
export function subjectOf(device: DeviceRow | DeviceDetail): ExceptionSubject {
  const { key, mac, serial, addresses, site } = device;
  if ('state' in device) {
    const identifiers = device.identifiers.filter(({ shared }) => !shared);
    return { keys: [...new Set([key, ...device.keys, ...identifiers.flatMap(keyForm)])], identifiers, addresses, site };
  }
  const [usefulMac, usefulSerial] = [mac === null ? undefined : usableMac(mac), serial === null ? undefined : usableSerial(serial)];
  const identifiers: Identifier[] = [
    ...(usefulMac === undefined ? [] : [{ kind: 'mac', value: usefulMac } as const]),
    ...(usefulSerial === undefined ? [] : [{ kind: 'serial', value: usefulSerial } as const]),
  ];
  return { keys: [...new Set([key, ...identifiers.flatMap(keyForm)])], identifiers, addresses, site };
}

/** One that was just scanned. Its address is its key only where it showed nothing better. */
export function subjectOfScanned(address: string, site: string, identifiers: readonly Identifier[]): ExceptionSubject {
  const keys = [...new Set([keyOf(identifiers, placeOf(site, address)), ...identifiers.flatMap(keyForm)])];
  return { keys, identifiers, addresses: [address], site };
}

/** The key a device would have if this were the best it showed. */
function keyForm({ kind, value }: Identifier): string[] {
  return kind === 'address' ? [] : [keyOf([{ kind, value }], '')];
}
