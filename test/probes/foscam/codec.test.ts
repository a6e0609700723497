import { describe, expect, it } from 'vitest';
import { encodeSearch, isFoscamNoise, parseAnswer } from '../../../probes/foscam/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

const READ = { serial: '00606E8C6C5C', name: 'Nursery', ip: '192.0.2.40' };

describe('probes/foscam/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row Foscam: 27 bytes.
    expect(Buffer.from(encodeSearch()).toString('hex')).toBe('4d4f5f490000000000000000000000040000000400000000000001');
  });

  it('reads the answer, in the clear and behind a key', () => {
    expect(parseAnswer(SAMPLES.foscam)).toEqual(READ);
    expect(SAMPLES.foscamMasked.includes('Nursery')).toBe(false);
    expect(parseAnswer(SAMPLES.foscamMasked)).toEqual(READ);
  });

  it('leaves alone whatever else is on the port', () => {
    expect(isFoscamNoise(encodeSearch())).toBe(true);
    expect(isFoscamNoise(SAMPLES.vivotek)).toBe(true);
    expect(isFoscamNoise(SAMPLES.foscam)).toBe(false);
    const command = Buffer.from(SAMPLES.foscam);
    command[4] = 2;
    expect(parseAnswer(command)).toBeUndefined();
    expect(parseAnswer(SAMPLES.foscam.subarray(0, 30))).toBeUndefined();
  });
});
