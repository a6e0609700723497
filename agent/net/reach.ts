/** Socket errors → how an address was reached. One place, because every platform spells them a little differently. */
import type { Reach } from '../../probes/transport.ts';

const REACH_OF_CODE: Readonly<Record<string, Reach>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  EINVAL: 'unreachable',
  ETIMEDOUT: 'silent',
};

/** Unknown errors count as silence: nothing was learned. */
export function reachOfError(error: unknown): Reach {
  return REACH_OF_CODE[codeOf(error)] ?? 'silent';
}

/** The system's own code of an error, e.g. `ECONNREFUSED`; empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
