/** Observations × signatures → evidence. Pure; linear in the observations; each signature counts once per recording and value. */
import type { Observation } from '../../probes/observation.ts';
import type { Asserts } from '../../signatures/schema.ts';
import { foldName, type CompiledCondition, type CompiledSignature, type CompiledSignatures } from './compile.ts';
import type { Hit } from './field-index.ts';
import type { Evidence, ResolvedAsserts } from './types.ts';

/** All evidence in the observations of one device. */
export function matchSignatures(observations: readonly Observation[], signatures: CompiledSignatures): Evidence[] {
  const byRecording = groupByRecording(observations);
  const evidence: Evidence[] = [];
  const seen = new Set<string>();
  for (const companions of byRecording.values()) {
    for (const observation of companions) {
      for (const hit of signatures.indexOf(observation.field)?.(observation.value) ?? []) {
        if (!fits(hit.candidate, companions)) continue;
        const key = `${hit.candidate.signature.id}\0${observation.recording}\0${observation.value}`;
        if (seen.has(key)) continue;
        seen.add(key);
        evidence.push(toEvidence(hit, observation, signatures));
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
  companions: Companions,
): readonly string[] | undefined {
  const captures = candidate.test(value, folded);
  return captures && fits(candidate, companions) ? captures : undefined;
}

type Companions = readonly { readonly field: string; readonly value: string }[];

function fits({ also, unless }: CompiledSignature, companions: Companions): boolean {
  if (also.length === 0 && unless.length === 0) return true;
  const holds = ({ field, test }: CompiledCondition): boolean =>
    companions.some((other) => other.field === field && test(other.value, other.value.toLowerCase()) !== undefined);
  return also.every(holds) && !unless.some(holds);
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

function toEvidence(hit: Hit, observation: Observation, signatures: CompiledSignatures): Evidence {
  const { signature } = hit.candidate;
  return {
    signature: signature.id,
    field: observation.field,
    value: observation.value,
    channel: signatures.channelOf(observation.field),
    strength: signature.strength,
    why: signature.why,
    recording: observation.recording,
    observation,
    asserts: (hit.asserts ??= resolveAsserts(signature.asserts, hit.captures, signatures)),
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
