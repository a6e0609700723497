import { describe, expect, it } from 'vitest';
import { isSameDevice, mayTry, TRY_INTERVAL_MS, withResult, withTry, type LoginTry } from '../../../agent/inventory/login-tries.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;
const past = (hoursAgo: number, more: Partial<LoginTry> = {}): LoginTry => ({
  id: `t${hoursAgo}`,
  atMs: NOW - hoursAgo * HOUR,
  address: '192.0.2.7',
  login: 'hash-one',
  result: 'accepted',
  ...more,
});
const decide = (
  history: readonly LoginTry[],
  device: { address: string; mac?: string } = { address: '192.0.2.7' },
  login = 'hash-one',
): string => mayTry(history, device, () => login, NOW);

describe('agent/inventory/login-tries', () => {
  it('allows the first try', () => {
    expect(decide([])).toBe('allowed');
    expect(decide([past(1, { address: '192.0.2.8' })])).toBe('allowed');
  });

  it.each(['accepted', 'refused', 'unknown'] as const)('allows one try a day, whatever became of it (%s)', (result) => {
    expect(decide([past(0, { result })])).toBe('tried-today');
    expect(decide([past(23.99, { result })])).toBe('tried-today');
  });

  it('counts a day as 24 hours, to the millisecond', () => {
    expect(decide([past(0, { atMs: NOW - TRY_INTERVAL_MS + 1 })])).toBe('tried-today');
    expect(decide([past(0, { atMs: NOW - TRY_INTERVAL_MS })])).toBe('allowed');
    expect(decide([past(0, { atMs: NOW - TRY_INTERVAL_MS, result: 'unknown' })])).toBe('allowed');
  });

  it('never repeats a login that was refused, however long ago', () => {
    expect(decide([past(24 * 900, { result: 'refused' })])).toBe('refused-before');
    expect(decide([past(24 * 900, { result: 'refused' }), past(48, { login: 'hash-two' })])).toBe('refused-before');
  });

  it('allows a changed login, on the next day', () => {
    expect(decide([past(25, { result: 'refused' })], undefined, 'hash-two')).toBe('allowed');
    expect(decide([past(23, { result: 'refused' })], undefined, 'hash-two')).toBe('tried-today');
  });

  it('does not go by the user: another one waits for the day too', () => {
    expect(decide([past(2)], undefined, 'hash-of-another-user')).toBe('tried-today');
  });

  it('counts a try in the future, left by a clock set back', () => {
    expect(decide([past(-1000)])).toBe('tried-today');
  });

  it('asks for the hash only where a refusal is on record', () => {
    const slow = (): string => {
      throw new Error('not needed');
    };
    expect(mayTry([past(30)], { address: '192.0.2.7' }, slow, NOW)).toBe('allowed');
    expect(mayTry([past(1, { result: 'refused' })], { address: '192.0.2.7' }, slow, NOW)).toBe('tried-today');
  });

  it.each([
    [{ address: 'a' }, { address: 'a' }, true],
    [{ address: 'a' }, { address: 'b' }, false],
    [{ address: 'a', mac: 'm' }, { address: 'b', mac: 'm' }, true],
    [{ address: 'a', mac: 'm' }, { address: 'a', mac: 'n' }, false],
    [{ address: 'a', mac: 'm' }, { address: 'a' }, true],
    [{ address: 'a', mac: 'm' }, { address: 'b' }, false],
  ])('knows a device by MAC where both are known, by address otherwise: %j %j', (one, other, same) => {
    expect(isSameDevice(one, other)).toBe(same);
    expect(isSameDevice(other, one)).toBe(same);
  });

  it('lets the first of two claims in, and not the second', () => {
    const claim = (id: string, atMs: number): Omit<LoginTry, 'result'> => ({ id, atMs, address: 'a', login: 'h' });
    const history = withTry(withTry([], claim('one', NOW)), claim('two', NOW));
    expect(history.map(({ id, result }) => [id, result])).toEqual([['one', 'unknown']]);
    expect(withTry(history, claim('one', NOW + 2 * TRY_INTERVAL_MS))).toEqual(history);
  });

  it('keeps refusals and the last try of a device, and forgets what no longer matters', () => {
    let history: readonly LoginTry[] = [];
    for (let day = 0; day < 50; day++) {
      history = withTry(history, { id: `d${day}`, atMs: NOW + day * TRY_INTERVAL_MS, address: 'a', login: `h${day}` });
      history = withResult(history, `d${day}`, day === 3 ? 'refused' : 'accepted');
    }
    expect(history.map(({ id }) => id)).toEqual(['d3', 'd49']);
  });

  it('never turns a refusal into something better', () => {
    const refused = withResult([past(1)], 't1', 'refused');
    expect(refused[0]?.result).toBe('refused');
    expect(withResult(refused, 't1', 'accepted')).toEqual(refused);
    expect(withResult(refused, 'other', 'accepted')).toEqual(refused);
  });
});
