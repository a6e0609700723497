/**
 * Whether a login may be tried: the rule, and the history it is applied to. Pure.
 *
 * One signed try a device and day, whoever the user is and whichever probe asks: cameras lock after a few wrong ones, some the
 * user, some our address. A login that was refused is never tried again as it is; a changed one waits for its day too.
 */
import type { LoginResult } from '../../probes/probe.ts';

export const TRY_INTERVAL_MS = 24 * 60 * 60 * 1000;

/** A device as far as a scan knows it before it is asked. */
export interface LoginDevice {
  readonly address: string;
  /** From the neighbour table, never from what a device says; lower-case colons. */
  readonly mac?: string | undefined;
}

export interface LoginTry extends LoginDevice {
  readonly id: string;
  readonly atMs: number;
  /** Salted hash of user and password. */
  readonly login: string;
  readonly result: LoginResult;
}

export type Decision = 'allowed' | 'tried-today' | 'refused-before';

/**
 * Decides on a try at `nowMs`. `login` gives the hash and is called only where it matters: it is slow on purpose. A try in the
 * future (a clock set back) counts as today's.
 */
export function mayTry(history: readonly LoginTry[], device: LoginDevice, login: () => string, nowMs: number): Decision {
  const own = history.filter((past) => isSameDevice(past, device));
  if (own.some(({ atMs }) => nowMs - atMs < TRY_INTERVAL_MS)) return 'tried-today';
  const refused = own.filter(({ result }) => result === 'refused');
  return refused.length > 0 && refused.some((past) => past.login === login()) ? 'refused-before' : 'allowed';
}

/**
 * Two MACs tell devices apart, or prove them one at two addresses. Where one of them is unknown (the other side of a router) the
 * address decides. Devices behind one proxy-ARP MAC share a try: too few is the safe mistake.
 */
export function isSameDevice(one: LoginDevice, other: LoginDevice): boolean {
  return one.mac !== undefined && other.mac !== undefined ? one.mac === other.mac : one.address === other.address;
}

/** The history with one more try: only what the rule allows gets in, so of two processes that claim at once the first line wins. */
export function withTry(history: readonly LoginTry[], claim: Omit<LoginTry, 'result'>): readonly LoginTry[] {
  const isFirst = !history.some(({ id }) => id === claim.id);
  if (!isFirst || mayTry(history, claim, () => claim.login, claim.atMs) !== 'allowed') return history;
  // Earlier tries of this device are a day old by now: only refusals still matter.
  const kept = history.filter((past) => past.result === 'refused' || !isSameDevice(past, claim));
  return [...kept, { ...claim, result: 'unknown' }];
}

/** The history with the end of a try. A refusal is never overwritten. */
export function withResult(history: readonly LoginTry[], id: string, result: LoginResult): readonly LoginTry[] {
  return history.map((past) => (past.id === id && past.result !== 'refused' ? { ...past, result } : past));
}
