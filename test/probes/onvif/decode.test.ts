import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { decodeOnvif, decodeWsDiscovery } from '../../../probes/onvif/decode.ts';
import { onvifProbe, wsDiscoveryProbe } from '../../../probes/onvif/index.ts';
import { mutate, randomFrom } from '../mutate.ts';
import { BODIES, httpAnswer, NOT_AUTHORIZED, oemProbeMatches, onvifEnvelope, probeMatch, probeMatches, XML_BOMB } from './messages.ts';
import type { Field } from '../../../probes/observation.ts';
import type { Decoder } from '../../../probes/probe.ts';

type Response = Readonly<Record<string, unknown>>;

function run(decoder: Decoder, response: Response, request?: Response): Field[] {
  const protocol = decoder === decodeOnvif ? 'onvif' : 'ws-discovery';
  return [...decoder({ id: 'r', protocol, from: { address: '192.0.2.10', port: 80 }, request, response })];
}
const onvif = (response: Response): Field[] => run(decodeOnvif, response);
const wsd = (response: Response, request?: Response): Field[] => run(decodeWsDiscovery, response, request);
const values = (fields: readonly Field[], name: string): string[] => fields.filter(({ field }) => field === name).map(({ value }) => value);
const base64 = (text: string): { bytes: string } => ({ bytes: Buffer.from(text).toString('base64') });

describe('probes/onvif/decode: WS-Discovery', () => {
  it('gives every field of a ProbeMatch, from XML and from bytes alike', () => {
    const fields = wsd({ xml: oemProbeMatches() });
    expect(wsd(base64(oemProbeMatches()))).toEqual(fields);
    expect(fields.slice(0, 13)).toEqual([
      { field: 'wsd.epr', value: 'urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d' },
      { field: 'wsd.epr.mac', value: '68:6d:bc:5c:b1:5d' },
      { field: 'wsd.epr.form', value: 'uuid1-mac' },
      { field: 'wsd.types', value: 'NetworkVideoTransmitter Device' },
      { field: 'wsd.scope', value: 'onvif://www.onvif.org/type/video_encoder' },
      { field: 'onvif.scope.type', value: 'video_encoder' },
      { field: 'wsd.scope', value: 'onvif://www.onvif.org/Profile/Streaming' },
      { field: 'onvif.scope.profile', value: 'Streaming' },
      { field: 'wsd.scope', value: 'onvif://www.onvif.org/MAC/68:6d:bc:5c:b1:5d' },
      { field: 'onvif.scope.mac', value: '68:6d:bc:5c:b1:5d' },
      { field: 'onvif.scope.mac.spelling', value: 'onvif://www.onvif.org/MAC/68:6d:bc:5c:b1:5d' },
      { field: 'wsd.scope', value: 'onvif://www.onvif.org/hardware/DFI6256TE' },
      { field: 'onvif.scope.hardware', value: 'DFI6256TE' },
    ]);
    expect(values(fields, 'wsd.xaddrs.path')).toEqual(['/onvif/device_service']);
    expect(values(fields, 'wsd.metadataVersion')).toEqual(['10']);
    expect(values(fields, 'soap.prefixes')).toEqual(['env soapenc wsadis d dn tds']);
    expect(values(fields, 'soap.namespace')[2]).toBe('http://schemas.xmlsoap.org/ws/2004/08/addressing');
    expect(values(fields, 'soap.operation')).toEqual(['ProbeMatches']);
  });

  it('decodes scopes without failing on broken ones', () => {
    const scopes =
      'onvif://www.onvif.org/name/HIKVISION%20DS-2CD onvif://www.onvif.org/name/A%ZZ%FFb ONVIF://www.onvif.org/Model/631GA onvif://x http:123 onvif://www.onvif.org/mac/zz';
    const fields = wsd({ xml: probeMatches([probeMatch({ scopes })]) });
    expect(values(fields, 'onvif.scope.name')).toEqual(['HIKVISION DS-2CD', 'A%ZZ\u00ffb']);
    expect(values(fields, 'onvif.scope.model')).toEqual(['631GA']);
    expect(values(fields, 'onvif.scope.mac')).toEqual([]);
    expect(values(fields, 'wsd.scope')).toHaveLength(6);
  });

  it('says whether the answer relates to the question, where the question is known', () => {
    const xml = oemProbeMatches({ relatesTo: 'urn:uuid:AAAAAAAA-0000-4000-8000-000000000001' });
    expect(values(wsd({ xml }, { messageId: 'uuid:aaaaaaaa-0000-4000-8000-000000000001' }), 'wsd.relates')).toEqual(['true']);
    expect(values(wsd({ xml }, { messageIds: ['urn:uuid:b', 7] }), 'wsd.relates')).toEqual(['false']);
    expect(values(wsd({ xml }), 'wsd.relates')).toEqual([]);
  });

  it('keeps what a proxy says of other hosts away from the sender', () => {
    const own = probeMatch({ scopes: 'onvif://www.onvif.org/hardware/RECORDER', xaddrs: 'http://192.0.2.10/onvif/device_service' });
    const other = probeMatch({ scopes: 'onvif://www.onvif.org/hardware/CHANNEL', xaddrs: 'http://192.0.2.99/onvif/device_service' });
    const fields = wsd({ xml: probeMatches([other, own]) });
    expect(values(fields, 'onvif.scope.hardware')).toEqual(['RECORDER']);
    expect(values(fields, 'wsd.xaddrs')).toEqual(['http://192.0.2.99/onvif/device_service', 'http://192.0.2.10/onvif/device_service']);
  });

  it('keeps a single answer although its XAddrs name another host: factory addresses do', () => {
    const fields = wsd({
      xml: probeMatches([probeMatch({ scopes: 'onvif://www.onvif.org/hardware/X', xaddrs: 'http://192.168.1.108/onvif/device_service' })]),
    });
    expect(values(fields, 'onvif.scope.hardware')).toEqual(['X']);
  });
});

describe('probes/onvif/decode: ONVIF', () => {
  it('GetDeviceInformation', () => {
    const fields = onvif({ xml: onvifEnvelope(BODIES.GetDeviceInformation) });
    expect(fields.slice(0, 6)).toEqual([
      { field: 'onvif.Manufacturer', value: 'Example & Sons' },
      { field: 'onvif.Model', value: 'CAM-1' },
      { field: 'onvif.FirmwareVersion', value: 'V1.2.3 build 200101' },
      { field: 'onvif.SerialNumber', value: 'SN0001' },
      { field: 'onvif.HardwareId', value: '88' },
      { field: 'soap.operation', value: 'GetDeviceInformationResponse' },
    ]);
    expect(values(fields, 'soap.prefixes')).toEqual(['env tds trt tt ter']);
  });

  it('fragments without an envelope', () => {
    expect(onvif({ xml: BODIES.GetDeviceInformation })).toContainEqual({ field: 'onvif.Model', value: 'CAM-1' });
    expect(onvif({ xml: '<tds:Manufacturer>X</tds:Manufacturer><tds:Model>Y</tds:Model>' })).toEqual([
      { field: 'onvif.Manufacturer', value: 'X' },
      { field: 'onvif.Model', value: 'Y' },
    ]);
    expect(onvif({ xml: '<tds:Model>Y</tds:Model>' })).toEqual([{ field: 'onvif.Model', value: 'Y' }]);
  });

  it('GetScopes', () => {
    const fields = onvif({ xml: onvifEnvelope(BODIES.GetScopes) });
    expect(values(fields, 'onvif.scope.name')).toEqual(['Front door']);
    expect(values(fields, 'wsd.scope')).toEqual(['onvif://www.onvif.org/hardware/CAM-1', 'onvif://www.onvif.org/name/Front door']);
  });

  it('GetCapabilities, with the capability a vendor put into Extension', () => {
    const fields = onvif({ xml: onvifEnvelope(BODIES.GetCapabilities) });
    expect(values(fields, 'onvif.service')).toEqual([
      'Device',
      'Media',
      'hikCapabilities',
      'http://www.onvifext.com/onvif/ext/ver10/schema',
    ]);
    expect(values(fields, 'onvif.service.path')).toEqual(['/onvif/device_service', '/onvif/Media', '/onvif/hik_ext']);
    expect(values(fields, 'soap.namespace').at(-1)).toBe('http://www.onvifext.com/onvif/ext/ver10/schema');
  });

  it('GetServices', () => {
    const fields = onvif({ xml: onvifEnvelope(BODIES.GetServices) });
    expect(values(fields, 'onvif.service')).toEqual(['http://www.onvif.org/ver10/device/wsdl', 'http://www.onvif.org/ver20/ptz/wsdl']);
    expect(values(fields, 'onvif.service.path')).toEqual(['/onvif/device_service', '/onvif/PTZ']);
  });

  it('GetSystemDateAndTime, and no clock for a date that is none', () => {
    const xml = onvifEnvelope(BODIES.GetSystemDateAndTime);
    expect(values(onvif({ xml }), 'onvif.clock')).toEqual(['2020-01-31T03:04:05Z']);
    expect(values(onvif({ xml: xml.replace('2020', 'soon') }), 'onvif.clock')).toEqual([]);
    expect(values(onvif({ xml: xml.replace(/<tt:Date>.*<\/tt:Date>/, '') }), 'onvif.clock')).toEqual([]);
  });

  it('GetNetworkInterfaces and GetHostname', () => {
    const fields = onvif({ xml: onvifEnvelope(BODIES.GetNetworkInterfaces) });
    expect(values(fields, 'onvif.interface.mac')).toEqual(['00:00:5e:00:53:01']);
    expect(values(fields, 'onvif.interface.name')).toEqual(['eth0']);
    const host =
      '<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>cam</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>';
    expect(values(onvif({ xml: onvifEnvelope(host) }), 'onvif.hostname')).toEqual(['cam']);
  });

  it('stream and snapshot addresses, with one and two wrappers', () => {
    const media = onvifEnvelope(
      '<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://192.0.2.10:554/Streaming/Channels/101?a=1&amp;b=2</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>',
    );
    expect(values(onvif({ xml: media }), 'onvif.uri')).toEqual(['rtsp://192.0.2.10:554/Streaming/Channels/101?a=1&b=2']);
    expect(values(onvif({ xml: media }), 'onvif.service.path')).toEqual(['/Streaming/Channels/101']);
    const media2 = onvifEnvelope('<trt:GetSnapshotUriResponse><trt:Uri>http://192.0.2.10/snap.jpg</trt:Uri></trt:GetSnapshotUriResponse>');
    expect(values(onvif({ xml: media2 }), 'onvif.service.path')).toEqual(['/snap.jpg']);
  });

  it('takes nothing about channels for the device itself', () => {
    const profiles = onvifEnvelope(
      '<trt:GetProfilesResponse><trt:Profiles token="Profile_101" fixed="true"><tt:Name>mainStream</tt:Name><tt:Manufacturer>Hikvision</tt:Manufacturer>' +
        '<tt:VideoEncoderConfiguration token="VideoEncoderToken_101"><tt:Name>VideoEncoder_1</tt:Name></tt:VideoEncoderConfiguration></trt:Profiles></trt:GetProfilesResponse>',
    );
    const fields = onvif({ xml: profiles });
    expect(values(fields, 'onvif.text')).toEqual(['Profile_101', 'mainStream', 'VideoEncoderToken_101', 'VideoEncoder_1']);
    expect(values(fields, 'onvif.Manufacturer')).toEqual([]);
  });

  it('faults of SOAP 1.2 and 1.1', () => {
    expect(values(onvif({ xml: NOT_AUTHORIZED }), 'soap.fault')).toEqual(['ter:NotAuthorized', 'Sender not Authorized']);
    const old =
      '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault><faultcode>S:MustUnderstand</faultcode><faultstring>no</faultstring></S:Fault></S:Body></S:Envelope>';
    expect(values(onvif({ xml: old }), 'soap.fault')).toEqual(['S:MustUnderstand', 'no']);
  });

  it('the HTTP side of an answer in bytes', () => {
    const answer = httpAnswer(NOT_AUTHORIZED, { status: '400 Bad Request', headers: ['Server: gSOAP/2.8'] });
    const fields = onvif(base64(answer));
    expect(values(fields, 'http.status')).toEqual(['400']);
    expect(values(fields, 'http.header.server')).toEqual(['gSOAP/2.8']);
    expect(values(fields, 'soap.fault')[0]).toBe('ter:NotAuthorized');
    expect(values(onvif({ xml: NOT_AUTHORIZED, status: 400 }), 'http.status')).toEqual(['400']);
  });

  it('a challenge in HTML instead of SOAP', () => {
    // Form of the 401 that some Hikvision firmwares give to every ONVIF request; two challenges as newer ones send.
    const answer = httpAnswer('<!DOCTYPE html><html><head><title>Document Error: Unauthorized</title></head></html>', {
      status: '401 Unauthorized',
      type: 'text/html',
      headers: [
        'WWW-Authenticate: Digest qop="auth", realm="IP Camera(12345)", nonce="abc", stale="FALSE"',
        'WWW-Authenticate: Digest realm="IP Camera(12345)", nonce="def", algorithm="SHA-256"',
      ],
    });
    const fields = onvif(base64(answer));
    expect(values(fields, 'http.status')).toEqual(['401']);
    expect(values(fields, 'http.auth.realm')).toEqual(['IP Camera(12345)', 'IP Camera(12345)']);
    expect(values(fields, 'http.auth.scheme')).toEqual(['digest', 'digest']);
    expect(values(fields, 'http.auth.challenge')[1]).toContain('SHA-256');
    expect(values(fields, 'http.auth.params')[0]).toBe('qop,realm,nonce,stale');
    expect(fields.some(({ field }) => field.startsWith('soap.') || field.startsWith('onvif.'))).toBe(false);
  });

  describe('hostile input', () => {
    const wrong: Response[] = [
      {},
      { xml: 7 },
      { xml: null },
      { bytes: 1 },
      { bytes: '%%%' },
      { headers: 'x', body: [] },
      { status: 'x' },
      { xml: '' },
      { xml: '<' },
      { xml: XML_BOMB },
    ];
    it.each(wrong)('survives %j', (response) => {
      for (const decoder of [decodeOnvif, decodeWsDiscovery]) {
        const fields = run(decoder, response);
        expect(fields.filter(({ field }) => field.startsWith('onvif.') || field.startsWith('wsd.'))).toEqual([]);
      }
    });

    it('survives a megabyte of anything', () => {
      for (const unit of ['<', '<a>', 'A', '&lt;', '<a b="', '\u0000', '<a xmlns:b="c">', '<?xml', ' :']) {
        const junk = unit.repeat((1 << 20) / unit.length);
        for (const decoder of [decodeOnvif, decodeWsDiscovery]) {
          expect(run(decoder, { xml: junk }).length, unit).toBeLessThan(400);
          expect(run(decoder, base64(`HTTP/1.1 200 OK\r\n\r\n${junk}`)).length, unit).toBeLessThan(400);
        }
      }
    });

    it('caps what one answer may bring', () => {
      const profiles = Array.from({ length: 2000 }, (_, index) => `<trt:Profiles token="t${index}"/>`).join('');
      expect(onvif({ xml: onvifEnvelope(`<trt:GetProfilesResponse>${profiles}</trt:GetProfilesResponse>`) }).length).toBeLessThan(60);
      const prefixes = Array.from({ length: 3000 }, (_, index) => `xmlns:p${index}="urn:${index}"`).join(' ');
      expect(onvif({ xml: `<E ${prefixes}/>`.replaceAll('E', 'Envelope') }).length).toBeLessThan(120);
    });

    const valid = { wsd: oemProbeMatches(), onvif: httpAnswer(onvifEnvelope(BODIES.GetCapabilities)) };
    it('survives truncation at every length', () => {
      for (let length = 0; length <= valid.wsd.length; length++) expect(wsd({ xml: valid.wsd.slice(0, length) }).length).toBeLessThan(60);
      for (let length = 0; length <= valid.onvif.length; length++)
        expect(onvif(base64(valid.onvif.slice(0, length))).length).toBeLessThan(60);
    });

    const seed = 4711;
    it(`survives mutation (seed ${seed})`, () => {
      const random = randomFrom(seed);
      for (let round = 0; round < 1000; round++) {
        const bytes = (text: string): Response => ({ bytes: Buffer.from(mutate(Buffer.from(text), random)).toString('base64') });
        expect(wsd(bytes(valid.wsd)).length).toBeLessThan(400);
        expect(onvif(bytes(valid.onvif)).length).toBeLessThan(400);
      }
    });
  });
});

describe('probes/onvif/decode: vocabulary', () => {
  const file = readFileSync(new URL('../../../signatures/vocabulary/fields.yaml', import.meta.url), 'utf8');
  const listed = Object.values(z.record(z.string(), z.record(z.string(), z.string())).parse(parse(file))).flatMap((channel) =>
    Object.keys(channel),
  );
  const covers = (names: readonly string[], name: string): boolean =>
    names.some((known) => known === name || (known.endsWith('*') && name.startsWith(known.slice(0, -1))));
  const challenge = httpAnswer('', { status: '401 Unauthorized', headers: ['Server: x', 'WWW-Authenticate: Digest realm="a", nonce="b"'] });

  it.each([
    ['ws-discovery', wsDiscoveryProbe.fields, wsd({ xml: oemProbeMatches() }, { messageId: 'x' })],
    [
      'onvif',
      onvifProbe.fields,
      [...Object.values(BODIES).flatMap((body) => onvif({ xml: onvifEnvelope(body) })), ...onvif(base64(challenge))],
    ],
  ])('%s reports listed fields only, and those the probe declares', (_protocol, declared, fields) => {
    expect(fields.length).toBeGreaterThan(10);
    expect(fields.filter(({ field }) => !covers(listed, field) || !covers(declared, field))).toEqual([]);
  });
});
