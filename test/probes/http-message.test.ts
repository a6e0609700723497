import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  answerWatcher,
  bodyText,
  completionWatcher,
  headerValue,
  headerValues,
  messageOf,
  parseHttpMessage,
} from '../../probes/http-message.ts';
import { mutate, randomFrom } from './mutate.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const parse = (text: string): ReturnType<typeof parseHttpMessage> => parseHttpMessage(bytes(text));

const REAL = [
  'HTTP/1.1 401 Unauthorized',
  'Server: Tiny/1.0',
  'Content-Length: 12',
  'WWW-Authenticate: Digest realm="a", nonce="b"',
  'WWW-Authenticate: Basic realm="a"',
  '',
  '<p>No way</p',
].join('\r\n');

// Answers of servers that node:http refuses or mends; each line: what is wrong, what is sent,
// and the status, headers and body that must survive. Built after those descriptions and RFC 9112.
const ODD: readonly [string, string, number | undefined, [string, string][], string][] = [
  ['blank before the colon', 'HTTP/1.1 200 OK\r\nServer : x\r\n\r\nb', 200, [['Server', 'x']], 'b'],
  ['header line without colon', 'HTTP/1.1 200 OK\r\nnonsense\r\nServer: x\r\n\r\nb', 200, [['Server', 'x']], 'b'],
  [
    'two equal Content-Length',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nb',
    200,
    [
      ['Content-Length', '1'],
      ['Content-Length', '1'],
    ],
    'b',
  ],
  [
    'two different Content-Length',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 4\r\n\r\nbody',
    200,
    [
      ['Content-Length', '1'],
      ['Content-Length', '4'],
    ],
    'body',
  ],
  ['Content-Length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nbody', 200, [['Content-Length', 'abc']], 'body'],
  ['negative Content-Length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody', 200, [['Content-Length', '-1']], 'body'],
  ['Content-Length too large', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nbody', 200, [['Content-Length', '99']], 'body'],
  ['Content-Length too small', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nbody', 200, [['Content-Length', '1']], 'body'],
  [
    'Content-Length and chunked',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
    200,
    [
      ['Content-Length', '9'],
      ['Transfer-Encoding', 'chunked'],
    ],
    'body',
  ],
  [
    'chunked announced, not done',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>body',
    200,
    [['Transfer-Encoding', 'chunked']],
    '<p>body',
  ],
  ['chunks broken off', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbo', 200, [['Transfer-Encoding', 'chunked']], 'bo'],
  [
    'chunk with extension and LF only',
    'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4;x=y\nbody\n0\n\n',
    200,
    [['Transfer-Encoding', 'chunked']],
    'body',
  ],
  ['ICY', 'ICY 200 OK\r\nicy-name: radio\r\n\r\nb', 200, [['icy-name', 'radio']], 'b'],
  ['HTTP/0.9', '<html>plain page</html>', undefined, [], '<html>plain page</html>'],
  ['lower-case status line', 'http/1.1 200 ok\r\nserver: x\r\n\r\nb', 200, [['server', 'x']], 'b'],
  ['no version number', 'HTTP 404 Not Found\r\nServer: x\r\n\r\n', 404, [['Server', 'x']], ''],
  ['no reason', 'HTTP/1.1 200\r\nServer: x\r\n\r\nb', 200, [['Server', 'x']], 'b'],
  ['no blank before the reason', 'HTTP/1.1 200OK\r\nServer: x\r\n\r\nb', 200, [['Server', 'x']], 'b'],
  ['several blanks and tabs', 'HTTP/1.1 \t 200   OK\r\nServer: x\r\n\r\nb', 200, [['Server', 'x']], 'b'],
  ['status line without status', 'HTTP/1.1 OK\r\nServer: x\r\n\r\nb', undefined, [['Server', 'x']], 'b'],
  ['bare line feeds', 'HTTP/1.0 200 OK\nServer: x\n\nb', 200, [['Server', 'x']], 'b'],
  [
    'mixed line ends',
    'HTTP/1.0 200 OK\r\nServer: x\nA: b\r\n\nb',
    200,
    [
      ['Server', 'x'],
      ['A', 'b'],
    ],
    'b',
  ],
  ['line ends the wrong way round', 'HTTP/1.0 200 OK\n\rServer: x\n\r\n\rb', 200, [['Server', 'x']], '\rb'],
  ['empty line first', '\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\n\r\nb', 200, [['Server', 'x']], 'b'],
  ['folded header', 'HTTP/1.1 200 OK\r\nServer: a\r\n  b\r\n\tc\r\n\r\n', 200, [['Server', 'a b c']], ''],
  [
    'folded line first',
    'HTTP/1.1 200 OK\r\n folded: x\r\nServer: a\r\n\r\n',
    200,
    [
      ['folded', 'x'],
      ['Server', 'a'],
    ],
    '',
  ],
  ['empty header name', 'HTTP/1.1 200 OK\r\n: x\r\nServer: a\r\n\r\n', 200, [['Server', 'a']], ''],
  ['control characters in a value', 'HTTP/1.1 200 OK\r\nServer: a\u0000\u0007b\r\n\r\n', 200, [['Server', 'a\u0000\u0007b']], ''],
  ['interim answer first', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\n\r\nb', 200, [['Server', 'x']], 'b'],
  ['no empty line at the end', 'HTTP/1.1 302 Found\r\nLocation: /a', 302, [['Location', '/a']], ''],
  ['two blanks after the colon', 'HTTP/1.1 200 OK\r\nDate:  now\r\n\r\n', 200, [['Date', ' now']], ''],
];

describe('probes/http-message', () => {
  it('keeps order, spelling and duplicates', () => {
    const message = parse(REAL);
    expect(message).toMatchObject({ version: 'HTTP/1.1', status: 401, reason: 'Unauthorized', headComplete: true, bodyComplete: true });
    expect(message.headers.map(([name]) => name)).toEqual(['Server', 'Content-Length', 'WWW-Authenticate', 'WWW-Authenticate']);
    expect(headerValues(message.headers, 'www-authenticate')).toHaveLength(2);
    expect(bodyText(message)).toBe('<p>No way</p');
  });

  it.each(ODD)('reads what came: %s', (_title, sent, status, headers, body) => {
    const message = parse(sent);
    expect(message.status).toBe(status);
    expect(message.headers).toEqual(headers);
    expect(Buffer.from(message.body).toString('latin1')).toBe(body);
  });

  it('reads every beginning of an answer, and never invents a header', () => {
    const names = new Set(parse(REAL).headers.map(([name]) => name));
    for (let length = 0; length <= REAL.length; length++) {
      const message = parse(REAL.slice(0, length));
      for (const [name] of message.headers) expect(names).toContain(name);
      expect(message.headComplete).toBe(length >= REAL.length - 12);
      expect(completionWatcher()(bytes(REAL.slice(0, length)))).toBe(length === REAL.length);
    }
    expect(parse('HTTP/1.1 4').body).toHaveLength(0);
    expect(parse('HTTP/1.1 200 OK\r\nServer: App\r').headers).toEqual([['Server', 'App']]);
  });

  it.each([1, 2, 3, 4])('survives mutation, seed %i', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 800; round++) {
      const sent = ODD[round % ODD.length]?.[1] ?? REAL;
      const message = parseHttpMessage(mutate(bytes(sent + REAL), random));
      expect(message.headers.length).toBeLessThanOrEqual(100);
      expect(message.status === undefined || (message.status >= 0 && message.status <= 999)).toBe(true);
    }
  });

  it('keeps at most 100 headers and 32 KiB of head', () => {
    expect(parse(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(5000)}\r\nbody`).headers).toHaveLength(100);
    const endless = parse(`HTTP/1.1 200 OK\r\nServer: x\r\nA: ${'b'.repeat(100_000)}`);
    expect(headerValue(endless.headers, 'server')).toBe('x');
    expect(endless.headComplete).toBe(false);
  });

  it('reads header text as UTF-8 where it is UTF-8, Latin-1 otherwise', () => {
    const utf8 = parseHttpMessage(Buffer.from('HTTP/1.1 200 OK\r\nServer: Caméra\r\n\r\n', 'utf8'));
    const latin1 = parse('HTTP/1.1 200 OK\r\nServer: Cam\u00e9ra\r\n\r\n');
    expect([headerValue(utf8.headers, 'server'), headerValue(latin1.headers, 'server')]).toEqual(['Caméra', 'Caméra']);
  });

  describe('completeness', () => {
    it.each([
      ['length reached', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab', true],
      ['length with two blanks', 'HTTP/1.1 200 OK\r\nContent-Length:  2\r\n\r\nab', true],
      ['length not reached', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab', false],
      ['the larger of two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 3\r\n\r\nab', false],
      ['last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n', true],
      ['no last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n', false],
      ['no length: until it closes', 'HTTP/1.1 200 OK\r\n\r\nab', false],
      ['a status without a body', 'HTTP/1.1 304 Not Modified\r\n\r\n', true],
      ['an interim answer alone', 'HTTP/1.1 100 Continue\r\n\r\n', false],
      ['an interim answer and the answer', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', true],
      ['another protocol', 'SSH-2.0-x\r\n\r\n', false],
    ])('%s', (_title, sent, expected) => {
      expect(completionWatcher()(bytes(sent))).toBe(expected);
      const watch = completionWatcher();
      let early = false;
      for (let length = 1; length < sent.length; length++) early ||= watch(bytes(sent.slice(0, length)));
      expect([early, watch(bytes(sent))]).toEqual([false, expected]);
    });

    it('tells whether the body is whole', () => {
      const whole = [
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab',
        'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab',
        'HTTP/1.1 200 OK\r\n\r\nab',
      ];
      expect(whole.map((sent) => parse(sent).bodyComplete)).toEqual([true, false, undefined]);
    });
  });

  describe('answerWatcher', () => {
    it.each([
      ['the greeting of another service', '\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', true],
      ['a TLS alert', '\x15\x03\x01\x00\x02\x02\x28', true],
      ['too little to tell', '\x00\x00\x00', false],
      ['a head on its way', 'HTTP/1.1 200 OK\r\n', false],
      ['a page without a head', '<html><head><title>', false],
      ['a page behind a byte order mark', '\xef\xbb\xbf<html><head>', false],
    ])('tells %s', (_name, sent, expected) => {
      expect(answerWatcher()(bytes(sent))).toBe(expected);
    });

    it('waits for the whole of an answer', () => {
      const watch = answerWatcher();
      for (let length = 1; length <= REAL.length; length++) expect(watch(bytes(REAL.slice(0, length)))).toBe(length === REAL.length);
    });
  });

  describe('compressed bodies', () => {
    const page = Buffer.from('<title>packed</title>'.repeat(20));
    const answer = (encoding: string, body: Uint8Array): string =>
      bodyText(parseHttpMessage(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\n\r\n`), body])));

    it('unpacks gzip and both kinds of deflate', () => {
      expect(answer('gzip', gzipSync(page))).toBe(page.toString());
      expect(answer('deflate', deflateSync(page))).toBe(page.toString());
      expect(answer('deflate', deflateRawSync(page))).toBe(page.toString());
    });

    it('yields the beginning of one that breaks off, and leaves garbage and bombs as they came', () => {
      expect(page.toString().startsWith(answer('gzip', gzipSync(page, { level: 0 }).subarray(0, 60)))).toBe(true);
      expect(answer('gzip', Buffer.from('not packed'))).toBe('not packed');
      const bomb = parseHttpMessage(
        Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'), gzipSync(Buffer.alloc(20_000_000))]),
      );
      expect(bomb.body.length).toBeLessThan(30_000);
    });
  });

  describe('bodyText', () => {
    it('does not let a character cut in half turn the page into Latin-1', () => {
      const message = messageOf({ body: 'é€😀' });
      expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map((max) => bodyText(message, max))).toEqual(['', 'é', 'é', 'é', 'é€', 'é€', 'é€', 'é€', 'é€😀']);
      expect(bodyText(parse('HTTP/1.1 200 OK\r\n\r\nCam\u00e9ra'))).toBe('Caméra');
    });
  });

  describe('messageOf', () => {
    it('takes bytes before anything else', () => {
      expect(messageOf({ bytes: Buffer.from(REAL).toString('base64'), status: 200 }).status).toBe(401);
    });

    it.each([
      [{}],
      [{ status: '200', headers: 'x', body: 7 }],
      [{ headers: [null, 1, 'a', [], ['a'], ['a', 1], [1, 'a'], { a: 'b' }] }],
      [{ bytes: 5 }],
      [{ bytes: '***' }],
      [{ headers: { length: 3 } }],
    ])('makes nothing of %j', (response) => {
      expect(messageOf(response)).toMatchObject({ status: undefined, headers: [] });
    });

    it('keeps the good elements of a bad list', () => {
      expect(messageOf({ headers: [['A', 'b'], null, ['C', 'd', 'e']] }).headers).toEqual([
        ['A', 'b'],
        ['C', 'd'],
      ]);
    });
  });
});
