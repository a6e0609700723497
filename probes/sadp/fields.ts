/**
 * What a ProbeMatch says beyond identity, out of its fields: activation, channels, DHCP. Pure.
 *
 * Values stay in the observations as the device wrote them; this is where `flase` becomes false. Facts: public SADP captures (sergei.nz, mhzhuji.com).
 */
import type { Field } from '../observation.ts';

export interface SadpState {
  /** Whether a password was ever set. Absent on firmware from before activation existed (about V5.3). */
  readonly activated?: boolean;
  readonly dhcp?: boolean;
  readonly analogChannels?: number;
  readonly digitalChannels?: number;
}

/** `true`, `false`, and `flase` as firmware spells it. */
export function sadpBoolean(value: string | undefined): boolean | undefined {
  switch (value?.trim().toLowerCase()) {
    case 'true':
      return true;
    case 'false':
    case 'flase':
      return false;
    default:
      return undefined;
  }
}

/** A count in decimal, at most 5 digits. */
export function sadpCount(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,5}$/.test(value.trim()) ? Number(value) : undefined;
}

export function sadpState(fields: readonly Field[]): SadpState {
  const value = (name: string): string | undefined => fields.find((seen) => seen.field === `sadp.${name}`)?.value;
  const activated = sadpBoolean(value('Activated'));
  const dhcp = sadpBoolean(value('DHCP'));
  const analogChannels = sadpCount(value('AnalogChannelNum'));
  const digitalChannels = sadpCount(value('DigitalChannelNum'));
  return {
    ...(activated === undefined ? {} : { activated }),
    ...(dhcp === undefined ? {} : { dhcp }),
    ...(analogChannels === undefined ? {} : { analogChannels }),
    ...(digitalChannels === undefined ? {} : { digitalChannels }),
  };
}
