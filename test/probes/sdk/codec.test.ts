import { describe, expect, it } from 'vitest';
import { bannerBytes, isWholeGreeting, parseGreeting } from '../../../probes/sdk/codec.ts';
import { decodeSdk } from '../../../probes/sdk/decode.ts';
import { SAMPLES } from '../vendor-samples.ts';
import type { Field } from '../../../probes/observation.ts';

const HELLO = '000000100000001e0000001e00000000';
const decode = (banner: unknown): readonly Field[] =>
  decodeSdk({ id: 'x', protocol: 'sdk', from: { address: '192.0.2.9', port: 8000 }, response: { banner } });

describe('probes/sdk/codec', () => {
  it('knows a whole greeting from a part of one', () => {
    // Both hellos stand in nmap-service-probes, the text challenge in 2.10.
    for (let length = 0; length < 16; length++) expect(isWholeGreeting(SAMPLES.sdk.subarray(0, length))).toBe(false);
    expect(isWholeGreeting(SAMPLES.sdk)).toBe(true);
    expect(isWholeGreeting(Buffer.from('Realm:Login to 3F05B0APAZHKSHZ\r\n'))).toBe(false);
    expect(isWholeGreeting(SAMPLES.sdkText)).toBe(true);
    expect(isWholeGreeting(Buffer.alloc(1024, 0xff))).toBe(true);
  });

  it('reads the binary hello and the text challenge', () => {
    expect(parseGreeting(SAMPLES.sdk)).toEqual({ hello: HELLO, text: undefined, realm: undefined });
    expect(parseGreeting(SAMPLES.sdkText)).toEqual({
      hello: undefined,
      text: 'Realm:Login to 3F05B0APAZHKSHZ\r\nRandom:625605629',
      realm: 'Login to 3F05B0APAZHKSHZ',
    });
    const framed = parseGreeting(Buffer.concat([Buffer.from('b0010078', 'hex'), Buffer.alloc(28), SAMPLES.sdkText]));
    expect(framed.hello).toBe('b0010078000000000000000000000000');
    expect(framed.realm).toBe('Login to 3F05B0APAZHKSHZ');
  });

  it('reads a banner in every way it is written down', () => {
    const hello = Buffer.from(HELLO, 'hex');
    const spellings = [
      HELLO,
      HELLO.toUpperCase().replace(/(..)/g, '$1 '),
      HELLO.replace(/(..)(?=.)/g, '$1:'),
      hello.toString('base64'),
      hello.toString('latin1'),
      HELLO.replace(/(..)/g, '\\x$1'),
      '\\0\\0\\0\\x10\\0\\0\\0\\x1e\\0\\0\\0\\x1e\\0\\0\\0\\0',
    ];
    for (const spelling of spellings) expect(Buffer.from(bannerBytes(spelling)).toString('hex')).toBe(HELLO);
  });

  it('gives fields with the port, and none for silence', () => {
    expect(decode(HELLO)).toEqual([
      { field: 'sdk.hello', value: HELLO },
      { field: 'sdk.port', value: '8000' },
    ]);
    expect(decode('Realm:Login to 3F05B0APAZHKSHZ\r\nRandom:1\r\n').map(({ field }) => field)).toEqual([
      'sdk.banner',
      'sdk.realm',
      'sdk.port',
    ]);
    for (const nothing of ['', undefined, 7, {}]) expect(decode(nothing)).toEqual([]);
  });
});
