/**
 * XAddrs: where a device says its services are. Hostile by nature: a device may name any host it likes, so only port and
 * path are ever taken, and only from an XAddr that names the very address that answered (design section 9). Pure.
 */

export interface Endpoint {
  readonly tls: boolean;
  readonly port: number;
  /** Path with query, starting with a slash, safe for a request line. */
  readonly path: string;
}

/** Printers print whatever arrives here; an XAddr must not talk us into it. */
const NEVER_PORTS: ReadonlySet<number> = new Set([515, ...Array.from({ length: 10 }, (_, index) => 9100 + index)]);

/** False for ports no question of ours may go to, whoever named them. */
export function isAskable(port: number): boolean {
  return port > 0 && port < 65_536 && !NEVER_PORTS.has(port);
}

const MAX_PATH_LENGTH = 256;

/** Path of a URI, `/` where it has none; undefined for a text that is no absolute URI. */
export function pathOf(uri: string): string | undefined {
  const match = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^/?#\s]*([^?#\s]*)/i.exec(uri);
  if (!match) return undefined;
  return match[1] === '' ? '/' : match[1];
}

/** Port a URI names; undefined where it leaves it to the scheme. */
export function portOf(uri: string): string | undefined {
  return /^[a-z][a-z0-9+.-]{1,20}:\/\/(?:\[[^\]\s]{1,80}\]|[^/?#:@\s]{1,253}):(\d{1,5})(?=[/?#]|$)/i.exec(uri)?.[1];
}

/** Lower-case host of a URI, brackets and zone removed. */
export function hostOf(uri: string): string | undefined {
  const match = /^[a-z][a-z0-9+.-]{1,20}:\/\/(?:\[([0-9a-f:.]+)(?:%[^\]]*)?\]|([^/?#:@\s]+))(?=[:/?#]|$)/i.exec(uri);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/**
 * Port and path of an XAddr at `address`, or undefined when it names another host, user information, an unusable port or a
 * scheme other than http(s). `0.0.0.0` stands for "me" in some firmwares: the address that answered is the one asked.
 */
export function endpointAt(xaddr: string, address: string): Endpoint | undefined {
  const host = hostOf(xaddr);
  const self = address.replace(/%.*$/, '').toLowerCase();
  if (host === undefined || (host !== self && host !== '0.0.0.0' && host !== '::')) return undefined;
  const url = URL.parse(xaddr);
  if (!url || url.username !== '' || url.password !== '' || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  const path = `${url.pathname}${url.search}`;
  if (!isAskable(port) || path.length > MAX_PATH_LENGTH || !/^[\x21-\x7e]+$/.test(path)) return undefined;
  return { tls, port, path };
}
