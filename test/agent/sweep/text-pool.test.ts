import { describe, expect, it } from 'vitest';
import { TextPool } from '../../../agent/sweep/text-pool.ts';

describe('agent/sweep/text-pool', () => {
  it('gives back the same text, whatever is in it', () => {
    const pool = new TextPool();
    for (const text of [
      '',
      'short',
      'a server header of some length',
      'Überwachungskamera Büro',
      '\ud800 half a pair and more',
      '漢字漢字漢字漢字漢字漢字漢字',
    ])
      expect(pool.keep(text)).toBe(text);
  });

  it('holds more texts than it has room for, one after the other', () => {
    const pool = new TextPool();
    for (let index = 0; index < 120_000; index++)
      if (pool.keep(`serial number ${index}`) !== `serial number ${index}`) expect.fail(`${index}`);
  });
});
