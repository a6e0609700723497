import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';
import { TargetError } from '../../../agent/export/errors.ts';
import { createHttpClient, HTTP_DEFAULTS, type ClosableHttpClient, type HttpSettings } from '../../../agent/export/http.ts';

const SECRET = 'hunter2/with"quote';
const open: { close: () => void }[] = [];
afterEach(() => {
  for (const item of open.splice(0)) item.close();
});

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function serve(handler: Handler, settings: Partial<HttpSettings> = {}, signal?: AbortSignal): Promise<ClosableHttpClient> {
  const port = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => handler(request, response, body));
    }),
  );
  return connect({ baseUrl: `http://127.0.0.1:${port}/base/`, ...settings }, signal);
}

function connect(settings: Partial<HttpSettings> & { baseUrl: string }, signal = new AbortController().signal): ClosableHttpClient {
  const client = createHttpClient(
    { login: { kind: 'token', secret: SECRET }, ...HTTP_DEFAULTS, perSecond: 1000, userAgent: 'camsweep/test', ...settings },
    systemClock,
    signal,
  );
  open.push(client);
  return client;
}

async function failure(promise: Promise<unknown>): Promise<TargetError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TargetError)) throw new Error(`expected a TargetError, got ${String(error)}`);
  return error;
}

describe('HTTP client of the targets', () => {
  it('sends path, query, login and JSON, and reads JSON back', async () => {
    const seen: unknown[] = [];
    const client = await serve((request, response, body) => {
      seen.push([
        request.method,
        request.url,
        request.headers.authorization,
        request.headers['content-type'],
        request.headers['user-agent'],
        body,
      ]);
      response.writeHead(201, { 'x-thing': 'a' }).end('{"id":7}');
    });
    const answer = await client.request({
      method: 'POST',
      path: '/api/x/',
      query: [
        ['q', 'a b&c'],
        ['q', 'd'],
      ],
      body: { name: 'é' },
    });
    expect(answer).toMatchObject({ status: 201, json: { id: 7 }, text: '{"id":7}', headers: { 'x-thing': 'a' } });
    expect(seen).toEqual([
      ['POST', '/base/api/x/?q=a%20b%26c&q=d', `Token ${SECRET}`, 'application/json', 'camsweep/test', '{"name":"é"}'],
    ]);
  });

  it('sends a text as it is, and Bearer, Basic and named headers', async () => {
    const seen: unknown[] = [];
    const handler: Handler = (request, response, body) => {
      seen.push([request.headers.authorization ?? request.headers['x-key'], request.headers['content-type'], body]);
      response.end();
    };
    const ask = { method: 'POST', path: '/', body: 'a,b', headers: { 'content-type': 'text/csv' } } as const;
    for (const login of [
      { kind: 'bearer', secret: 's' },
      { kind: 'basic', user: 'u', secret: 's' },
      { kind: 'header', name: 'x-key', secret: 's' },
    ] as const)
      await (await serve(handler, { login })).request(ask);
    expect(seen).toEqual([
      ['Bearer s', 'text/csv', 'a,b'],
      ['Basic dTpz', 'text/csv', 'a,b'],
      ['s', 'text/csv', 'a,b'],
    ]);
  });

  it.each([400, 404, 409, 412, 422])('hands %i to the client', async (status) => {
    const client = await serve((_, response) => response.writeHead(status).end('{"detail":"no"}'));
    await expect(client.request({ method: 'GET', path: '/' })).resolves.toMatchObject({ status, json: { detail: 'no' } });
  });

  it.each([
    [401, 'target'],
    [403, 'target'],
    [405, 'target'],
    [413, 'device'],
    [408, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ] as const)("%i fails with scope %s and the server's words", async (status, scope) => {
    const client = await serve((_, response) =>
      response.writeHead(status).end(`{"detail":"Invalid\\u001b[31m ${encodeURIComponent(SECRET)}"}`),
    );
    const error = await failure(client.request({ method: 'GET', path: '/x' }));
    expect(error.scope).toBe(scope);
    expect(error.message).toMatch(/GET http:\/\/127\.0\.0\.1:\d+\/base\/x: /);
    expect(error.message).toContain('Invalid·[31m [secret]');
    expect(error.message).not.toContain('hunter2');
  });

  it('reads Retry-After as seconds and as a date', async () => {
    const seconds = await serve((_, response) => response.writeHead(429, { 'retry-after': '7' }).end());
    expect((await failure(seconds.request({ method: 'GET', path: '/' }))).retryAfterMs).toBe(7000);
    const date = await serve((_, response) => response.writeHead(503, { 'retry-after': 'Wed, 01 Jan 2020 00:00:00 GMT' }).end());
    expect((await failure(date.request({ method: 'GET', path: '/' }))).retryAfterMs).toBe(0);
  });

  it('keeps a query of the configured address, in front of its own', async () => {
    const seen: (string | undefined)[] = [];
    const port = await listen(createServer((request, response) => (seen.push(request.url), response.end('{}'))));
    const client = connect({ baseUrl: `http://127.0.0.1:${port}/hook?code=a%20b&v=2` });
    await client.request({ method: 'GET', path: '' });
    await client.request({ method: 'GET', path: '/x', query: [['q', '1&2']] });
    await client.request({ method: 'GET', path: '/x?y=3' });
    expect(seen).toEqual(['/hook?code=a%20b&v=2', '/hook/x?code=a%20b&v=2&q=1%262', '/hook/x?y=3&code=a%20b&v=2']);
  });

  it('never says a query of the configured address, which may hold a key', async () => {
    const port = await listen(createServer((_request, response) => response.writeHead(403).end('no')));
    const client = connect({ baseUrl: `http://127.0.0.1:${port}/hook?code=keyInAddress` });
    expect((await failure(client.request({ method: 'GET', path: '/x' }))).message).not.toContain('keyInAddress');
  });

  it('does not follow a redirect, and names where it led', async () => {
    let asked = 0;
    const client = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: 'http://127.0.0.1:1/login' }).end();
    });
    const error = await failure(client.request({ method: 'GET', path: '/' }));
    expect([error.scope, asked]).toEqual(['target', 1]);
    expect(error.message).toContain('redirected to http://127.0.0.1:1/login');
  });

  it('gives up after the deadline, at the byte cap, at a cut, and when stopped', async () => {
    const mute = await serve(() => undefined, { timeoutMs: 50 });
    expect(await failure(mute.request({ method: 'GET', path: '/' }))).toMatchObject({ scope: 'retry' });
    const long = await serve((_, response) => response.end('x'.repeat(5000)), { maxBytes: 1000 });
    expect((await failure(long.request({ method: 'GET', path: '/' }))).message).toContain('larger than 1000 bytes');
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.end();
    });
    expect(await failure(cut.request({ method: 'GET', path: '/' }))).toMatchObject({ scope: 'retry' });
    const reset = await serve((request) => request.socket.resetAndDestroy());
    expect(await failure(reset.request({ method: 'GET', path: '/' }))).toMatchObject({ scope: 'retry' });
    const stop = new AbortController();
    const stopped = await serve(() => stop.abort(), {}, stop.signal);
    expect(await failure(stopped.request({ method: 'GET', path: '/' }))).toMatchObject({ scope: 'retry' });
  });

  it('never has more requests open than allowed', async () => {
    let now = 0;
    let most = 0;
    const client = await serve(
      (_, response) => {
        most = Math.max(most, ++now);
        setTimeout(() => {
          now -= 1;
          response.end();
        }, 5);
      },
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 20 }, () => client.request({ method: 'GET', path: '/' })));
    expect(most).toBe(3);
  });

  it('spaces requests by the rate', async () => {
    const waits: number[] = [];
    const clock = {
      ...systemClock,
      nowMs: () => 1000,
      sleep: (ms: number, signal: AbortSignal) => (
        ms < 10_000 && waits.push(ms),
        ms < 10_000 ? Promise.resolve() : systemClock.sleep(ms, signal)
      ),
    };
    const port = await listen(createServer((_, response) => response.end()));
    const client = createHttpClient(
      { baseUrl: `http://127.0.0.1:${port}`, login: { kind: 'none' }, ...HTTP_DEFAULTS, perSecond: 4, userAgent: 'x' },
      clock,
      new AbortController().signal,
    );
    open.push(client);
    for (let index = 0; index < 3; index++) await client.request({ method: 'GET', path: '/' });
    expect(waits).toEqual([250, 500]);
  });

  it('refuses addresses that are none or hold a login', () => {
    for (const baseUrl of ['netbox.example', 'ftp://127.0.0.1/', 'https://user:pass@127.0.0.1/'])
      expect(() => connect({ baseUrl })).toThrow(TargetError);
  });

  it('trusts only the authority it was given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'camsweep-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert],
        ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '3650'],
      ],
      { stdio: 'ignore' },
    );
    const port = await listen(createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end('{}')));
    const baseUrl = `https://127.0.0.1:${port}`;
    const untrusted = await failure(connect({ baseUrl }).request({ method: 'GET', path: '/' }));
    expect(untrusted.scope).toBe('target');
    expect(untrusted.message).toContain('caFile');
    await expect(connect({ baseUrl, ca: readFileSync(cert, 'utf8') }).request({ method: 'GET', path: '/' })).resolves.toMatchObject({
      json: {},
    });
  });
});
