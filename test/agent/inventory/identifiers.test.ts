import { describe, expect, it } from 'vitest';
import { keyOf, sameSerial, usableEndpoint, usableMac, usableSerial } from '../../../agent/inventory/identifiers.ts';
import { identifiersOf } from '../../../agent/inventory/sighting.ts';
import type { Observation } from '../../../probes/observation.ts';

const observation = (field: string, value: string): Observation => ({
  field,
  value,
  recording: 'r',
  protocol: 'http',
  address: '192.0.2.1',
});

describe('agent/inventory/identifiers', () => {
  it.each([
    'N/A',
    'n/a',
    'none',
    'NULL',
    'unknown',
    'default',
    'Serial Number',
    '0000000000',
    '000000001',
    '12345678',
    '87654321',
    'abcdefgh1'.slice(0, 8),
    '11111111',
    '1212121212',
    'XXXXXXXX',
    'To be filled by O.E.M.',
    'not set',
    '1234',
    '',
    '   ',
    'CAMERA',
    'a'.repeat(129),
  ])('does not take %j for a serial', (text) => {
    expect(usableSerial(text)).toBeUndefined();
  });

  it.each([
    ['DS-2CD2143G2-I20230101AAWR000000001', 'DS-2CD2143G2-I20230101AAWR000000001'],
    [' 2J01018PAA00816 ', '2J01018PAA00816'],
    ['accc8e3c0419', 'ACCC8E3C0419'],
    ['210235C3EN3182000123', '210235C3EN3182000123'],
  ])('takes %j for one', (text, serial) => {
    expect(usableSerial(text)).toBe(serial);
  });

  it('takes only a MAC that is one machine’s own', () => {
    expect(usableMac('44-19-B6-00-00-01')).toBe('44:19:b6:00:00:01');
    const shared = [
      '00:00:00:00:00:00',
      'ff:ff:ff:ff:ff:ff',
      '01:00:5e:00:00:fb',
      '00:00:5e:00:01:07',
      '00:00:0c:07:ac:01',
      '00:11:22:33:44:55',
      '66:66:66:66:66:66',
      'nonsense',
    ];
    expect(shared.map(usableMac)).toEqual(shared.map(() => undefined));
  });

  it('takes an endpoint in one spelling, and not the nil UUID', () => {
    const one = 'urn:uuid:37c1a000-1f4d-11b4-82a2-c056e3fe4292';
    expect([one, one.toUpperCase(), one.slice(9), 'uuid:37c1a0001f4d11b482a2c056e3fe4292'].map(usableEndpoint)).toEqual([
      one,
      one,
      one,
      one,
    ]);
    expect(
      ['urn:uuid:00000000-0000-0000-0000-000000000000', 'urn:uuid:11111111-1111-1111-1111-111111111111', 'x'].map(usableEndpoint),
    ).toEqual([undefined, undefined, undefined]);
  });

  it('sees two spellings of one serial as one', () => {
    expect(sameSerial('DS-2CD2143G2-I20230101AAWR000000001', '20230101AAWR000000001')).toBe(true);
    expect(sameSerial('DS-2CD2143G2-I20230101AAWR000000001', '0000001')).toBe(false);
  });

  it('makes the key by the ladder', () => {
    const all = [
      { kind: 'claimed-mac', value: '44:19:b6:00:00:02' },
      { kind: 'onvif', value: 'urn:uuid:abc' },
      { kind: 'serial', value: 'SN-12345' },
      { kind: 'mac', value: '44:19:b6:00:00:01' },
    ] as const;
    const keys = [4, 3, 2, 1, 0].map((count) => keyOf(all.slice(0, count), 'hq:192.0.2.1'));
    expect(keys).toEqual(['mac:44:19:b6:00:00:01', 'serial:SN-12345', 'onvif:abc', 'claimed-mac:44:19:b6:00:00:02', 'hq:192.0.2.1']);
  });
});

describe('agent/inventory/sighting', () => {
  it('reads identifiers from the fields a device speaks of itself in', () => {
    const found = identifiersOf(
      [
        observation('sadp.MAC', '44:19:b6:00:00:02'),
        observation('link.mac', '44:19:b6:00:00:01'),
        observation('xm.SN', '0000000000'),
        observation('onvif.SerialNumber', 'accc8e3c0419'),
        observation('isapi.channel.serialNumber', 'SN-OF-A-CHANNEL-1'),
        observation('wsd.epr', 'urn:uuid:37c1a000-1f4d-11b4-82a2-c056e3fe4292'),
      ],
      'DS-7608NI-K20820160719AARR624053979WCVU',
    );
    expect(found.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'mac 44:19:b6:00:00:01',
      'serial DS-7608NI-K20820160719AARR624053979WCVU',
      'serial ACCC8E3C0419',
      'onvif urn:uuid:37c1a000-1f4d-11b4-82a2-c056e3fe4292',
      'claimed-mac ac:cc:8e:3c:04:19',
      'claimed-mac 44:19:b6:00:00:02',
    ]);
  });

  it('is told nothing by a switch that lists a MAC for each port', () => {
    const ports = Array.from({ length: 24 }, (_, index) =>
      observation('snmp.interface.mac', `44:19:b6:00:01:${index.toString(16).padStart(2, '0')}`),
    );
    expect(identifiersOf(ports, undefined)).toEqual([]);
  });
});
