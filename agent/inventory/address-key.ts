/** Addresses as text that sorts: `4` or `6` and the bytes in hex. Pure. Whoever compares addresses compares these. */
import ipaddr from 'ipaddr.js';

/** Undefined for anything that is no plain address (IPv4 only as four decimal numbers). */
export function addressKey(address: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return `4${hex(ipaddr.IPv4.parse(address).toByteArray())}`;
  const [bare = ''] = address.split('%');
  if (bare.includes(':') && ipaddr.IPv6.isValid(bare)) return `6${hex(ipaddr.IPv6.parse(bare).toByteArray())}`;
  return undefined;
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Addresses from `first` to `last`, both included. A number: beyond 2^53 it is only near enough. */
export function spanOf(firstKey: string, lastKey: string): number {
  return Number(BigInt(`0x${lastKey.slice(1)}`) - BigInt(`0x${firstKey.slice(1)}`) + 1n);
}

const IPV4_SUBNET_DIGITS = 6;
const IPV6_SUBNET_DIGITS = 16;

/** The key's subnet: family and network part of its /24, or /64. */
export function subnetKey(key: string): string {
  return key.slice(0, 1 + (key.startsWith('4') ? IPV4_SUBNET_DIGITS : IPV6_SUBNET_DIGITS));
}

/** `192.0.2.0/24`, `2001:db8::/64`. */
export function subnetLabel(subnet: string): string {
  const digits = subnet.slice(1);
  if (subnet.startsWith('4')) return `${bytesOf(digits).join('.')}.0/24`;
  return `${new ipaddr.IPv6([...bytesOf(digits), 0, 0, 0, 0, 0, 0, 0, 0]).toString()}/64`;
}

function bytesOf(digits: string): number[] {
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

/** First and last key of a subnet. */
export function subnetBounds(subnet: string): { readonly first: string; readonly last: string } {
  const rest = subnet.startsWith('4') ? 8 - IPV4_SUBNET_DIGITS : 32 - IPV6_SUBNET_DIGITS;
  return { first: subnet + '0'.repeat(rest), last: subnet + 'f'.repeat(rest) };
}

/** The key one higher; the key itself at the end of its family. */
export function nextKey(key: string): string {
  const digits = key.slice(1);
  const value = BigInt(`0x${digits}`) + 1n;
  const text = value.toString(16).padStart(digits.length, '0');
  return text.length > digits.length ? key : key.slice(0, 1) + text;
}
