import { describe, expect, it } from 'vitest';
import { hashFavicon, murmur3, wrappedBase64 } from '../../../probes/http/favicon.ts';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('probes/http/favicon', () => {
  // Published vectors of MurmurHash3_x86_32, seed 0, as signed integers; the rest exercise every tail length.
  it.each([
    ['', 0],
    ['hello', 613153351],
    ['foo', -156908512],
  ])('murmur3 of %j', (text, hash) => {
    expect(murmur3(ascii(text))).toBe(hash);
  });

  it('murmur3 with a seed, as published (empty input, seed 1)', () => {
    expect(murmur3(ascii(''), 1)).toBe(0x514e28b7);
  });

  it('hashes a view like its own copy, for every tail length', () => {
    const whole = ascii('xxThe quick brown fox');
    for (let end = 2; end <= whole.length; end++) {
      expect(murmur3(whole.subarray(2, end))).toBe(murmur3(Uint8Array.from(whole.subarray(2, end))));
    }
    expect(new Set([1, 2, 3, 4, 5].map((length) => murmur3(whole.subarray(2, 2 + length)))).size).toBe(5);
  });

  it('wraps base64 at 76 characters, with a line feed at the end too', () => {
    const lines = wrappedBase64(new Uint8Array(120)).split('\n');
    expect(lines.map(({ length }) => length)).toEqual([76, 76, 8, 0]);
    expect(wrappedBase64(new Uint8Array())).toBe('');
    expect(wrappedBase64(ascii('foo'))).toBe('Zm9v\n');
  });

  it('gives MD5 in lower-case hex and mmh3 in signed decimal', () => {
    expect(hashFavicon(ascii('foo'))).toEqual({ md5: 'acbd18db4cc2f85cedef654fccc4a4d8', mmh3: String(murmur3(ascii('Zm9v\n'))) });
  });
});
