/** Observations and identities for tests of reports. */
import type { Claim, Identity } from '../../../agent/identify/types.ts';
import type { Observation } from '../../../probes/observation.ts';

/** Fields of one recording, in order. */
export function observed(
  recording: string,
  fields: readonly (readonly [field: string, value: string])[],
  address = '192.0.2.7',
): Observation[] {
  return fields.map(([field, value]) => ({ field, value, recording, protocol: 'sadp', address }));
}

const claim = (value: string): Claim => ({ value, name: value, certainty: 'confirmed', evidence: [] });

export function identityOf(claims: { readonly model?: string; readonly firmware?: string; readonly serial?: string } = {}): Identity {
  const { model, firmware, serial } = claims;
  return {
    maker: undefined,
    brand: undefined,
    owner: undefined,
    deviceType: undefined,
    surveillance: null,
    model: model === undefined ? undefined : claim(model),
    firmware: firmware === undefined ? undefined : claim(firmware),
    serial: serial === undefined ? undefined : claim(serial),
    mac: undefined,
    certainty: null,
    evidence: [],
    contradictions: [],
  };
}
