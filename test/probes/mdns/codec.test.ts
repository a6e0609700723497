import { encode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { LIMITS, META_QUERY, readPacket, splitName, txtPairs, writeQuery } from '../../../probes/mdns/codec.ts';
import type { MdnsPacket } from '../../../probes/mdns/codec.ts';
import { mutate, randomFrom } from '../mutate.ts';
import { announce, AXIS, flood, offer } from './packets.ts';

function packetOf(bytes: Uint8Array): MdnsPacket {
  const reading = readPacket(bytes);
  if (!('packet' in reading)) throw new Error(`refused: ${reading.refused}`);
  return reading.packet;
}

describe('probes/mdns/codec', () => {
  it('reads PTR, SRV, TXT and A records of a response', () => {
    const { response, complete, records } = packetOf(announce(AXIS));
    const name = 'AXIS P1375 - B8A44F000001._axis-video._tcp.local';
    expect({ response, complete }).toEqual({ response: true, complete: true });
    expect(records).toEqual([
      { kind: 'ptr', name: '_axis-video._tcp.local', target: name },
      { kind: 'srv', name, host: 'axis-b8a44f000001.local', port: 80 },
      { kind: 'txt', name, entries: [Buffer.from('macaddress=B8A44F000001'), Buffer.from('bare')] },
      { kind: 'address', name: 'axis-b8a44f000001.local', address: '192.0.2.10' },
    ]);
  });

  // Bytes written by hand after RFC 1035 section 4.1.4: the second name is a pointer to the first.
  it('follows compression pointers backwards and refuses them forwards', () => {
    const head = Buffer.from('000084000000000100000000', 'hex');
    const owner = Buffer.concat([
      Buffer.from([5]),
      Buffer.from('_http'),
      Buffer.from([4]),
      Buffer.from('_tcp'),
      Buffer.from('\x05local\0'),
    ]);
    const fixed = Buffer.from('000c000100000078', 'hex');
    const back = Buffer.concat([head, owner, fixed, Buffer.from([0, 4, 1, 0x41, 0xc0, 12])]);
    expect(packetOf(back).records).toEqual([{ kind: 'ptr', name: '_http._tcp.local', target: 'A._http._tcp.local' }]);
    const forward = Buffer.concat([head, owner, fixed, Buffer.from([0, 4, 1, 0x41, 0xc0, 0x60])]);
    expect(packetOf(forward)).toEqual({ response: true, records: [], complete: false });
  });

  it('writes queries that read back as questions, within the cap', () => {
    const bytes = writeQuery([{ name: META_QUERY, type: 'PTR' }], 7);
    expect(Buffer.from(bytes.subarray(0, 12)).toString('hex')).toBe('000700000001000000000000');
    expect(packetOf(bytes)).toEqual({ response: false, records: [], complete: true });
    const many = Array.from({ length: 500 }, (_, index) => ({ name: `_s${index}._tcp.local`, type: 'PTR' as const }));
    expect(Buffer.from(writeQuery(many)).readUInt16BE(4)).toBe(LIMITS.questionsPerPacket);
  });

  it('leaves out goodbyes and records it has no use for', () => {
    const gone = encode({
      type: 'response',
      answers: [
        { name: '_http._tcp.local', type: 'PTR', ttl: 0, data: 'x._http._tcp.local' },
        { name: 'h.local', type: 'HINFO', ttl: 120, data: { cpu: 'ARM', os: 'LINUX' } },
        { name: 'h.local', type: 'AAAA', ttl: 120, data: 'fe80::1' },
      ],
    });
    expect(packetOf(gone)).toEqual({ response: true, complete: true, records: [{ kind: 'address', name: 'h.local', address: 'fe80::1' }] });
  });

  it.each([200, 500, 1000, 2000])('drops a packet of %i PTR records unread', (count) => {
    expect(readPacket(flood(count))).toEqual({ refused: flood(count).length > LIMITS.packetBytes ? 'too-long' : 'too-many-records' });
  });

  it('takes a packet at the limit, and refuses one beyond it, in records and in bytes', () => {
    expect(packetOf(flood(LIMITS.records)).records).toHaveLength(LIMITS.records);
    expect(readPacket(flood(LIMITS.records + 1))).toEqual({ refused: 'too-many-records' });
    expect(readPacket(Buffer.concat([offer('_http._tcp'), Buffer.alloc(LIMITS.packetBytes)]))).toEqual({ refused: 'too-long' });
    expect(readPacket(Buffer.alloc(11))).toEqual({ refused: 'not-dns' });
    expect(readPacket(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toEqual({ refused: 'not-dns' });
  });

  it('keeps the records in front of a break, at every length', () => {
    const whole = announce(AXIS);
    const all = packetOf(whole).records;
    for (let length = 12; length < whole.length; length++) {
      const { records, complete } = packetOf(whole.slice(0, length));
      expect(complete).toBe(false);
      expect(records).toEqual(all.slice(0, records.length));
    }
  });

  it.each([1, 2, 3])('survives mutation (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const sources = [announce(AXIS), offer('_http._tcp', '_psia._tcp'), flood(90)];
    for (let round = 0; round < 1500; round++) {
      const reading = readPacket(mutate(sources[round % 3] ?? new Uint8Array(), random));
      if ('packet' in reading) expect(reading.packet.records.length).toBeLessThanOrEqual(LIMITS.records);
    }
  });

  it('takes names apart at the last type, dots in the instance kept', () => {
    expect(splitName('AXIS P1375.v2._axis-video._tcp.local')).toEqual({ instance: 'AXIS P1375.v2', type: '_axis-video._tcp' });
    expect(splitName('a._http._tcp.local._psia._tcp.local')).toEqual({ instance: 'a._http._tcp.local', type: '_psia._tcp' });
    expect(splitName('_CGI._tcp.local.')).toEqual({ type: '_CGI._tcp' });
    expect(splitName('_printer._sub._http._tcp.local')).toEqual({ type: '_http._tcp' });
    expect(splitName('host.local')).toBeUndefined();
    expect(splitName(`${'a.'.repeat(5000)}_http._tcp.local`)).toBeUndefined();
  });

  it('reads TXT from raw bytes: no value, equals signs in values, Latin-1, repeats, prototype names', () => {
    const entries = [
      Buffer.from('Path=/a=b'),
      Buffer.from('flag'),
      Buffer.from('empty='),
      Buffer.from('=nameless'),
      Buffer.from(''),
      Buffer.from('PATH=/second'),
      Buffer.from('__proto__=x'),
      Buffer.concat([Buffer.from('ort=B'), Buffer.from([0xfc]), Buffer.from('ro')]),
    ];
    expect(txtPairs(entries)).toEqual([
      ['Path', '/a=b'],
      ['flag', 'true'],
      ['empty', ''],
      ['__proto__', 'x'],
      ['ort', 'Büro'],
    ]);
    expect(txtPairs(Array.from({ length: 1000 }, (_, index) => Buffer.from(`k${index}=v`)))).toHaveLength(LIMITS.txtEntries);
  });
});
