/**
 * What does not fit together, in words for people: rival makers, a brand that is not the maker, MACs that disagree.
 * Pure. A rebrand is stated here too: "sold as X, made by Y" is a finding, not an error.
 */
import type { Observation } from '../../probes/observation.ts';
import type { Claim } from './types.ts';

interface Material {
  readonly makers: readonly Claim[];
  readonly brands: readonly Claim[];
  readonly observations: readonly Observation[];
  /** Corporate group of a maker. */
  readonly ownerOf: (id: string) => string;
}

/** At most one sentence a kind of contradiction. */
export function contradictionsOf({ makers, brands, observations, ownerOf }: Material): string[] {
  return [...rivalMakers(makers, ownerOf), ...rivalBrands(brands, ownerOf), ...macMismatch(observations), ...foreignAddress(observations)];
}

function rivalMakers(makers: readonly Claim[], ownerOf: Material['ownerOf']): string[] {
  const rivals = makers.filter(({ certainty }) => certainty !== 'possible');
  return groupsOf(rivals, ownerOf) < 2 ? [] : [`evidence for several makers: ${rivals.map(describe).join('; ')}`];
}

function rivalBrands(brands: readonly Claim[], ownerOf: Material['ownerOf']): string[] {
  const rivals = brands.filter(({ certainty }) => certainty !== 'possible');
  return groupsOf(rivals, ownerOf) < 2 ? [] : [`several brand names: ${rivals.map(describe).join('; ')}`];
}

/** Two companies of one group are no contradiction. */
function groupsOf(claims: readonly Claim[], ownerOf: Material['ownerOf']): number {
  return new Set(claims.map(({ value }) => ownerOf(value))).size;
}

function describe({ name, certainty, evidence }: Claim): string {
  return `${name} (${certainty}, ${[...new Set(evidence.map(({ field }) => field))].slice(0, 3).join(', ')})`;
}

// Fields in which a device states the MAC of the very interface it answers from. Recorders have two: a mismatch is shown, no more.
const OWN_MAC_FIELDS: readonly string[] = ['sadp.MAC', 'dhip.mac', 'isapi.macAddress', 'onvif.scope.mac', 'onvif.interface.mac'];

function macMismatch(observations: readonly Observation[]): string[] {
  const seen = observations.find(({ field }) => field === 'link.mac')?.value;
  if (seen === undefined) return [];
  const claimed = observations.filter(({ field }) => OWN_MAC_FIELDS.includes(field));
  if (claimed.length === 0 || claimed.some(({ value }) => value === seen)) return [];
  const first = claimed[0];
  return first ? [`claims MAC ${first.value} (${first.field}), the neighbour table shows ${seen}`] : [];
}

function foreignAddress(observations: readonly Observation[]): string[] {
  const claim = observations.find(
    ({ field, value, address }) => ADDRESS_FIELDS.includes(field) && address !== '' && isOther(value, address),
  );
  return claim ? [`answers from ${claim.address} but claims address ${claim.value} (${claim.field})`] : [];
}

const ADDRESS_FIELDS: readonly string[] = ['sadp.IPv4Address', 'dhip.IPv4Address.IPAddress', 'bosch.ip', 'hanwha.ip'];

function isOther(claimed: string, address: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(claimed) && claimed !== '0.0.0.0' && claimed !== address && !/^192\.0\.2\./.test(address);
}
