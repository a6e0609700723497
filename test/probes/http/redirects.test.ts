import { describe, expect, it } from 'vitest';
import type { FakeWorld } from '../fake-context.ts';
import { ADDRESS, run, text } from './run.ts';
import { page, pathOf, redirect, site } from './site.ts';

describe('probes/http redirects', () => {
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
