import { describe, expect, it } from 'vitest';
import { Recent } from '../../../agent/identify/recent.ts';

describe('agent/identify/recent', () => {
  it('remembers the last, at least as many as were asked for and never more than twice as many', () => {
    const recent = new Recent<number>(10);
    for (let number = 0; number < 1000; number++) {
      recent.set(`a${number}`, number);
      for (let back = 0; back < Math.min(10, number); back++) expect(recent.get(`a${number - back}`)).toBe(number - back);
      expect(recent.get(`a${number - 20}`)).toBeUndefined();
    }
  });

  it('knows the newer word where a key comes again, and nothing of one that was deleted', () => {
    const recent = new Recent<string>(2);
    recent.set('a', 'old');
    recent.set('b', 'b');
    recent.set('a', 'new');
    expect(recent.get('a')).toBe('new');
    recent.set('c', 'c');
    recent.delete('a');
    expect(recent.get('a')).toBeUndefined();
    expect(recent.get('c')).toBe('c');
  });
});
