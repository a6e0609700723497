import { describe, expect, it } from 'vitest';
import { encodeSearch, isTvtQuestion, parseAnswer } from '../../../probes/tvt/codec.ts';
import { SAMPLES } from '../vendor-samples.ts';

describe('probes/tvt/codec', () => {
  it('writes the search byte for byte, command 1 and nothing after it', () => {
    // Signals section 8, row TVT: 140 bytes.
    expect(Buffer.from(encodeSearch()).toString('hex')).toBe(`4d4845440800010001000000${'00'.repeat(128)}`);
    expect(isTvtQuestion(encodeSearch())).toBe(true);
    expect(isTvtQuestion(SAMPLES.tvt)).toBe(false);
  });

  it('reads the answer', () => {
    expect(parseAnswer(SAMPLES.tvt)).toEqual({
      mac: '00:11:22:33:44:55',
      ip: '192.0.2.40',
      name: 'Lobby',
      product: 'TD-9421',
      model: 'TD-9421S3',
      manufacturer: 'SomeBrand',
      firmware: '1.4.10.0',
      build: '20200923',
      type: 'IPC',
    });
  });

  it('reads the older, shorter structure', () => {
    expect(parseAnswer(SAMPLES.tvt.subarray(0, 140))).toMatchObject({ name: 'Lobby', model: undefined, product: undefined });
    expect(parseAnswer(SAMPLES.tvt.subarray(0, 60))).toBeUndefined();
  });

  it('does not take the commands of other clients, passwords in them, for answers', () => {
    for (const command of [1, 3, 4, 16]) {
      const bytes = Buffer.from(SAMPLES.tvt);
      bytes.writeUInt32LE(command, 8);
      expect(isTvtQuestion(bytes)).toBe(true);
      expect(parseAnswer(bytes)).toBeUndefined();
    }
    const secret = Buffer.from(SAMPLES.tvt);
    secret.write('c2VjcmV0', 84);
    expect(JSON.stringify(parseAnswer(secret))).not.toContain('c2VjcmV0');
  });
});
