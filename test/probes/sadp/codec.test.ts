import { describe, expect, it } from 'vitest';
import { encodeInquiry, isSadpQuestion, parseProbeMatch, SADP_INQUIRIES } from '../../../probes/sadp/codec.ts';
import { mutate, randomFrom } from '../mutate.ts';
import { SADP_XML } from '../vendor-samples.ts';

const UUID = '13A888A9-F1B1-4020-AE9F-05607682D23B';
/** State-changing types of the protocol, as public SADP captures (sergei.nz, mhzhuji.com) lists them. */
const FORBIDDEN = ['update', 'reset', 'activate', 'getcode', 'exchangecode', 'getencryptstring', 'lamp', 'Inquiry', 'inquiry ', ''];

const parse = (xml: string): ReturnType<typeof parseProbeMatch> => parseProbeMatch(Buffer.from(xml, 'latin1'));
const valueIn = (xml: string, name: string): string | undefined => parse(xml)?.find((element) => element.name === name)?.value;
const match = (inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8" ?><ProbeMatch><DeviceType>1</DeviceType>${inner}</ProbeMatch>`;

describe('probes/sadp/codec', () => {
  it('writes the inquiry byte for byte', () => {
    // The exact ASCII of public SADP captures (sergei.nz, mhzhuji.com).
    expect(Buffer.from(encodeInquiry('inquiry', UUID)).toString('latin1')).toBe(
      '<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid><Types>inquiry</Types></Probe>',
    );
    expect(Buffer.from(encodeInquiry('inquiry_v32', UUID)).toString('latin1')).toContain('<Types>inquiry_v32</Types></Probe>');
  });

  it('reads what a device says of itself when it comes up, and no Hello of another protocol', () => {
    const hello = SADP_XML.replaceAll('ProbeMatch>', 'Hello>').replace('<Types>inquiry<', '<Types>hello<');
    const others = (xml: string): unknown => parse(xml)?.filter(({ name }) => name !== 'Types');
    expect(valueIn(hello, 'Types')).toBe('hello');
    expect(others(hello)).toEqual(others(SADP_XML));
    expect(
      parse('<Hello><EndpointReference><Address>urn:uuid:1</Address></EndpointReference><Types>Device</Types></Hello>'),
    ).toBeUndefined();
  });

  it('can build no other type, whatever is handed to it', () => {
    expect(SADP_INQUIRIES).toEqual(['inquiry', 'inquiry_v32']);
    const random = randomFrom(7);
    const mutated = Array.from({ length: 500 }, () => Buffer.from(mutate(Buffer.from('inquiry'), random)).toString('latin1'));
    const others = [...FORBIDDEN, ...mutated, undefined, null, 0, ['inquiry'], { toString: () => 'inquiry' }];
    for (const type of others.filter((other) => other !== 'inquiry' && other !== 'inquiry_v32')) {
      expect((): unknown => Reflect.apply(encodeInquiry, undefined, [type, UUID])).toThrow(RangeError);
    }
  });

  it('lets nothing in through the UUID', () => {
    for (const uuid of ['', 'x', `${UUID}</Uuid><Types>update</Types>`, `${UUID}\n`, ` ${UUID}`, `{${UUID}}`]) {
      expect(() => encodeInquiry('inquiry', uuid)).toThrow(RangeError);
    }
  });

  it('tells questions and commands from answers', () => {
    expect(isSadpQuestion(encodeInquiry('inquiry', UUID))).toBe(true);
    expect(isSadpQuestion(Buffer.from('<?xml version="1.0"?><Probe ><Types>update</Types></Probe>'))).toBe(true);
    expect(isSadpQuestion(Buffer.from(SADP_XML))).toBe(false);
  });

  it('reads elements in order, numbers as text', () => {
    const elements = parse(SADP_XML) ?? [];
    expect(elements.slice(0, 5)).toEqual([
      { name: 'Uuid', value: '6A3F1C8E-0000-4000-8000-0123456789AB' },
      { name: 'Types', value: 'inquiry' },
      { name: 'DeviceType', value: '141945' },
      { name: 'DeviceDescription', value: 'DS-2CD2385G1-I' },
      { name: 'DeviceSN', value: 'DS-2CD2385G1-I20200414AAWRE33842150' },
    ]);
    expect(valueIn(SADP_XML, 'MAC')).toBe('58:50:ed:1f:e3:85');
    expect(valueIn(SADP_XML, 'SoftwareVersion')).toBe('V5.6.2build 190701');
    expect(valueIn(SADP_XML, 'DeviceLock')).toBe('flase');
  });

  it('puts up with every odd form of public SADP captures (sergei.nz, mhzhuji.com)', () => {
    const binary = Buffer.concat([
      Buffer.from([0x21, 0x02, 0x01, 0x00, 0xff, 0xfe, 0x3c, 0x41]),
      Buffer.from(SADP_XML),
      Buffer.from([0, 0, 0xff, 0x3c]),
    ]);
    expect(parseProbeMatch(binary)).toEqual(parse(SADP_XML));
    expect(parse(SADP_XML.replaceAll('\n', '\r\n'))).toEqual(parse(SADP_XML));
    expect(parse(SADP_XML.split('').join('\0'))).toEqual(undefined); // UTF-16 is not SADP: the element name is not in the bytes
    expect(parse(SADP_XML.replace('DS-2CD2385G1-I<', 'DS-2CD2385G1-I\0\0<'))).toEqual(parse(SADP_XML));
    expect(valueIn(match('<Ipv4Address>192.0.2.7</Ipv4Address>'), 'IPv4Address')).toBe('192.0.2.7');
    expect(valueIn(match('<MAC>c0-56-e3-fe-42-92</MAC>'), 'MAC')).toBe('c0:56:e3:fe:42:92');
    expect(valueIn(match('<MAC>00-00-00-00-00-00</MAC>'), 'MAC')).toBeUndefined();
    expect(valueIn(match('<OEMInfo>Smith & Sons &amp; Co</OEMInfo>'), 'OEMInfo')).toBe('Smith & Sons & Co');
    expect(valueIn(match('<OEMInfo>Stra\xdfe</OEMInfo>'), 'OEMInfo')).toBe('Straße');
  });

  it('drops the value that an answer breaks off in', () => {
    const cut = SADP_XML.slice(0, SADP_XML.indexOf('33842150'));
    expect(valueIn(cut, 'DeviceDescription')).toBe('DS-2CD2385G1-I');
    expect(valueIn(cut, 'DeviceSN')).toBeUndefined();
    const whole = parse(SADP_XML) ?? [];
    for (let length = 0; length < SADP_XML.length; length++) {
      for (const element of parse(SADP_XML.slice(0, length)) ?? []) expect(whole).toContainEqual(element);
    }
  });

  it('is not taken in by other documents with a ProbeMatch', () => {
    // WS-Discovery has one too.
    expect(
      parse(
        '<s:Envelope xmlns:s="e"><s:Body><ProbeMatches><ProbeMatch><Types>dn:X</Types></ProbeMatch></ProbeMatches></s:Body></s:Envelope>',
      ),
    ).toBeUndefined();
    expect(parse('<ProbeMatch></ProbeMatch>')).toBeUndefined();
    expect(parse('<!DOCTYPE a [<!ENTITY e "x">]><Probe><DeviceSN>&e;</DeviceSN></Probe>')).toBeUndefined();
  });

  it('stays bounded on a document made to be large', () => {
    const many = match('<A>1</A>'.repeat(10_000));
    expect(parse(many)?.length).toBe(150);
    expect(parse(match('<A>'.repeat(20_000)))).toEqual([{ name: 'DeviceType', value: '1' }]);
  });
});
