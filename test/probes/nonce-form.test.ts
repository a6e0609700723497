import { describe, expect, it } from 'vitest';
import { nonceForm } from '../../probes/nonce-form.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

describe('probes/nonce-form', () => {
  // Built after the structures in recorded 401 answers (MissiaL/hikvision-client) with digits of our own.
  it.each([
    ['hex of base64 of hex:hex', hex(base64('0a1b2c3d:4e5f607')), 'hex48:base64:hex8:hex7'],
    ['the same with eight digits', hex(base64('0A1B2C3D:4e5f6071')), 'hex48:base64:hex8:hex8'],
    ['hex of two counters and raw bytes', `${hex('9a9b:0a1b2c3d:')}00ff10ee20dd30cc40bb50aa60993a88`, 'hex60:hex4:hex8:bytes16'],
    ['a plain digest', '5ccc069c403ebaf9f0171e9517f40e41', 'hex32'],
    ['digits only are hex too', '98481030', 'hex8'],
    ['time and digest', '5f3e1a2b:5ccc069c403ebaf9f0171e9517f40e41', 'hex8:hex32'],
    ['base64 text with a constant word', base64('onvif-digest:12345678901'), 'base64:onvif-digest:hex11'],
    ['base64 of bytes', base64('\x00\xff\x80\x01\x02\x03\x04\x05\x06'), 'base64:bytes9'],
    ['Apache: base64 time and SHA-1', `AbCdEfGhIjk=${'0123456789'.repeat(4)}`, 'base64:bytes8+hex40'],
    ['a UUID', '01234567-89ab-cdef-0123-456789abcdef', 'uuid'],
    ['nothing', '  ', 'empty'],
    ['words and text', 'nonce:Zzz!', 'nonce:text4'],
    ['odd hex', 'abc', 'hex3'],
    ['far too long', 'a'.repeat(600), 'long'],
    ['many parts', 'a:b:c:d:e:f:g:h', 'hex1:hex1:hex1:hex1:hex1:hex1:more'],
    ['an empty part', 'ab::cd', 'hex2:empty:hex2'],
  ])('%s', (_title, nonce, form) => {
    expect(nonceForm(nonce)).toBe(form);
  });

  it('is the same for every digit string one generator can make', () => {
    const forms = new Set<string>();
    for (let n = 0; n < 500; n++) {
      const head = (n * 2654435761 + 1).toString(16).padStart(8, '0').slice(-8);
      const tail = (n * 40503 + 0x1000000).toString(16).slice(-7);
      forms.add(nonceForm(hex(base64(`${head}:${tail}`))));
    }
    expect([...forms]).toEqual(['hex48:base64:hex8:hex7']);
  });
});
