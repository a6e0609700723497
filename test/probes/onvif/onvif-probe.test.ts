/** The probe as most scans run it, without a login; with one: onvif-probe-login.test.ts. */
import http from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { onvifProbe } from '../../../probes/onvif/index.ts';
import { FAKE_SETTINGS } from '../fake-context.ts';
import { ADDRESS, advertised, answer, camera, fault, htmlChallenge, LOGIN, textOf, world } from './camera.ts';
import { httpAnswer } from './messages.ts';

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
