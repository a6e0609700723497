import { describe, expect, it } from 'vitest';
import { PortMemory } from '../../../agent/net/port-memory.ts';

describe('agent/net/port-memory', () => {
  it('foresees the refusal of a port that refused', () => {
    const ports = new PortMemory();
    ports.note(80, 'refused', false);
    expect(ports.foresee(80)).toBe('refused');
    expect(ports.foresee(443)).toBeUndefined();
  });

  it('asks a port again that was open once', () => {
    const ports = new PortMemory();
    ports.note(80, 'answered', true);
    ports.note(80, 'refused', false);
    expect(ports.foresee(80)).toBeUndefined();
  });

  it('gives a host up whose first four ports are silent, unless one of them spoke', () => {
    const filtered = new PortMemory();
    for (const port of [80, 443, 554, 8000]) filtered.note(port, 'silent', false);
    expect(filtered.foresee(8080)).toBe('silent');
    filtered.note(37777, 'refused', false);
    expect(filtered.foresee(8080)).toBeUndefined();
  });

  it('repeats what met silence once the host has spoken, or where it is the first such port', () => {
    const ports = new PortMemory();
    expect(ports.isWorthRepeating(80)).toBe(true);
    ports.note(80, 'silent', false);
    expect(ports.isWorthRepeating(443)).toBe(false);
    ports.note(554, 'refused', false);
    expect(ports.isWorthRepeating(443)).toBe(true);
    expect(ports.isWorthRepeating(80)).toBe(false);
  });

  it('lets the first connection to a port go alone until it stands, and then the others', async () => {
    const ports = new PortMemory();
    const order: string[] = [];
    let stands = (): void => {};
    const first = ports.explore(80, async (settled) => {
      order.push('first');
      await new Promise<void>((resolve) => (stands = resolve));
      ports.note(80, 'answered', true);
      settled();
      await Promise.resolve();
    });
    const second = ports.explore(80, () => Promise.resolve(order.push('second')));
    await ports.explore(443, () => Promise.resolve(order.push('other port')));
    expect(order).toEqual(['first', 'other port']);
    stands();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'other port', 'second']);
  });

  it('lets the next one try when the first failed without saying anything', async () => {
    const ports = new PortMemory();
    const broken = ports.explore(80, () => Promise.reject(new Error('broken')));
    const next = ports.explore(80, () => Promise.resolve('asked'));
    await expect(broken).rejects.toThrow('broken');
    expect(await next).toBe('asked');
  });
});
