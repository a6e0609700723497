/**
 * Identity × policies → verdicts. Pure. A verdict says "matches this rule, addressed to these": never "illegal".
 *
 * `restricted` stands only on a confirmed identification and, where a relation between companies carries it, on a record
 * that is certain or high; anything less is lowered to `likely-restricted` or `needs-review` (signatures/policy-schema.ts).
 */
import { RE2JS } from 're2js';
import type { JudgingData } from '../../signatures/load.ts';
import type { Policy, PolicyRule } from '../../signatures/policy-schema.ts';
import type { Relation } from '../../signatures/relations-schema.ts';
import type { Certainty, Identity } from '../identify/types.ts';
import type { Verdict, VerdictBasis, VerdictWord } from './types.ts';

/** One verdict for each chosen policy, in the order chosen. Unknown ids are the caller's to refuse. */
export function judgePolicies(identity: Identity, data: JudgingData, policies: readonly string[]): Verdict[] {
  return policies.flatMap((id) => {
    const policy = data.policies.find((candidate) => candidate.id === id);
    return policy ? [judgePolicy(identity, data, policy)] : [];
  });
}

interface Ground {
  readonly basis: Exclude<VerdictBasis, 'none'>;
  readonly certainty: Certainty;
  /** Certainty of the relation record that carries the match, where one does. */
  readonly relation?: Relation | undefined;
}

function judgePolicy(identity: Identity, data: JudgingData, policy: Policy): Verdict {
  const base = { policy: policy.id, title: policy.title };
  if (!identity.maker && !identity.brand)
    return { ...base, verdict: 'unknown', certainty: null, because: 'Neither maker nor brand is established.', basis: 'none' };
  for (const rule of policy.match.any) {
    const ground = groundOf(rule, identity, data);
    if (!ground || !fitsEquipment(rule, identity, data) || !fitsBrand(rule, identity) || !fitsModel(rule.models, identity)) continue;
    const verdict = lower(rule.acquiredAfter === undefined ? rule.verdict : (rule.otherwise ?? 'needs-review'), ground);
    return { ...base, verdict, certainty: ground.certainty, because: because(rule, policy, ground, identity), basis: ground.basis };
  }
  const rival = (identity.rivals ?? []).find(({ value }) =>
    policy.match.any.some(({ relation, group }) => relation.includes('maker') && group?.includes(value) === true),
  );
  if (rival) {
    const beside = `Evidence for ${rival.name} (${rival.certainty}) stands beside evidence for ${identity.maker?.name ?? 'others'}: two devices behind one address, perhaps. A person has to look.`;
    return { ...base, verdict: 'needs-review', certainty: rival.certainty, because: beside, basis: 'maker' };
  }
  return {
    ...base,
    verdict: 'no-match',
    certainty: identity.certainty,
    because: `${identity.maker?.name ?? identity.brand?.name ?? 'It'} is not named by this policy.`,
    basis: 'none',
  };
}

function groundOf(rule: PolicyRule, identity: Identity, data: JudgingData): Ground | undefined {
  const { maker, brand } = identity;
  const inGroup = (id: string | undefined): boolean => id !== undefined && (rule.group?.includes(id) ?? false);
  if (rule.makerCountry) {
    const country = data.makers.find((candidate) => candidate.maker === maker?.value)?.country?.code;
    return maker && country !== undefined && rule.makerCountry.includes(country)
      ? { basis: 'maker', certainty: maker.certainty }
      : undefined;
  }
  for (const relation of rule.relation) {
    if (relation === 'maker' && maker && inGroup(maker.value)) return { basis: 'maker', certainty: maker.certainty };
    if (relation === 'brand' && brand && inGroup(brand.value)) return { basis: 'brand', certainty: brand.certainty };
    const claim = maker ?? brand;
    if (relation === 'owner' && claim) {
      const owner = data.makers.find((candidate) => candidate.maker === claim.value)?.owner;
      if (inGroup(owner))
        return { basis: 'owner', certainty: claim.certainty, relation: relationOf(data, claim.value, 'owner', rule, identity) };
    }
    // What is known of a brand counts only while the device has not shown who made it.
    if (relation === 'rebrand' && brand && !maker) {
      const record = relationOf(data, brand.value, 'maker', rule, identity);
      if (record) return { basis: 'rebrand', certainty: brand.certainty, relation: record };
    }
  }
  return undefined;
}

const RELATION_ORDER = ['certain', 'high', 'medium', 'alleged', 'low'] as const satisfies readonly Relation['certainty'][];

/** The surest open record that ties the brand to a group of the rule and holds for this model. */
function relationOf(
  data: JudgingData,
  brand: string,
  kind: Relation['relation'],
  rule: PolicyRule,
  identity: Identity,
): Relation | undefined {
  return data.relations
    .filter(
      (record) => record.brand === brand && record.relation === kind && rule.group?.includes(record.of) === true && record.until === null,
    )
    .filter(({ models }) => fitsModel(models, identity))
    .sort((a, b) => RELATION_ORDER.indexOf(a.certainty) - RELATION_ORDER.indexOf(b.certainty))[0];
}

/** A rule or record for certain models says nothing of a device whose model is another, or not known. */
function fitsModel(models: string | undefined, { model }: Identity): boolean {
  if (models === undefined) return true;
  return model !== undefined && RE2JS.compile(models).matcher(model.value.slice(0, 200)).find();
}

function fitsEquipment({ equipment }: PolicyRule, identity: Identity, data: JudgingData): boolean {
  if (equipment.includes('any')) return true;
  const type = identity.deviceType?.value;
  if (type === undefined) return true; // not established: the wording below says so, and a person decides
  const isSurveillance = identity.surveillance === true || data.deviceTypes[type] === true;
  return (
    (equipment.includes('video-surveillance') && isSurveillance) ||
    (equipment.includes('telecommunications') && TELECOMMUNICATIONS.includes(type))
  );
}

const TELECOMMUNICATIONS: readonly string[] = ['router', 'switch', 'access-point', 'firewall', 'phone', 'network-device', 'load-balancer'];

/** `own`: no brand shown, or one of the group; `other`: another brand on a device of the group. */
function fitsBrand({ soldAs, group }: PolicyRule, { brand, maker }: Identity): boolean {
  if (soldAs === undefined) return true;
  const own = brand === undefined || group?.includes(brand.value) === true || brand.value === maker?.value;
  return soldAs === 'own' ? own : !own;
}

function lower(verdict: VerdictWord, { certainty, relation }: Ground): VerdictWord {
  if (verdict !== 'restricted') return verdict;
  const relationHolds = relation === undefined || relation.certainty === 'certain' || relation.certainty === 'high';
  if (certainty === 'confirmed' && relationHolds) return 'restricted';
  return certainty === 'possible' || relation?.certainty === 'low' ? 'needs-review' : 'likely-restricted';
}

function because(rule: PolicyRule, policy: Policy, { basis, certainty, relation }: Ground, { maker, brand, deviceType }: Identity): string {
  const subject =
    basis === 'rebrand'
      ? `Sold as ${brand?.name ?? 'a brand'}, which is known to sell devices made by others (${relation?.certainty ?? 'unknown'}: ${relation?.line ?? ''}); this one did not show its maker`
      : basis === 'brand'
        ? `Sold as ${brand?.name ?? ''} (${certainty})`
        : `Made by ${maker?.name ?? brand?.name ?? ''} (${certainty})`;
  const type = deviceType ? '' : ' What kind of device it is was not established.';
  const note = rule.note === undefined ? '' : ` ${rule.note}`;
  return `${subject}; matches a rule addressed to ${policy.addressees.join(', ')}.${note}${type}`;
}
