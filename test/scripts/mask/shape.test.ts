import { describe, expect, it } from 'vitest';
import { nonceForm } from '../../../probes/nonce-form.ts';
import { parseSerial } from '../../../probes/serial.ts';
import { maskedMac, maskedSerial, sameNonce, sameShape, sameUuid } from '../../../scripts/mask/shape.ts';

describe('scripts/mask/shape', () => {
  // Nonces in the forms of recorded 401 answers (MissiaL/hikvision-client), nmap-service-probes and captures in retina and gortsplib and of probes/http/readme.md; the digits are ours.
  it.each([
    '4d5755784d7a41344d546b365a446b31597a51354e513d3d',
    '396539323a38326531323232323a000102030405060708090a0b0c0d0e0f',
    '0123456789abcdef0123456789abcdef',
    'b252aWYtZGlnZXN0OjAxMjM0NTY3ODlh',
    'AAAAAAAAAAAAAP//DwHpMwYy1zc=',
    '0011223344556677:00112233',
    '00000000Y00000000000000000000000000000000',
    'aa85c000-6324-11b3-819e-5850ed1fe385',
    '98481030',
    'c3RhcnQ=0123456789abcdef0123456789abcdef01234567',
  ])('gives the nonce %s another value of its form', (nonce) => {
    for (let number = 1; number < 20; number++) {
      const masked = sameNonce(nonce, number);
      expect(masked).not.toBe(nonce);
      expect(masked).toHaveLength(nonce.length);
      expect(nonceForm(masked)).toBe(nonceForm(nonce));
    }
  });

  it('takes any text for a nonce', () => {
    for (const odd of ['', ':', '::::', '%%%', '\u0000', 'é'.repeat(40), '='.repeat(64)])
      expect(sameNonce(odd, 1)).toHaveLength(odd.length);
  });

  it('replaces by kind, the same way each time and another way for another number', () => {
    expect(sameShape('AbC-12 xyz', 1)).toMatch(/^[A-Z][a-z][A-Z]-\d\d [a-z]{3}$/);
    expect(sameShape('0362B98B', 3)).toMatch(/^[0-9A-F]{8}$/);
    expect(sameShape('83813', 4)).toMatch(/^\d{5}$/);
    expect(sameShape('0362B98B', 3)).toBe(sameShape('0362B98B', 3));
    expect(sameShape('0362B98B', 3)).not.toBe(sameShape('0362B98B', 4));
  });

  it('keeps version, variant and zeros of a UUID', () => {
    expect(sameUuid('aa85c000-6324-11b3-819e-5850ed1fe385', 1)).toMatch(/^[0-9a-f]{5}000-[0-9a-f]{4}-11b3-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(sameUuid('AA85C000-6324-41B3-819E-5850ED1FE385', 1)).toMatch(/^[0-9A-F]{5}000-[0-9A-F]{4}-41B3-8[0-9A-F]{3}-[0-9A-F]{12}$/);
    expect(sameUuid('not a uuid', 1)).toMatch(/^[a-z]{3} [a-z] [a-z]{4}$/);
  });

  it('keeps the prefix of a MAC and counts the rest', () => {
    expect([0, 1, 0x1_02_03].map((number) => maskedMac('58:50:ed:1f:e3:85', number))).toEqual([
      '58:50:ed:00:00:00',
      '58:50:ed:00:00:01',
      '58:50:ed:01:02:03',
    ]);
  });

  it.each([
    ['DS-2CD2432F-IW20150126CCCH502126167', 'DS-2CD2432F-IW20150126CCCH000000007'],
    ['DS-7804HQH-K10420190822CCCHD53257168WCVU', 'DS-7804HQH-K10420190822CCCHD00000007WCVU'],
    ['0820160719AARR624053979WCVU', '0820160719AARR000000007WCVU'],
    ['6C01E93PAG69A7D', '0C00E00PAG00A7D'],
    ['AMC0171A3B', 'AMC0000A7B'],
  ])('keeps model, date and letters of the serial %s', (serial, masked) => {
    expect(maskedSerial(serial, 7)).toBe(masked);
    expect(parseSerial(masked)?.produced).toBe(parseSerial(serial)?.produced);
  });

  it('leaves a serial without digits alone', () => {
    expect(maskedSerial('ABC', 7)).toBe('ABC');
  });
});
