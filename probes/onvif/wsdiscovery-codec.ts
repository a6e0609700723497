/**
 * WS-Discovery (April 2005 draft, the one ONVIF names) over UDP 3702: builds Probes, reads what comes back. Pure.
 *
 * Responders are picky: a Hikvision camera ignores a Probe that contains a new-line, wsdd2 compares the prefixes `wsa:`
 * and `wsd:` letter by letter and wants an Action without attributes, several types in one Probe are a conjunction that
 * few devices meet, some devices answer only typed and some only untyped Probes. Hence three compact Probes, one spelling.
 */
import { normaliseMac } from '../text.ts';
import { findNode, textAt, type XmlNode } from '../xml.ts';
import { readEnvelope, type Envelope } from './envelope.ts';
import { scopeMacs, splitScopes } from './scopes.ts';

/** Types each dialect asks for; empty asks everybody. */
export const DIALECTS = { transmitter: 'dn:NetworkVideoTransmitter', device: 'tds:Device', untyped: '' } as const;
export type Dialect = keyof typeof DIALECTS;
export const DIALECT_NAMES = ['transmitter', 'device', 'untyped'] as const satisfies readonly Dialect[];

const PREFIX_OF_TYPES = {
  transmitter: ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"',
  device: ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"',
  untyped: '',
} as const satisfies Record<Dialect, string>;

const DISCOVERY = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';

/** One Probe as UTF-8 bytes, without a new-line. `messageId` is a URI such as `urn:uuid:…`, without markup. */
export function buildProbe(dialect: Dialect, messageId: string): Uint8Array {
  const types = DIALECTS[dialect];
  return Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
      ' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
      ` xmlns:wsd="${DISCOVERY}"${PREFIX_OF_TYPES[dialect]}>` +
      `<s:Header><wsa:Action>${DISCOVERY}/Probe</wsa:Action><wsa:MessageID>${messageId}</wsa:MessageID>` +
      '<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To></s:Header>' +
      `<s:Body>${types === '' ? '<wsd:Probe/>' : `<wsd:Probe><wsd:Types>${types}</wsd:Types></wsd:Probe>`}</s:Body></s:Envelope>`,
    'utf8',
  );
}

/** One target service: a ProbeMatch, a ResolveMatch, a Hello or a Bye. */
export interface Match {
  /** EndpointReference address; empty when the device sent none. */
  readonly endpoint: string;
  /** Local names. */
  readonly types: readonly string[];
  readonly scopes: readonly string[];
  readonly xaddrs: readonly string[];
  readonly metadataVersion: string | undefined;
}

export interface Discovery {
  readonly envelope: Envelope;
  /** `ProbeMatches`, `ResolveMatches`, `Hello`, `Bye`; undefined for anything else, a Probe of another client included. */
  readonly kind: Kind | undefined;
  readonly messageId: string | undefined;
  readonly relatesTo: string | undefined;
  readonly matches: readonly Match[];
}

const KINDS = ['ProbeMatches', 'ResolveMatches', 'Hello', 'Bye'] as const;
type Kind = (typeof KINDS)[number];

const MAX_MATCHES = 20;
const MAX_WORDS = 50;

/** Reads one datagram. Anything unreadable gives no matches, never an exception. */
export function parseDiscovery(content: Uint8Array | string): Discovery {
  const envelope = readEnvelope(content);
  const message = envelope.operation;
  // A lone ProbeMatch is a fragment of an answer, as recordings may hold.
  const fragment = message?.local === 'ProbeMatch' || message?.local === 'ResolveMatch';
  const kind = fragment ? `${message.local}es` : message?.local;
  return {
    envelope,
    kind: KINDS.find((known) => known === kind),
    messageId: textAt(envelope.header, 'MessageID'),
    relatesTo: textAt(envelope.header, 'RelatesTo'),
    matches: message ? matchElements(message, fragment).slice(0, MAX_MATCHES).map(readMatch) : [],
  };
}

function matchElements(message: XmlNode, fragment: boolean): readonly XmlNode[] {
  if (fragment || message.local === 'Hello' || message.local === 'Bye') return [message];
  if (message.local !== 'ProbeMatches' && message.local !== 'ResolveMatches') return [];
  return message.children.filter(({ local }) => local === 'ProbeMatch' || local === 'ResolveMatch');
}

function readMatch(node: XmlNode): Match {
  // Only Address is the identity; some devices put a port type or empty reference properties beside it.
  const reference = findNode(node, 'EndpointReference');
  return {
    endpoint: textAt(reference, 'Address') ?? reference?.text ?? '',
    types: words(textAt(node, 'Types')).map((name) => name.slice(name.lastIndexOf(':') + 1)),
    scopes: splitScopes(textAt(node, 'Scopes') ?? ''),
    xaddrs: words(textAt(node, 'XAddrs')),
    metadataVersion: textAt(node, 'MetadataVersion'),
  };
}

function words(text: string | undefined): string[] {
  return (text ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
}

/** Shape of an EndpointReference address, and the MAC inside it where one is borne out. */
export interface EndpointForm {
  readonly form: 'uuid1-mac' | 'uuid' | 'mac' | 'other';
  readonly mac: string | undefined;
}

const UUID = /(?:^|[^0-9a-f])([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;
const BARE_MAC = /(?:^|[:/])((?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|[0-9a-f]{12})$/i;

/**
 * Last 12 hex digits of a UUID are a MAC when its version says so (1 = time and node, RFC 9562 section 5.1; 0 = hand-made)
 * and they are a universal unicast address, or when a /MAC/ scope of the same match names them. Random UUIDs never count.
 */
export function readEndpoint(endpoint: string, scopes: readonly string[]): EndpointForm {
  const text = endpoint.trim().slice(-128);
  const uuid = UUID.exec(text);
  if (!uuid) {
    const tail = BARE_MAC.exec(text)?.[1] ?? '';
    const known = scopeMacs(scopes).find((mac) => mac === normaliseMac(tail));
    // Twelve digits in a row may as well be a serial number: only separators or a /MAC/ scope make them a MAC.
    const mac = known ?? (/[:-]/.test(tail) ? universalMac(tail) : undefined);
    return { form: universalMac(tail) === undefined && mac === undefined ? 'other' : 'mac', mac };
  }
  const [, , , version = '', variant = '', node = ''] = uuid;
  const candidate = normaliseMac(node);
  const borneOut = candidate !== undefined && scopeMacs(scopes).includes(candidate);
  const mac = borneOut ? candidate : /^[01]/.test(version) ? universalMac(node) : undefined;
  // Version 1 with a time near 1970 – made before the clock was set – and a clock sequence 8xxx.
  const vendorForm = /^11b/i.test(version) && variant.startsWith('8') && mac !== undefined;
  return { form: vendorForm ? 'uuid1-mac' : 'uuid', mac };
}

/** Normalised, or undefined for group and locally administered addresses (IEEE 802 section 8.2): those are nobody's. */
function universalMac(text: string): string | undefined {
  const mac = normaliseMac(text);
  return mac !== undefined && (parseInt(mac.slice(0, 2), 16) & 3) === 0 ? mac : undefined;
}
