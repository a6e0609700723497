/**
 * Judged recordings of one address → sighting: what is stored of it, and the identifiers it showed. Pure. Identifiers come from
 * the fields a device speaks of itself in; what a recorder says of its channels never gets here.
 */
import type { Observation } from '../../probes/observation.ts';
import { normaliseMac } from '../../probes/text.ts';
import type { Claim, Identity } from '../identify/types.ts';
import type { Verdict } from '../policy/types.ts';
import { identifierText, usable } from './identifiers.ts';
import type { ClaimState, DeviceState, EvidenceState, Identifier, IdentifierKind, Sighting } from './types.ts';

/** Which field tells which identifier, the most trustworthy of a kind first. */
const FIELDS: readonly (readonly [field: string, kind: IdentifierKind])[] = [
  ['link.mac', 'mac'],
  ['sadp.DeviceSN', 'serial'],
  ['isapi.serialNumber', 'serial'],
  ['onvif.SerialNumber', 'serial'],
  ['dhip.SerialNo', 'serial'],
  ['dahua1.serial', 'serial'],
  ['bosch.serial', 'serial'],
  ['foscam.serial', 'serial'],
  ['reolink.uid', 'serial'],
  ['xm.SN', 'serial'],
  ['wsd.epr', 'onvif'],
  ['sadp.MAC', 'claimed-mac'],
  ['dhip.mac', 'claimed-mac'],
  ['dahua1.mac', 'claimed-mac'],
  ['isapi.macAddress', 'claimed-mac'],
  ['onvif.interface.mac', 'claimed-mac'],
  ['onvif.scope.mac', 'claimed-mac'],
  ['wsd.epr.mac', 'claimed-mac'],
  ['xm.MAC', 'claimed-mac'],
  ['hanwha.mac', 'claimed-mac'],
  ['bosch.mac', 'claimed-mac'],
  ['vivotek.mac', 'claimed-mac'],
  ['panasonic.mac', 'claimed-mac'],
  ['sony.MAC', 'claimed-mac'],
  ['tvt.mac', 'claimed-mac'],
  ['reolink.mac', 'claimed-mac'],
  ['ubiquiti.mac', 'claimed-mac'],
  ['snmp.interface.mac', 'claimed-mac'],
  ['mdns.mac', 'claimed-mac'],
];

const TELLING: ReadonlySet<string> = new Set(FIELDS.map(([field]) => field));

/** A switch lists a MAC for each port: so many tell nothing about who it is. */
const MAX_OF_A_KIND = 6;
const MAX_EVIDENCE = 24;
const MAX_TEXT = 300;

export interface SightingMaterial {
  readonly address: string;
  readonly observations: readonly Observation[];
  readonly identity: Identity;
  readonly verdicts: readonly Verdict[];
  readonly summary: string;
  readonly because: string;
  /** Evidence worth keeping, strongest first. */
  readonly evidence: readonly EvidenceState[];
  readonly ports: readonly number[];
  /** Used where no recording carries a time. */
  readonly fallbackAt: string;
}

export function sightingOf(material: SightingMaterial): Sighting {
  const times = material.observations.flatMap(({ at }) => at ?? []).sort();
  return {
    address: material.address,
    firstAt: times[0] ?? material.fallbackAt,
    lastAt: times.at(-1) ?? material.fallbackAt,
    state: stateOf(material),
  };
}

function stateOf({ observations, identity, verdicts, summary, because, evidence, ports }: SightingMaterial): DeviceState {
  const { maker, brand, owner, model, firmware, serial, deviceType, surveillance, certainty, contradictions, mac } = identity;
  return {
    maker: claimState(maker),
    brand: claimState(brand),
    owner: owner ? { value: owner.value, name: owner.name } : null,
    model: claimState(model),
    firmware: claimState(firmware),
    serial: claimState(serial),
    deviceType: claimState(deviceType),
    mac: mac ?? null,
    surveillance,
    certainty,
    summary: cut(summary),
    because: cut(because),
    contradictions: contradictions.slice(0, MAX_EVIDENCE).map(cut),
    evidence: evidence.slice(0, MAX_EVIDENCE).map((item) => ({ ...item, value: cut(item.value) })),
    verdicts: [...verdicts],
    identifiers: identifiersOf(observations, serial?.value),
    ports: [...ports],
    protocols: [...new Set(observations.map(({ protocol }) => protocol))].sort(),
  };
}

function claimState(claim: Claim | undefined): ClaimState | null {
  return claim ? { value: cut(claim.value), name: cut(claim.name), certainty: claim.certainty } : null;
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

/** Usable identifiers in the order of the ladder, each once. The serial a signature took up comes before those of raw fields. */
export function identifiersOf(observations: readonly Observation[], claimedSerial: string | undefined): Identifier[] {
  const raw: Identifier[] = claimedSerial === undefined ? [] : [{ kind: 'serial', value: claimedSerial }];
  const told = observations.filter(({ field }) => TELLING.has(field));
  for (const [field, kind] of FIELDS) {
    for (const observation of told) if (observation.field === field) raw.push({ kind, value: observation.value });
  }
  const found = new Map<string, Identifier>();
  for (const identifier of raw.flatMap((item) => [item, ...macInSerial(item)])) {
    const clean = usable(identifier);
    if (clean) found.set(identifierText(clean), clean);
  }
  const kinds: readonly IdentifierKind[] = ['mac', 'serial', 'onvif', 'claimed-mac'];
  return kinds.flatMap((kind) => {
    const list = [...found.values()].filter((identifier) => identifier.kind === kind);
    return list.length > MAX_OF_A_KIND ? [] : list;
  });
}

/** Some makers print the MAC as the serial. */
function macInSerial({ kind, value }: Identifier): Identifier[] {
  const mac = kind === 'serial' && /^[0-9a-f]{12}$/i.test(value.trim()) ? normaliseMac(value) : undefined;
  return mac === undefined ? [] : [{ kind: 'claimed-mac', value: mac }];
}
