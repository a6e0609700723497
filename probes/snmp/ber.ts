/**
 * Reads BER (X.690) as SNMP uses it (RFC 3417 section 8): definite lengths, one-byte tags. Pure, bounded, never throws.
 *
 * Devices truncate and lie about lengths, so an element that runs past its container is cut there and marked incomplete.
 * Reading only: what leaves the machine is written by the protocol library.
 */

/** One element. `start` and `end` enclose its content. */
export interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
  /** False when the content was cut by the end of its container. */
  readonly complete: boolean;
}

export const TAG = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  ipAddress: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const;

const MAX_ARCS = 128;
const MAX_ARC = 0xffff_ffff;

/** The element at `at`, or undefined where there is none that ends before `limit`. */
export function readElement(bytes: Uint8Array, at: number, limit: number): Element | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  // Multi-byte tags and indefinite lengths do not occur in SNMP.
  if (tag === undefined || first === undefined || at + 2 > limit || (tag & 0x1f) === 0x1f || first === 0x80) return undefined;
  if (first < 0x80) return cut(tag, at + 2, first, limit);
  const octets = first & 0x7f;
  if (octets > 4 || at + 2 + octets > limit) return undefined;
  let length = 0;
  for (let index = 0; index < octets; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  return cut(tag, at + 2 + octets, length, limit);
}

function cut(tag: number, start: number, length: number, limit: number): Element {
  const end = Math.min(start + length, limit);
  return { tag, start, end, complete: start + length <= limit };
}

/** Signed integer of at most 6 octets; undefined for anything longer or empty. */
export function readSigned(bytes: Uint8Array, element: Element): number | undefined {
  const length = element.end - element.start;
  if (length < 1 || length > 6) return undefined;
  const unsigned = readBig(bytes, element);
  const sign = (bytes[element.start] ?? 0) >= 0x80 ? 2 ** (8 * length) : 0;
  return Number(unsigned) - sign;
}

/** Unsigned integer of at most 9 octets (64 bits and a leading zero). Agents forget that zero, so the sign bit counts as value. */
export function readBig(bytes: Uint8Array, element: Element): bigint | undefined {
  const length = element.end - element.start;
  if (length < 1 || length > 9) return undefined;
  let value = 0n;
  for (let at = element.start; at < element.end; at++) value = value * 256n + BigInt(bytes[at] ?? 0);
  return value;
}

/** Dotted form without leading dot; undefined when empty, cut inside an arc, or out of the limits of SMIv2 (128 arcs of 32 bits). */
export function readOid(bytes: Uint8Array, element: Element): string | undefined {
  const arcs: number[] = [];
  let arc = 0;
  let open = false;
  for (let at = element.start; at < element.end; at++) {
    const octet = bytes[at] ?? 0;
    arc = arc * 128 + (octet & 0x7f);
    if (arc > MAX_ARC) return undefined;
    open = octet >= 0x80;
    if (open) continue;
    if (arcs.length === 0) {
      const root = Math.min(Math.floor(arc / 40), 2);
      arcs.push(root, arc - root * 40);
    } else arcs.push(arc);
    if (arcs.length > MAX_ARCS) return undefined;
    arc = 0;
  }
  return open || arcs.length === 0 ? undefined : arcs.join('.');
}
