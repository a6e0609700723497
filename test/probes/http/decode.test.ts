import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeHttp } from '../../../probes/http/decode.ts';
import { fieldsOf, WRONG_RESPONSES } from '../fields-of.ts';
import { survivesHostileInput } from '../hostile.ts';
import { mutate, randomFrom } from '../mutate.ts';

const decode = (response: Readonly<Record<string, unknown>>, request?: Readonly<Record<string, unknown>>): Record<string, string[]> =>
  fieldsOf(decodeHttp, 'http', response, request);
const bytes = (text: string | Uint8Array): { bytes: string } => ({
  bytes: Buffer.from(typeof text === 'string' ? Buffer.from(text, 'latin1') : text).toString('base64'),
});
const hexNonce = Buffer.from(Buffer.from('0a1b2c3d:4e5f607').toString('base64')).toString('hex');

// Built after the 401 in recorded 401 answers (MissiaL/hikvision-client) (header set, order and page); realm and nonce are ours.
const CHALLENGE = [
  'HTTP/1.1 401 Unauthorized',
  'Date: Sun, 22 Feb 1970 08:21:26 GMT',
  'Server: App-webs/',
  'Content-Length: 121',
  'Content-Type: text/html',
  'Connection: keep-alive',
  'Keep-Alive: timeout=10, max=99',
  `WWW-Authenticate: Digest qop="auth", realm="IP Camera(12345)", nonce="${hexNonce}", stale="FALSE"`,
  `WWW-Authenticate: Digest realm="IP Camera(12345)", nonce="00ff", algorithm="SHA-256", Basic realm="other"`,
  '',
  '<!DOCTYPE html>\r\n<html><head><title>Document Error: Unauthorized</title></head>\r\n<body><h2>Access Error</h2></body></html>\r\n',
].join('\r\n');

// Built after the ISAPI guide's description in ISAPI guide and MatrixEditor/hikvision-sdk-cam and the namespaces of 2.5.
const ACTIVATE =
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<ActivateStatus version="2.0" xmlns="http://www.std-cgi.com/ver20/XMLSchema">\r\n<Activated>true</Activated>\r\n</ActivateStatus>\r\n';

describe('probes/http/decode', () => {
  it('takes a challenge apart: two header lines, three challenges', () => {
    const fields = decode(bytes(CHALLENGE), { path: '/ISAPI/System/deviceInfo' });
    expect(fields).toMatchObject({
      'http.status': ['401'],
      'http.path': ['/ISAPI/System/deviceInfo'],
      'http.header.server': ['App-webs/'],
      'http.header-names': ['Date,Server,Content-Length,Content-Type,Connection,Keep-Alive,WWW-Authenticate,WWW-Authenticate'],
      'http.auth.scheme': ['digest', 'digest', 'basic'],
      'http.auth.realm': ['IP Camera(12345)', 'IP Camera(12345)', 'other'],
      'http.auth.nonce': [hexNonce, '00ff'],
      'http.auth.nonce-form': ['hex48:base64:hex8:hex7', 'hex4'],
      'http.auth.params': ['qop,realm,nonce,stale', 'realm,nonce,algorithm'],
      'http.title': ['Document Error: Unauthorized'],
    });
    expect(fields['http.auth.challenge']).toHaveLength(3);
    expect(fields['http.auth.challenge']?.[2]).toBe('Basic realm="other"');
    expect(fields['http.body']?.[0]).toMatch(/^<!DOCTYPE html>/);
    expect(fields['isapi.root']).toBeUndefined();
  });

  it('says the same of a structured recording', () => {
    const structured = decode({
      status: 401,
      headers: [['WWW-Authenticate', `Digest qop="auth", realm="IP Camera(12345)", nonce="${hexNonce}", stale="FALSE"`]],
      body: '<title>x</title>',
    });
    expect(structured['http.auth.nonce-form']).toEqual(['hex48:base64:hex8:hex7']);
    expect(structured['http.title']).toEqual(['x']);
  });

  it('accepts one header alone', () => {
    expect(decode({ headers: [['server', ' thing/1.0 ']] })).toEqual({
      'http.header.server': ['thing/1.0'],
      'http.header-names': ['server'],
    });
  });

  it('makes no field of a header name nobody could write', () => {
    const fields = decode({
      headers: [
        ['a b', 'x'],
        ['', 'y'],
        ['ok', 'z'],
        ['a,b', 'w'],
      ],
    });
    expect(Object.keys(fields)).toEqual(['http.header.ok', 'http.header-names']);
    expect(fields['http.header-names']).toEqual(['a b,,ok,a b']);
  });

  it('reports Location, meta refresh and script redirects alike', () => {
    const body = '<meta http-equiv=refresh content="0;url=/b"><script>window.location.replace("/c")</script>';
    expect(decode({ status: 302, headers: [['Location', '/a']], body })['http.location']).toEqual(['/a', '/b', '/c']);
  });

  it('cuts the body at 8 KiB and keeps its byte order mark', () => {
    const page = Buffer.concat([
      Buffer.from('HTTP/1.1 200 OK\r\n\r\n'),
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(`<p>${'é'.repeat(9000)}`),
    ]);
    const body = decode(bytes(page))['http.body']?.[0] ?? '';
    expect(body.startsWith('\ufeff<p>éé')).toBe(true);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(8192);
    expect(decode({ body: '\ufeff<!doctype html>' })['http.body']).toEqual(['\ufeff<!doctype html>']);
  });

  it('makes no text of binary bodies', () => {
    expect(decode(bytes('HTTP/1.1 200 OK\r\n\r\n\u0000\u0001\u0002'))).toEqual({ 'http.status': ['200'] });
  });

  it('reports nothing for another protocol on the port', () => {
    expect(decode(bytes('RTSP/1.0 400 Bad Request\r\nServer: x\r\n\r\n'))).toEqual({});
  });

  describe('XML bodies', () => {
    it('reads a status document as http.xml and isapi, namespace as a plain value', () => {
      expect(decode({ status: 200, headers: [], body: ACTIVATE })).toMatchObject({
        'http.xml.root': ['ActivateStatus'],
        'http.xml.namespace': ['http://www.std-cgi.com/ver20/XMLSchema'],
        'http.xml.Activated': ['true'],
        'isapi.root': ['ActivateStatus'],
        'isapi.namespace': ['http://www.std-cgi.com/ver20/XMLSchema'],
        'isapi.Activated': ['true'],
      });
    });

    it.each(['/ISAPI/System/x', '/PSIA/System/x', '/SDK/language', '/pramaAPI/System/x', '/PSIA/Custom/SelfExt/userCheck'])(
      'reads any XML under %s as isapi',
      (path) => {
        const fields = decode({ body: '<other><a>1</a></other>' }, { path });
        expect([fields['isapi.root'], fields['isapi.a'], fields['http.xml.a']]).toEqual([['other'], ['1'], ['1']]);
      },
    );

    it('leaves other XML alone', () => {
      const fields = decode({ body: '<?xml version="1.0"?><status><model>x</model></status>' }, { path: '/status.xml' });
      expect([fields['http.xml.model'], fields['isapi.model']]).toEqual([['x'], undefined]);
    });

    it('never takes a page for a document', () => {
      for (const body of [
        '<html><body>x</body></html>',
        '<?xml version="1.0"?><html xmlns="x"><p>y</p></html>',
        '<script>a</script>',
        '<!DOCTYPE html><a/>',
      ]) {
        expect(Object.keys(decode({ body }, { path: '/ISAPI/a' })).filter((name) => /xml|isapi/.test(name))).toEqual([]);
      }
    });

    it('keeps what a recorder says of its channels apart', () => {
      const body =
        '<InputProxyChannelList xmlns="http://www.hikvision.com/ver20/XMLSchema"><InputProxyChannel><id>1</id><sourceInputPortDescriptor><model>M</model></sourceInputPortDescriptor></InputProxyChannel></InputProxyChannelList>';
      const fields = decode({ body });
      expect(fields).toMatchObject({ 'isapi.channel.model': ['M'], 'http.xml.channel.model': ['M'] });
      expect(Object.keys(fields)).not.toContain('isapi.model');
      expect(Object.keys(fields)).not.toContain('http.xml.model');
    });

    it('reads the root device of a UPnP description, not its embedded ones', () => {
      const body =
        '<root xmlns="urn:schemas-upnp-org:device-1-0"><device><modelName>A</modelName><deviceList><device><modelName>B</modelName></device></deviceList></device></root>';
      expect(decode({ body })['upnp.modelName']).toEqual(['A']);
    });
  });

  describe('favicon', () => {
    const icon = Buffer.from([0, 0, 1, 0, 1, 0, 16, 16]);
    const answer = (head: string): { bytes: string } => bytes(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), icon]));
    const md5 = createHash('md5').update(icon).digest('hex');

    it('hashes the bytes of an icon', () => {
      expect(decode(answer('HTTP/1.1 200 OK'), { path: '/favicon.ico' })['http.favicon.md5']).toEqual([md5]);
      expect(
        decode(answer('HTTP/1.1 200 OK\r\nContent-Length: 8'), { path: '/img/logo.png', purpose: 'favicon' })['http.favicon.mmh3'],
      ).toHaveLength(1);
    });

    it.each([
      ['not found', answer('HTTP/1.1 404 Not Found'), '/favicon.ico'],
      ['broken off', answer('HTTP/1.1 200 OK\r\nContent-Length: 99'), '/favicon.ico'],
      ['cut by a cap', { ...answer('HTTP/1.1 200 OK'), cut: true }, '/favicon.ico'],
      ['another path', answer('HTTP/1.1 200 OK'), '/'],
      ['a page instead', bytes('HTTP/1.1 200 OK\r\n\r\n <html><title>x</title>'), '/favicon.ico'],
      ['nothing', bytes('HTTP/1.1 200 OK\r\n\r\n'), '/favicon.ico'],
      ['a text that was an icon', { status: 200, headers: [], body: 'icon' }, '/favicon.ico'],
    ])('hashes nothing when it is %s', (_title, response, path) => {
      expect(decode(response, { path })['http.favicon.md5']).toBeUndefined();
    });

    it('takes hashes of a recording as they are', () => {
      expect(decode({ headers: [], favicon: { md5: md5.toUpperCase(), mmh3: -5 } })).toEqual({
        'http.favicon.md5': [md5],
        'http.favicon.mmh3': ['-5'],
      });
    });
  });

  it.each(WRONG_RESPONSES)('does not trip over %j', (response) => {
    expect(
      Array.isArray(decodeHttp({ id: 'r', from: { address: '' }, protocol: 'http', request: { path: 5, purpose: [] }, response })),
    ).toBe(true);
  });

  survivesHostileInput(
    decodeHttp,
    'http',
    [CHALLENGE, `HTTP/1.1 200 OK\r\n\r\n${ACTIVATE}`].map((text) => Buffer.from(text, 'latin1')),
  );

  it('reads every beginning of an answer', () => {
    for (const whole of [CHALLENGE, `HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n${ACTIVATE}`]) {
      for (let length = 0; length <= whole.length; length++) {
        const fields = decode(bytes(whole.slice(0, length)), { path: '/SDK/activateStatus' });
        expect(['401', '200', undefined]).toContain(fields['http.status']?.[0]);
      }
    }
  });

  it.each([11, 12, 13])('survives mutation, seed %i', (seed) => {
    const random = randomFrom(seed);
    const samples = [CHALLENGE, `HTTP/1.1 200 OK\r\n\r\n${ACTIVATE}`].map((text) => Buffer.from(text, 'latin1'));
    for (let round = 0; round < 700; round++) {
      const sample = samples[round % samples.length] ?? Buffer.alloc(0);
      const fields = decodeHttp({
        id: 'r',
        from: { address: '192.0.2.1' },
        protocol: 'http',
        request: { path: '/SDK/activateStatus' },
        response: bytes(mutate(sample, random)),
      });
      expect(fields.length).toBeLessThan(400);
      for (const { field, value } of fields) expect(field.length + value.length).toBeLessThan(8400);
    }
  });
});
