/** Judged addresses as the inventory takes them: from a live scan, or from recordings with whatever data judges now. */
import type { Observation } from '../../probes/observation.ts';
import { systemClock } from '../clock.ts';
import { identify } from '../identify/identify.ts';
import type { Identity } from '../identify/types.ts';
import { sightingOf } from '../inventory/sighting.ts';
import type { Judge, Sighting } from '../inventory/types.ts';
import { judgePolicies } from '../policy/judge.ts';
import { describeDevice, type DeviceReport } from '../report/device.ts';
import { observationsOf } from '../sweep/hosts.ts';
import type { Engine } from './engine.ts';

/** What judges, in one text: the same text, the same conclusions. */
export function basisOf({ data }: Pick<Engine, 'data'>, policies: readonly string[]): string {
  return `data ${data.version} (${data.hash}); policies ${[...new Set(policies)].sort().join(', ')}`;
}

/** The policies of a basis. */
export function policiesOf(basis: string | undefined): string[] {
  const list = basis?.split('; policies ')[1] ?? '';
  return list === '' ? [] : list.split(', ');
}

export function createJudge(engine: Engine, policies: readonly string[]): Judge {
  return (address, recordings) => {
    const observations = recordings.flatMap(observationsOf);
    const identity = identify(observations, engine.signatures);
    const verdicts = judgePolicies(identity, engine.data, policies);
    return sightingFrom({ identity, observations, report: describeDevice({ address, identity, observations, verdicts }) });
  };
}

export interface Judged {
  readonly identity: Identity;
  readonly observations: readonly Observation[];
  readonly report: DeviceReport;
}

/** What the inventory keeps of one address of a scan. */
export function sightingFrom({ identity, observations, report }: Judged): Sighting {
  const { address, verdicts, summary, because, ports, evidence } = report;
  return sightingOf({
    address,
    identity,
    observations,
    // An exception is a person's word for a time: what is stored is what the device is.
    verdicts: verdicts.map(({ policy, title, verdict, certainty, because: why, basis }) => ({
      policy,
      title,
      verdict,
      certainty,
      because: why,
      basis,
    })),
    summary,
    because,
    ports,
    evidence: evidence.map(({ signature, field, value, strength, channel }) => ({ signature, field, value, strength, channel })),
    fallbackAt: systemClock.timestamp(),
  });
}
