import { describe, expect, it } from 'vitest';
import { fillChecksum } from '../../../scripts/bench/checksum.ts';

// Built after RFC 768, 791, 1071 and 7348: VXLAN header, Ethernet header, then a UDP packet 10.0.0.1:1 > 10.0.0.2:2, "abc".
const HEADS = '0800000000000700' + '0200000000010200000000020800';
const frame = (fragment = '0000'): Buffer =>
  Buffer.from(`${HEADS}4500001f0000${fragment}401100000a0000010a00000200010002000bffff616263`, 'hex');
const CHECKSUM_AT = 8 + 14 + 20 + 6;

/** The sum over pseudo header and packet of a right checksum is all ones. */
function folded(bytes: Buffer): number {
  const ip = bytes.subarray(8 + 14);
  const words = Buffer.concat([ip.subarray(12, 20), Buffer.from([0, 17, 0, 11]), ip.subarray(20), Buffer.alloc(1)]);
  let sum = 0;
  for (let at = 0; at < words.length; at += 2) sum += words.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

describe('scripts/bench/checksum', () => {
  it('fills the checksum of a UDP packet of odd length, and finds the same when it is right already', () => {
    const bytes = frame();
    fillChecksum(bytes);
    expect(folded(bytes)).toBe(0xffff);
    const again = Buffer.from(bytes);
    fillChecksum(again);
    expect(again).toEqual(bytes);
  });

  it('leaves fragments, other protocols and everything cut short alone', () => {
    const fragment = frame('2000');
    fillChecksum(fragment);
    expect(fragment.readUInt16BE(CHECKSUM_AT)).toBe(0xffff);
    for (let length = 0; length < frame().length; length++) {
      const short = frame().subarray(0, length);
      const before = Buffer.from(short);
      fillChecksum(short);
      expect(short).toEqual(before);
    }
  });
});
