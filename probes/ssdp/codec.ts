/**
 * SSDP messages (UPnP Device Architecture 1.1, section 1.3) as bytes <-> values. Pure; never throws.
 *
 * An answer is an HTTP response without a body; a NOTIFY is an HTTP request that says the same things. Both are read by
 * http-message.ts, so that order, spelling and the vendor's own headers survive.
 */
import { headerValue, parseHttpMessage } from '../http-message.ts';
import type { HttpMessage } from '../http-message.ts';
import { latin1Of } from '../text.ts';

export const SSDP_GROUP = '239.255.255.250';

/** What is looked for. The third is the service Hikvision recorders and their relatives offer; some answer to nothing else. */
export const SEARCH_TARGETS = ['upnp:rootdevice', 'ssdp:all', 'urn:schemas-upnp-org:service:EmbeddedNetDeviceControl:1'] as const;

export interface Search {
  readonly target: string;
  /** Address and port the question goes to: the group, or one device. */
  readonly host: string;
  /** Longest random delay of an answer, in seconds. Sent by unicast too: common stacks drop a search without it. */
  readonly mxSeconds: number;
  readonly userAgent: string;
}

/** An M-SEARCH. Header names in capitals and this order, as the specification prints them: some parsers know no other. */
export function writeSearch({ target, host, mxSeconds, userAgent }: Search): Uint8Array {
  const lines = [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${oneLine(host)}`,
    'MAN: "ssdp:discover"',
    `MX: ${Math.min(5, Math.max(1, Math.floor(mxSeconds)))}`,
    `ST: ${oneLine(target)}`,
    `USER-AGENT: ${oneLine(userAgent)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

export interface SsdpMessage extends HttpMessage {
  readonly kind: 'response' | 'notify';
}

const MAX_MESSAGE_BYTES = 8192;

/** A response or NOTIFY; undefined for anything else, somebody's M-SEARCH included. */
export function readSsdp(bytes: Uint8Array): SsdpMessage | undefined {
  const message = bytes.subarray(0, MAX_MESSAGE_BYTES);
  const firstLine = latin1Of(message.subarray(0, 64)).split('\n', 1)[0] ?? '';
  const notify = /^NOTIFY[ \t]+\*[ \t]+(HTTP\/\d\.\d)\r?$/i.exec(firstLine);
  if (!notify) {
    const response = parseHttpMessage(message);
    return /^HTTP/i.test(response.version) ? { ...response, kind: 'response' } : undefined;
  }
  // A request has the headers of a response under another first line.
  const rest = message.subarray(firstLine.length);
  const { headers, body, headComplete } = parseHttpMessage(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r', 'latin1'), rest]));
  return { kind: 'notify', version: notify[1] ?? '', status: undefined, reason: '', headers, body, headComplete };
}

/** True when the message says who sent it, which an HTTP error from a misplaced server does not. */
export function isAnnouncement(message: HttpMessage): boolean {
  return ['usn', 'st', 'nt', 'location'].some((name) => headerValue(message.headers, name) !== undefined);
}

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, ' ');
}
