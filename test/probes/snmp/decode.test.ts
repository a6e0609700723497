import { describe, expect, it } from 'vitest';
import { decodeSnmp } from '../../../probes/snmp/decode.ts';
import { bytesResponse } from '../../../probes/recording.ts';
import { message, octets, oid, tlv, TYPE, v3Message, varbind } from './messages.ts';

const ENTERPRISES = '1.3.6.1.4.1';

function decode(response: Readonly<Record<string, unknown>>, request?: Readonly<Record<string, unknown>>): string[] {
  const fields = decodeSnmp({ id: 'r', from: { address: '192.0.2.1' }, protocol: 'snmp', request, response });
  return fields.map(({ field, value }) => `${field}=${value}`);
}

describe('probes/snmp/decode', () => {
  // Built after HIK-DEVICE-MIB: a camera with an empty system group.
  it('reads a camera that answers only its private objects', () => {
    const varbinds = {
      '1.3.6.1.2.1.1.1.0': '',
      '1.3.6.1.2.1.1.2.0': null,
      [`.${ENTERPRISES}.39165.1.1.0`]: 'DS-2CD2185FWD-I',
      [`${ENTERPRISES}.39165.1.3.0`]: 'V5.5.3 build 171025',
      [`${ENTERPRISES}.39165.1.4.0`]: '44-19-B6-01-02-03',
    };
    expect(decode({ varbinds })).toEqual([
      `snmp.oid.${ENTERPRISES}.39165.1.1.0=DS-2CD2185FWD-I`,
      `snmp.oid.${ENTERPRISES}.39165.1.3.0=V5.5.3 build 171025`,
      `snmp.oid.${ENTERPRISES}.39165.1.4.0=44:19:b6:01:02:03`,
      'snmp.enterprise=39165',
    ]);
  });

  // LibreNMS and GLPI: a time server stands under 39165 by sysObjectID and answers no object there.
  it('keeps the enterprise sysObjectID claims apart from those that answered', () => {
    expect(decode({ varbinds: { '1.3.6.1.2.1.1.2.0': '1.3.6.1.4.1.39165.1.6' } })).toEqual([
      'snmp.sysObjectID=1.3.6.1.4.1.39165.1.6',
      'snmp.sysObjectID.enterprise=39165',
    ]);
  });

  it.each([
    '.1.3.6.1.4.1.368.1',
    'iso.3.6.1.4.1.368.1',
    'SNMPv2-SMI::enterprises.368.1',
    'enterprises.368.1',
    'OID: .1.3.6.1.4.1.368.1',
    'iso.org.dod.internet.private.enterprises.368.1',
  ])('normalises sysObjectID written as %s', (value) => {
    expect(decode({ varbinds: { 'SNMPv2-MIB::sysObjectID.0': value } })).toContain('snmp.sysObjectID=1.3.6.1.4.1.368.1');
  });

  it('keeps a sysObjectID that is no OID as it came', () => {
    expect(decode({ varbinds: { '1.3.6.1.2.1.1.2.0': 'Some Text 1' } })).toEqual(['snmp.sysObjectID=Some Text 1']);
  });

  it.each(['sysDescr', 'sysDescr.0', '.1.3.6.1.2.1.1.1.0', 'iso.3.6.1.2.1.1.1.0', 'SNMPv2-MIB::sysDescr.0', 'mib-2.1.1.0'])(
    'knows sysDescr under the name %s',
    (key) => {
      expect(decode({ varbinds: { [key]: 'STRING: "DINION IP"' } })).toEqual(['snmp.sysDescr=DINION IP']);
    },
  );

  it.each([
    ['octets of a word', [68, 73, 78, 0], 'DIN'],
    ['a Buffer in JSON', { type: 'Buffer', data: [68, 73, 78] }, 'DIN'],
    ['base64', { base64: 'RElO' }, 'DIN'],
    ['hex', 'Hex-STRING: 44 49 4E 00', 'DIN'],
    ['a number', 7, '7'],
    ['a trailing NUL', 'DIN\0', 'DIN'],
    ['Latin-1 octets', [66, 0xfc, 114, 111, 0x20, 0xe4], 'Büro ä'],
  ])('reads sysDescr from %s', (_name, value, text) => {
    expect(decode({ varbinds: { '1.3.6.1.2.1.1.1.0': value } })).toEqual([`snmp.sysDescr=${text}`]);
  });

  it.each([null, '', 'noSuchObject', 'noSuchInstance', 'noSuchName', 'No Such Object available on this agent at this OID', 'endOfMibView'])(
    'takes %j for no value',
    (value) => {
      expect(decode({ varbinds: { '1.3.6.1.2.1.1.1.0': value, [`${ENTERPRISES}.39165.1.1.0`]: value } })).toEqual([]);
    },
  );

  it.each([
    ['0:40:8c:1:2:3'],
    ['00 40 8C 01 02 03'],
    ['0x00408c010203'],
    ['Hex-STRING: 00 40 8C 01 02 03 '],
    ['AECMAQID'],
    [[0, 0x40, 0x8c, 1, 2, 3]],
    ['\0@\u008c\u0001\u0002\u0003'],
    ['00408C010203'],
  ])('reads an interface MAC from %j', (value) => {
    expect(decode({ varbinds: { '1.3.6.1.2.1.2.2.1.6.2': value } })).toEqual(['snmp.interface.mac=00:40:8c:01:02:03']);
  });

  it('drops the empty and zero MAC of a loopback', () => {
    expect(decode({ varbinds: { '1.3.6.1.2.1.2.2.1.6.1': '', '1.3.6.1.2.1.2.2.1.6.2': [0, 0, 0, 0, 0, 0] } })).toEqual([]);
  });

  it('shows binary objects as a MAC or as hex, never as noise', () => {
    const varbinds = { [`${ENTERPRISES}.9.1`]: [0, 0x40, 0x8c, 1, 2, 3], [`${ENTERPRISES}.9.2`]: [1, 2, 0xff] };
    expect(decode({ varbinds })).toEqual([
      `snmp.oid.${ENTERPRISES}.9.1=00:40:8c:01:02:03`,
      `snmp.oid.${ENTERPRISES}.9.2=0102ff`,
      'snmp.enterprise=9',
    ]);
  });

  it('reads the raw datagram of a recorder', () => {
    const bytes = message({
      varbinds: [
        varbind('1.3.6.1.2.1.1.1.0', octets('Recorder products\0')),
        varbind('1.3.6.1.2.1.1.2.0', oid('1.3.6.1.4.1.50001')),
        varbind('1.3.6.1.2.1.1.5.0', tlv(TYPE.noSuchObject)),
      ],
    });
    expect(decode(bytesResponse(bytes))).toEqual([
      'snmp.sysDescr=Recorder products',
      'snmp.sysObjectID=1.3.6.1.4.1.50001',
      'snmp.sysObjectID.enterprise=50001',
    ]);
  });

  it('reads the engine ID of a report, and none of its statistics', () => {
    expect(decode(bytesResponse(v3Message(1, Buffer.from('800017e70300408c010203', 'hex'))))).toEqual([
      'snmp.engineID=800017e70300408c010203',
      'snmp.engineID.enterprise=6119',
      'snmp.engineID.mac=00:40:8c:01:02:03',
    ]);
  });

  it.each(['0x80001F8880E9', '80:00:1f:88:80:e9', [0x80, 0, 0x1f, 0x88, 0x80, 0xe9], 'gAAfiIDp'])(
    'reads an engine ID written as %j',
    (engineID) => {
      expect(decode({ engineID })).toEqual(['snmp.engineID=80001f8880e9', 'snmp.engineID.enterprise=8072']);
    },
  );

  it('reads only what was asked where the recording says so', () => {
    const varbinds = { '1.3.6.1.2.1.1.1.0': 'a', [`${ENTERPRISES}.39165.1.1.0`]: 'DS-2CD1-I' };
    expect(decode({ varbinds }, { oids: ['.1.3.6.1.2.1.1.1.0'] })).toEqual(['snmp.sysDescr=a']);
  });

  it('believes nothing in a datagram that answered nothing', () => {
    expect(decode({ varbinds: { '1.3.6.1.2.1.1.1.0': 'a' } }, { unrelated: true })).toEqual([]);
  });

  it('takes our own question sent back for no answer', () => {
    const echo = message({ pdu: 0xa0, varbinds: [varbind('1.3.6.1.2.1.1.1.0', octets('x'))] });
    expect(decode(bytesResponse(echo))).toEqual([]);
  });

  it('bounds what it reports', () => {
    const varbinds = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`${ENTERPRISES}.${index}.1`, 'x'.repeat(20_000)]));
    const fields = decodeSnmp({ id: 'r', from: { address: '' }, protocol: 'snmp', response: { varbinds } });
    expect(fields.filter(({ field }) => field.startsWith('snmp.oid.'))).toHaveLength(60);
    expect(fields.length).toBeLessThanOrEqual(300);
    expect(Math.max(...fields.map(({ value }) => value.length))).toBeLessThanOrEqual(8192);
  });

  it.each([
    [{}],
    [{ varbinds: null }],
    [{ varbinds: 'text' }],
    [{ varbinds: [1, 2] }],
    [{ varbinds: { '': 'x', constructor: 'y', '1.3.6.1.2.1.1.1.0': { type: 'Buffer', data: [1, 'a', -4] }, ['1.'.repeat(500) + '1']: 1 } }],
    [{ varbinds: { '1.3.6.1.2.1.1.1.0': { toString: 1 }, '1.3.6.1.2.1.1.2.0': [[]], '1.3.6.1.2.1.2.2.1.6.1': {} } }],
    [{ bytes: 'not base64 %%%' }],
    [{ bytes: 7, engineID: {} }],
    [{ engineID: 'zz' }],
    [{ engineID: [] }],
  ])('survives %j', (response) => {
    expect(decode(response)).toEqual([]);
  });

  it('survives any truncation of its bytes', () => {
    const whole = message({ varbinds: [varbind('1.3.6.1.2.1.1.1.0', octets('Camera')), varbind('1.3.6.1.2.1.1.5.0', octets('cam-1'))] });
    const seen = new Set<string>();
    for (let length = 0; length <= whole.length; length++) seen.add(decode(bytesResponse(whole.subarray(0, length))).join());
    expect([...seen]).toEqual(['', 'snmp.sysDescr=Camera', 'snmp.sysDescr=Camera,snmp.sysName=cam-1']);
  });
});
