/** A policy in words: what it says, whom it addresses, and what no scan can know. Pure. It says "matches rule", and judges nobody. */
import type { Policy, PolicyRule } from '../../signatures/policy-schema.ts';

const EFFECTS = {
  use: 'using the device is barred for the addressees',
  procurement: 'buying or contracting is barred for the addressees',
  deployment: 'no new installation by the addressees',
  market: 'the device may not be authorised, imported or marketed; installed ones are not meant',
  certification: 'sale only after a test',
  'removal-decision': 'an organisation decided about its own devices',
  'export-control': 'says something about the company, nothing about the device',
  listing: 'says something about the company, nothing about the device',
} as const satisfies Record<Policy['effect'][number], string>;

export function describePolicy(policy: Policy, chosen: boolean): string {
  const { id, title, jurisdiction, status, instrument, effectiveFrom, deadline, effect, reviewBy } = policy;
  const fact = (name: string, text: string): string => `  ${name.padEnd(14)}${text}`;
  const list = (heading: string, lines: readonly string[] = []): string[] =>
    lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  - ${line.trim()}`)];
  return `${[
    `${id}  ${title}`,
    fact('jurisdiction', jurisdiction),
    fact('status', `${status} (${instrument})`),
    fact('from', effectiveFrom ?? 'not known'),
    fact('deadline', deadline ?? 'none named by any source'),
    fact('chosen', chosen ? 'yes' : `no (--policy ${id})`),
    ...list(
      'EFFECT',
      effect.map((word) => `${word}: ${EFFECTS[word]}`),
    ),
    ...list('ADDRESSED TO', policy.addressees),
    ...list('NOT ADDRESSED TO', policy.notAddressed),
    ...list('A DEVICE MATCHES WHERE', policy.match.any.map(describeRule)),
    ...list('WHAT YOU STILL HAVE TO ESTABLISH', policy.needsFromUser),
    ...list('EXCEPTIONS OF THE RULE', policy.exceptions),
    ...list('COLUMNS OF A REPORT', policy.reportColumns),
    ...list('NOTES', policy.notes),
    ...list(
      'SOURCES',
      policy.citations.map(
        ({ text, url, kind, checkedOn }) => `${text.trim()}${url === undefined ? '' : ` ${url}`} (${kind}, checked ${checkedOn})`,
      ),
    ),
    '',
    `To be reviewed by ${reviewBy}. A match names a rule and whom it addresses; it is no legal advice.`,
  ].join('\n')}\n`;
}

function describeRule(rule: PolicyRule): string {
  const { relation, group, makerCountry, soldAs, equipment, models, verdict, acquiredAfter, otherwise, note } = rule;
  const who = group ? `is ${group.join(', ')}` : `is at home in ${(makerCountry ?? []).join(', ')}`;
  const conditions = [
    `${relation.join(' or ')} ${who}`,
    ...(equipment.includes('any') ? [] : [`it is ${equipment.join(' or ')}`]),
    ...(soldAs === undefined ? [] : [soldAs === 'own' ? "it is sold under the group's own name" : 'it is sold under another name']),
    ...(models === undefined ? [] : [`its model matches ${models}`]),
  ];
  const when =
    acquiredAfter === undefined
      ? verdict
      : `${verdict} if acquired after ${acquiredAfter}, else and where that is not known ${otherwise ?? ''}`;
  return `${conditions.join(', ')}: ${when}.${note === undefined ? '' : ` ${note.trim()}`}`;
}
