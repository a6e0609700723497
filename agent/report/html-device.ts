/** One device in the HTML report: a card with evidence that unfolds to the bytes, or one row of a table. Pure. */
import { ageInDays } from '../identify/normalise.ts';
import { describeMark } from '../policy/exceptions.ts';
import { matchesRule } from '../policy/finding.ts';
import type { Verdict } from '../policy/types.ts';
import { isRebrand, plural, type ReportDevice, type ReportEvidence, type ReportPolicy } from './document.ts';
import { escape, moment } from './html-text.ts';

export interface CardStyle {
  readonly policies: readonly ReportPolicy[];
  /** For ages. */
  readonly scannedAt: string;
  /** How much a card may spend on evidence, in characters; there is always some. */
  readonly allowance: number;
}

const MAX_LISTED = 12;

export function card(device: ReportDevice, { policies, scannedAt, allowance }: CardStyle): string {
  const { address, summary, verdicts, contradictions, notes } = device;
  const shown = verdicts.filter(({ verdict }) => verdict !== 'no-match' && verdict !== 'unknown');
  const extra = [...contradictions.map((text) => `Contradiction: ${text}`), ...notes].slice(0, MAX_LISTED);
  return `<article><h3><span class="address">${escape(address, 60)}</span> ${escape(sentence(device) ?? summary)}</h3>
${shown.map((verdict) => verdictLine(verdict, policies)).join('\n')}
<dl>${factsOf(device, scannedAt)
    .flatMap(([name, value]) => (value === null || value === '' ? [] : [`<div><dt>${name}</dt><dd>${value}</dd></div>`]))
    .join('')}</dl>
${extra.map((text) => `<p class="note">${escape(text)}</p>`).join('\n')}${cameras(device)}
${evidence(device, allowance)}</article>`;
}

/** The headline of a rebrand: what the label says, and who made it. */
function sentence(device: ReportDevice): string | undefined {
  const { maker, brand, deviceType } = device;
  return isRebrand(device)
    ? `sold as ${brand ?? ''}, made by ${maker ?? ''}${deviceType === null ? '' : ` (${deviceType.replaceAll('-', ' ')})`}`
    : undefined;
}

const WORDS = {
  restricted: 'Matches rule',
  'likely-restricted': 'Likely matches rule',
  'needs-review': 'To review',
  'no-match': 'Matches no rule',
  unknown: 'Not known',
} as const satisfies Record<Verdict['verdict'], string>;

const MARKS = { restricted: '■', 'likely-restricted': '◧', 'needs-review': '?', 'no-match': '–', unknown: '–' } as const satisfies Record<
  Verdict['verdict'],
  string
>;

function verdictLine(judged: Verdict, policies: readonly ReportPolicy[]): string {
  const { policy, title, verdict, certainty, because, exception } = judged;
  const word = verdict === 'needs-review' && matchesRule(judged) ? 'Matches rule, to review' : WORDS[verdict];
  const rule = policies.find(({ id }) => id === policy);
  const about = rule
    ? `<br><small>Effect: ${escape(rule.effect.join(', '))}. Addressed to: ${escape(rule.addressees.join('; '))}. <a href="#policy-${escape(policy, 60)}">Rule, sources and what you still have to establish</a></small>`
    : '';
  const excepted = exception ? `<br><span class="exception">${escape(describeMark(exception))}</span>` : '';
  return `<p class="verdict ${verdict}"><strong><span aria-hidden="true">${MARKS[verdict]}</span> ${word}</strong> ${escape(title)}${certainty === null ? '' : `, ${escape(certainty)}`}: ${escape(because, 800)}${about}${excepted}</p>`;
}

function factsOf(device: ReportDevice, scannedAt: string): readonly (readonly [string, string | null])[] {
  const { firmwareBuilt, addresses, address, phaseOut, presence } = device;
  const text = (value: string | null): string | null => (value === null ? null : escape(value, 120));
  const age = firmwareBuilt === null ? undefined : ageInDays(firmwareBuilt, scannedAt);
  const others = addresses.filter((other) => other !== address);
  const status = phaseOut?.status === 'found' && phaseOut.since === null ? null : (phaseOut?.status ?? null);
  return [
    ['Made by', text(device.maker)],
    ['Sold as', device.brand === device.maker ? null : text(device.brand)],
    ['Certainty', text(device.certainty)],
    ['Type', text(device.deviceType?.replaceAll('-', ' ') ?? null)],
    ['Model', text(device.model)],
    ['Firmware', text(device.firmware)],
    ['Firmware built', firmwareBuilt && text(`${firmwareBuilt}${age === undefined || age < 0 ? '' : `, ${age} days before the scan`}`)],
    ['Serial', text(device.serial)],
    ['Produced', text(device.produced)],
    ['MAC', text(device.mac)],
    ['Also at', others.length === 0 ? null : escape(others.join(', '), 200)],
    ['First seen', device.firstSeen === null ? null : moment(device.firstSeen)],
    ['Last seen', device.lastSeen === null ? null : moment(device.lastSeen)],
    ['Presence', presence === 'present' ? null : presence],
    ['Site', text(device.site)],
    [
      'Phase-out',
      status === null ? null : `${escape(status, 40)}${phaseOut?.since ? ` since ${escape(phaseOut.since.slice(0, 10))}` : ''}`,
    ],
    ['Custodian', text(phaseOut?.custodian ?? null)],
    ['Location', text(phaseOut?.location ?? null)],
    ['Note', text(phaseOut?.note ?? null)],
    ['Key', text(device.key)],
  ];
}

const MAX_CAMERAS = 64;

/** What a recorder lists behind it; nothing else on the network shows these. */
function cameras({ channels }: ReportDevice): string {
  if (!channels || channels.cameras.length === 0) return '';
  const line = ({ id, name, model, address, firmware, serial }: (typeof channels.cameras)[number]): string =>
    `<li>${escape(`${id}: ${[name, model, address, firmware, serial].filter((text) => text !== null).join(', ')}`)}</li>`;
  const more = channels.cameras.length > MAX_CAMERAS ? `<li>${channels.cameras.length - MAX_CAMERAS} more</li>` : '';
  return `<details><summary>Cameras behind it (${channels.cameras.length})</summary><ul>${channels.cameras.slice(0, MAX_CAMERAS).map(line).join('')}${more}</ul></details>`;
}

/** Strongest first, until the allowance is spent; the first one always. */
function evidence({ address, because, evidence: list }: ReportDevice, allowance: number): string {
  if (list.length === 0) return '';
  const items: string[] = [];
  let left = allowance;
  for (const item of list) {
    const html = evidenceItem(item);
    if (items.length > 0 && html.length > left) break;
    items.push(html);
    left -= html.length;
  }
  const rest = list.length - items.length;
  const more =
    rest > 0 ? `<p class="note">${plural(rest, 'more piece')} of evidence: <code>camsweep explain ${escape(address, 60)}</code></p>` : '';
  return `<details><summary>Evidence (${list.length})${because === '' ? '' : `: ${escape(because, 160)}`}</summary>${items.join('\n')}${more}</details>`;
}

function evidenceItem({ signature, field, value, strength, recording, bytes }: ReportEvidence): string {
  const dump =
    bytes.length === 0
      ? ''
      : `<details><summary>Bytes of ${escape(recording, 80)}</summary><pre tabindex="0">${escape(bytes.join('\n'), 2500)}</pre></details>`;
  return `<div class="evidence"><p><code>${escape(field, 100)}</code> = <q>${escape(value, 200)}</q> <small>${escape(signature, 100)}, ${escape(strength, 20)}</small></p>${dump}</div>`;
}

export const ROW_HEAD = ['Address', 'What it is', 'Model', 'Firmware', 'MAC', 'Last seen'] as const;

/** For devices that match no rule: small, because there may be thousands. */
export function row({ address, summary, model, firmware, mac, lastSeen }: ReportDevice): string[] {
  const text = (value: string | null): string => escape(value ?? '', 60);
  const whole = (value: string | null): string => (value === null ? '' : `<span class="nw">${escape(value, 30)}</span>`);
  return [escape(address, 60), escape(summary, 120), text(model), text(firmware), whole(mac), whole(lastSeen?.slice(0, 10) ?? null)];
}
