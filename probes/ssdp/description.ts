/**
 * Fetches the device description an SSDP answer points to: one GET, to the address that answered and to no other, whatever
 * LOCATION says; 64 KiB; no redirect followed. UPnP Device Architecture 1.1, section 2.1.
 */
import { answerWatcher } from '../http-message.ts';
import type { ProbeContext } from '../probe.ts';
import { bytesResponse } from '../recording.ts';
import type { Reach } from '../transport.ts';

const MAX_BYTES = 65_536;
const MAX_LOCATION = 1024;

export interface DescriptionTarget {
  readonly port: number;
  readonly tls: boolean;
  /** Path and query, percent-encoded: no blank, no line break. */
  readonly path: string;
}

/** Where to ask for a description, or undefined when LOCATION leads elsewhere than to `sender`. */
export function descriptionTarget(location: string, sender: string): DescriptionTarget | undefined {
  if (location.length > MAX_LOCATION || !URL.canParse(location)) return undefined;
  const { protocol, hostname, port, pathname, search, username, password } = new URL(location);
  if ((protocol !== 'http:' && protocol !== 'https:') || username !== '' || password !== '') return undefined;
  if (bare(hostname) !== bare(sender)) return undefined;
  const tls = protocol === 'https:';
  const number = port === '' ? (tls ? 443 : 80) : Number(port);
  if (number === 0 || isPrinterPort(number)) return undefined;
  return { port: number, tls, path: `${pathname}${search}` };
}

/** Asks, and keeps whatever came back. */
export async function fetchDescription(address: string, target: DescriptionTarget, context: ProbeContext): Promise<Reach> {
  const { port, tls, path } = target;
  const { reach, bytes } = await context.transport.tcp({
    address,
    port,
    ...(tls ? { tls } : {}),
    send: writeGet(address, target, context.settings.userAgent),
    until: answerWatcher(),
    maxBytes: MAX_BYTES,
  });
  if (bytes.length > 0) {
    const request = { operation: 'description', method: 'GET', path };
    context.report({ protocol: 'ssdp', from: { address, port }, request, response: bytesResponse(bytes) });
  }
  return reach;
}

function writeGet(address: string, { port, path }: DescriptionTarget, userAgent: string): Uint8Array {
  const host = address.includes(':') ? `[${bare(address)}]` : address;
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    `User-Agent: ${userAgent.replace(/[^\x20-\x7e]/g, ' ')}`,
    'Accept: text/xml, application/xml, */*',
    'Connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** Lower case, without the brackets and the zone of an IPv6 address. */
function bare(address: string): string {
  return address
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .toLowerCase();
}

/** A device may name any port of its own; on these, what is sent is printed on paper. */
function isPrinterPort(port: number): boolean {
  return port === 515 || (port >= 9100 && port <= 9109);
}
