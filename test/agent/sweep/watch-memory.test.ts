import { describe, expect, it } from 'vitest';
import { createMemories, fingerprint, rememberDatagram } from '../../../agent/sweep/watch-memory.ts';

const AT = '2026-01-01T00:00:00.000Z';

function memories(hosts: number, bytes = 1_000_000) {
  const gone: string[] = [];
  return { gone, memories: createMemories({ hosts, bytes }, (address) => gone.push(address)) };
}

describe('agent/sweep/watch-memory', () => {
  it('forgets who was longest unheard, not who came first', () => {
    const { gone, memories: store } = memories(2);
    for (const address of ['a', 'b', 'a', 'c']) store.touch(address, AT);
    expect(gone).toEqual(['b']);
    expect([...store.entries()].map(([address]) => address)).toEqual(['a', 'c']);
    expect(store.dropped()).toBe(1);
  });

  it('keeps the hour of the first word when an address speaks again', () => {
    const { memories: store } = memories(2);
    store.touch('a', AT);
    expect(store.touch('a', '2026-01-02T00:00:00.000Z').firstHeardAt).toBe(AT);
  });

  it('makes room by weight too, but never drops the one that speaks', () => {
    const { gone, memories: store } = memories(100, 10_000);
    for (const address of ['a', 'b']) {
      store.touch(address, AT);
      store.charge(address, 1000);
    }
    store.charge('b', 8000);
    expect(gone).toEqual(['a']);
    store.charge('b', 1_000_000);
    expect(gone).toEqual(['a']);
    store.touch('c', AT);
    expect(gone).toEqual(['a', 'b']);
  });

  it('gives back the weight of what is forgotten, and counts only what had to go', () => {
    const { gone, memories: store } = memories(100, 10_000);
    for (let round = 0; round < 50; round++) {
      store.touch('a', AT);
      store.charge('a', 5000);
      store.forget('a');
    }
    store.touch('b', AT);
    store.touch('c', AT);
    expect(gone).toEqual(Array.from({ length: 50 }, () => 'a'));
    expect(store.dropped()).toBe(0);
  });

  it('stays bounded however many addresses speak', () => {
    const { memories: store } = memories(1000, 100_000_000);
    for (let index = 0; index < 50_000; index++) store.touch(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, AT);
    expect([...store.entries()]).toHaveLength(1000);
    expect(store.dropped()).toBe(49_000);
  });

  it('remembers the newest datagrams of an address and no others', () => {
    const { memories: store } = memories(1);
    const memory = store.touch('a', AT);
    for (let index = 0; index < 500; index++) rememberDatagram(memory, index, index % 2 === 0);
    expect(memory.lately.size).toBeLessThanOrEqual(48);
    expect(memory.lately.get(499)).toBe(false);
    expect(memory.lately.get(498)).toBe(true);
    expect(memory.lately.has(0)).toBe(false);
  });

  it('makes one number of one text, and others of others', () => {
    expect(fingerprint('a', Buffer.from('b'))).toBe(fingerprint('ab'));
    const prints = new Set(Array.from({ length: 5000 }, (_, index) => fingerprint(String(index))));
    expect(prints.size).toBe(5000);
    for (const print of prints) expect(Number.isSafeInteger(print)).toBe(true);
  });
});
