import { describe, expect, it } from 'vitest';
import { decodeFtp, decodeTelnet } from '../../../probes/banner/decode.ts';
import { fieldsOf, WRONG_RESPONSES } from '../fields-of.ts';
import { survivesHostileInput } from '../hostile.ts';

const ftp = (response: Readonly<Record<string, unknown>>): string | undefined => fieldsOf(decodeFtp, 'ftp', response)['ftp.banner']?.[0];
const telnet = (response: Readonly<Record<string, unknown>>): string | undefined =>
  fieldsOf(decodeTelnet, 'telnet', response)['telnet.banner']?.[0];
const latin1 = (text: string): { bytes: string } => ({ bytes: Buffer.from(text, 'latin1').toString('base64') });

// RFC 854: IAC DO ECHO, IAC WILL SUPPRESS-GO-AHEAD, IAC SB NAWS … IAC SE, IAC NOP.
const OPTIONS = '\xff\xfd\x01\xff\xfb\x03\xff\xfa\x1f\x00\x50\xff\xf0\xff\xf1';

describe('probes/banner/decode', () => {
  it.each([
    ['220 Example FTP ready.\r\n', 'Example FTP ready.'],
    ['220-Welcome\r\n220-to this\r\n220 Ready\r\n', 'Welcome\nto this\nReady'],
    ['  Example FTP ready.  ', 'Example FTP ready.'],
    ['421 Too many users\r\n', 'Too many users'],
    ['2200 is a model', '2200 is a model'],
    ['220', undefined],
    ['', undefined],
  ])('ftp %j, as text and as bytes', (banner, expected) => {
    expect([ftp({ banner }), ftp(latin1(banner))]).toEqual([expected, expected]);
  });

  it.each([
    [`${OPTIONS}\r\ncamera login: `, 'camera login:'],
    [`user${OPTIONS}name\0:`, 'username:'],
    ['a\xff\xffb', 'a\u00ffb'],
    ['login: \xff\xfd', 'login:'],
    ['login: \xff', 'login:'],
    ['x\xff\xfa never ended', 'x'],
    [OPTIONS, undefined],
  ])('telnet %j, as text and as bytes', (banner, expected) => {
    expect([telnet({ banner }), telnet(latin1(banner))]).toEqual([expected, expected]);
  });

  it('reads UTF-8 greetings', () => {
    expect([
      ftp({ bytes: Buffer.from('220 Caméra\r\n').toString('base64') }),
      telnet({ bytes: Buffer.from('Caméra').toString('base64') }),
    ]).toEqual(['Caméra', 'Caméra']);
  });

  it('keeps 4 KiB', () => {
    expect(ftp({ banner: 'x'.repeat(100_000) })).toHaveLength(4096);
    expect(telnet(latin1('x'.repeat(100_000)))).toHaveLength(4096);
  });

  it.each(WRONG_RESPONSES)('does not trip over %j', (response) => {
    for (const decoder of [decodeFtp, decodeTelnet]) {
      expect(Array.isArray(decoder({ id: 'r', from: { address: '' }, protocol: 'ftp', response }))).toBe(true);
    }
  });

  it('leaves no option bytes behind, wherever the greeting breaks off', () => {
    const whole = Buffer.from(`${OPTIONS}login:${OPTIONS}`, 'latin1');
    for (let length = 0; length <= whole.length; length++) {
      expect(telnet({ bytes: whole.subarray(0, length).toString('base64') }) ?? '').toMatch(/^[login:]*$/);
    }
  });

  survivesHostileInput(decodeTelnet, 'telnet', [Buffer.from(`${OPTIONS}login:${OPTIONS}`, 'latin1')]);
  survivesHostileInput(decodeFtp, 'ftp', [Buffer.from('220-a\r\n220 b\r\n')]);
});
