/**
 * Reads HTTP- and RTSP-shaped requests off a socket, one after the other, and says what a guest may not do in one.
 * Bounded: a request larger than 64 KiB ends the connection.
 */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';

export interface LabRequest {
  readonly method: string;
  /** As asked, with its query. */
  readonly target: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const MAX_REQUEST_BYTES = 65_536;

/** Calls `serve` for each complete request. */
export function readRequests(socket: Socket, serve: (request: LabRequest) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (received.length > MAX_REQUEST_BYTES) {
      socket.destroy();
      return;
    }
    for (let rounds = 0; rounds < 100; rounds++) {
      const taken = takeRequest(received);
      if (!taken) return;
      received = received.subarray(taken.length);
      serve(taken.request);
    }
  });
}

function takeRequest(bytes: Buffer): { request: LabRequest; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const bodyLength = Number(headers.get('content-length') ?? 0);
  if (bytes.length < end + 4 + bodyLength) return undefined;
  const [method = '', target = ''] = first.split(' ');
  const body = bytes.toString('utf8', end + 4, end + 4 + bodyLength);
  return { request: { method, target, path: target.split('?')[0] ?? '', headers, body }, length: end + 4 + bodyLength };
}

/** True when the Authorization header answers a digest challenge with this password (RFC 7616, MD5, qop auth or none). */
export function provesPassword(request: LabRequest, user: string, password: string): boolean {
  const header = request.headers.get('authorization') ?? '';
  if (!/^digest /i.test(header)) return false;
  const params = new Map(
    [...header.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/gi)].map((m) => [m[1]?.toLowerCase(), m[2] ?? m[3] ?? '']),
  );
  const get = (name: string): string => params.get(name) ?? '';
  if (get('username') !== user || get('uri') !== request.target) return false;
  const algorithm = /^sha-256$/i.test(get('algorithm')) ? 'sha256' : 'md5';
  const hash = (text: string): string => createHash(algorithm).update(text).digest('hex');
  const ha1 = hash(`${user}:${get('realm')}:${password}`);
  const ha2 = hash(`${request.method}:${get('uri')}`);
  const middle = get('qop') === '' ? get('nonce') : `${get('nonce')}:${get('nc')}:${get('cnonce')}:${get('qop')}`;
  return get('response') === hash(`${ha1}:${middle}:${ha2}`);
}
