/**
 * Where a next request may go, and what it looks like on the wire. A device's page, header or link is hostile: only the
 * address that answered, only ports the settings name, only paths that fetch text or an icon. Pure.
 */

export interface Target {
  readonly port: number;
  readonly tls: boolean;
  /** Path with query, printable ASCII. */
  readonly path: string;
}

export interface KnownPorts {
  readonly http: readonly number[];
  readonly https: readonly number[];
}

const MAX_PATH_LENGTH = 512;
const PLAIN_PATH = /^\/[\x21-\x7e]*$/;

/**
 * Never fetched, wherever a page points: images of a scene, anything that sounds like a change of state, and a query that
 * carries a login. A page's script holds such targets in functions nobody called.
 */
const SCENE = /snap(?:shot)?|picture|\.jpe?g|mjpe?g|jpg\/|image\.cgi|video\.|stream|videostream|playback/i;
const CHANGE =
  /reboot|restart|reset|restore|factory|shutdown|poweroff|upgrade|firmware|delete|remove|clear|logout|logoff|signout|[?&](?:action|cmd|command|do|op)=/i;
const LOGIN_QUERY = /[?&](?:user|usr|name|account|pwd|pass|auth|token|session|login)[^=&]*=/i;

/** The target a reference leads to from `base`, or undefined when it must not be followed. */
export function resolveTarget(reference: string, base: Target, address: string, ports: KnownPorts): Target | undefined {
  if (reference.length > MAX_PATH_LENGTH) return undefined;
  const url = parseUrl(reference, `${base.tls ? 'https' : 'http'}://${hostOf(address)}:${base.port}${base.path}`);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  if (url.hostname !== parseUrl(`http://${hostOf(address)}/`)?.hostname || url.username !== '' || url.password !== '') return undefined;

  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  const path = `${url.pathname}${url.search}`;
  const known = port === base.port ? tls === base.tls : (tls ? ports.https : ports.http).includes(port);
  return known && isHarmless(path) ? { port, tls, path } : undefined;
}

/** True for an icon we may fetch: an icon's ending, and nothing that could be a scene or a change. */
export function isIconPath(path: string): boolean {
  return /\.(?:ico|png|gif|svg)(?:\?|$)/i.test(path) && isHarmless(path);
}

function isHarmless(path: string): boolean {
  return path.length <= MAX_PATH_LENGTH && PLAIN_PATH.test(path) && !SCENE.test(path) && !CHANGE.test(path) && !LOGIN_QUERY.test(path);
}

/** One GET that ends the connection. `userAgent` is ours, but comes from a file: it must stay one line. */
export function requestBytes({ port, tls, path }: Target, address: string, userAgent: string): Uint8Array {
  const host = port === (tls ? 443 : 80) ? hostOf(address) : `${hostOf(address)}:${port}`;
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    `User-Agent: ${userAgent.replace(/[^\x20-\x7e]/g, '')}`,
    'Accept: */*',
    'Connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** An address as it stands in a URL: IPv6 in brackets, without a zone, which no server may see. */
function hostOf(address: string): string {
  return address.includes(':') ? `[${address.split('%', 1)[0] ?? ''}]` : address;
}

function parseUrl(reference: string, base?: string): URL | undefined {
  try {
    return new URL(reference, base);
  } catch {
    return undefined;
  }
}
