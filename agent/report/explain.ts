/** The chain for one device: verdict → claim → evidence → observation → recording → bytes. Pure. */
import { printable } from '../../probes/text.ts';
import type { Recording } from '../../probes/recording.ts';
import type { Signature } from '../../signatures/schema.ts';
import { RULES, bestPerChannel } from '../identify/certainty.ts';
import type { Claim, Evidence, Identity } from '../identify/types.ts';
import type { Verdict } from '../policy/types.ts';
import { excerpt } from './bytes.ts';
import { summarise } from './device.ts';

export interface ExplainMaterial {
  readonly address: string;
  readonly identity: Identity;
  readonly verdicts: readonly Verdict[];
  readonly recordings: ReadonlyMap<string, Recording>;
  readonly signatureOf: (id: string) => Signature | undefined;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly scanned: string;
}

export function renderExplanation(material: ExplainMaterial): string {
  const { address, identity, verdicts, outcomes, scanned } = material;
  const claims: readonly (readonly [string, Claim | undefined])[] = [
    ['maker', identity.maker],
    ['brand', identity.brand],
    ['type', identity.deviceType],
    ['model', identity.model],
    ['firmware', identity.firmware],
    ['serial', identity.serial],
  ];
  return `${[
    `${address}  ${printable(summarise(identity))}`,
    `scanned ${scanned}${identity.mac === undefined ? '' : `, MAC ${identity.mac}`}`,
    '',
    ...(verdicts.length === 0
      ? []
      : ['VERDICTS', ...verdicts.map(({ verdict, title, because }) => `  ${verdict}: ${title}\n      ${because}`), '']),
    ...(identity.contradictions.length === 0
      ? []
      : ['CONTRADICTIONS', ...identity.contradictions.map((text) => `  ${printable(text, 300)}`), '']),
    ...claims.flatMap(([kind, claim]) => (claim ? [...explainClaim(kind, claim, material), ''] : [])),
    ...otherEvidence(identity, claims, material),
    'ASKED',
    ...(Object.keys(outcomes).length === 0
      ? ['  answered a question to the whole segment']
      : Object.entries(outcomes).map(([probe, outcome]) => `  ${probe.padEnd(16)} ${outcome}`)),
  ].join('\n')}\n`;
}

function explainClaim(kind: string, { name, certainty, evidence }: Claim, material: ExplainMaterial): string[] {
  const channels = bestPerChannel(evidence);
  const counts = { proof: 0, strong: 0, weak: 0 };
  for (const strength of channels.values()) counts[strength]++;
  const because = RULES.find(({ when }) => when(counts))?.because ?? '';
  const list = [...channels].map(([channel, strength]) => `${channel}: ${strength}`).join(', ');
  return [
    `${kind.toUpperCase()}  ${printable(name)}: ${certainty}, ${because} (${list})`,
    ...unique(evidence).flatMap((item) => explainEvidence(item, material)),
  ];
}

function unique(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((item) => [`${item.signature}\0${item.value}`, item])).values()].slice(0, 12);
}

function explainEvidence({ signature, field, value, recording, why }: Evidence, { recordings, signatureOf }: ExplainMaterial): string[] {
  const source = [signatureOf(signature)?.source ?? []].flat().join('; ');
  const exchange = recordings.get(recording);
  const asked = exchange?.request === undefined ? '' : ` to ${printable(JSON.stringify(exchange.request), 120)}`;
  return [
    `  ${field} = ${printable(value, 160)}`,
    `      ${signature}: ${printable(why.trim(), 400)}`,
    ...(source === '' ? [] : [`      source: ${source}`]),
    ...(exchange
      ? [
          `      recording ${exchange.id}: ${exchange.protocol}${exchange.from.port === undefined ? '' : ` port ${exchange.from.port}`}${exchange.at === undefined ? '' : `, ${exchange.at}`}, answer${asked}:`,
          ...excerpt(exchange.response, value).map((line) => `        | ${line}`),
        ]
      : []),
  ];
}

function otherEvidence(
  { evidence }: Identity,
  claims: readonly (readonly [string, Claim | undefined])[],
  material: ExplainMaterial,
): string[] {
  const used = new Set(claims.flatMap(([, claim]) => claim?.evidence ?? []));
  const rest = unique(evidence.filter((item) => !used.has(item)));
  return rest.length === 0 ? [] : ['OTHER EVIDENCE', ...rest.flatMap((item) => explainEvidence(item, material)), ''];
}
