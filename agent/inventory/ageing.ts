/**
 * present → missing → gone → present again. Pure. Only a scan that asked a device's addresses, in a subnet that answered, can
 * miss it: a segment that failed or was not scanned never ages anything out.
 */
import type { CoverageIndex } from './coverage-ranges.ts';
import type { DeviceStatus } from './types.ts';

/** Scans in a row that must miss a device before it counts as gone. */
export const DEFAULT_GONE_AFTER = 2;

export interface Ageing {
  readonly status: DeviceStatus;
  /** Scans in a row that asked for it and did not see it. */
  readonly missed: number;
}

/** What a scan that did not see a device says of it. */
export type Absence = 'absent' | 'unclear' | 'not-asked';

/** A device that was not seen in this scan, after it. */
export function aged({ status, missed }: Ageing, absence: Absence, goneAfter: number): Ageing {
  if (status === 'gone' || absence === 'not-asked') return { status, missed };
  if (absence === 'unclear') return { status: 'missing', missed };
  const count = missed + 1;
  return { status: count >= goneAfter ? 'gone' : 'missing', missed: count };
}

/**
 * `absent`: every address it had was asked, in a subnet that answered, and was silent or belonged to another device. `unclear`:
 * something at one of them refused or was not understood, which it may well be itself. `isTaken` tells what another device uses.
 */
export function absenceOf(addresses: readonly string[], coverage: CoverageIndex, isTaken: (address: string) => boolean): Absence {
  if (addresses.length === 0 || !addresses.every((address) => wasAsked(address, coverage))) return 'not-asked';
  return addresses.every((address) => coverage.at(address) === 'silent' || isTaken(address)) ? 'absent' : 'unclear';
}

/** Asked, in a subnet where something answered. */
export function wasAsked(address: string, coverage: CoverageIndex): boolean {
  const state = coverage.at(address);
  return (state === 'silent' || state === 'alive') && coverage.subnetAnswered(address);
}
