import { describe, expect, it } from 'vitest';
import { encodeSearch, parseAnswer } from '../../../probes/hanwha/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/hanwha/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8: 262 bytes, the first 01, the rest 0.
    expect(Buffer.from(encodeSearch()).toString('hex')).toBe(`01${'00'.repeat(261)}`);
  });

  it('reads the fixed fields', () => {
    expect(parseAnswer(SAMPLES.hanwha)).toEqual({
      mac: '00:16:6c:7d:75:6e',
      ip: '192.0.2.55',
      model: 'SND-6083',
      url: 'http://192.0.2.55/index.htm',
    });
  });

  it('takes no question and no other datagram for an answer', () => {
    expect(parseAnswer(encodeSearch())).toBeUndefined();
    expect(parseAnswer(Buffer.alloc(262, 0x0b))).toBeUndefined();
    expect(parseAnswer(SAMPLES.hanwha.subarray(0, 0x13 + 16))).toBeUndefined();
  });
});
