/** What the HTTP probe asks, in which order, and when it has asked enough. */
import { describe, expect, it } from 'vitest';
import { httpProbe } from '../../../probes/http/index.ts';
import { VENDOR_PATHS } from '../../../probes/http/paths.ts';
import { FAKE_SETTINGS, fakeContext, type FakeWorld } from '../fake-context.ts';
import { ADDRESS, run, text } from './run.ts';
import { page, pathOf, redirect, site, targetOf } from './site.ts';

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
