/** Observations × signatures → evidence. Pure; linear in the observations; each signature counts once per recording and value. */
import type { Observation } from '../../probes/observation.ts';
import type { Asserts } from '../../signatures/schema.ts';
import { foldName, type CompiledCondition, type CompiledSignature, type CompiledSignatures } from './compile.ts';
import type { Evidence, ResolvedAsserts } from './types.ts';

/** All evidence in the observations of one device. */
export function matchSignatures(observations: readonly Observation[], signatures: CompiledSignatures): Evidence[] {
  const byRecording = groupByRecording(observations);
  const evidence: Evidence[] = [];
  const seen = new Set<string>();
  for (const companions of byRecording.values()) {
    for (const observation of companions) {
      const candidates = signatures.byField.get(observation.field);
      if (!candidates) continue;
      const folded = observation.value.toLowerCase();
      for (const candidate of candidates) {
        const captures = matches(candidate, observation.value, folded, companions);
        if (!captures) continue;
        const key = `${candidate.signature.id}\0${observation.recording}\0${observation.value}`;
        if (seen.has(key)) continue;
        seen.add(key);
        evidence.push(toEvidence(candidate, observation, captures, signatures));
      }
    }
  }
  return evidence;
}

/** Captures when the signature matches this value among its companions, else undefined. */
export function matches(
  candidate: CompiledSignature,
  value: string,
  folded: string,
  companions: readonly { readonly field: string; readonly value: string }[],
): readonly string[] | undefined {
  const captures = candidate.test(value, folded);
  if (!captures) return undefined;
  const holds = ({ field, test }: CompiledCondition): boolean =>
    companions.some((other) => other.field === field && test(other.value, other.value.toLowerCase()) !== undefined);
  return candidate.also.every(holds) && !candidate.unless.some(holds) ? captures : undefined;
}

function groupByRecording(observations: readonly Observation[]): Map<string, Observation[]> {
  const groups = new Map<string, Observation[]>();
  for (const observation of observations) {
    const group = groups.get(observation.recording);
    if (group) group.push(observation);
    else groups.set(observation.recording, [observation]);
  }
  return groups;
}

function toEvidence(
  { signature }: CompiledSignature,
  observation: Observation,
  captures: readonly string[],
  signatures: CompiledSignatures,
): Evidence {
  return {
    signature: signature.id,
    field: observation.field,
    value: observation.value,
    channel: signatures.channelOf(observation.field),
    strength: signature.strength,
    why: signature.why,
    recording: observation.recording,
    observation,
    asserts: resolveAsserts(signature.asserts, captures, signatures),
  };
}

/** Fills captures in and resolves brand texts; what stays empty or unknown is not asserted. */
export function resolveAsserts(asserts: Asserts, captures: readonly string[], signatures: CompiledSignatures): ResolvedAsserts {
  const fill = (text: string | undefined): string | undefined => {
    const filled = text?.replace(/\$(\d)/g, (_, group: string) => captures[Number(group)] ?? '').trim();
    return filled === '' ? undefined : filled;
  };
  const name = (text: string | undefined): string | undefined => {
    const filled = fill(text);
    return filled === undefined ? undefined : signatures.aliases.get(foldName(filled));
  };
  const entries = {
    maker: name(asserts.maker),
    brand: name(asserts.brand),
    deviceType: asserts.deviceType,
    surveillance: asserts.surveillance,
    model: fill(asserts.model),
    firmware: fill(asserts.firmware),
    serial: fill(asserts.serial),
    mac: fill(asserts.mac),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}
