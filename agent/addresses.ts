/** Addresses as numbers and back. Pure: every room may use it. */
import ipaddr from 'ipaddr.js';

export type Family = 4 | 6;

/** Value of a plain address. IPv4 only as four decimal numbers: no octal, hex or short forms. */
export function parseAddress(text: string): { family: Family; value: bigint } | undefined {
  const address = text.trim();
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return { family: 4, value: valueOf(ipaddr.IPv4.parse(address).toByteArray()) };
  if (address.includes(':') && ipaddr.IPv6.isValid(address) && !address.includes('%')) {
    return { family: 6, value: valueOf(ipaddr.IPv6.parse(address).toByteArray()) };
  }
  return undefined;
}

function valueOf(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Usual spelling of an address value. */
export function formatAddress(family: Family, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 255n).toString()).join('.');
  const bytes = Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(8 * (15 - index))) & 255n));
  return new ipaddr.IPv6(bytes).toString();
}
