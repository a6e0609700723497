import { describe, expect, it } from 'vitest';
import { encodeLegacySearch, isLegacyQuestion, parseLegacyAnswer } from '../../../probes/dhip/legacy.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/dhip/legacy', () => {
  it('writes the search byte for byte', () => {
    // Signals section 8, row Dahua v1.
    expect(Buffer.from(encodeLegacySearch()).toString('hex')).toBe(`a3010001${'00'.repeat(12)}02${'00'.repeat(15)}`);
    expect(isLegacyQuestion(encodeLegacySearch())).toBe(true);
    expect(isLegacyQuestion(SAMPLES.dahua1)).toBe(false);
  });

  it('reads the three sections', () => {
    expect(parseLegacyAnswer(SAMPLES.dahua1)).toEqual({
      name: 'Gate',
      ip: '192.0.2.40',
      mac: '3c:ef:8c:00:11:22',
      model: 'DH-DVR0404HF',
      serial: 'PZC4LZ000A00001',
    });
  });

  it('does without the third section and the model', () => {
    const bytes = Buffer.from(SAMPLES.dahua1);
    bytes.writeUInt16LE(17, 2);
    bytes.writeUInt16LE(0, 0x14);
    expect(parseLegacyAnswer(bytes)).toEqual({
      name: 'DVR',
      ip: '192.0.2.40',
      mac: '3c:ef:8c:00:11:22',
      model: undefined,
      serial: undefined,
    });
  });

  it('asks for more than one byte of magic, and for lengths that hold', () => {
    expect(parseLegacyAnswer(Buffer.from([0xb3]))).toBeUndefined();
    expect(parseLegacyAnswer(Buffer.alloc(300, 0xb3))).toBeUndefined();
    const lying = Buffer.from(SAMPLES.dahua1);
    lying.writeUInt16LE(0xffff, 2);
    lying.writeUInt16LE(0xffff, 0x14);
    expect(parseLegacyAnswer(lying)?.mac).toBe('3c:ef:8c:00:11:22');
  });
});
