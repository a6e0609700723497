import { describe, expect, it } from 'vitest';
import { encodeDiscovery, isUbiquitiQuestion, parseAnswer } from '../../../probes/ubiquiti/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/ubiquiti/codec', () => {
  it('writes both questions byte for byte', () => {
    // Signals section 8, row Ubiquiti.
    expect(encodeDiscovery().map((question) => Buffer.from(question).toString('hex'))).toEqual(['01000000', '02080000']);
    expect(encodeDiscovery().every(isUbiquitiQuestion)).toBe(true);
    expect(isUbiquitiQuestion(SAMPLES.ubiquiti)).toBe(false);
  });

  it('reads the values of both versions', () => {
    const read = {
      mac: '00:11:22:33:44:55',
      ip: '192.0.2.40',
      firmware: 'UVC.S2L.v4.30.0',
      hostname: 'Front',
      product: 'UVC G3',
      version: '4.30.0',
    };
    expect(parseAnswer(SAMPLES.ubiquiti)).toEqual(read);
    for (const head of [0x06, 0x09, 0x0b])
      expect(parseAnswer(Buffer.concat([Buffer.from([2, head]), SAMPLES.ubiquiti.subarray(2)]))).toEqual(read);
  });

  it('keeps the values before the one that runs past the end', () => {
    expect(parseAnswer(SAMPLES.ubiquiti.subarray(0, 14))).toEqual({ mac: '00:11:22:33:44:55' });
  });

  it('takes no question and no other datagram for an answer', () => {
    for (const question of encodeDiscovery()) expect(parseAnswer(question)).toBeUndefined();
    expect(parseAnswer(Buffer.concat([Buffer.from([2, 8]), SAMPLES.ubiquiti.subarray(2)]))).toBeUndefined();
    expect(parseAnswer(Buffer.alloc(60_000))).toBeUndefined();
    expect(parseAnswer(Buffer.concat([Buffer.from([1, 0, 0, 0]), Buffer.alloc(60_000)]))).toBeUndefined();
  });
});
