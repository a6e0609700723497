/** Sections of the HTML report beside the devices: coverage, changes, exceptions, rules, limits, versions. Pure. */
import { percentOf, percentText, plural, type ReportDocument, type ReportPolicy } from './document.ts';
import { escape, link, moment, table } from './html-text.ts';

const MAX_ROWS = 2000;

export function section(id: string, heading: string, body: string): string {
  return body === '' ? '' : `<section aria-labelledby="${id}"><h2 id="${id}">${escape(heading)}</h2>\n${body}</section>`;
}

export function coverage({ coverage: all, scan }: ReportDocument): string {
  if (!all)
    return '<p>The scan was killed before it ended: what it had seen until then is in this report, and what it had not asked is not known.</p>';
  const shown = all.subnets.slice(0, MAX_ROWS);
  const rows = shown.map(({ subnet, addresses, alive, silent, excluded, notReached }) => [
    escape(subnet),
    String(addresses),
    String(alive),
    String(silent),
    String(excluded),
    String(notReached),
    percentText(percentOf({ addresses, excluded, notReached })),
  ]);
  const more = all.subnets.length > shown.length ? `<p>${all.subnets.length - shown.length} more subnets are in the JSON report.</p>` : '';
  return `<p>${all.addresses} addresses: ${all.alive} answered, ${all.silent} were asked and silent, ${all.excluded} excluded, ${all.notReached} not reached. Coverage ${percentText(all.percent)} of what was not excluded${scan.status === 'complete' ? '' : ` (scan ${escape(scan.status)})`}.</p>
${rows.length === 0 ? '' : table({ caption: 'Coverage of each subnet', head: ['Subnet', 'Addresses', 'Alive', 'Silent', 'Excluded', 'Not reached', 'Coverage'], rows })}${more}`;
}

export function changes({ changes: events, scan, previousAt }: ReportDocument): string {
  if (scan.number === null) return '';
  if (previousAt === null) return '<p>This is the first scan of this site: there is nothing to compare it with.</p>';
  if (events.length === 0) return `<p>Nothing changed since the scan of ${moment(previousAt)}.</p>`;
  const rows = events
    .slice(0, MAX_ROWS)
    .map(({ kind, address, device, before, after, summary, cause }) => [
      escape(kind.replaceAll('-', ' ')),
      escape(address ?? '', 60),
      escape(summary, 160),
      escape(before ?? '', 80),
      escape(after ?? '', 80),
      escape(cause),
      escape(device, 80),
    ]);
  const more = events.length > MAX_ROWS ? `<p>${events.length - MAX_ROWS} more: <code>camsweep diff</code></p>` : '';
  return `${table({ caption: `${plural(events.length, 'change')} since the scan before`, head: ['Change', 'Address', 'Device', 'Before', 'After', 'Cause', 'Key'], rows })}${more}`;
}

const STATES = { covered: 'in force', expired: 'EXPIRED: a finding again', future: 'not in force yet' } as const;

export function exceptions({ exceptions: list }: ReportDocument): string {
  if (list.length === 0) return '<p>No exception is on file.</p>';
  const rows = list.map(({ id, state, device, policy, reason, approver, mitigation, from, expires }) => [
    escape(id, 80),
    STATES[state],
    escape(device, 120),
    escape(policy ?? 'every rule', 60),
    escape(reason),
    escape(approver, 120),
    escape(mitigation),
    `${escape(from)} to ${escape(expires)}`,
  ]);
  return table({
    caption: 'Exceptions',
    head: ['Exception', 'State', 'Device', 'Rule', 'Reason', 'Approved by', 'Mitigation', 'Days'],
    rows,
  });
}

export function progress({ progress: points }: ReportDocument): string {
  // In order of time: the last one of a site and rule is how it stands.
  const last = [...new Map(points.map((point) => [`${point.site}\0${point.policy}`, point] as const)).values()];
  if (last.length === 0) return '';
  const rows = last.map((point) => [
    escape(point.site, 60),
    escape(point.policy, 60),
    ...[point.found, point.planned, point.isolated, point.removed, point.verifiedGone, point.cameBack, point.open].map(String),
  ]);
  return table({
    caption: 'Phase-out by site and rule, today',
    head: ['Site', 'Rule', 'Found', 'Planned', 'Isolated', 'Removed', 'Verified gone', 'Came back', 'Still open'],
    rows,
  });
}

export function policy(rule: ReportPolicy): string {
  const list = (name: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `<div><dt>${name}</dt><dd>${lines.map((text) => escape(text, 600)).join('; ')}</dd></div>`;
  const sources = rule.citations.map(
    ({ text, url, kind, checkedOn }) => `<li>${link(url, text)} <small>(${kind}, checked ${escape(checkedOn)})</small></li>`,
  );
  return `<article id="policy-${escape(rule.id, 60)}"><h3>${escape(rule.title)} <small>${escape(rule.id)}</small></h3>
<dl>${list('Jurisdiction', [rule.jurisdiction])}${list('Status', [`${rule.status} (${rule.instrument})`])}${list('From', [rule.effectiveFrom ?? 'not known'])}${list('Deadline', [rule.deadline ?? 'none named by any source'])}${list('Effect', rule.effect)}${list('Addressed to', rule.addressees)}${list('Not addressed to', rule.notAddressed)}${list('You still have to establish', rule.needsFromUser)}${list('To be reviewed by', [rule.reviewBy])}${list('SHA-256 of the rule', [rule.sha256])}</dl>
<h4>Sources</h4><ul>${sources.join('')}</ul></article>`;
}

export function versions({ versions: { camsweep, data, dataHash, scannedWith }, generatedAt, scan }: ReportDocument): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Report made', moment(generatedAt)],
    ['Camsweep', escape(camsweep)],
    ['Signature and policy data', escape(data)],
    ['Hash of the data (SHA-256, first 12 digits)', `<code>${escape(dataHash)}</code>`],
    ['Scanned with', escape(scannedWith)],
    ['Scan', `${scan.number === null ? '' : `${scan.number}, `}<code>${escape(scan.uid, 80)}</code>, ${escape(scan.status)}`],
    ['Began', moment(scan.startedAt)],
    ['Ended', moment(scan.endedAt)],
    ['Targets', escape(scan.targets.join(', '), 2000)],
  ];
  return `<dl class="long">${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`;
}
