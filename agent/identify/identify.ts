/**
 * Evidence → identity: who made it, what it is sold as, what it is. Pure: no socket, file or clock.
 *
 * Brand, maker and owner are three claims. Rivals are named side by side in `contradictions`, never resolved silently.
 */
import type { Observation } from '../../probes/observation.ts';
import { normaliseMac } from '../../probes/text.ts';
import { bestPerChannel, certaintyOf, strengthRank } from './certainty.ts';
import type { CompiledSignatures } from './compile.ts';
import { contradictionsOf } from './contradictions.ts';
import { matchSignatures } from './match.ts';
import { isPlaceholder } from './normalise.ts';
import { CERTAINTIES, type Certainty, type Claim, type Evidence, type Identity, type ResolvedAsserts } from './types.ts';

/** Judges one device from everything it showed. */
export function identify(observations: readonly Observation[], signatures: CompiledSignatures): Identity {
  return conclude(matchSignatures(observations, signatures), observations, signatures);
}

/** The second half of `identify`, for callers that collect evidence answer by answer. */
export function conclude(evidence: readonly Evidence[], observations: readonly Observation[], signatures: CompiledSignatures): Identity {
  const nameOf = (id: string): string => signatures.makers.get(id)?.name ?? id;

  const makers = claims(evidence, 'maker', nameOf);
  const brands = claims(evidence, 'brand', nameOf);
  const types = claims(evidence, 'deviceType', (id) => id);
  const maker = makers[0];
  const brand = brands.find((claim) => !isRivalsOwn(claim, maker, signatures));
  const deviceType = withoutForeignHint(pickType(types, signatures), maker ?? brand, signatures);
  const owner = signatures.makers.get(maker?.value ?? brand?.value ?? '')?.owner;
  const mac = macOf(observations, evidence);

  return {
    maker,
    rivals: makers.slice(1).filter(({ certainty }) => certainty !== 'possible'),
    brand,
    owner: owner === undefined ? undefined : { value: owner, name: nameOf(owner) },
    deviceType,
    surveillance: surveillanceOf(deviceType, evidence, signatures),
    model: claims(evidence, 'model', identity).find(({ value }) => !isPlaceholder(value)),
    firmware: claims(evidence, 'firmware', identity)[0],
    serial: claims(evidence, 'serial', identity)[0],
    mac,
    certainty: (maker ?? brand ?? deviceType)?.certainty ?? null,
    evidence,
    contradictions: contradictionsOf({ makers, brands, observations, ownerOf: (id) => signatures.makers.get(id)?.owner ?? id }),
  };
}

/** A label that only another maker's own signatures gave is that maker's, seen beside this one: no rebrand. */
function isRivalsOwn({ value, evidence }: Claim, maker: Claim | undefined, signatures: CompiledSignatures): boolean {
  if (maker === undefined || value === maker.value) return false;
  const group = (id: string | undefined): string | undefined => (id === undefined ? undefined : (signatures.makers.get(id)?.owner ?? id));
  return evidence.every(({ asserts }) => asserts.maker !== undefined && group(asserts.maker) !== group(maker.value));
}

const identity = (text: string): string => text;

/** Rival claims of one kind, best first: certainty, then independent channels, then weight of evidence, then first seen. */
function claims(evidence: readonly Evidence[], kind: keyof ResolvedAsserts, nameOf: (value: string) => string): Claim[] {
  const byValue = new Map<string, Evidence[]>();
  for (const item of evidence) {
    const value = item.asserts[kind];
    if (typeof value !== 'string') continue;
    const list = byValue.get(value);
    if (list) list.push(item);
    else byValue.set(value, [item]);
  }
  return [...byValue]
    .flatMap(([value, items]): Claim[] => {
      const certainty = certaintyOf(items);
      return certainty ? [{ value, name: nameOf(value), certainty, evidence: items }] : [];
    })
    .sort((a, b) => weight(b) - weight(a));
}

function weight({ certainty, evidence }: Claim): number {
  const channels = bestPerChannel(evidence);
  const strengths = [...channels.values()].reduce((sum, strength) => sum + 1 + strengthRank(strength), 0);
  return CERTAINTIES.indexOf(certainty) * 10_000 + strengths * 100 + Math.min(evidence.length, 99);
}

/** Words that say little about the device behind a port: they count only where nothing more telling is known. */
const VAGUE_TYPES: readonly string[] = ['web-server', 'network-device', 'server', 'surveillance-device'];

function pickType(types: readonly Claim[], signatures: CompiledSignatures): Claim | undefined {
  const telling = types.filter(({ value }) => !VAGUE_TYPES.includes(value));
  const best = telling[0];
  if (!best) return types[0];
  // A strong "this is a web server" must not lose to a hint, unless the hint speaks of surveillance.
  const vague = types[0];
  if (vague && vague !== best && best.certainty === 'possible' && vague.certainty !== 'possible') {
    return signatures.deviceTypes[best.value] === true ? best : vague;
  }
  return best;
}

/**
 * A hint that says "web server" or "router" must not clear a device whose maker is known better than that, and makes cameras:
 * stock servers run on cameras too. It stays in the evidence; it is no type.
 */
function withoutForeignHint(type: Claim | undefined, made: Claim | undefined, signatures: CompiledSignatures): Claim | undefined {
  if (type?.certainty !== 'possible' || signatures.deviceTypes[type.value] !== false) return type;
  if (made === undefined || made.certainty === 'possible' || signatures.makers.get(made.value)?.makes === 'ordinary') return type;
  const ownWord = type.evidence.some(({ asserts }) => asserts.maker === made.value || asserts.brand === made.value);
  return ownWord ? type : undefined;
}

function surveillanceOf(deviceType: Claim | undefined, evidence: readonly Evidence[], signatures: CompiledSignatures): boolean | null {
  const said = (wanted: boolean): Evidence[] => evidence.filter(({ asserts }) => asserts.surveillance === wanted);
  const typeSays = deviceType ? signatures.deviceTypes[deviceType.value] : undefined;
  const [yes, no] = [certaintyOf(said(true)), certaintyOf(said(false))];
  if (typeSays === true) return true;
  if (yes && rank(yes) >= rank(deviceType?.certainty) && rank(yes) >= rank(no)) return true;
  // A stock web server alone clears nothing: an unknown camera looks the same.
  if (typeSays === false) return deviceType?.certainty === 'possible' && VAGUE_TYPES.includes(deviceType.value) ? null : false;
  return no ? false : null;
}

function rank(certainty: Certainty | undefined): number {
  return certainty === undefined ? -1 : CERTAINTIES.indexOf(certainty);
}

/** The MAC seen at layer 2; where none was, one the device claims and a signature took up; then any it claims. */
function macOf(observations: readonly Observation[], evidence: readonly Evidence[]): string | undefined {
  const seen = observations.find(({ field }) => field === 'link.mac');
  if (seen) return normaliseMac(seen.value);
  const claimed = evidence.flatMap(({ asserts }) => (asserts.mac === undefined ? [] : (normaliseMac(asserts.mac) ?? [])))[0];
  if (claimed !== undefined) return claimed;
  const any = observations.find(({ field }) => CLAIMED_MAC_FIELDS.includes(field));
  return any ? normaliseMac(any.value) : undefined;
}

/** Fields in which a device states its own MAC, most trustworthy first. */
export const CLAIMED_MAC_FIELDS: readonly string[] = [
  'sadp.MAC',
  'dhip.mac',
  'dahua1.mac',
  'isapi.macAddress',
  'onvif.interface.mac',
  'onvif.scope.mac',
  'wsd.epr.mac',
  'xm.MAC',
  'hanwha.mac',
  'bosch.mac',
  'vivotek.mac',
  'sony.MAC',
  'ubiquiti.mac',
  'snmp.interface.mac',
  'mdns.mac',
];
