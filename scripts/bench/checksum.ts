/**
 * A kernel leaves the checksum of TCP and UDP to the network card. Between namespaces there is none, and a frame that takes
 * the way through this process would arrive with it unfinished: filled in here (RFC 1071). Pure but for writing into the frame.
 */
const VXLAN_BYTES = 8;
const ETHERNET_BYTES = 14;
const IPV4 = 0x0800;
const FRAGMENT_BITS = 0x3fff;
/** Offset of the checksum in the header, by IP protocol number. */
const OFFSETS: Readonly<Record<number, number>> = { 6: 16, 17: 6 };

/** `datagram`: VXLAN header and Ethernet frame. Whatever is no whole TCP or UDP packet over IPv4 is left as it is. */
export function fillChecksum(datagram: Buffer): void {
  const at = VXLAN_BYTES + ETHERNET_BYTES;
  if (datagram.length < at + 20 || datagram.readUInt16BE(at - 2) !== IPV4) return;
  const start = at + 4 * (datagram.readUInt8(at) & 0x0f);
  const end = at + datagram.readUInt16BE(at + 2);
  const protocol = datagram.readUInt8(at + 9);
  const offset = OFFSETS[protocol];
  const isFragment = (datagram.readUInt16BE(at + 6) & FRAGMENT_BITS) !== 0;
  if (offset === undefined || isFragment || end > datagram.length || end < start + offset + 2) return;
  datagram.writeUInt16BE(0, start + offset);
  // Pseudo header: both addresses, protocol, length.
  let sum = protocol + (end - start) + sumOf(datagram, at + 12, at + 20) + sumOf(datagram, start, end);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  const checksum = ~sum & 0xffff;
  datagram.writeUInt16BE(checksum === 0 && protocol === 17 ? 0xffff : checksum, start + offset);
}

function sumOf(bytes: Buffer, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at + 1 < to; at += 2) sum += bytes.readUInt16BE(at);
  return (to - from) % 2 === 0 ? sum : sum + (bytes.readUInt8(to - 1) << 8);
}
