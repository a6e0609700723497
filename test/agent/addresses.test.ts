import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../agent/addresses.ts';
import { randomFrom } from '../probes/mutate.ts';

describe('agent/addresses', () => {
  it('takes of IPv4 what a strict parser takes, and gives it back', () => {
    const random = randomFrom(5);
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
    const pieces = ['0', '1', '9', '10', '25', '255', '256', '01', '00', '1000', '', 'a', '-1', ' 1', '+1', '0x1'];
    let taken = 0;
    for (let round = 0; round < 20_000; round++) {
      const parts = Array.from({ length: random() < 0.9 ? 4 : Math.floor(random() * 6) }, () =>
        random() < 0.7 ? String(Math.floor(random() * 256)) : (pick(pieces) ?? ''),
      );
      const text = parts.join(random() < 0.98 ? '.' : ',');
      const expected = ipaddr.IPv4.isValidFourPartDecimal(text.trim())
        ? ipaddr.IPv4.parse(text.trim())
            .toByteArray()
            .reduce((value, byte) => value * 256 + byte, 0)
        : undefined;
      const parsed = parseAddress(text);
      expect(parsed?.family === 4 ? Number(parsed.value) : undefined, text).toBe(expected);
      if (!parsed) continue;
      taken++;
      expect(formatAddress(parsed.family, parsed.value)).toBe(text.trim());
    }
    expect(taken).toBeGreaterThan(2000);
  });

  it.each(['', '.', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '01.2.3.4', '1.2.3.256', '1.2.3.4/24', '1.2.3.4 5', '١.2.3.4'])(
    'does not take %s',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  it('reads and writes IPv6, but no zone', () => {
    expect(parseAddress('::1')).toEqual({ family: 6, value: 1n });
    expect(formatAddress(6, (0x20010db8n << 96n) + 1n)).toBe('2001:db8::1');
    expect(parseAddress('fe80::1%eth0')).toBeUndefined();
  });
});
