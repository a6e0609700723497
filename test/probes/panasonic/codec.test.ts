import { describe, expect, it } from 'vitest';
import { encodeSearch, isPanasonicQuestion, parseAnswer } from '../../../probes/panasonic/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/panasonic/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row Panasonic, with all ones for the MAC; the last word is the sum of those before it.
    const words = '00010000000d000000000000ffffffffffffc00002010001' + '20111e11231f1e19130000020000000000000000' + '00000000ffff';
    const sum = words.match(/.{4}/g)?.reduce((total, word) => total + parseInt(word, 16), 0) ?? 0;
    expect(Buffer.from(encodeSearch('192.0.2.1')).toString('hex')).toBe(words + (sum & 0xffff).toString(16).padStart(4, '0'));
    expect(encodeSearch('192.0.2.1').length).toBe(52);
    expect(encodeSearch('not an address').length).toBe(52);
    expect(isPanasonicQuestion(encodeSearch('192.0.2.1'))).toBe(true);
  });

  it('reads names, address and MAC', () => {
    expect(parseAnswer(SAMPLES.panasonic)).toEqual({
      name: 'WV-S1131 Hall',
      shortName: 'WV-S1131',
      ip: '192.0.2.40',
      mac: '00:11:22:33:44:55',
    });
  });

  it('asks for a name, and stops at the first value that does not fit', () => {
    expect(parseAnswer(SAMPLES.panasonic.subarray(0, 75))).toBeUndefined();
    expect(parseAnswer(Buffer.alloc(2000))).toBeUndefined();
    expect(parseAnswer(encodeSearch('192.0.2.1'))).toBeUndefined();
    expect(parseAnswer(SAMPLES.panasonic.subarray(0, SAMPLES.panasonic.length - 6))).toEqual({
      name: 'WV-S1131 Hall',
      shortName: undefined,
      ip: '192.0.2.40',
      mac: '00:11:22:33:44:55',
    });
  });
});
