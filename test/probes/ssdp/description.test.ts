import { describe, expect, it } from 'vitest';
import { decodeSsdp } from '../../../probes/ssdp/decode.ts';
import { descriptionTarget, fetchDescription } from '../../../probes/ssdp/description.ts';
import { fakeContext } from '../fake-context.ts';
import { DESCRIPTION, httpReply } from './messages.ts';

const SENDER = '192.0.2.10';

describe('probes/ssdp/description', () => {
  it.each([
    ['http://192.0.2.10/upnpdevicedesc.xml', { port: 80, tls: false, path: '/upnpdevicedesc.xml' }],
    ['http://192.0.2.10:49152/d.xml?a=b#c', { port: 49152, tls: false, path: '/d.xml?a=b' }],
    ['https://192.0.2.10/d', { port: 443, tls: true, path: '/d' }],
    ['http://192.0.2.10/a b\r\nX: y', { port: 80, tls: false, path: '/a%20bX:%20y' }],
    ['http://0xC000020A/', { port: 80, tls: false, path: '/' }],
  ])('asks %j at the sender', (location, target) => expect(descriptionTarget(location, SENDER)).toEqual(target));

  it('knows an IPv6 sender with and without its zone', () => {
    expect(descriptionTarget('http://[FE80::1]:5000/d', 'fe80::1%eth0')).toEqual({ port: 5000, tls: false, path: '/d' });
    expect(descriptionTarget('http://[fe80::2]:5000/d', 'fe80::1%eth0')).toBeUndefined();
  });

  it.each([
    'http://192.0.2.11/d.xml',
    'http://127.0.0.1/d.xml',
    'http://camera.local/d.xml',
    'http://192.0.2.10.example/d.xml',
    'http://192.0.2.10@192.0.2.99/d.xml',
    'http://admin:12345@192.0.2.10/d.xml',
    'ftp://192.0.2.10/d.xml',
    'file:///etc/passwd',
    'http://192.0.2.10:9100/d.xml',
    'http://192.0.2.10:515/d.xml',
    'http://192.0.2.10:0/d.xml',
    'http://192.0.2.10:99999/d.xml',
    '/d.xml',
    '',
    `http://192.0.2.10/${'a'.repeat(2000)}`,
  ])('does not follow %j', (location) => expect(descriptionTarget(location, SENDER)).toBeUndefined());

  it('sends one GET with a cap, and records what came', async () => {
    const fake = fakeContext({ decoder: decodeSsdp, tcp: () => httpReply(DESCRIPTION) });
    expect(await fetchDescription(SENDER, { port: 49152, tls: false, path: '/d.xml' }, fake.context)).toBe('answered');
    const [request] = fake.sent.tcp;
    expect(request).toMatchObject({ address: SENDER, port: 49152, maxBytes: 65_536 });
    expect(request?.tls).toBeUndefined();
    expect(Buffer.from(request?.send ?? []).toString('latin1')).toBe(
      'GET /d.xml HTTP/1.1\r\nHost: 192.0.2.10:49152\r\nUser-Agent: Camsweep/test\r\nAccept: text/xml, application/xml, */*\r\nConnection: close\r\n\r\n',
    );
    expect(request?.until?.(httpReply(DESCRIPTION))).toBe(true);
    expect(fake.values('upnp.manufacturer')).toEqual(['Example Corp']);
    expect(fake.reported[0]).toMatchObject({
      from: { address: SENDER, port: 49152 },
      request: { operation: 'description', path: '/d.xml' },
    });
  });

  it('records nothing when nothing came', async () => {
    const fake = fakeContext();
    expect(await fetchDescription(SENDER, { port: 80, tls: false, path: '/' }, fake.context)).toBe('refused');
    expect(fake.reported).toEqual([]);
  });
});
