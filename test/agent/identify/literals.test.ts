import { describe, expect, it } from 'vitest';
import { requiredLiterals } from '../../../agent/identify/literals.ts';

describe('agent/identify/literals', () => {
  it.each([
    ['^app-webs/?$', ['app-webs']],
    ['^(hikvision|dnvrs|dvrdvs)-webs/?$', ['hikvision', 'dnvrs', 'dvrdvs']],
    ['AXIS [A-Z]\\d{3,4}', ['axis ']],
    ['^IP Camera\\([A-Z]{0,2}\\d{3,5}\\)$', ['ip camera(']],
    ['(?:abc)?defg', ['defg']],
    ['a*bc+d', ['bc'].map(() => 'b')],
  ])('%s', (pattern, expected) => {
    const literals = requiredLiterals(pattern);
    // A single character is too common to filter by: then nothing is promised.
    expect(literals ?? 'none').toEqual(expected.every((literal) => literal.length >= 2) ? expected : 'none');
  });

  it.each(['^\\d+$', '.*', '[abc]+', 'foo|.*', '(x?)+'])('promises nothing for %s', (pattern) => {
    expect(requiredLiterals(pattern)).toBeUndefined();
  });

  it('reads flags and code points as what they are', () => {
    expect(requiredLiterals('(?i)Netwave')).toEqual(['netwave']);
    expect(requiredLiterals('^\\x{FEFF}<!doctype')).toEqual(['<!doctype']);
    expect(requiredLiterals('\\pLdoor')).toEqual(['door']);
  });

  it('never filters out what the pattern matches', () => {
    const samples: readonly (readonly [RegExp, string])[] = [
      [/^DS-(2CD|7\d{3}N)[A-Z0-9-]*$/, 'DS-7608NI-K2'],
      [/^V\d+\.\d+\.\d+ ?build ?\d{6}$/, 'V5.5.0 build 170914'],
      [/(?:NET|ip)[- ]cam(?:era)?/, 'ip camera'],
      [/^Login to (?:[A-Z0-9]{10,16}|[0-9a-f]{32})$/, 'Login to 3F05B0APAZHKSHZ'],
      [/x(?:ab|cd){0,3}yz/, 'xyz'],
      [/\x41BC{2}/, 'ABCC'],
    ];
    for (const [pattern, text] of samples) {
      expect(pattern.test(text)).toBe(true);
      const literals = requiredLiterals(pattern.source);
      expect(literals === undefined || literals.some((literal) => text.toLowerCase().includes(literal)), pattern.source).toBe(true);
    }
  });
});
