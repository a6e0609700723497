/**
 * The report as one self-contained page: no script, no external request, light and dark, fit to print. Pure. What matters comes
 * first; devices that match no rule are rows, so that a page of thousands still opens.
 */
import { devicesOf, plural, type Group, type ReportDocument } from './document.ts';
import { burnDown, makers } from './html-charts.ts';
import { card, row, ROW_HEAD } from './html-device.ts';
import { changes, coverage, exceptions, policy, progress, section, versions } from './html-sections.ts';
import { STYLE } from './html-style.ts';
import { escape, moment, table } from './html-text.ts';

/** Characters all cards together may spend on evidence, and one card: a page of 5,000 devices stays below 15 MB. */
const EVIDENCE_BUDGET = 4_000_000;
const MAX_ALLOWANCE = 30_000;

export function renderHtml(document: ReportDocument): string {
  const { headline, policies, scan, limits, site } = document;
  const cards = devicesOf(document, 'flagged', 'review', 'excepted').length;
  const style = {
    policies,
    scannedAt: scan.startedAt,
    allowance: Math.min(MAX_ALLOWANCE, Math.floor(EVIDENCE_BUDGET / Math.max(1, cards))),
  };
  const withCards = (group: Group, heading: string, note: string): string => {
    const list = devicesOf(document, group);
    if (list.length === 0) return '';
    return section(group, `${heading} (${list.length})`, `<p>${note}</p>\n${list.map((device) => card(device, style)).join('\n')}`);
  };
  const withRows = (group: Group, heading: string, note: string): string => {
    const list = devicesOf(document, group);
    if (list.length === 0) return '';
    const rows = table({ caption: `${heading}: ${plural(list.length, 'device')}`, head: ROW_HEAD, rows: list.map(row) });
    return section(
      group,
      `${heading} (${list.length})`,
      `<p>${note}</p>\n<details${list.length > 50 ? '' : ' open'}><summary>${plural(list.length, 'device')}</summary>${rows}</details>`,
    );
  };
  const nothing =
    headline.flagged > 0
      ? ''
      : '<p class="nothing">No device that answered matches a chosen rule. See the coverage and the limits below for what that proves.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${escape(headline.text)} - Camsweep</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">To the devices</a>
<header><p class="eyebrow">Camsweep report${site === null ? '' : `, site ${escape(site, 60)}`}</p>
<h1>${escape(headline.text)}</h1>
<p>Scan of ${moment(scan.startedAt)}. Restricted means: matches a rule of ${policies.map(({ id, title }) => `<a href="#policy-${escape(id, 60)}">${escape(title)}</a>`).join(', ')}.</p></header>
<main id="main">
${section('overview', 'Overview', overview(document))}
${nothing}
${withCards('flagged', 'Restricted devices', 'Each shows at least probably that it matches a rule. A match names a rule and whom it addresses; it is no legal advice.')}
${withCards('review', 'To review', 'Only a hint, or only what is known of the brand: a person decides.')}
${withCards('excepted', 'Excepted', 'They match a rule, and somebody has approved them for a time.')}
${section('coverage', 'Coverage', coverage(document))}
${section('changes', 'Changes since the scan before', changes(document))}
${section('progress', 'Phase-out', progress(document))}
${section('exceptions', 'Exceptions', exceptions(document))}
${withRows('surveillance', 'Other surveillance devices', 'Surveillance equipment that matches no chosen rule.')}
${withRows('unknown', 'Answered, not identified', 'Something answers here, and nothing it said tells what it is.')}
${withRows('cleared', 'Cleared', 'Identified as something other than surveillance equipment.')}
${withRows('gone', 'No longer there', 'Known from earlier scans; their subnets were asked since, and answered.')}
${section('rules', 'Rules', policies.map(policy).join('\n'))}
${section('limits', 'What this report cannot show', `<ul>${limits.map((text) => `<li>${escape(text, 500)}</li>`).join('')}</ul>`)}
</main>
<footer>${section('versions', 'Versions', versions(document))}</footer>
</body>
</html>
`;
}

function overview(document: ReportDocument): string {
  const count = (group: Group): number => devicesOf(document, group).length;
  const figures: readonly (readonly [string, string])[] = [
    [String(count('flagged')), 'restricted'],
    [String(document.headline.rebrands), 'of them rebrands'],
    [String(count('review')), 'to review'],
    [String(count('excepted')), 'excepted'],
    [String(count('surveillance')), 'other surveillance'],
    [String(count('unknown')), 'not identified'],
    [String(count('cleared')), 'cleared'],
  ];
  const charts = `${burnDown(document)}${makers(document)}`;
  return `<ul class="figures">${figures.map(([number, word]) => `<li><strong>${number}</strong> ${word}</li>`).join('')}</ul>
${charts === '' ? '' : `<div class="charts">${charts}</div>`}`;
}
