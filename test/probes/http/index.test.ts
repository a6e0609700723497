import { describe, expect, it } from 'vitest';
import { decodeHttp } from '../../../probes/http/decode.ts';
import { httpProbe } from '../../../probes/http/index.ts';
import { VENDOR_PATHS } from '../../../probes/http/paths.ts';
import type { Outcome } from '../../../probes/probe.ts';
import { decodeTls } from '../../../probes/tls/decode.ts';
import type { TlsPeer } from '../../../probes/transport.ts';
import { FAKE_SETTINGS, fakeContext, type Fake, type FakeWorld, type TcpScript } from '../fake-context.ts';
import { dribble, page, pathOf, redirect, site, targetOf } from './site.ts';

const ADDRESS = '192.0.2.7';
const PEER: TlsPeer = { protocol: 'TLSv1.2', subject: 'CN=a', issuer: 'CN=b', names: ['a'], validFrom: '', validTo: '' };
const DECODERS = { http: decodeHttp, https: decodeHttp, tls: decodeTls };

async function run(world: FakeWorld, address = ADDRESS): Promise<Fake & { outcome: Outcome; asked: string[] }> {
  const fake = fakeContext({ decoder: DECODERS, ...world });
  const outcome = await httpProbe.run(address, fake.context);
  return { ...fake, outcome, asked: fake.sent.tcp.map(targetOf) };
}

const text = (request: { send: Uint8Array } | undefined): string => Buffer.from(request?.send ?? []).toString('latin1');

describe('probes/http', () => {
  it('asks the front page, the icon, then documents until two answers are alike', async () => {
    const { asked, outcome, values } = await run({ tcp: site({ '/': page('<title>Router</title>') }) });
    expect(asked).toEqual([
      'http 80 /',
      'http 80 /favicon.ico',
      'https 443 /',
      'http 80 /SDK/activateStatus',
      'http 80 /ISAPI/System/deviceInfo',
    ]);
    expect(outcome).toBe('answered');
    expect(values('http.title')).toEqual(['Router']);
  });

  it('asks every document of a device that has them, each once, in the order of the table', async () => {
    const tcp: FakeWorld['tcp'] = (request) => (request.port === 80 ? page(`<p>${'x'.repeat(pathOf(request).length)}</p>`) : 'refused');
    const { asked } = await run({ tcp });
    const documents = asked.filter((target) => VENDOR_PATHS.some(({ path }) => target === `http 80 ${path}`));
    expect(documents).toEqual(VENDOR_PATHS.map(({ path }) => `http 80 ${path}`).slice(0, documents.length));
    expect(new Set(asked).size).toBe(asked.length);
    expect(documents.length).toBeGreaterThan(3);
  });

  it('sends GET with our User-Agent, Connection: close, the address as Host, and no credentials', async () => {
    const { sent } = await run({
      tcp: site({}, [80, 8080]),
      ports: { http: [80, 8080], https: [] },
      settings: { userAgent: 'Camsweep/1\r\nX: y' },
    });
    for (const request of sent.tcp) {
      expect(text(request)).toMatch(/^GET \/[\x21-\x7e]* HTTP\/1\.1\r\n/);
      expect(text(request)).toContain('\r\nUser-Agent: Camsweep/1X: y\r\n');
      expect(text(request)).toContain('\r\nConnection: close\r\n');
      expect(text(request)).toContain(request.port === 80 ? `\r\nHost: ${ADDRESS}\r\n` : `\r\nHost: ${ADDRESS}:${request.port}\r\n`);
      expect(text(request)).not.toMatch(/Authorization|Cookie/i);
    }
  });

  it('writes IPv6 addresses in brackets and without their zone', async () => {
    const { sent } = await run({ tcp: site({ '/': redirect('http://[fe80::1]/x') }) }, 'fe80::1%eth0');
    expect(text(sent.tcp[0])).toContain('\r\nHost: [fe80::1]\r\n');
    expect(sent.tcp.map(pathOf)).toContain('/x');
    expect(sent.tcp.every(({ address }) => address === 'fe80::1%eth0')).toBe(true);
  });

  it('asks one page that answers, no documents and no icon, once the device is known', async () => {
    const { asked } = await run({ tcp: site({}), settled: () => true });
    expect(asked).toEqual(['http 80 /']);
    const closed = await run({ tcp: () => ({ reach: 'refused', ended: 'none', bytes: new Uint8Array() }), settled: () => true });
    expect(closed.asked).toEqual(['http 80 /', 'https 443 /']);
  });

  it('stops in the middle when an answer settles it', async () => {
    const world: FakeWorld = { tcp: site({ '/SDK/activateStatus': page('<ActivateStatus><Activated>true</Activated></ActivateStatus>') }) };
    const asked: string[] = [];
    const fake = fakeContext({
      ...world,
      settled: () => asked.some((target) => target.endsWith('/SDK/activateStatus')),
      tcp: (request, index) => {
        asked.push(targetOf(request));
        return world.tcp?.(request, index) ?? 'refused';
      },
    });
    await httpProbe.run(ADDRESS, fake.context);
    expect(asked.at(-1)).toBe('http 80 /SDK/activateStatus');
  });

  it('never repeats a question, also when two ports and redirects lead to the same page', async () => {
    const tcp = site(
      {
        'http 80 /': redirect(`https://${ADDRESS}/doc/page/login.asp`),
        'https 443 /': redirect('/doc/page/login.asp'),
        '/doc/page/login.asp': page('<title>in</title>'),
      },
      [80, 443],
    );
    const { asked } = await run({ tcp });
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.slice(0, 2)).toEqual(['http 80 /', 'https 443 /doc/page/login.asp']);
    // Port 80 only leads to 443: the documents are asked there alone.
    expect(asked.filter((target) => target.startsWith('http 80'))).toEqual(['http 80 /']);
  });

  describe('redirects', () => {
    const follow = async (location: string, ports?: FakeWorld['ports']): Promise<string[]> =>
      (await run({ tcp: site({ '/': redirect(location) }, [80, 443, 8443]), ports: { https: [], ...ports } })).asked.filter(
        (target) => !/ \/$|favicon|\/SDK|\/ISAPI/.test(target),
      );

    it.each([
      ['a path', '/index.asp', 'http 80 /index.asp'],
      ['a relative path', 'doc/', 'http 80 /doc/'],
      ['the same address', `http://${ADDRESS}/a?lang=en#top`, 'http 80 /a?lang=en'],
      ['blanks and umlauts, encoded', '/a b/ä', 'http 80 /a%20b/%C3%A4'],
    ])('follows %s', async (_title, location, target) => {
      expect(await follow(location)).toEqual([target]);
    });

    it('follows to a known port only', async () => {
      expect(await follow(`https://${ADDRESS}:8443/x`, { https: [8443] })).toContain('https 8443 /x');
      expect(await follow(`https://${ADDRESS}:9100/x`)).toEqual([]);
      expect(await follow(`http://${ADDRESS}:443/x`, { https: [443] })).not.toContain('http 443 /x');
    });

    it.each([
      ['another address', 'http://192.0.2.8/'],
      ['a host name, even its own', 'http://camera.local/a'],
      ['another address by prefix', `http://${ADDRESS}.example/a`],
      ['user information', `http://${ADDRESS}@192.0.2.8/a`],
      ['a login in the URL', `http://admin:12345@${ADDRESS}/a`],
      ['a login in the query', '/index.html?user=admin&password=12345'],
      ['no path given', ''],
      ['another scheme', 'ftp://192.0.2.7/a'],
      ['a script', 'javascript:alert(1)'],
      ['a file', 'file:///etc/passwd'],
      ['a scene', '/onvif-http/snapshot?Profile_1'],
      ['a picture', '/ISAPI/Streaming/channels/101/picture'],
      ['a change of state', '/cgi-bin/reboot.cgi'],
      ['a log-out', '/logout.html'],
      ['nonsense', 'http://['],
      ['far too long a path', `/${'a'.repeat(5000)}`],
    ])('does not follow to %s', async (_title, location) => {
      expect(await follow(location)).toEqual([]);
    });

    it('cannot be made to send a second request line', async () => {
      const { sent } = await run({
        tcp: site({ '/': page('<meta http-equiv="refresh" content="0;url=/a&#13;&#10;DELETE /b HTTP/1.1">') }),
      });
      for (const request of sent.tcp) expect(text(request).match(/HTTP\/1\.1\r\n/g)).toHaveLength(1);
      expect(sent.tcp.every((request) => !text(request).includes('\r\nDELETE'))).toBe(true);
    });

    it('follows redirects in the page, two at most', async () => {
      const { asked } = await run({
        tcp: site({
          '/': page('<meta http-equiv=refresh content="0;url=/1">'),
          '/1': page('<script>location.href="/2"</script>'),
          '/2': redirect('/3'),
        }),
        settled: () => true,
      });
      expect(asked).toEqual(['http 80 /', 'http 80 /1', 'http 80 /2']);
    });

    it('survives an endless chain and a circle', async () => {
      let count = 0;
      const endless = await run({ tcp: () => redirect(`/${(count += 1)}`) });
      expect(endless.asked.length).toBeLessThan(20);
      const circle = await run({ tcp: site({ '/': redirect('/a'), '/a': redirect('/') }), settled: () => true });
      expect(circle.asked).toEqual(['http 80 /', 'http 80 /a']);
    });

    it('sends every request to the address it was given', async () => {
      const { sent } = await run({
        tcp: (request) => page(`<link rel=icon href="http://192.0.2.9/f.ico"><script>location="//192.0.2.9/"</script>${pathOf(request)}`),
      });
      expect(new Set(sent.tcp.map(({ address }) => address))).toEqual(new Set([ADDRESS]));
    });
  });

  describe('favicon', () => {
    const icons = async (body: string): Promise<string[]> =>
      (await run({ tcp: site({ '/': page(body) }), ports: { https: [] } })).sent.tcp
        .filter(({ maxBytes }) => maxBytes === 131_072)
        .map(pathOf);

    it.each([
      ['the link in the page', '<link rel="shortcut icon" href="img/f.ico?v=2">', '/img/f.ico?v=2'],
      ['the usual place', '', '/favicon.ico'],
      ['the usual place, not another host', '<link rel=icon href="http://192.0.2.8/f.ico">', '/favicon.ico'],
      ['the usual place, not a photograph', '<link rel=icon href="/cam/snapshot.jpg">', '/favicon.ico'],
      ['the usual place, not a script', '<link rel=icon href="/cgi-bin/restart.cgi?x=.ico">', '/favicon.ico'],
    ])('comes from %s', async (_title, body, path) => {
      expect(await icons(body)).toEqual([path]);
    });

    it('is reported with what is needed to hash it', async () => {
      const { reported, values } = await run({ tcp: site({ '/': page('<link rel=icon href=/l.png>'), '/l.png': page('PNG') }) });
      expect(reported.find(({ request }) => request?.path === '/l.png')?.request).toEqual({
        method: 'GET',
        path: '/l.png',
        purpose: 'favicon',
      });
      expect(values('http.favicon.md5')).toHaveLength(1);
    });
  });

  describe('TLS', () => {
    it('reports the certificate of a port once, and answers as https', async () => {
      const tcp: FakeWorld['tcp'] = (request) =>
        request.tls === true ? { reach: 'answered', bytes: Buffer.from(page('x')), ended: 'complete', peer: PEER } : 'refused';
      const { reported, values } = await run({ tcp });
      expect(reported.filter(({ protocol }) => protocol === 'tls')).toEqual([
        { protocol: 'tls', from: { address: ADDRESS, port: 443 }, response: { ...PEER } },
      ]);
      expect(reported.filter(({ protocol }) => protocol === 'http')).toEqual([]);
      expect(values('tls.subject')).toEqual(['CN=a']);
    });

    it.each<[string, TcpScript]>([
      ['an alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 0x0a])],
      ['a closed door', { reach: 'answered', bytes: new Uint8Array(), ended: 'closed' }],
      ['a reset', { reach: 'answered', bytes: new Uint8Array(), ended: 'reset' }],
      ['nginx words', page('<center>The plain HTTP request was sent to HTTPS port</center>', [], '400 Bad Request')],
      ['Apache words', page("You're speaking plain HTTP to an SSL-enabled server port.", [], '400 Bad Request')],
      ['Go words', page('Client sent an HTTP request to an HTTPS server.', [], '400 Bad Request')],
    ])('tries TLS once on a plain port that answers with %s', async (_title, refusal) => {
      const tcp: FakeWorld['tcp'] = (request) =>
        request.port !== 80 ? 'refused' : request.tls === true ? page('<title>s</title>') : refusal;
      const { asked, outcome, values } = await run({ tcp });
      expect(asked.slice(0, 3)).toEqual(['http 80 /', 'https 80 /', 'https 80 /favicon.ico']);
      expect(outcome).toBe('answered');
      expect(values('http.title')).toEqual(['s']);
    });

    it('does not go back and forth when TLS fails as well', async () => {
      const { asked, outcome } = await run({
        tcp: (request) => (request.port === 80 ? Buffer.from([0x15, 3, 1, 0, 2, 2, 0x0a]) : 'refused'),
      });
      expect(asked).toEqual(['http 80 /', 'https 80 /', 'https 443 /']);
      expect(outcome).toBe('not-understood');
    });

    it('takes a port of both lists as TLS, and asks a repeated port once', async () => {
      const { asked } = await run({ tcp: () => 'refused', ports: { http: [80, 80, 443], https: [443, 443] } });
      expect(asked).toEqual(['http 80 /', 'https 443 /']);
    });

    it('reports the certificate when HTTP inside says nothing', async () => {
      const { reported, outcome } = await run({
        tcp: (request) => (request.tls === true ? { reach: 'answered', bytes: new Uint8Array(), ended: 'closed', peer: PEER } : 'refused'),
      });
      expect(reported.map(({ protocol }) => protocol)).toEqual(['tls']);
      expect(outcome).toBe('not-understood');
    });
  });

  describe('outcome', () => {
    it.each<[string, TcpScript, TcpScript, Outcome]>([
      ['answered on one port', page('x'), 'refused', 'answered'],
      ['a page without status line', '<html>old</html>', 'silent', 'answered'],
      ['another protocol', 'SSH-2.0-Example\r\n', 'refused', 'not-understood'],
      ['garbage', Buffer.from([0, 1, 2, 3]), 'silent', 'not-understood'],
      ['refused and silent', 'silent', 'refused', 'refused'],
      ['silent and unreachable', 'unreachable', 'silent', 'silent'],
      ['unreachable', 'unreachable', 'unreachable', 'unreachable'],
      ['excluded', 'excluded', 'excluded', 'excluded'],
      ['aborted', 'refused', 'aborted', 'aborted'],
      ['open but mute', { reach: 'answered', bytes: new Uint8Array(), ended: 'closed' }, 'silent', 'silent'],
      ['a failed handshake', 'refused', { reach: 'answered', bytes: new Uint8Array(), ended: 'tls-error' }, 'not-understood'],
    ])('%s', async (_title, onPlain, onTls, outcome) => {
      const world: FakeWorld = { tcp: ({ port }) => (port === 80 ? onPlain : onTls), settled: () => true };
      expect((await run(world)).outcome).toBe(outcome);
    });

    it('is excluded when no port is listed', async () => {
      const { outcome, asked } = await run({ ports: { http: [], https: [] } });
      expect([outcome, asked]).toEqual(['excluded', []]);
    });

    it('asks nothing after an abort', async () => {
      const { outcome, asked } = await run({ tcp: site({}), signal: AbortSignal.abort() });
      expect([outcome, asked]).toEqual(['aborted', []]);
    });

    it('keeps what came before an abort', async () => {
      const controller = new AbortController();
      const { outcome, asked, reported } = await run({
        tcp: () => {
          controller.abort();
          return page('x');
        },
        signal: controller.signal,
      });
      expect([outcome, asked, reported.length]).toEqual(['answered', ['http 80 /'], 1]);
    });
  });

  describe('hostile servers', () => {
    it('keeps garbage as a recording and asks no more of that port', async () => {
      const { reported, asked } = await run({ tcp: ({ port }) => (port === 80 ? Buffer.from([1, 2, 3, 255]) : 'refused') });
      expect(reported).toHaveLength(1);
      expect(reported[0]?.response).toEqual({ bytes: 'AQID/w==' });
      expect(asked).toEqual(['http 80 /', 'https 443 /']);
    });

    it('marks an answer that was cut', async () => {
      const { reported } = await run({
        tcp: ({ port }) =>
          port === 80 ? { reach: 'answered', bytes: Buffer.from('HTTP/1.1 200 OK\r\nServ'), ended: 'deadline' } : 'refused',
      });
      expect(reported[0]?.response).toMatchObject({ cut: true });
    });

    it('reads an answer that dribbles in, and stops at its end', async () => {
      const sent = page(`<title>slow</title>${'x'.repeat(3000)}`);
      const {
        values,
        sent: { tcp },
      } = await run({ tcp: (request) => dribble(request, `${sent}trailing`), settled: () => true, ports: { https: [] } });
      expect(tcp).toHaveLength(1);
      expect(values('http.title')).toEqual(['slow']);
    });

    it('stops listening to another protocol early', async () => {
      const heard: number[] = [];
      await run({
        tcp: (request) => {
          const reply = dribble(request, `SSH-2.0-Example${'x'.repeat(60_000)}`);
          heard.push(reply.bytes.length);
          return reply;
        },
      });
      expect(Math.max(...heard)).toBeLessThan(64);
    });

    it('takes an endless page up to the cap', async () => {
      const { outcome, reported } = await run({
        tcp: (request) => dribble(request, `HTTP/1.1 200 OK\r\n\r\n${'a'.repeat(200_000)}`),
        settled: () => true,
        ports: { https: [] },
      });
      expect(outcome).toBe('answered');
      expect(Buffer.from(String(reported[0]?.response.bytes), 'base64')).toHaveLength(65_536);
    });

    it('gives up on a port that closes in between', async () => {
      let count = 0;
      const { asked } = await run({ tcp: () => ((count += 1) > 2 ? 'refused' : page('x')), ports: { https: [] } });
      expect(asked).toEqual(['http 80 /', 'http 80 /favicon.ico', 'http 80 /SDK/activateStatus']);
    });
  });

  describe('traffic', () => {
    it('has one note a port that names every path in order', () => {
      const notes = httpProbe.traffic(FAKE_SETTINGS);
      expect(notes.map(({ to }) => to)).toEqual(['TCP 80', 'TCP 443']);
      for (const { what, packetsAnswered, packetsSilent, bytes } of notes) {
        expect(what).toContain(VENDOR_PATHS.map(({ path }) => path).join(' '));
        expect([packetsAnswered, packetsSilent, bytes].every((count) => count > 0)).toBe(true);
      }
    });

    it('is not exceeded by the greediest device', async () => {
      let count = 0;
      const { sent } = await run({
        tcp: () => page(`<script>location="/${(count += 1)}"</script>${'ab'.repeat(count)}`),
        ports: { https: [] },
      });
      const note = httpProbe.traffic({ ...FAKE_SETTINGS, ports: { ...FAKE_SETTINGS.ports, https: [] } })[0];
      expect(sent.tcp.length).toBe(1 + 2 + 1 + VENDOR_PATHS.length);
      expect(sent.tcp.reduce((sum, { send }) => sum + send.length, 0)).toBeLessThanOrEqual(note?.bytes ?? 0);
    });
  });

  it('asks documents only: no scene, no parameter, a reason and a source each', () => {
    for (const { path, reason, source } of VENDOR_PATHS) {
      expect(path).toMatch(/^\/[A-Za-z0-9/._-]+$/);
      expect(path).not.toMatch(/snap|picture|stream|onvif|login\.cgi|auth/i);
      expect([reason, source].every((words) => words.length > 10)).toBe(true);
    }
  });
});
