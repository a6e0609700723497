import { createHash } from 'node:crypto';
import http from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeOnvif } from '../../../probes/onvif/decode.ts';
import { onvifProbe } from '../../../probes/onvif/index.ts';
import { FAKE_SETTINGS, fakeContext, type Fake, type FakeWorld, type TcpScript } from '../fake-context.ts';
import { BODIES, httpAnswer, NOT_AUTHORIZED, onvifEnvelope } from './messages.ts';
import type { TcpRequest } from '../../../probes/transport.ts';

const ADDRESS = '192.0.2.10';
const XADDR = `http://${ADDRESS}:8899/onvif/device_service`;
const LOGIN = { user: 'operator<&>', password: 'pass"word' };

type Name = keyof typeof BODIES;
const textOf = (request: TcpRequest): string => Buffer.from(request.send).toString('utf8');
const operationOf = (text: string): Name | undefined => Object.keys(BODIES).find((name): name is Name => text.includes(`<tds:${name}`));
const answer = (name: Name): string => httpAnswer(onvifEnvelope(BODIES[name]));
const fault = httpAnswer(NOT_AUTHORIZED, { status: '400 Bad Request' });
const DIGEST = 'WWW-Authenticate: Digest qop="auth", realm="IP Camera(12345)", nonce="6d4e", stale="FALSE"';
const htmlChallenge = httpAnswer('<html><title>401</title></html>', { status: '401 Unauthorized', type: 'text/html', headers: [DIGEST] });
const OPEN: readonly string[] = ['GetSystemDateAndTime', 'GetCapabilities', 'GetServices'] satisfies Name[];

/** A camera whose open operations answer, and whose others go through `refuse`. */
function camera(refuse: (text: string, name: Name) => TcpScript): (request: TcpRequest) => TcpScript {
  return (request) => {
    const text = textOf(request);
    const name = operationOf(text);
    if (!name) return httpAnswer('', { status: '400 Bad Request' });
    return OPEN.includes(name) ? answer(name) : refuse(text, name);
  };
}

/** A match WS-Discovery brought earlier. */
function advertised(xaddr = XADDR): FakeWorld['known'] {
  return () => [
    { field: 'wsd.types', value: 'NetworkVideoTransmitter', protocol: 'ws-discovery' },
    { field: 'wsd.xaddrs', value: xaddr, protocol: 'ws-discovery' },
  ];
}

function world(tcp: FakeWorld['tcp'], more: FakeWorld = {}): Fake {
  return fakeContext({ decoder: decodeOnvif, tcp, ...more });
}

const signed = (fake: Fake): string[] => fake.sent.tcp.map(textOf).filter((text) => /Authorization:|<Security/.test(text));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('probes/onvif/onvif-probe', () => {
  describe('without a login', () => {
    it('asks where WS-Discovery said, and gathers everything', async () => {
      const fake = world(
        camera((_text, name) => answer(name)),
        { known: advertised() },
      );
      const request = vi.spyOn(http, 'request');
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
      expect(fake.sent.tcp.map(({ address, port, tls }) => [address, port, tls])).toEqual(
        Array.from({ length: 6 }, () => [ADDRESS, 8899, false]),
      );
      expect(fake.reported.map((each) => each.request?.operation)).toEqual([
        'GetSystemDateAndTime',
        'GetDeviceInformation',
        'GetCapabilities',
        'GetServices',
        'GetScopes',
        'GetNetworkInterfaces',
      ]);
      expect(fake.values('onvif.Model')).toEqual(['CAM-1']);
      expect(fake.values('onvif.interface.mac')).toEqual(['00:00:5e:00:53:01']);
      expect(request).not.toHaveBeenCalled();
    });

    it('sends well-formed requests with no trace of a login', async () => {
      const fake = world(
        camera(() => fault),
        { known: advertised() },
      );
      await onvifProbe.run(ADDRESS, fake.context);
      for (const text of fake.sent.tcp.map(textOf)) {
        const [head = '', body = ''] = text.split('\r\n\r\n');
        expect(head).toMatch(/^POST \/onvif\/device_service HTTP\/1\.1\r\nHost: 192\.0\.2\.10:8899\r\nUser-Agent: Camsweep\/test\r\n/);
        expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
        expect(text).not.toMatch(/Authorization|Security|UsernameToken/);
      }
      expect(fake.values('soap.fault')).toEqual(['ter:NotAuthorized', 'Sender not Authorized']);
    });

    it('tries the usual path of each web port once, and goes on only where it answers like ONVIF', async () => {
      const fake = world(
        ({ port, ...rest }) =>
          port === 8000
            ? camera((_t, name) => answer(name))({ port, ...rest })
            : httpAnswer('<html>404</html>', { status: '404 Not Found', type: 'text/html' }),
        {
          ports: { http: [80, 9100, 8000, 8080] },
        },
      );
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
      expect(fake.sent.tcp.map(({ port }) => port)).toEqual([80, 8000, 8000, 8000, 8000, 8000, 8000]);
    });

    it('guesses no further once the device is identified by something else', async () => {
      const state = { settled: false };
      const fake = world(
        () => {
          state.settled = true;
          return htmlChallenge;
        },
        { ports: { http: [80, 8000, 8080] }, settled: () => state.settled },
      );
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('refused');
      expect(fake.sent.tcp.map(({ port }) => port)).toEqual([80]);
    });

    it.each([
      ['a web server without ONVIF', httpAnswer('<html/>', { status: '404 Not Found', type: 'text/html' }), 'refused'],
      ['a web server that wants a login for everything', htmlChallenge, 'refused'],
      [
        'some other SOAP service',
        httpAnswer('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault/></s:Body></s:Envelope>', {
          status: '500 Error',
        }),
        'refused',
      ],
      ['no HTTP', 'SSH-2.0-dropbear\r\n', 'not-understood'],
      ['a closed port', 'refused', 'refused'],
      ['silence', 'silent', 'silent'],
      ['an exclusion', 'excluded', 'excluded'],
    ])('leaves %s alone after one question', async (_what, script, outcome) => {
      const fake = world(() => script);
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe(outcome);
      expect(fake.sent.tcp).toHaveLength(1);
    });

    it('takes the challenge of an advertised service for its answer', async () => {
      const fake = world(() => htmlChallenge, { known: advertised() });
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
      expect(fake.sent.tcp).toHaveLength(1);
      expect(fake.values('http.auth.realm')).toEqual(['IP Camera(12345)']);
    });

    it.each([
      'http://192.0.2.99/onvif/device_service',
      'http://127.0.0.1/onvif/device_service',
      `http://${ADDRESS}:9100/onvif/device_service`,
      `ftp://${ADDRESS}/onvif`,
    ])('never follows %s', async (xaddr) => {
      const fake = world(() => 'refused', { known: advertised(xaddr) });
      await onvifProbe.run(ADDRESS, fake.context);
      expect(fake.sent.tcp.map(({ address, port }) => [address, port])).toEqual([[ADDRESS, 80]]);
    });

    it('does not post to the web service of a printer that answered WS-Discovery', async () => {
      const fake = world(() => 'refused', {
        known: () => [
          { field: 'wsd.types', value: 'Device PrintDeviceType', protocol: 'ws-discovery' },
          { field: 'wsd.xaddrs', value: `http://${ADDRESS}:5357/abc`, protocol: 'ws-discovery' },
        ],
      });
      await onvifProbe.run(ADDRESS, fake.context);
      expect(fake.sent.tcp.map(({ port }) => port)).toEqual([80]);
    });

    it('asks an identified device only what an inventory still wants', async () => {
      const fake = world(
        camera((_text, name) => answer(name)),
        { known: advertised(), settled: () => true },
      );
      await onvifProbe.run(ADDRESS, fake.context);
      expect(fake.reported.map((each) => each.request?.operation)).toEqual([
        'GetSystemDateAndTime',
        'GetDeviceInformation',
        'GetNetworkInterfaces',
      ]);
    });

    it('stops at a device that stops answering, and at an abort', async () => {
      const dying = world((_request, index) => (index === 0 ? answer('GetSystemDateAndTime') : 'silent'), { known: advertised() });
      expect(await onvifProbe.run(ADDRESS, dying.context)).toBe('answered');
      expect(dying.sent.tcp).toHaveLength(2);
      const aborted = world(() => 'silent', { signal: AbortSignal.abort() });
      expect(await onvifProbe.run(ADDRESS, aborted.context)).toBe('aborted');
      expect(aborted.sent.tcp).toHaveLength(0);
    });

    it('survives a megabyte of junk', async () => {
      const fake = world(() => `HTTP/1.1 200 OK\r\n\r\n${'<a>'.repeat(350_000)}`, { known: advertised() });
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('not-understood');
      expect(fake.sent.tcp[0]?.maxBytes).toBe(262_144);
    });
  });

  describe('with a login', () => {
    const credential = { credential: () => LOGIN, known: advertised() };

    /** Checks a UsernameToken by WS-UsernameToken profile 1.0 section 3.1. */
    function tokenIsRight(text: string): boolean {
      const part = (name: string): string => new RegExp(`<${name}(?: [^>]*)?>([^<]*)<`).exec(text)?.[1] ?? '';
      const digest = createHash('sha1')
        .update(Buffer.from(part('Nonce'), 'base64'))
        .update(part('Created'))
        .update(LOGIN.password)
        .digest('base64');
      return part('Username') === 'operator&#60;&#38;&#62;' && part('Password') === digest;
    }

    it('signs by the clock of the device, and only what was refused', async () => {
      const fake = world(
        camera((text, name) => (text.includes('<Security') ? (tokenIsRight(text) ? answer(name) : fault) : fault)),
        credential,
      );
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
      expect(signed(fake).map(operationOf)).toEqual(['GetDeviceInformation', 'GetScopes', 'GetNetworkInterfaces']);
      expect(signed(fake)[0]).toContain(
        '<Created xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">2020-01-31T03:04:',
      );
      expect(fake.values('onvif.SerialNumber')).toEqual(['SN0001']);
      expect(JSON.stringify(fake.reported.map(({ request }) => request))).not.toMatch(/operator|pass|Digest/);
    });

    it('stops at the first refusal', async () => {
      const fake = world(
        camera(() => fault),
        credential,
      );
      await onvifProbe.run(ADDRESS, fake.context);
      expect(signed(fake)).toHaveLength(1);
      expect(fake.sent.tcp).toHaveLength(7);
    });

    it('stops where a server faults on any Security header', async () => {
      const mustUnderstand = httpAnswer(NOT_AUTHORIZED.replace('ter:NotAuthorized', 'env:MustUnderstand'), { status: '500 Error' });
      const fake = world(
        camera((text) => (text.includes('<Security') ? mustUnderstand : fault)),
        credential,
      );
      await onvifProbe.run(ADDRESS, fake.context);
      expect(signed(fake)).toHaveLength(1);
    });

    it('answers a digest challenge instead of sending a token', async () => {
      const fake = world((request) => {
        const text = textOf(request);
        const name = operationOf(text) ?? 'GetScopes';
        return /Authorization: Digest username="operator<&>", realm="IP Camera\(12345\)", nonce="6d4e", uri="\/onvif\/device_service", response="[0-9a-f]{32}"/.test(
          text,
        )
          ? answer(name)
          : htmlChallenge;
      }, credential);
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
      expect(fake.values('onvif.Model')).toEqual(['CAM-1']);
      expect(signed(fake)).toHaveLength(5);
      expect(signed(fake).every((text) => !text.includes('<Security'))).toBe(true);
    });

    it('tries a digest login once, then leaves the device alone', async () => {
      const fake = world(() => htmlChallenge, credential);
      expect(await onvifProbe.run(ADDRESS, fake.context)).toBe('answered');
      expect(signed(fake)).toHaveLength(1);
      expect(fake.sent.tcp).toHaveLength(3);
    });

    it('never gives a login to a service that only offers Basic, nor to one that is a guess and no ONVIF', async () => {
      const basic = httpAnswer('', { status: '401 Unauthorized', headers: ['WWW-Authenticate: Basic realm="x"'] });
      for (const fake of [world(() => basic, credential), world(() => htmlChallenge, { credential: () => LOGIN })]) {
        await onvifProbe.run(ADDRESS, fake.context);
        expect(signed(fake)).toEqual([]);
      }
    });

    it.each([
      ['accepted', (text: string, name: Name) => (text.includes('<Security') ? answer(name) : fault)],
      ['refused', () => fault],
      ['unknown', (text: string) => (text.includes('<Security') ? 'silent' : fault)],
      ['unknown', (text: string) => (text.includes('<Security') ? httpAnswer('', { status: '500 Error' }) : fault)],
      [
        'unknown',
        (text: string) => (text.includes('Authorization:') ? htmlChallenge.replace('stale="FALSE"', 'stale="TRUE"') : htmlChallenge),
      ],
    ] as const)('takes the login once and says what became of it: %s', async (result, refuse) => {
      const fake = world(camera(refuse), credential);
      await onvifProbe.run(ADDRESS, fake.context);
      expect(fake.logins).toEqual({ taken: [ADDRESS], results: [[ADDRESS, result]] });
    });

    it('takes no login that it has no use for', async () => {
      for (const refuse of [(_text: string, name: Name) => answer(name), () => httpAnswer('<html/>', { status: '403 Forbidden' })]) {
        const fake = world(camera(refuse), credential);
        await onvifProbe.run(ADDRESS, fake.context);
        expect(fake.logins.taken).toEqual([]);
      }
    });

    it('goes on without a login that somebody else took', async () => {
      const fake = world(
        camera(() => fault),
        credential,
      );
      expect(await onvifProbe.run(ADDRESS, { ...fake.context, credential: () => undefined })).toBe('answered');
      expect(signed(fake)).toEqual([]);
      expect(fake.sent.tcp).toHaveLength(6);
    });

    it('records nothing of its own proof when the device repeats the request', async () => {
      const echo = (text: string, name: Name): TcpScript =>
        text.includes('<Security') ? httpAnswer(onvifEnvelope(`${BODIES[name]}<!-- ${text} -->`)) : fault;
      const fake = world(camera(echo), credential);
      await onvifProbe.run(ADDRESS, fake.context);
      const proof = /<Password[^>]*>([^<]+)</.exec(signed(fake)[0] ?? '')?.[1] ?? '';
      const recorded = fake.reported.map(({ response }) => Buffer.from(String(response.bytes), 'base64').toString()).join();
      expect(proof).toMatch(/=$/);
      expect(recorded).toContain('UsernameToken');
      expect(recorded).not.toContain(proof);
      expect(recorded).not.toContain(LOGIN.password);
    });

    it('uses no login where none was refused', async () => {
      const fake = world(
        camera((_text, name) => answer(name)),
        credential,
      );
      await onvifProbe.run(ADDRESS, fake.context);
      expect(signed(fake)).toEqual([]);
      expect(fake.sent.tcp).toHaveLength(6);
    });
  });

  it('announces at least the bytes it sends', async () => {
    const announced = onvifProbe.traffic(FAKE_SETTINGS).reduce((sum, { bytes }) => sum + bytes, 0);
    const fake = world(
      camera((text, name) => (text.includes('<Security') ? answer(name) : fault)),
      { credential: () => LOGIN },
    );
    await onvifProbe.run(ADDRESS, fake.context);
    const sent = fake.sent.tcp.reduce((sum, { send }) => sum + send.length, 0);
    expect(sent).toBeGreaterThan(5000);
    expect(announced).toBeGreaterThanOrEqual(sent);
  });
});
