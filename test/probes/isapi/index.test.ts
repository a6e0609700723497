import { describe, expect, it } from 'vitest';
import { decodeIsapi } from '../../../probes/isapi/decode.ts';
import { isapiProbe } from '../../../probes/isapi/index.ts';
import { FAKE_SETTINGS, fakeContext, type Fake, type FakeWorld, type TcpScript } from '../fake-context.ts';
import { provesPassword, type LabRequest } from '../../lab/servers/http-request.ts';
import type { TcpRequest } from '../../../probes/transport.ts';

const ADDRESS = '192.0.2.10';
const LOGIN = { user: 'inventory', password: 'Correct-Horse-9' };

// Documents built after recorded 401 answers (MissiaL/hikvision-client), hikvision_next fixtures; values ours.
const NAMESPACE = 'http://www.isapi.org/ver20/XMLSchema';
const deviceInfo = (type: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<DeviceInfo version="2.0" xmlns="${NAMESPACE}"><model>MODEL-1</model><serialNumber>MODEL-120200101AAWR000000001</serialNumber><firmwareVersion>V5.7.18</firmwareVersion><firmwareReleasedDate>build 240826</firmwareReleasedDate><deviceType>${type}</deviceType></DeviceInfo>`;
const CHANNELS = `<InputProxyChannelList xmlns="${NAMESPACE}"><InputProxyChannel><id>1</id><name>Door</name><sourceInputPortDescriptor><ipAddress>192.168.254.2</ipAddress><model>CAM-9</model><userName>camuser</userName><password>cam-secret</password></sourceInputPortDescriptor></InputProxyChannel></InputProxyChannelList>`;
const userCheck = (more = ''): string =>
  `<userCheck><statusValue>401</statusValue><statusString>Unauthorized</statusString>${more}</userCheck>`;

function http(status: string, headers: readonly string[] = [], body = ''): string {
  return [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}
const xml = (body: string): string => http('200 OK', ['Content-Type: application/xml'], body);
const DIGEST = 'WWW-Authenticate: Digest realm="DS-0362B98B", domain="::", qop="auth", nonce="6e6f6e6365", opaque="", stale="false"';
const challenge = (body = userCheck(), header = DIGEST): string => http('401 Unauthorized', [header], body);
const NOT_FOUND = http('404 Not Found');

const textOf = ({ send }: TcpRequest): string => Buffer.from(send).toString('latin1');
const pathOf = (request: TcpRequest): string => textOf(request).split(' ', 2)[1] ?? '';
const isSigned = (request: TcpRequest): boolean => /^Authorization:/im.test(textOf(request));

function labRequest(request: TcpRequest): LabRequest {
  const [first = '', ...lines] = textOf(request).trim().split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)] as const),
  );
  return { method, target, path: target, headers, body: '' };
}
const proves = (request: TcpRequest): boolean => provesPassword(labRequest(request), LOGIN.user, LOGIN.password);

/** A device that asks for a digest and checks it. */
function device(type = 'IPCamera', tree = '/ISAPI'): (request: TcpRequest) => TcpScript {
  return (request) => {
    const path = pathOf(request);
    if (!path.startsWith(`${tree}/`)) return NOT_FOUND;
    if (!proves(request)) return challenge();
    return path.endsWith('/channels') ? xml(CHANNELS) : xml(deviceInfo(type));
  };
}

function world(tcp: FakeWorld['tcp'], more: FakeWorld = {}): Fake {
  return fakeContext({ decoder: decodeIsapi, tcp, credential: () => LOGIN, ...more });
}
const asked = (fake: Fake): string[] =>
  fake.sent.tcp.map((request) => `${isSigned(request) ? 'signed ' : ''}${request.port} ${pathOf(request)}`);

describe('probes/isapi', () => {
  it('sends nothing to a host the user named no login for', async () => {
    const fake = world(device(), { credential: () => undefined });
    expect(await isapiProbe.run(ADDRESS, fake.context)).toBe('excluded');
    expect(fake.sent.tcp).toEqual([]);
  });

  it('takes the challenge, signs one request, and reports what it brought', async () => {
    const fake = world(device());
    expect(await isapiProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(asked(fake)).toEqual(['80 /ISAPI/System/deviceInfo', 'signed 80 /ISAPI/System/deviceInfo']);
    expect(fake.values('isapi.serialNumber')).toEqual(['MODEL-120200101AAWR000000001']);
    expect(fake.values('isapi.firmwareReleasedDate')).toEqual(['build 240826']);
    expect(fake.logins).toEqual({ taken: [ADDRESS], results: [[ADDRESS, 'accepted']] });
    expect(fake.reported.map(({ request }) => request?.login)).toEqual([undefined, 'digest']);
  });

  it('asks a recorder for its channels with the same nonce, counted on, and keeps the logins of cameras out of the recording', async () => {
    const fake = world(device('NVR'));
    await isapiProbe.run(ADDRESS, fake.context);
    expect(asked(fake).slice(1)).toEqual(['signed 80 /ISAPI/System/deviceInfo', 'signed 80 /ISAPI/ContentMgmt/InputProxy/channels']);
    expect(fake.sent.tcp.slice(1).map((request) => /nc=(\w+)/.exec(textOf(request))?.[1])).toEqual(['00000001', '00000002']);
    expect(fake.values('isapi.channel.model')).toEqual(['CAM-9']);
    const recorded = fake.reported.map(({ response }) => Buffer.from(String(response.bytes), 'base64').toString()).join('\n');
    expect(recorded).toContain('<ipAddress>192.168.254.2</ipAddress>');
    expect(recorded).not.toMatch(/camuser|cam-secret/);
    expect(fake.logins.results).toHaveLength(1);
  });

  it.each([
    ['a refusal', challenge(), 'refused'],
    ['a ban', http('403 Forbidden', [], '<ResponseStatus><subStatusCode>ipAddressLocked</subStatusCode></ResponseStatus>'), 'refused'],
    ['a refusal inside a 200', xml(userCheck()), 'refused'],
    ['a nonce that was too old', challenge(userCheck(), DIGEST.replace('stale="false"', 'stale=true')), 'unknown'],
    ['a fault', http('500 Error'), 'unknown'],
    ['silence', 'silent', 'unknown'],
  ] as const)('stops after the one signed request at %s', async (_what, script, result) => {
    const fake = world((request) => (isSigned(request) ? script : challenge()), { ports: { http: [80, 8080] } });
    expect(await isapiProbe.run(ADDRESS, fake.context)).toBe('refused');
    expect(fake.sent.tcp.filter(isSigned)).toHaveLength(1);
    expect(asked(fake)).toEqual(['80 /ISAPI/System/deviceInfo', 'signed 80 /ISAPI/System/deviceInfo']);
    expect(fake.logins).toEqual({ taken: [ADDRESS], results: [[ADDRESS, result]] });
  });

  it.each(['<lockStatus>lock</lockStatus>', '<retryLoginTime>1</retryLoginTime>', '<subStatusCode>userLocked</subStatusCode>'])(
    'signs nothing where the device says %s beforehand',
    async (sign) => {
      const fake = world(() => challenge(userCheck(sign)));
      expect(await isapiProbe.run(ADDRESS, fake.context)).toBe('refused');
      expect(fake.sent.tcp.filter(isSigned)).toEqual([]);
      expect(fake.logins.taken).toEqual([]);
    },
  );

  it('signs where the device says that nothing is locked', async () => {
    const fake = world(() => challenge(userCheck('<lockStatus>unlock</lockStatus><retryLoginTime>7</retryLoginTime>')));
    await isapiProbe.run(ADDRESS, fake.context);
    expect(fake.sent.tcp.filter(isSigned)).toHaveLength(1);
  });

  it('sends nothing signed when another process took the try in between', async () => {
    const fake = world(device());
    const context = { ...fake.context, credential: () => undefined };
    expect(await isapiProbe.run(ADDRESS, context)).toBe('refused');
    expect(fake.sent.tcp.filter(isSigned)).toEqual([]);
  });

  it('tries the OEM names of the tree only where /ISAPI is not there or empty', async () => {
    const renamed = world((request) => (pathOf(request).startsWith('/ISAPI') ? '' : device('IPCamera', '/pramaAPI')(request)));
    expect(await isapiProbe.run(ADDRESS, renamed.context)).toBe('answered');
    expect(asked(renamed)).toEqual([
      '80 /ISAPI/System/deviceInfo',
      '80 /PSIA/System/deviceInfo',
      '80 /pramaAPI/System/deviceInfo',
      'signed 80 /pramaAPI/System/deviceInfo',
    ]);
    const failing = world(() => http('500 Error'), { ports: { https: [] } });
    expect(await isapiProbe.run(ADDRESS, failing.context)).toBe('refused');
    expect(asked(failing)).toEqual(['80 /ISAPI/System/deviceInfo']);
  });

  it('keeps the login for ONVIF where a server challenges whatever is asked', async () => {
    const html = challenge('<html>401</html>');
    const everything = world(() => html, { ports: { https: [] } });
    expect(await isapiProbe.run(ADDRESS, everything.context)).toBe('refused');
    expect(asked(everything)).toEqual(['80 /ISAPI/System/deviceInfo', '80 /']);
    expect(everything.logins.taken).toEqual([]);
    const onlyIsapi = world((request) => (pathOf(request) === '/' ? xml('<html/>') : html));
    await isapiProbe.run(ADDRESS, onlyIsapi.context);
    expect(onlyIsapi.logins.taken).toEqual([ADDRESS]);
  });

  it('goes to the TLS port where the plain one only redirects', async () => {
    const fake = world((request) =>
      request.tls === true ? device()(request) : http('301 Moved', ['Location: https://192.0.2.10/ISAPI/System/deviceInfo']),
    );
    expect(await isapiProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(asked(fake)).toEqual(['80 /ISAPI/System/deviceInfo', '443 /ISAPI/System/deviceInfo', 'signed 443 /ISAPI/System/deviceInfo']);
  });

  describe('Basic', () => {
    const basic = challenge(userCheck(), 'WWW-Authenticate: Basic realm="x"');
    const run = async (allowBasic: boolean | undefined): Promise<Fake> => {
      const fake = world(() => basic, { credential: () => ({ ...LOGIN, allowBasic }) });
      await isapiProbe.run(ADDRESS, fake.context);
      return fake;
    };

    it('is never answered unless the user allowed it', async () => {
      for (const fake of [await run(undefined), await run(false)]) {
        expect(fake.sent.tcp.length).toBeGreaterThan(1);
        expect(fake.sent.tcp.filter(isSigned)).toEqual([]);
        expect(fake.logins.taken).toEqual([]);
      }
    });

    it('is answered over TLS only where the user did', async () => {
      const fake = await run(true);
      const signed = fake.sent.tcp.filter(isSigned);
      expect(signed.map(({ port, tls }) => [port, tls])).toEqual([[443, true]]);
      expect(textOf(signed[0] ?? fail())).toContain('Authorization: Basic aW52ZW50b3J5OkNvcnJlY3QtSG9yc2UtOQ==\r\n');
      expect(fake.logins.results).toEqual([[ADDRESS, 'refused']]);
    });

    it('loses to a digest', async () => {
      const both = challenge(userCheck(), `${DIGEST}\r\nWWW-Authenticate: Basic realm="x"`);
      const fake = world(() => both, { credential: () => ({ ...LOGIN, allowBasic: true }), ports: { http: [] } });
      await isapiProbe.run(ADDRESS, fake.context);
      expect(fake.sent.tcp.filter(isSigned).map((request) => /Authorization: (\w+)/.exec(textOf(request))?.[1])).toEqual(['Digest']);
    });
  });

  it('records nothing of its own proof when the device repeats the request', async () => {
    const fake = world((request) =>
      isSigned(request) ? xml(`<DeviceInfo><model>M</model><echo>${textOf(request)} ${LOGIN.password}</echo></DeviceInfo>`) : challenge(),
    );
    await isapiProbe.run(ADDRESS, fake.context);
    const recorded = JSON.stringify(
      fake.reported.map(({ request, response }) => [request, Buffer.from(String(response.bytes), 'base64').toString('latin1')]),
    );
    expect(recorded).toContain('<model>M</model>');
    expect(recorded).not.toMatch(/Correct-Horse|inventory|response=/);
  });

  it('reads a device that needs no login, and takes none', async () => {
    const fake = world((request) => xml(pathOf(request).endsWith('/channels') ? CHANNELS : deviceInfo('NVR')));
    expect(await isapiProbe.run(ADDRESS, fake.context)).toBe('answered');
    expect(fake.values('isapi.channel.model')).toEqual(['CAM-9']);
    expect(fake.sent.tcp.filter(isSigned)).toEqual([]);
    expect(fake.logins.taken).toEqual([]);
  });

  it.each([
    ['refused', 'refused', 2],
    ['silent', 'silent', 2],
    ['excluded', 'excluded', 1],
    ['SSH-2.0-dropbear\r\n', 'not-understood', 2],
  ] as const)('ends at %j', async (script, outcome, requests) => {
    const fake = world(() => script);
    expect(await isapiProbe.run(ADDRESS, fake.context)).toBe(outcome);
    expect(fake.sent.tcp).toHaveLength(requests);
  });

  it('stops at an abort', async () => {
    const fake = world(device(), { signal: AbortSignal.abort() });
    expect(await isapiProbe.run(ADDRESS, fake.context)).toBe('aborted');
    expect(fake.sent.tcp).toEqual([]);
  });

  it('announces at least the bytes it sends, and that a login is needed', async () => {
    const notes = isapiProbe.traffic(FAKE_SETTINGS);
    expect(notes.every(({ what }) => what.includes('only to hosts you gave a login for'))).toBe(true);
    const fake = world(device('NVR', '/pramaAPI'));
    await isapiProbe.run(ADDRESS, fake.context);
    const sent = fake.sent.tcp.reduce((sum, { send }) => sum + send.length, 0);
    expect(sent).toBeGreaterThan(900);
    expect(notes.find(({ to }) => to === 'TCP 80')?.bytes).toBeGreaterThanOrEqual(sent);
  });
});

function fail(): never {
  throw new Error('nothing was sent');
}
