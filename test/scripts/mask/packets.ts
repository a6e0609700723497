/** A DNS packet with one service in it, for tests of masking: PTR, SRV, TXT and A, no compression (RFC 1035, RFC 6763). */

export function dnsPacket(type: string, instance: string, host: string, txt: readonly string[]): Uint8Array {
  const own = Buffer.concat([label(instance), name(type)]);
  const srv = Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 80]), name(host)]);
  const records = [
    record(name(type), 12, own),
    record(own, 33, srv),
    record(own, 16, Buffer.concat(txt.map(label))),
    record(name(host), 1, Buffer.from([10, 20, 30, 40])),
  ];
  return Buffer.concat([Buffer.from([0, 0, 0x84, 0, 0, 0, 0, records.length, 0, 0, 0, 0]), ...records]);
}

function label(text: string): Buffer {
  return Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text, 'utf8')]);
}

function name(dotted: string): Buffer {
  return Buffer.concat([...dotted.split('.').map(label), Buffer.from([0])]);
}

function record(owner: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(120, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, head, data]);
}
