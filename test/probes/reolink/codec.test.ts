import { describe, expect, it } from 'vitest';
import { encodeSearch, parseAnswer } from '../../../probes/reolink/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/reolink/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row Reolink.
    expect(Buffer.from(encodeSearch()).toString('hex')).toBe('aaaa0000');
  });

  it('reads name, UID, address and MAC', () => {
    expect(parseAnswer(SAMPLES.reolink)).toEqual({ name: 'Drive', uid: '95270000ABCDEFGH', ip: '192.0.2.40', mac: '00:11:22:33:44:55' });
  });

  it('takes the MAC said twice for an echo that is missing, and nothing less', () => {
    const silent = Buffer.from(SAMPLES.reolink);
    silent.fill(0, 104, 108);
    expect(parseAnswer(silent)?.mac).toBe('00:11:22:33:44:55');
    silent[80] = 0x7e;
    expect(parseAnswer(silent)).toBeUndefined();
    expect(parseAnswer(Buffer.alloc(388))).toBeUndefined();
    expect(parseAnswer(SAMPLES.reolink.subarray(0, 387))).toBeUndefined();
  });
});
