/**
 * The little BER (ITU-T X.690) an SNMP agent needs, written by hand: the probe's library must not be checked against
 * itself. Reading returns undefined for anything malformed; writing covers only what the lab sends.
 */
export interface BerItem {
  readonly tag: number;
  readonly value: Buffer;
}

/** Reads the items that stand side by side in these bytes; undefined when they do not add up. */
export function readItems(bytes: Buffer): BerItem[] | undefined {
  const items: BerItem[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at];
    const first = bytes[at + 1];
    if (tag === undefined || first === undefined) return undefined;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 3 || at + 2 + lengthBytes > bytes.length) return undefined;
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) return undefined;
    items.push({ tag, value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return items;
}

export function item(tag: number, value: Uint8Array): Buffer {
  const head =
    value.length < 0x80
      ? [tag, value.length]
      : value.length < 0x100
        ? [tag, 0x81, value.length]
        : [tag, 0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}

export function sequence(tag: number, parts: readonly Uint8Array[]): Buffer {
  return item(tag, Buffer.concat(parts));
}

/** Non-negative or negative whole number of up to 32 bits, shortest two's complement form. */
export function integer(value: number, tag = 0x02): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeIntBE(value, 0, 6);
  let start = 0;
  while (
    start < 5 &&
    ((bytes[start] === 0 && (bytes[start + 1] ?? 0) < 0x80) || (bytes[start] === 0xff && (bytes[start + 1] ?? 0) >= 0x80))
  )
    start++;
  return item(tag, bytes.subarray(start));
}

export function readInteger(value: Buffer): number {
  return value.length === 0 || value.length > 6 ? 0 : value.readIntBE(0, value.length);
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const out: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80);
    out.push(...groups);
  }
  return item(0x06, Buffer.from(out));
}

export function readObjectId(value: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of value) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [head = 0, ...rest] = arcs;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...rest].join('.');
}
