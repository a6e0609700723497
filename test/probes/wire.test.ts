import { describe, expect, it } from 'vitest';
import { datagramOf, fromHex, hasAt, ipv4At, macAt, paddedText, prefixed, sameBytes, uintBE, uintLE } from '../../probes/wire.ts';

const BYTES = fromHex('0011 22334455 c0000228 4142 00 43');

describe('probes/wire', () => {
  it('reads integers, addresses and texts', () => {
    expect([uintBE(BYTES, 0, 2), uintLE(BYTES, 0, 2), uintBE(BYTES, 6, 4), uintLE(BYTES, 6, 4)]).toEqual([
      0x0011, 0x1100, 0xc0000228, 0x280200c0,
    ]);
    expect(macAt(BYTES, 0)).toBe('00:11:22:33:44:55');
    expect(ipv4At(BYTES, 6)).toBe('192.0.2.40');
    expect(paddedText(BYTES, 10, 4)).toBe('AB');
    expect(hasAt(BYTES, 10, fromHex('4142'))).toBe(true);
  });

  it('yields nothing before the start or past the end', () => {
    for (const offset of [-1, 11, 13, 14, 1000]) {
      expect([uintBE(BYTES, offset, 4), uintLE(BYTES, offset, 4)]).toEqual([undefined, undefined]);
    }
    expect([macAt(BYTES, 9), ipv4At(BYTES, 11), paddedText(BYTES, 1000, 10)]).toEqual([undefined, undefined, '']);
    expect(hasAt(BYTES, 13, fromHex('4300'))).toBe(false);
  });

  it('takes no zeros for an address', () => {
    expect([macAt(new Uint8Array(6), 0), ipv4At(new Uint8Array(4), 0)]).toEqual([undefined, undefined]);
  });

  it('decodes at most a datagram', () => {
    expect(datagramOf({ bytes: 'A'.repeat(10_000_000) })?.length).toBeLessThanOrEqual(65_538);
    expect(datagramOf({ bytes: 7 })).toBeUndefined();
    expect(sameBytes(datagramOf({ bytes: 'AQI=' }) ?? new Uint8Array(), Uint8Array.of(1, 2))).toBe(true);
  });

  it('leaves out what is absent or empty', () => {
    expect(prefixed('x', { a: '1', b: undefined, c: '' })).toEqual([{ field: 'x.a', value: '1' }]);
  });
});
