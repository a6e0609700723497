/**
 * The last scan as one self-contained page: no script, no external request, light and dark, fit to print. Pure. Everything a
 * device said is escaped; evidence unfolds down to the bytes.
 */
import { printable } from '../../probes/text.ts';
import type { Recording } from '../../probes/recording.ts';
import { ageInDays } from '../identify/normalise.ts';
import { excerpt } from './bytes.ts';
import type { DeviceReport } from './device.ts';
import { STYLE } from './html-style.ts';
import { groupDevices } from './table.ts';

export interface HtmlMaterial {
  readonly devices: readonly DeviceReport[];
  readonly recordings: ReadonlyMap<string, Recording>;
  readonly scanned: string;
  /** When the scan began, ISO 8601, for ages. */
  readonly scannedAt?: string | undefined;
  readonly targets: readonly string[];
  /** Lines of the summary. */
  readonly summary: readonly string[];
  readonly versions: string;
}

const MAX_EVIDENCE = 30;

export function renderHtml({ devices, recordings, scanned, scannedAt, targets, summary, versions }: HtmlMaterial): string {
  const { flagged, review, surveillance, unknown, cleared } = groupDevices(devices);
  const title = `${flagged.length} flagged, ${surveillance.length} other surveillance, ${cleared.length} cleared`;
  const section = (heading: string, list: readonly DeviceReport[], note: string): string =>
    list.length === 0
      ? ''
      : `<section><h2>${escape(heading)} <small>${list.length}</small></h2><p>${escape(note)}</p>${list.map((device) => card(device, recordings, scannedAt)).join('\n')}</section>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Camsweep: ${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escape(title)}</h1><p>${escape(targets.join(', '))}, ${escape(scanned)}</p></header>
<main>
<ul class="summary">${summary.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>
${section('Flagged', flagged, 'Devices that match a chosen policy. A match names a rule and whom it addresses; it is no legal advice.')}
${section('To review', review, 'Only a hint, or only what is known of the brand: a person decides.')}
${section('Other surveillance devices', surveillance, 'Surveillance equipment that matches no chosen policy.')}
${section('Answered, not identified', unknown, 'Something answers here, and nothing it said tells what it is.')}
${section('Cleared', cleared, 'Identified as something other than surveillance equipment.')}
</main>
<footer><p>${escape(versions)}</p></footer>
</body>
</html>
`;
}

function card(device: DeviceReport, recordings: ReadonlyMap<string, Recording>, scannedAt: string | undefined): string {
  const age = device.firmwareBuilt === null || scannedAt === undefined ? undefined : ageInDays(device.firmwareBuilt, scannedAt);
  const facts: readonly (readonly [string, string | null])[] = [
    ['Model', device.model],
    ['Firmware', device.firmware],
    [
      'Firmware built',
      device.firmwareBuilt && `${device.firmwareBuilt}${age === undefined || age < 0 ? '' : `, ${age} days before the scan`}`,
    ],
    ['Serial', device.serial],
    ['Produced', device.produced],
    ['MAC', device.mac],
    ['Certainty', device.certainty],
  ];
  const verdicts = device.verdicts.filter(({ verdict }) => verdict !== 'no-match');
  return `<article>
<h3><span class="address">${escape(device.address)}</span> ${escape(device.summary)}</h3>
<dl>${facts.map(([name, value]) => (value === null ? '' : `<div><dt>${name}</dt><dd>${escape(value)}</dd></div>`)).join('')}</dl>
${verdicts.map(({ verdict, title, because }) => `<p class="verdict ${verdict}"><strong>${escape(verdict)}</strong> ${escape(title)}: ${escape(because)}</p>`).join('\n')}
${device.contradictions.map((text) => `<p class="contradiction">${escape(text)}</p>`).join('\n')}
${device.notes.map((text) => `<p class="note">${escape(text)}</p>`).join('\n')}
${cameras(device)}
${
  device.evidence.length === 0
    ? ''
    : `<details><summary>Evidence (${device.evidence.length})</summary>${device.evidence
        .slice(0, MAX_EVIDENCE)
        .map((item) => evidence(item, recordings))
        .join('\n')}</details>`
}
</article>`;
}

/** What a recorder lists behind it; nothing else on the network shows these. */
function cameras({ channels }: DeviceReport): string {
  if (!channels || channels.cameras.length === 0) return '';
  const line = ({ id, name, model, address, firmware, serial }: (typeof channels.cameras)[number]): string =>
    `<li>${escape(`${id}: ${[name, model, address, firmware, serial].filter((text) => text !== null).join(', ')}`)}</li>`;
  return `<details><summary>Cameras behind it (${channels.cameras.length})</summary><ul>${channels.cameras.map(line).join('')}</ul></details>`;
}

function evidence(
  { signature, field, value, strength, recording }: DeviceReport['evidence'][number],
  recordings: ReadonlyMap<string, Recording>,
): string {
  const exchange = recordings.get(recording);
  const bytes = exchange ? excerpt(exchange.response, value).join('\n') : '';
  return `<div class="evidence"><p><code>${escape(field)}</code> = <q>${escape(value)}</q> <small>${escape(signature)}, ${strength}</small></p>${bytes === '' ? '' : `<details><summary>Bytes: ${escape(recording)}</summary><pre>${escape(bytes, 4000)}</pre></details>`}</div>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string, maxLength = 500): string {
  return text
    .split('\n')
    .map((line) => printable(line, maxLength))
    .join('\n')
    .slice(0, maxLength)
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
}
