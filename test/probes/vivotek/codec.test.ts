import { describe, expect, it } from 'vitest';
import { encodeSearch, isVivotekQuestion, parseAnswer } from '../../../probes/vivotek/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/vivotek/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row Vivotek.
    expect(Buffer.from(encodeSearch(0x2a)).toString('hex')).toBe('2a4a5d8f1c');
    expect(Buffer.from(encodeSearch(0x1ff)).toString('hex')).toBe('ff4a5d8f1c');
    expect(isVivotekQuestion(encodeSearch(0))).toBe(true);
    expect(isVivotekQuestion(SAMPLES.vivotek)).toBe(false);
  });

  it('reads the values, type 4 without a length', () => {
    expect(parseAnswer(SAMPLES.vivotek)).toEqual({
      name: 'VIVOTEK IP8332',
      mac: '00:11:22:33:44:55',
      ip: '192.0.2.40',
      shortName: 'IP8332',
    });
  });

  it('keeps the values before the one that runs past the end', () => {
    expect(parseAnswer(SAMPLES.vivotek.subarray(0, 24))).toEqual({ name: 'VIVOTEK IP8332' });
    expect(parseAnswer(encodeSearch(1))).toBeUndefined();
    expect(parseAnswer(Buffer.concat([encodeSearch(1), Buffer.alloc(60_000, 4)]))).toBeUndefined();
  });
});
