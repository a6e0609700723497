/**
 * One device as every output shows it: names for people, evidence in short, verdicts. Pure. The chain down to the bytes
 * stays in the recordings; `explain` walks it.
 */
import type { Observation } from '../../probes/observation.ts';
import type { Outcome } from '../../probes/probe.ts';
import type { Claim, Evidence, Identity } from '../identify/types.ts';
import type { Verdict } from '../policy/types.ts';
import { becauseOf } from './because.ts';
import { factsOf, type DeviceFacts } from './facts.ts';
import { notesOf } from './notes.ts';

export interface DeviceReport extends DeviceFacts {
  readonly address: string;
  readonly mac: string | null;
  readonly maker: string | null;
  readonly brand: string | null;
  /** How sure the label is, apart from how sure the maker is. */
  readonly brandCertainty: string | null;
  readonly owner: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  readonly deviceType: string | null;
  readonly surveillance: boolean | null;
  readonly certainty: string | null;
  /** One sentence: "sold as ANNKE, made by Hikvision". */
  readonly summary: string;
  /** The channels and fields that speak for it, strongest first, in one line. */
  readonly because: string;
  readonly evidence: readonly EvidenceReport[];
  readonly contradictions: readonly string[];
  /** What to know on site: an address that does not belong here, a device nobody has set up. */
  readonly notes: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Per probe, how asking ended. */
  readonly coverage: Readonly<Record<string, Outcome>>;
  readonly ports: readonly number[];
}

export interface EvidenceReport {
  readonly signature: string;
  readonly field: string;
  readonly value: string;
  readonly strength: string;
  readonly channel: string;
  readonly recording: string;
}

export interface DeviceMaterial {
  readonly address: string;
  readonly identity: Identity;
  readonly observations: readonly Observation[];
  readonly verdicts: readonly Verdict[];
  readonly coverage?: Readonly<Record<string, Outcome>> | undefined;
  /** True where it answered a question to a whole segment from an address outside the networks that were scanned. */
  readonly offSubnet?: boolean | undefined;
}

/** Assembles the report of one device. */
export function describeDevice({ address, identity, observations, verdicts, coverage, offSubnet }: DeviceMaterial): DeviceReport {
  const { maker, brand, owner, model, firmware, serial, deviceType } = identity;
  const facts = factsOf(identity, observations);
  const ports = new Set(observations.flatMap(({ port }) => (port === undefined ? [] : [port])));
  return {
    address,
    mac: identity.mac ?? null,
    maker: maker?.name ?? null,
    brand: brand?.name ?? null,
    brandCertainty: brand?.certainty ?? null,
    owner: owner?.name ?? null,
    model: model?.value ?? null,
    firmware: firmware?.value ?? null,
    serial: serial?.value ?? null,
    deviceType: deviceType?.value ?? null,
    surveillance: identity.surveillance,
    certainty: identity.certainty,
    summary: summarise(identity),
    because: becauseOf(identity),
    evidence: relevantEvidence(identity).map(({ signature, field, value, strength, channel, recording }) => ({
      signature,
      field,
      value,
      strength,
      channel,
      recording,
    })),
    ...facts,
    contradictions: identity.contradictions,
    notes: notesOf({ address, observations, facts, offSubnet }),
    verdicts,
    coverage: coverage ?? {},
    ports: [...ports].sort((a, b) => a - b),
  };
}

/** Who made it and what it is sold as, in words that claim no more than the evidence. */
export function summarise({ maker, brand, deviceType, surveillance, owner }: Identity): string {
  // The vocabulary's words are ids; people read them with blanks.
  const what = deviceType?.name.replaceAll('-', ' ') ?? (surveillance === true ? 'surveillance device' : 'device');
  if (maker && brand && brand.value !== maker.value)
    return `${what}, ${brand.certainty === 'possible' ? 'perhaps ' : ''}sold as ${brand.name}, made by ${maker.name}${hedge(maker)}`;
  if (maker) return `${what}, made by ${maker.name}${hedge(maker)}${owner && owner.value !== maker.value ? ` (${owner.name} group)` : ''}`;
  if (brand) return `${what}, sold as ${brand.name}: maker not established`;
  if (deviceType) return `${what}${hedge(deviceType)}`;
  return surveillance === true ? 'surveillance device of unknown make' : 'not identified';
}

function hedge({ certainty }: Claim): string {
  return certainty === 'confirmed' ? '' : ` (${certainty})`;
}

/** Evidence for the claims that won, strongest first; each signature once a value. */
export function relevantEvidence({ evidence }: Identity): Evidence[] {
  const order = { proof: 0, strong: 1, weak: 2 } as const;
  const seen = new Set<string>();
  return [...evidence]
    .sort((a, b) => order[a.strength] - order[b.strength])
    .filter(({ signature, value }) => {
      const key = `${signature}\0${value}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}
