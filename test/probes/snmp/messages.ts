/** SNMP messages built by hand after RFC 1157, RFC 3416 and RFC 3412, right or wrong on purpose. */

export const TYPE = { integer: 0x02, octets: 0x04, null: 0x05, oid: 0x06, counter64: 0x46, noSuchObject: 0x80 } as const;

/** One BER element. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export function integer(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest & 0xff);
    rest = Math.floor(rest / 256);
  } while (rest > 0 || (bytes[0] ?? 0) >= 0x80);
  return tlv(TYPE.integer, Buffer.from(bytes));
}

export function octets(value: string | Uint8Array): Buffer {
  return tlv(TYPE.octets, typeof value === 'string' ? Buffer.from(value, 'utf8') : value);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
    return digits;
  });
  return tlv(TYPE.oid, Buffer.from(arcs));
}

export function varbind(name: string, value: Uint8Array): Buffer {
  return tlv(0x30, oid(name), value);
}

export interface Wire {
  readonly version?: number;
  readonly community?: string;
  readonly pdu?: number;
  readonly id?: number;
  readonly status?: number;
  readonly index?: number;
  readonly varbinds?: readonly Uint8Array[];
}

/** A v1 or v2c message; default a v2c response. */
export function message({ version = 1, community = 'public', pdu = 0xa2, id = 7, status = 0, index = 0, varbinds = [] }: Wire): Buffer {
  return tlv(0x30, integer(version), octets(community), tlv(pdu, integer(id), integer(status), integer(index), tlv(0x30, ...varbinds)));
}

/** A v3 message without authentication; default a Report with usmStatsUnknownEngineIDs. */
export function v3Message(id: number, engineID: Uint8Array, flags = 0, pdu = 0xa8): Buffer {
  const header = tlv(0x30, integer(id), integer(65507), octets(Buffer.from([flags])), integer(3));
  const security = octets(tlv(0x30, octets(engineID), integer(1), integer(2), octets(''), octets(''), octets('')));
  const report = tlv(pdu, integer(0), integer(0), integer(0), tlv(0x30, varbind('1.3.6.1.6.3.15.1.1.4.0', tlv(0x41, Buffer.from([1])))));
  return tlv(0x30, integer(3), header, security, tlv(0x30, octets(engineID), octets(''), report));
}
