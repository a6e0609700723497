import { describe, expect, it } from 'vitest';
import { CamsweepError } from '../../../agent/errors.ts';
import { countAddresses, formatAddress, mergeRanges, parseAddress, parseTarget, walk } from '../../../agent/sweep/targets.ts';

const ranges = (...texts: string[]) => texts.flatMap((text) => parseTarget(text) ?? []);

describe('agent/sweep/targets', () => {
  it.each([
    ['192.168.1.7', ['192.168.1.7']],
    ['192.168.1.0/30', ['192.168.1.1', '192.168.1.2']],
    ['192.168.1.0/31', ['192.168.1.0', '192.168.1.1']],
    ['192.168.1.9/32', ['192.168.1.9']],
    ['10.0.0.254-10.0.1.1', ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
    ['10.0.0.8-10', ['10.0.0.8', '10.0.0.9', '10.0.0.10']],
    ['2001:db8::1-2001:db8::3', ['2001:db8::1', '2001:db8::2', '2001:db8::3']],
    ['2001:db8::/127', ['2001:db8::', '2001:db8::1']],
  ])('%s', (text, expected) => {
    expect([...walk(ranges(text))]).toEqual(expected);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/x',
    '1.2.3/24',
    '10.0.0.5-10.0.0.1',
    '10.0.0.1-2001:db8::1',
    '1.2.3.4.5',
    '256.1.1.1',
    '10.1',
    '2001:db8::/129',
    '224.0.0.1',
    '255.255.255.255',
    '0.0.0.0',
    'ff02::1',
  ])('refuses %s, naming it and what was expected', (text) => {
    expect(() => parseTarget(text)).toThrow(CamsweepError);
    expect(() => parseTarget(text)).toThrow(/expected/);
    expect(() => parseTarget(text)).toThrow(text.slice(0, 6));
  });

  it('leaves names to the resolver', () => {
    for (const name of ['camera.example', 'nvr-1', 'cam-2.lan']) expect(parseTarget(name)).toBeUndefined();
  });

  it('takes no octal, hexadecimal or short IPv4 forms', () => {
    for (const text of ['010.1.1.1', '0x7f.0.0.1', '127.1', '1.2.3']) expect(parseAddress(text)).toBeUndefined();
  });

  it('counts and walks overlaps once', () => {
    const list = ranges('10.0.0.0/24', '10.0.0.100-10.0.1.10', '10.0.0.7');
    expect(countAddresses(list)).toBe(BigInt([...walk(list)].length));
    expect(new Set(walk(list)).size).toBe([...walk(list)].length);
    expect(mergeRanges(list)).toHaveLength(1);
    expect(mergeRanges(ranges('10.0.0.8-10.0.0.9', '10.0.0.5-10.0.0.7', '10.0.0.11'))).toHaveLength(2);
  });

  it('walks a /8 lazily', () => {
    const iterator = walk(ranges('10.0.0.0/8'));
    expect(iterator.next().value).toBe('10.0.0.1');
    expect(countAddresses(ranges('10.0.0.0/8'))).toBe(16_777_214n);
  });

  it('formats what it parses', () => {
    for (const text of ['0.0.0.0', '255.255.255.255', '127.77.0.9', '::', '2001:db8::ff00:42:8329']) {
      const parsed = parseAddress(text);
      expect(parsed && formatAddress(parsed.family, parsed.value)).toBe(text);
    }
  });
});
