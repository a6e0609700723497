import { describe, expect, it } from 'vitest';
import { readElement, readOid } from '../../../probes/snmp/ber.ts';
import { parseSnmp, PDU, withoutCommunity } from '../../../probes/snmp/codec.ts';
import { integer, message, octets, oid, tlv, TYPE, v3Message, varbind } from './messages.ts';

const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
const response = message({
  id: 66_051,
  varbinds: [
    varbind(SYS_DESCR, octets('DINION IP\0')),
    varbind('1.3.6.1.2.1.1.2.0', oid('1.3.6.1.4.1.50001')),
    varbind('1.3.6.1.4.1.39165.1.1.0', tlv(TYPE.noSuchObject)),
    varbind('1.3.6.1.2.1.31.1.1.1.6.1', tlv(TYPE.counter64, Buffer.from('00ffffffffffffffff', 'hex'))),
    varbind('1.3.6.1.2.1.1.7.0', integer(72)),
  ],
});
const report = v3Message(4711, Buffer.from('8000018003001122334455', 'hex'));

describe('probes/snmp/codec', () => {
  it('reads a v2c response', () => {
    const read = parseSnmp(response);
    expect(read).toMatchObject({ version: 1, id: 66_051, pduType: PDU.getResponse, errorStatus: 0, encrypted: false, complete: true });
    expect(read?.varbinds.map((pair) => pair.oid)).toEqual([
      SYS_DESCR,
      '1.3.6.1.2.1.1.2.0',
      '1.3.6.1.4.1.39165.1.1.0',
      '1.3.6.1.2.1.31.1.1.1.6.1',
      '1.3.6.1.2.1.1.7.0',
    ]);
    expect(read?.varbinds.map((pair) => pair.value)).toEqual([
      new Uint8Array(Buffer.from('DINION IP\0')),
      '1.3.6.1.4.1.50001',
      undefined,
      0xffff_ffff_ffff_ffffn,
      72,
    ]);
  });

  it('reads the error of a v1 response', () => {
    const refused = message({ version: 0, status: 2, index: 1, varbinds: [varbind(SYS_DESCR, tlv(TYPE.null))] });
    expect(parseSnmp(refused)).toMatchObject({
      version: 0,
      errorStatus: 2,
      errorIndex: 1,
      varbinds: [{ oid: SYS_DESCR, value: undefined }],
    });
  });

  it('pairs a v3 report by msgID and takes its engine ID', () => {
    const read = parseSnmp(report);
    expect(read).toMatchObject({ version: 3, id: 4711, pduType: PDU.report, complete: true });
    expect(Buffer.from(read?.engineID ?? []).toString('hex')).toBe('8000018003001122334455');
  });

  it('reads nothing out of an encrypted message but its engine ID', () => {
    const read = parseSnmp(v3Message(9, Buffer.from('80001f8880aabbccdd', 'hex'), 3));
    expect(read).toMatchObject({ version: 3, encrypted: true, varbinds: [] });
    expect(read?.engineID).toHaveLength(9);
  });

  it('keeps a request apart from an answer', () => {
    expect(parseSnmp(message({ pdu: 0xa0, id: 3 }))).toMatchObject({ pduType: PDU.getRequest, id: 3 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('HTTP/1.0 400 Bad Request\r\n')],
    ['another version', message({ version: 2 })],
    ['an indefinite length', Buffer.from('3080020101', 'hex')],
    ['a length of five octets', Buffer.from('30850000000001020101', 'hex')],
  ])('takes %s for no SNMP', (_name, bytes) => {
    expect(parseSnmp(bytes)).toBeUndefined();
  });

  it.each([
    ['v2c', response],
    ['v3', report],
  ])('survives truncation of %s at every length and never invents a value', (_name, whole) => {
    const all = parseSnmp(whole)?.varbinds ?? [];
    for (let length = 0; length < whole.length; length++) {
      const read = parseSnmp(whole.subarray(0, length));
      expect(read?.complete ?? false).toBe(false);
      expect(all.slice(0, read?.varbinds.length ?? 0)).toEqual(read?.varbinds ?? []);
    }
  });

  it('survives random mutation', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    for (let round = 0; round < 3000; round++) {
      const bytes = new Uint8Array(round % 2 === 0 ? response : report);
      for (let flips = 1 + random(6); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
      const about = `seed ${seed}, round ${round}`;
      expect(parseSnmp(bytes)?.varbinds.length ?? 0, about).toBeLessThanOrEqual(128);
      expect(withoutCommunity(bytes), about).toHaveLength(bytes.length);
    }
  });

  it('bounds the number of objects and of arcs', () => {
    const many = Array.from({ length: 400 }, () => varbind('1.3', integer(1)));
    expect(parseSnmp(message({ varbinds: many }))).toMatchObject({ complete: false, varbinds: { length: 128 } });
    const long = tlv(TYPE.oid, Buffer.alloc(200, 1));
    const element = readElement(long, 0, long.length);
    expect(element && readOid(long, element)).toBeUndefined();
  });

  it('overwrites the community and nothing else', () => {
    const secret = message({ community: 's3cret', varbinds: [varbind(SYS_DESCR, octets('s3cret agent'))] });
    const hidden = Buffer.from(withoutCommunity(secret)).toString('latin1');
    expect(hidden).toContain('******');
    expect(hidden.indexOf('s3cret')).toBe(Buffer.from(secret).toString('latin1').lastIndexOf('s3cret'));
    expect(parseSnmp(withoutCommunity(secret))?.varbinds).toEqual(parseSnmp(secret)?.varbinds);
  });
});
