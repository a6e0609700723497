/** Addresses as numbers and back. Pure: every room may use it. */
import ipaddr from 'ipaddr.js';

export type Family = 4 | 6;

/** Value of a plain address. IPv4 only as four decimal numbers: no octal, hex or short forms. */
export function parseAddress(text: string): { family: Family; value: bigint } | undefined {
  const address = text.trim();
  const ipv4 = parseIpv4(address);
  if (ipv4 !== undefined) return { family: 4, value: BigInt(ipv4) };
  if (address.includes(':') && ipaddr.IPv6.isValid(address) && !address.includes('%')) {
    return { family: 6, value: valueOf(ipaddr.IPv6.parse(address).toByteArray()) };
  }
  return undefined;
}

const DOT = 46;
const ZERO = 48;

/** Four decimal numbers from 0 to 255 without leading zeros: a large network is read address by address, so this is done by hand. */
function parseIpv4(text: string): number | undefined {
  let [value, part, digits, parts] = [0, 0, 0, 1];
  if (text.length > 15) return undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0 || ++parts > 4) return undefined;
      value = value * 256 + part;
      [part, digits] = [0, 0];
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return undefined;
    part = part * 10 + digit;
    digits++;
    if (part > 255) return undefined;
  }
  return parts === 4 && digits > 0 ? value * 256 + part : undefined;
}

function valueOf(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Usual spelling of an address value. */
export function formatAddress(family: Family, value: bigint): string {
  if (family === 4) {
    const number = Number(BigInt.asUintN(32, value));
    return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
  }
  const bytes = Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(8 * (15 - index))) & 255n));
  return new ipaddr.IPv6(bytes).toString();
}
