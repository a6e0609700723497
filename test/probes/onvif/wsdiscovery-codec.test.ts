import { describe, expect, it } from 'vitest';
import { parseXml, textAt } from '../../../probes/xml.ts';
import { buildProbe, DIALECT_NAMES, parseDiscovery, readEndpoint } from '../../../probes/onvif/wsdiscovery-codec.ts';
import { mutate, randomFrom } from '../mutate.ts';
import { oemProbeMatches, probeMatch, probeMatches, XML_BOMB } from './messages.ts';

const ID = 'urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020100';

describe('probes/onvif/wsdiscovery-codec', () => {
  describe('Probe', () => {
    it.each(DIALECT_NAMES)('%s is one line, with the spelling picky responders compare', (dialect) => {
      const text = Buffer.from(buildProbe(dialect, ID)).toString();
      expect(text).not.toMatch(/[\r\n\t]/);
      expect(text).toContain('<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>');
      expect(text).toContain(`<wsa:MessageID>${ID}</wsa:MessageID>`);
      expect(text).toContain('<wsd:Probe');
      expect(Buffer.byteLength(text)).toBeLessThan(900);
      const { root, complete } = parseXml(text);
      expect(complete).toBe(true);
      expect(root?.namespace).toBe('http://www.w3.org/2003/05/soap-envelope');
    });

    it('asks for one type at a time, or for none', () => {
      const types = DIALECT_NAMES.map((dialect) => textAt(parseXml(Buffer.from(buildProbe(dialect, ID)).toString()).root, 'Types'));
      expect(types).toEqual(['dn:NetworkVideoTransmitter', 'tds:Device', undefined]);
    });

    it('is no answer when it comes back', () => {
      expect(parseDiscovery(buildProbe('transmitter', ID))).toMatchObject({ kind: undefined, matches: [] });
    });
  });

  describe('answers', () => {
    it('reads a ProbeMatch with the prefixes of its firmware', () => {
      const { kind, relatesTo, matches } = parseDiscovery(Buffer.from(oemProbeMatches()));
      expect(kind).toBe('ProbeMatches');
      expect(relatesTo).toBe('urn:uuid:00000000-0000-4000-8000-000000000001');
      expect(matches).toEqual([
        {
          endpoint: 'urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d',
          types: ['NetworkVideoTransmitter', 'Device'],
          scopes: [
            'onvif://www.onvif.org/type/video_encoder',
            'onvif://www.onvif.org/Profile/Streaming',
            'onvif://www.onvif.org/MAC/68:6d:bc:5c:b1:5d',
            'onvif://www.onvif.org/hardware/DFI6256TE',
            'http:123',
          ],
          xaddrs: ['http://192.0.2.10/onvif/device_service'],
          metadataVersion: '10',
        },
      ]);
    });

    it('reads several matches in one datagram', () => {
      const one = probeMatch({ endpoint: 'urn:uuid:1', xaddrs: 'http://192.0.2.1/onvif/device_service' });
      const two = probeMatch({ endpoint: 'urn:uuid:2' });
      expect(parseDiscovery(probeMatches([one, two])).matches.map(({ endpoint, xaddrs }) => [endpoint, xaddrs.length])).toEqual([
        ['urn:uuid:1', 1],
        ['urn:uuid:2', 0],
      ]);
    });

    it('reads an EndpointReference with attributes and empty neighbours', () => {
      const message = probeMatches([probeMatch({})])
        .replace('<a:Address>', '<a:Address xmlns:x="urn:x" x:y="1"> ')
        .replace('</a:EndpointReference>', '<a:ReferenceProperties/><a:PortType>ttl</a:PortType></a:EndpointReference>');
      expect(parseDiscovery(message).matches[0]?.endpoint).toBe('urn:uuid:3fa1fe68-b915-4053-a3e1-c006c3afec0e');
    });

    it.each(['Hello', 'Bye'])('reads %s', (kind) => {
      const message = probeMatches([]).replace(
        /<w:ProbeMatches>.*<\/w:ProbeMatches>/,
        `<w:${kind}><a:EndpointReference><a:Address>urn:uuid:7</a:Address></a:EndpointReference></w:${kind}>`,
      );
      expect(parseDiscovery(message)).toMatchObject({ kind, matches: [{ endpoint: 'urn:uuid:7', types: [], xaddrs: [] }] });
    });

    it('reads ResolveMatches', () => {
      const message = probeMatches([probeMatch({})]).replaceAll('ProbeMatch', 'ResolveMatch');
      expect(parseDiscovery(message)).toMatchObject({ kind: 'ResolveMatches', matches: [{ types: ['NetworkVideoTransmitter'] }] });
    });

    it('reads a lone ProbeMatch, as partial recordings hold it', () => {
      expect(parseDiscovery(probeMatch({ xaddrs: 'http://192.0.2.1/x' }))).toMatchObject({
        kind: 'ProbeMatches',
        matches: [{ xaddrs: ['http://192.0.2.1/x'] }],
      });
    });

    it('looks past junk in front of the XML', () => {
      for (const junk of ['\u0000\u0001<junk attr', '\ufeff', '\r\n\r\n', 'a < b ']) {
        expect(parseDiscovery(junk + oemProbeMatches()).matches, JSON.stringify(junk)).toHaveLength(1);
      }
    });

    it('puts a word without a colon back into the scope it was cut from', () => {
      const scopes = 'onvif://www.onvif.org/name/IP CAMERA 1\n\tonvif://www.onvif.org/hardware/X http:123';
      expect(parseDiscovery(probeMatches([probeMatch({ scopes })])).matches[0]?.scopes).toEqual([
        'onvif://www.onvif.org/name/IP CAMERA 1',
        'onvif://www.onvif.org/hardware/X',
        'http:123',
      ]);
    });
  });

  describe('EndpointReference', () => {
    const scope = ['onvif://www.onvif.org/MAC/5A:50:ed:1f:e3:85'];
    it.each([
      ['urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d', [], 'uuid1-mac', '68:6d:bc:5c:b1:5d'],
      ['0F54C000-440E-11B5-8402-849A40B17CAE', [], 'uuid1-mac', '84:9a:40:b1:7c:ae'],
      // Published EPR of a DS-2CD2A20F-I: the first group does not always end in 000.
      ['0e823c87-0f10-11b3-8133-c056e372d45f', [], 'uuid1-mac', 'c0:56:e3:72:d4:5f'],
      // MAC behind the constant of a clone firmware whose envelope copies Hikvision's: version 4, so it proves nothing.
      ['urn:uuid:316d4de6-a7b4-438b-8374-00005e005301', [], 'uuid', undefined],
      ['urn:uuid:5581ad80-95b0-11e0-b883-accc8e251272', [], 'uuid', 'ac:cc:8e:25:12:72'],
      ['uuid:00000000-0000-0000-0000-00005e005301', [], 'uuid', '00:00:5e:00:53:01'],
      ['urn:uuid:3fa1fe68-b915-4053-a3e1-c006c3afec0e', [], 'uuid', undefined],
      ['urn:uuid:3fa1fe68-b915-4053-a3e1-5a50ed1fe385', scope, 'uuid', '5a:50:ed:1f:e3:85'],
      ['urn:uuid:1419d68a-1dd2-11b2-a105-000000000000', [], 'uuid', undefined],
      ['urn:uuid:1419d68a-1dd2-11b2-a105-0123456789ab', [], 'uuid', undefined],
      ['urn:mac:00:00:5e:00:53:01', [], 'mac', '00:00:5e:00:53:01'],
      ['urn:serial:002233445566', [], 'mac', undefined],
      ['http://192.0.2.1/device', [], 'other', undefined],
      ['', [], 'other', undefined],
    ])('%s', (endpoint, scopes, form, mac) => {
      expect(readEndpoint(endpoint, scopes)).toEqual({ form, mac });
    });
  });

  describe('hostile input', () => {
    const valid = Buffer.from(oemProbeMatches());

    it('survives truncation at every length, and keeps what came', () => {
      for (let length = 0; length <= valid.length; length++) {
        const { matches } = parseDiscovery(valid.subarray(0, length));
        expect(matches.length).toBeLessThanOrEqual(1);
      }
      expect(parseDiscovery(valid.subarray(0, valid.indexOf('</d:XAddrs>'))).matches[0]?.types).toEqual([
        'NetworkVideoTransmitter',
        'Device',
      ]);
    });

    const seed = 20260727;
    it(`survives mutation (seed ${seed})`, () => {
      const random = randomFrom(seed);
      for (let round = 0; round < 2000; round++) {
        const { matches } = parseDiscovery(mutate(valid, random));
        expect(matches.length).toBeLessThanOrEqual(20);
      }
    });

    it('expands no entities, reads no further than its caps', () => {
      expect(parseDiscovery(XML_BOMB)).toMatchObject({ kind: undefined, matches: [] });
      expect(parseDiscovery(Buffer.alloc(1 << 20, '<')).matches).toEqual([]);
      expect(parseDiscovery(Buffer.alloc(1 << 20, 'onvif://x/name/')).matches).toEqual([]);
      const many = probeMatches(Array.from({ length: 500 }, () => probeMatch({})));
      expect(parseDiscovery(many).matches).toHaveLength(20);
      const scopes = Array.from({ length: 5000 }, (_, index) => `onvif://www.onvif.org/name/${index}`).join(' ');
      expect(parseDiscovery(probeMatches([probeMatch({ scopes })])).matches[0]?.scopes.length).toBeLessThanOrEqual(100);
      expect(parseDiscovery('<a>'.repeat(100_000)).matches).toEqual([]);
    });
  });
});
