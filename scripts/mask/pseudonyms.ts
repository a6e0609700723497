/**
 * The table of what is replaced by what, one for all recordings of a run: the same device stays the same device, the same address
 * the same address. Pure but for its own memory.
 */
import { maskedMac, maskedSerial, sameNonce, sameShape, sameUuid } from './shape.ts';

export type NameKind = 'name' | 'host' | 'location' | 'user' | 'network';

export interface Pseudonyms {
  mac(mac: string): string;
  serial(serial: string): string;
  address(address: string): string;
  uuid(uuid: string): string;
  nonce(nonce: string): string;
  shape(text: string): string;
  name(kind: NameKind, name: string): string;
}

export function createPseudonyms(): Pseudonyms {
  const macs = new Map<string, string>();
  const perPrefix = new Map<string, number>();
  const serials = memory((serial, number, used) => {
    for (let next = number; ; next++) {
      const masked = maskedSerial(serial, next);
      if (!used.has(masked) || next > number + 999) return masked;
    }
  });
  const names = new Map<NameKind, (name: string) => string>();
  return {
    mac: (mac) => {
      const known = macs.get(mac);
      if (known !== undefined) return known;
      const prefix = mac.slice(0, 8);
      const number = perPrefix.get(prefix) ?? 0;
      perPrefix.set(prefix, number + 1);
      const masked = maskedMac(mac, number);
      macs.set(mac, masked);
      return masked;
    },
    serial: serials,
    address: memory(addressNumber),
    uuid: memory((uuid, number) => sameUuid(uuid, number + 1)),
    nonce: memory((nonce, number) => sameNonce(nonce, number + 1)),
    shape: memory((text, number) => sameShape(text, number + 1)),
    name: (kind, name) => {
      const known = names.get(kind) ?? memory((_name, number) => `${kind}-${number + 1}`);
      names.set(kind, known);
      return known(name);
    },
  };
}

/** Makes each value once; `number` counts values, `used` holds what was handed out. */
function memory(make: (value: string, number: number, used: ReadonlySet<string>) => string): (value: string) => string {
  const made = new Map<string, string>();
  const used = new Set<string>();
  return (value) => {
    const known = made.get(value);
    if (known !== undefined) return known;
    const fresh = make(value, made.size, used);
    made.set(value, fresh);
    used.add(fresh);
    return fresh;
  };
}

const DOCUMENTATION = ['192.0.2', '198.51.100', '203.0.113'] as const;

/** 192.0.2.1, 192.0.2.2 …, then the other two blocks of RFC 5737; RFC 3849 for IPv6. Link-local stays link-local. */
function addressNumber(address: string, number: number): string {
  if (address.includes(':')) return `${/^fe80/i.test(address) ? 'fe80::' : '2001:db8::'}${(number + 1).toString(16)}`;
  return `${DOCUMENTATION[Math.floor(number / 254) % DOCUMENTATION.length] ?? DOCUMENTATION[0]}.${(number % 254) + 1}`;
}
