/** Sightings and conclusions for inventory tests: only what the rules look at has to be said. */
import type { ClaimState, DeviceState, Identifier, ScanCoverage, Sighting } from '../../../agent/inventory/types.ts';

export interface Shown {
  readonly mac?: string | undefined;
  readonly serial?: string | undefined;
  readonly onvif?: string | undefined;
  readonly claims?: readonly string[] | undefined;
  readonly maker?: string | undefined;
  readonly model?: string | undefined;
  readonly firmware?: string | undefined;
  readonly type?: string | undefined;
  readonly certainty?: string | undefined;
  readonly surveillance?: boolean | undefined;
  readonly verdict?: DeviceState['verdicts'][number]['verdict'] | undefined;
  readonly at?: string | undefined;
}

const claim = (value: string | undefined, certainty: string): ClaimState | null =>
  value === undefined ? null : { value, name: value, certainty };

export function state({
  mac,
  serial,
  onvif,
  claims = [],
  maker,
  model,
  firmware,
  type,
  certainty = 'confirmed',
  surveillance,
  verdict,
}: Shown): DeviceState {
  const identifiers: Identifier[] = [
    ...(mac === undefined ? [] : [{ kind: 'mac', value: mac } as const]),
    ...(serial === undefined ? [] : [{ kind: 'serial', value: serial } as const]),
    ...(onvif === undefined ? [] : [{ kind: 'onvif', value: onvif } as const]),
    ...claims.map((value) => ({ kind: 'claimed-mac', value }) as const),
  ];
  return {
    maker: claim(maker, certainty),
    brand: null,
    owner: null,
    model: claim(model, certainty),
    firmware: claim(firmware, certainty),
    serial: claim(serial, certainty),
    deviceType: claim(type, certainty),
    mac: mac ?? null,
    surveillance: surveillance ?? null,
    certainty: maker === undefined ? null : certainty,
    summary: `${type ?? 'device'} of ${maker ?? 'nobody'}`,
    because: '',
    contradictions: [],
    evidence: [],
    verdicts:
      verdict === undefined
        ? []
        : [{ policy: 'ca-federal-2025', title: 'a policy', verdict, certainty: 'confirmed', because: 'because', basis: 'maker' }],
    identifiers,
    ports: [80],
    protocols: ['http'],
  };
}

export const AT = '2026-01-15T02:00:00.000Z';

export function sighting(address: string, shown: Shown): Sighting {
  const at = shown.at ?? AT;
  return { address, firstAt: at, lastAt: at, state: state(shown) };
}

/** The /24 of `192.0.2.0` asked wholly, alive where named. */
export function coverageOf(live: readonly string[], network = '192.0.2'): ScanCoverage {
  const numbers = live
    .filter((address) => address.startsWith(`${network}.`))
    .map((address) => Number(address.split('.')[3]))
    .sort((a, b) => a - b);
  const dark: ScanCoverage['dark'][number][] = [];
  let next = 1;
  for (const number of [...numbers, 255]) {
    if (number > next) dark.push({ first: `${network}.${next}`, last: `${network}.${number - 1}`, state: 'silent' });
    next = number + 1;
  }
  return { dark, live: live.map((address) => ({ address, outcomes: { http: 'answered' } })) };
}

export function macOf(number: number, oui = '44:19:b6'): string {
  return `${oui}:${[(number >> 16) & 255, (number >> 8) & 255, number & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
}
