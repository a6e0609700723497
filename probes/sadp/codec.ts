/**
 * SADP, the search of Hikvision-made firmware: XML in one UDP datagram on port 37020. Pure.
 *
 * Other `Types` of this protocol change addresses, passwords and state: only the two inquiries below can be built.
 * Facts: public SADP captures (sergei.nz, mhzhuji.com); devices write the odd forms `parseProbeMatch` puts up with.
 */
import { normaliseMac, latin1Of, textOf } from '../text.ts';
import { MAX_DATAGRAM_BYTES } from '../wire.ts';
import { leaves, parseXml } from '../xml.ts';
import type { XmlNode } from '../xml.ts';

export const SADP_GROUP = '239.255.255.250';

/** All that is ever asked. `inquiry_v32` is what newer clients add; a device may answer either or both. */
export const SADP_INQUIRIES = ['inquiry', 'inquiry_v32'] as const;
export type SadpInquiry = (typeof SADP_INQUIRIES)[number];

const UUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

/** The inquiry as bytes. Throws a RangeError for anything but the two types and a plain UUID: that is our own mistake. */
export function encodeInquiry(type: SadpInquiry, uuid: string): Uint8Array {
  if (!SADP_INQUIRIES.includes(type)) throw new RangeError('not a SADP inquiry');
  if (!UUID.test(uuid)) throw new RangeError('not a UUID');
  return Buffer.from(`<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>${uuid}</Uuid><Types>${type}</Types></Probe>`, 'ascii');
}

/** True for a question or command of any client, seen because we share the port and the group. */
export function isSadpQuestion(bytes: Uint8Array): boolean {
  return /<Probe[\s>]/.test(latin1Of(bytes.subarray(0, 512)));
}

/** An answer without the question it repeats. */
export function sadpEssence(bytes: Uint8Array): string {
  return latin1Of(bytes).replace(/<(Uuid|Types)>[^<>]*<\/\1>/g, '');
}

/** One element of a ProbeMatch, in wire order. */
export interface SadpElement {
  readonly name: string;
  readonly value: string;
}

const MAX_ELEMENTS = 150;
const MAX_NAME_LENGTH = 64;
/** An answer, and what a device says by itself when it comes up: the same elements under another name. */
const START = /<(ProbeMatch|Hello)[\s>]/;

/** Any of these says the message is one of SADP; WS-Discovery has elements of those names too. */
const OWN_ELEMENTS: ReadonlySet<string> = new Set(['DeviceType', 'DeviceDescription', 'DeviceSN', 'SoftwareVersion', 'MAC']);

/** Spellings seen on the wire, by lower case. */
const SPELLINGS: Readonly<Record<string, string | undefined>> = {
  ipv4address: 'IPv4Address',
  ipv4subnetmask: 'IPv4SubnetMask',
  ipv4gateway: 'IPv4Gateway',
  ipv6address: 'IPv6Address',
  ipv6gateway: 'IPv6Gateway',
  ipv6masklen: 'IPv6MaskLen',
  mac: 'MAC',
  devicesn: 'DeviceSN',
};

/**
 * Elements of a ProbeMatch or Hello, or undefined where the bytes hold none. A binary prefix, NULs and bytes after the end are
 * dropped, a MAC is normalised, an answer that breaks off yields the elements that were closed.
 */
export function parseProbeMatch(bytes: Uint8Array): readonly SadpElement[] | undefined {
  const text = matchText(bytes);
  if (text === undefined) return undefined;
  const document = parseXml(text);
  const found = leaves(document.root);
  const last = found.at(-1);
  // Only the last one can have been cut: half a serial number is worse than none.
  const whole = document.complete || (last && text.includes(`</${last.name}>`)) ? found : found.slice(0, -1);
  const elements = whole.slice(0, MAX_ELEMENTS).flatMap(elementOf);
  return elements.some(({ name }) => OWN_ELEMENTS.has(name)) ? elements : undefined;
}

function matchText(bytes: Uint8Array): string | undefined {
  const datagram = bytes.subarray(0, MAX_DATAGRAM_BYTES);
  const latin1 = latin1Of(datagram);
  // No device sends a document type declaration: who does is playing with our parser, not speaking SADP.
  if (latin1.includes('<!DOCTYPE')) return undefined;
  const found = START.exec(latin1);
  if (!found) return undefined;
  const last = `</${found[1] ?? ''}>`;
  const end = latin1.indexOf(last, found.index);
  const part = datagram.subarray(found.index, end < 0 ? undefined : end + last.length);
  // A bare ampersand in a name somebody typed would end the document early.
  return textOf(part.filter((byte) => byte !== 0)).replace(/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)/g, '&amp;');
}

function elementOf(leaf: XmlNode): SadpElement[] {
  if (leaf.local.length > MAX_NAME_LENGTH) return [];
  const name = SPELLINGS[leaf.local.toLowerCase()] ?? leaf.local;
  if (name !== 'MAC') return [{ name, value: leaf.text }];
  const mac = normaliseMac(leaf.text);
  return mac === undefined ? [] : [{ name, value: mac }];
}
