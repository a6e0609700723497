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

/** A device that was not seen in this scan, after it. */
export function aged({ status, missed }: Ageing, goneAfter: number): Ageing {
  if (status === 'gone') return { status, missed };
  const count = missed + 1;
  return { status: count >= goneAfter ? 'gone' : 'missing', missed: count };
}

/** True where the scan says that the device was not there: every address it had was asked, and its subnet answered. */
export function wasMissed(addresses: readonly string[], coverage: CoverageIndex): boolean {
  return addresses.length > 0 && addresses.every((address) => wasAsked(address, coverage));
}

/** Asked, in a subnet where something answered. `alive` counts: what lives there now is another device. */
export function wasAsked(address: string, coverage: CoverageIndex): boolean {
  const state = coverage.at(address);
  return (state === 'silent' || state === 'alive') && coverage.subnetAnswered(address);
}
