import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gather } from '../../../agent/commands/gather.ts';

describe('agent/commands/gather', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells of an item once, however often it was added, and again when it comes again later', () => {
    const told: { name: string }[] = [];
    const [a, b] = [{ name: 'a' }, { name: 'b' }];
    const { add } = gather<{ name: string }>((item) => void told.push(item));
    for (const item of [a, b, a, a]) add(item);
    expect(told).toEqual([]);
    vi.runAllTimers();
    expect(told).toEqual([a, b]);
    add(a);
    vi.runAllTimers();
    expect(told).toEqual([a, b, a]);
  });

  it('keeps nothing back at the end', () => {
    const told: object[] = [];
    const { add, flush } = gather((item) => void told.push(item));
    const item = {};
    add(item);
    flush();
    expect(told).toEqual([item]);
    vi.runAllTimers();
    expect(told).toEqual([item]);
  });
});
