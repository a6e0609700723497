import { describe, expect, it } from 'vitest';
import { encodeSearch, isSonyQuestion, parseAnswer } from '../../../probes/sony/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/sony/codec', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row Sony.
    expect(Buffer.from(encodeSearch()).toString('hex')).toBe(`02${Buffer.from('ENQ:allinfo').toString('hex')}ff03`);
    expect(isSonyQuestion(encodeSearch())).toBe(true);
    expect(isSonyQuestion(SAMPLES.sony)).toBe(false);
  });

  it('reads items by their own names', () => {
    expect(parseAnswer(SAMPLES.sony)).toEqual([
      { name: 'MAC', value: '00:11:22:33:44:55' },
      { name: 'MODEL', value: 'SNC-EP550' },
      { name: 'SERIAL', value: '123456789' },
      { name: 'INFO', value: 'allinfo' },
      { name: 'IPADR', value: '192.0.2.40' },
      { name: 'SOFTVERSION', value: '1.50.00' },
    ]);
  });

  it('never invents a value when truncated', () => {
    const whole = parseAnswer(SAMPLES.sony) ?? [];
    for (let length = 0; length < SAMPLES.sony.length; length++) {
      for (const member of parseAnswer(SAMPLES.sony.subarray(0, length)) ?? []) expect(whole).toContainEqual(member);
    }
  });

  it('takes no question and no foreign text for an answer, and stays bounded', () => {
    expect(parseAnswer(encodeSearch())).toBeUndefined();
    expect(parseAnswer(Buffer.from('\x02STATUS:ok\xff\x03', 'latin1'))).toBeUndefined();
    const many = Buffer.from(`\x02MODEL:x\xff${'A:1\xff'.repeat(10_000)}\x03`, 'latin1');
    expect(parseAnswer(many)?.length).toBe(100);
  });
});
