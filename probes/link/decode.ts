/**
 * `arp` recordings to fields: `{mac}` as a neighbour table shows it, or `{bytes}` = an ARP packet (RFC 826), with or
 * without its Ethernet header. Pure; never throws. What other protocols saw in `from.mac` is not read here.
 */
import { optionalField } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { responseBytes } from '../recording.ts';
import { normaliseMac } from '../text.ts';

const ETHERNET_HEADER = 14;
const ETHERTYPE_ARP = 0x0806;
/** Ethernet hardware type, IPv4 protocol type, lengths 6 and 4. */
const ARP_IPV4 = '000108000604';
const SENDER_AT = 8;

/** Decoder of protocol `arp`. */
export const decodeArp: Decoder = ({ response }) => {
  const bytes = responseBytes(response);
  const stated = typeof response.mac === 'string' ? normaliseMac(response.mac) : undefined;
  return optionalField('link.mac', stated ?? (bytes ? senderOf(Buffer.from(bytes)) : undefined));
};

function senderOf(packet: Buffer): string | undefined {
  const framed = packet.length >= ETHERNET_HEADER && packet.readUInt16BE(12) === ETHERTYPE_ARP;
  const arp = framed ? packet.subarray(ETHERNET_HEADER) : packet;
  if (arp.length < SENDER_AT + 6 || arp.toString('hex', 0, 6) !== ARP_IPV4) return undefined;
  return normaliseMac(arp.toString('hex', SENDER_AT, SENDER_AT + 6));
}
