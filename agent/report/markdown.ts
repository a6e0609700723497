/** The report as Markdown, for a wiki, a ticket or a mail. Pure. Device text cannot become markup, a link or another table cell. */
import { printable } from '../../probes/text.ts';
import { describeMark } from '../policy/exceptions.ts';
import { devicesOf, isRebrand, percentOf, percentText, type Group, type ReportDevice, type ReportDocument } from './document.ts';

const MAX_ROWS = 5000;

export function renderMarkdown(document: ReportDocument): string {
  const { headline, scan, policies, coverage, changes, exceptions, limits, versions, site, generatedAt } = document;
  const group = (name: Group, heading: string): string[] => {
    const list = devicesOf(document, name);
    return list.length === 0 ? [] : [`## ${heading} (${list.length})`, '', ...deviceTable(list), ''];
  };
  const subnets = coverage?.subnets ?? [];
  return `${[
    `# ${inline(headline.text)}`,
    '',
    `Camsweep report${site === null ? '' : `, site ${inline(site)}`}. Scan of ${inline(scan.startedAt)} (${scan.status}), report made ${inline(generatedAt)}.`,
    `Restricted means: matches a rule of ${policies.map(({ title, id }) => `${inline(title)} (${inline(id)})`).join(', ')}.`,
    '',
    ...group('flagged', 'Restricted devices'),
    ...group('review', 'To review'),
    ...group('excepted', 'Excepted'),
    `## Coverage: ${percentText(coverage?.percent ?? null)}`,
    '',
    ...(subnets.length === 0
      ? []
      : [
          ...grid(
            ['Subnet', 'Addresses', 'Alive', 'Silent', 'Excluded', 'Not reached', 'Coverage'],
            subnets
              .slice(0, MAX_ROWS)
              .map((subnet) => [
                subnet.subnet,
                ...[subnet.addresses, subnet.alive, subnet.silent, subnet.excluded, subnet.notReached].map(String),
                percentText(percentOf(subnet)),
              ]),
          ),
        ]),
    '',
    ...(changes.length === 0
      ? []
      : [
          '## Changes since the scan before',
          '',
          ...grid(
            ['Change', 'Address', 'Device', 'Before', 'After', 'Cause'],
            changes
              .slice(0, MAX_ROWS)
              .map(({ kind, address, summary, before, after, cause }) => [kind, address ?? '', summary, before ?? '', after ?? '', cause]),
          ),
          '',
        ]),
    ...(exceptions.length === 0
      ? []
      : [
          '## Exceptions',
          '',
          ...grid(
            ['Exception', 'State', 'Device', 'Rule', 'Reason', 'Approved by', 'Mitigation', 'Until'],
            exceptions.map(({ id, state, device, policy, reason, approver, mitigation, expires }) => [
              id,
              state,
              device,
              policy ?? 'every rule',
              reason,
              approver,
              mitigation,
              expires,
            ]),
          ),
          '',
        ]),
    ...group('surveillance', 'Other surveillance devices'),
    ...group('unknown', 'Answered, not identified'),
    ...group('gone', 'No longer there'),
    '## Rules',
    '',
    ...policies.map(
      ({ title, id, effect, addressees, needsFromUser, citations }) =>
        `- **${inline(title)}** (${inline(id)}): effect ${inline(effect.join(', '))}; addressed to ${inline(addressees.join('; '))}; you still have to establish: ${inline(needsFromUser.join('; ') || 'nothing')}. Sources: ${citations.map(({ text, checkedOn }) => `${inline(text)} (checked ${checkedOn})`).join('; ')}`,
    ),
    '',
    '## What this report cannot show',
    '',
    ...limits.map((text) => `- ${inline(text)}`),
    '',
    `Camsweep ${inline(versions.camsweep)}, data ${inline(versions.data)} (${inline(versions.dataHash)}), scanned with ${inline(versions.scannedWith)}.`,
  ].join('\n')}\n`;
}

function deviceTable(devices: readonly ReportDevice[]): string[] {
  const rows = devices.slice(0, MAX_ROWS).map((device) => {
    const { address, maker, brand, model, firmware, serial, mac, verdicts, lastSeen, phaseOut } = device;
    const words = verdicts
      .filter(({ verdict }) => verdict !== 'no-match' && verdict !== 'unknown')
      .map(
        ({ policy, verdict, exception }) =>
          `${policy}: ${verdict === 'restricted' ? 'matches rule' : verdict}${exception ? `, ${describeMark(exception)}` : ''}`,
      );
    const who = isRebrand(device) ? `sold as ${brand ?? ''}, made by ${maker ?? ''}` : device.summary;
    return [
      address,
      who,
      model ?? '',
      firmware ?? '',
      serial ?? '',
      mac ?? '',
      words.join('; '),
      lastSeen?.slice(0, 10) ?? '',
      phaseOut?.status ?? '',
    ];
  });
  const more = devices.length > MAX_ROWS ? ['', `${devices.length - MAX_ROWS} more are in the CSV and JSON reports.`] : [];
  return [...grid(['Address', 'What it is', 'Model', 'Firmware', 'Serial', 'MAC', 'Verdict', 'Last seen', 'Phase-out'], rows), ...more];
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((cells) => line(cells.map((cell) => inline(cell, 200))))];
}

/** One line that no Markdown reader takes for markup: what could begin some is escaped, `<` and bare addresses of web pages too. */
function inline(text: string, maxLength = 600): string {
  return printable(text.slice(0, maxLength + 1), maxLength)
    .replace(/[\\`*_[\]{}|~<>$@]|^[-+#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/\bwww\\?\./gi, 'www&#46;');
}
