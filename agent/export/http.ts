/**
 * The one HTTP client of all targets: TLS verified (own CA possible), bounded in time, bytes, rate and concurrency, and it never follows
 * a redirect, because a login would travel with it. Errors carry the server's own words and never a secret.
 */
import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent, request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as tlsRequest } from 'node:https';
import pLimit from 'p-limit';
import { printable } from '../../probes/text.ts';
import type { Clock } from '../clock.ts';
import { TargetError } from './errors.ts';
import { failureOf, socketFailure } from './http-failure.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './types.ts';

export type HttpLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer' | 'token'; readonly secret: string }
  | { readonly kind: 'basic'; readonly user: string; readonly secret: string }
  | { readonly kind: 'header'; readonly name: string; readonly secret: string };

export interface HttpSettings {
  /** http or https; a path in it is kept in front of every request's, a query in it goes with each. */
  readonly baseUrl: string;
  readonly login: HttpLogin;
  /** Contents of a PEM file: trusted instead of the system's authorities. */
  readonly ca?: string | undefined;
  /** From waiting for a socket to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly concurrency: number;
  readonly perSecond: number;
  readonly userAgent: string;
}

export const HTTP_DEFAULTS = { timeoutMs: 30_000, maxBytes: 32 * 1024 * 1024, concurrency: 4, perSecond: 20 } as const;

export interface ClosableHttpClient extends HttpClient {
  /** The text without any secret of this client. */
  readonly redact: (text: string) => string;
  close(): void;
}

/** Opens nothing yet. Throws TargetError `target` for an address that is none. */
export function createHttpClient(settings: HttpSettings, clock: Clock, signal: AbortSignal): ClosableHttpClient {
  const base = parseBase(settings.baseUrl);
  const secure = base.protocol === 'https:';
  const limits = { keepAlive: true, maxSockets: settings.concurrency };
  const agent = secure ? new HttpsAgent({ ...limits, ...(settings.ca === undefined ? {} : { ca: settings.ca }) }) : new HttpAgent(limits);
  const limit = pLimit(settings.concurrency);
  const slot = createPace(settings.perSecond, clock, signal);
  // Every request under way listens to it, and each lets go when it ends.
  setMaxListeners(0, signal);
  const secrets = secretsOf(settings.login);
  const redact = (text: string): string => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    await slot();
    if (signal.aborted) throw new TargetError('retry', 'stopped before it was asked');
    const body = bodyOf(request.body);
    const options: RequestOptions = {
      agent,
      method: request.method,
      protocol: base.protocol,
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port,
      path: pathOf(base, request),
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': settings.userAgent,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        ...request.headers,
        ...loginHeaders(settings.login),
      },
    };
    return exchange(secure ? tlsRequest : plainRequest, options, body, settings, clock, signal);
  };
  return {
    request: (request) =>
      limit(async () => {
        const asked = `${request.method} ${base.origin}${printable(pathOf(base, request).split('?')[0] ?? '', 200)}`;
        try {
          const response = await send(request);
          const failure = failureOf(response, asked, Date.parse(clock.timestamp()));
          if (failure) throw failure;
          return response;
        } catch (error) {
          const failure = error instanceof TargetError ? error : socketFailure(error, asked);
          throw new TargetError(failure.scope, redact(failure.message), failure.retryAfterMs);
        }
      }),
    redact,
    close: () => agent.destroy(),
  };
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new TargetError('target', `"${printable(text)}": expected an http or https address`);
  if (url.username !== '' || url.password !== '') throw new TargetError('target', 'the address holds a login: name it by variable or file');
  return url;
}

function pathOf(base: URL, { path, query = [] }: HttpRequest): string {
  const own = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const search = [base.search.slice(1), ...own].filter((part) => part !== '').join('&');
  return `${base.pathname.replace(/\/$/, '')}${path}${search === '' ? '' : `${path.includes('?') ? '&' : '?'}${search}`}`;
}

function bodyOf(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

function loginHeaders(login: HttpLogin): Record<string, string> {
  if (login.kind === 'none') return {};
  if (login.kind === 'basic') return { authorization: `Basic ${basic(login.user, login.secret)}` };
  if (login.kind === 'header') return { [login.name]: login.secret };
  return { authorization: `${login.kind === 'bearer' ? 'Bearer' : 'Token'} ${login.secret}` };
}

function basic(user: string, secret: string): string {
  return Buffer.from(`${user}:${secret}`).toString('base64');
}

function secretsOf(login: HttpLogin): string[] {
  if (login.kind === 'none' || login.secret === '') return [];
  const forms = [login.secret, encodeURIComponent(login.secret), JSON.stringify(login.secret).slice(1, -1)];
  return login.kind === 'basic' ? [basic(login.user, login.secret), ...forms] : forms;
}

/** Requests spaced evenly: a burst is what rate limits punish. */
function createPace(perSecond: number, clock: Clock, signal: AbortSignal): () => Promise<void> {
  let next = 0;
  return async () => {
    const now = clock.nowMs();
    const mine = Math.max(now, next);
    next = mine + 1000 / perSecond;
    if (mine > now) await clock.sleep(mine - now, signal);
  };
}

function exchange(
  open: typeof plainRequest,
  options: RequestOptions,
  body: string | undefined,
  { timeoutMs, maxBytes }: HttpSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const request = open(options);
    const finish = (settle: () => void): void => {
      over.abort();
      signal.removeEventListener('abort', stop);
      settle();
    };
    const fail = (error: unknown): void => {
      finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      request.destroy();
    };
    const stop = (): void => fail(new TargetError('retry', 'stopped while it was asked'));
    signal.addEventListener('abort', stop, { once: true });
    void clock.sleep(timeoutMs, over.signal).then(() => {
      if (!over.signal.aborted) fail(new TargetError('retry', `no complete answer within ${timeoutMs} ms`));
    });
    request.on('error', fail);
    request.on('response', (message) => readBody(message, maxBytes, fail, (text) => finish(() => resolve(responseOf(message, text)))));
    request.end(body);
  });
}

function readBody(message: IncomingMessage, maxBytes: number, fail: (error: unknown) => void, done: (text: string) => void): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  message.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > maxBytes) return fail(new TargetError('target', `the answer is larger than ${maxBytes} bytes`));
    parts.push(part);
  });
  message.on('error', fail);
  message.on('end', () => {
    if (message.complete) done(Buffer.concat(parts).toString('utf8'));
    else fail(new Error('connection cut inside the answer'));
  });
}

function responseOf(message: IncomingMessage, text: string): HttpResponse {
  const headers = Object.entries(message.headersDistinct).map(([name, values = []]) => [name, values.join(', ')] as const);
  return { status: message.statusCode ?? 0, headers: Object.fromEntries(headers), json: parseJson(text), text };
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
