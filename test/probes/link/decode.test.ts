import { describe, expect, it } from 'vitest';
import { decodeArp } from '../../../probes/link/decode.ts';

const decode = (response: Readonly<Record<string, unknown>>): string[] =>
  decodeArp({ id: 'r', from: { address: '192.0.2.1', mac: '00:00:5e:00:53:99' }, protocol: 'arp', response }).map(
    ({ field, value }) => `${field}=${value}`,
  );

// Built after RFC 826: an answer from 44:19:b6:01:02:03, 192.0.2.1.
const reply = Buffer.from('000108000604000244' + '19b6010203' + 'c0000201' + '02005e000001' + 'c0000202', 'hex');

describe('probes/link/decode', () => {
  it.each(['44:19:B6:01:02:03', '44-19-b6-01-02-03', '4419.b601.0203', '4419b6010203'])('normalises %s', (mac) => {
    expect(decode({ mac })).toEqual(['link.mac=44:19:b6:01:02:03']);
  });

  it('reads the sender of an ARP packet, with and without its frame', () => {
    const frame = Buffer.concat([Buffer.from('02005e0000014419b60102030806', 'hex'), reply]);
    expect(decode({ bytes: reply.toString('base64') })).toEqual(['link.mac=44:19:b6:01:02:03']);
    expect(decode({ bytes: frame.toString('base64') })).toEqual(['link.mac=44:19:b6:01:02:03']);
  });

  it('says nothing of a packet cut before its sender', () => {
    for (let length = 0; length < 14; length++) expect(decode({ bytes: reply.subarray(0, length).toString('base64') })).toEqual([]);
  });

  it.each([[{}], [{ mac: '(incomplete)' }], [{ mac: '00:00:00:00:00:00' }], [{ mac: 7 }], [{ bytes: '!' }], [{ mac: null, bytes: null }]])(
    'says nothing of %j',
    (response) => {
      expect(decode(response)).toEqual([]);
    },
  );
});
