/** A device of the inventory for people and as the one JSON document every exporter starts from. Pure. */
import { printable } from '../../probes/text.ts';
import { describeMark } from '../policy/exceptions.ts';
import type { DeviceDetail, DeviceRow, SightingRow } from '../inventory/store/store.ts';
import type { EventRow } from '../inventory/types.ts';

/** The canonical device document. Absent facts are null, lists may be empty. */
export function deviceDocument(device: DeviceRow | DeviceDetail): unknown {
  const { key, site, status, firstSeen, lastSeen, addresses, verdicts } = device;
  const { maker, brand, owner, model, firmware, serial, mac, deviceType, surveillance, certainty, summary } = device;
  const about = { maker, brand, owner, model, firmware, serial, mac, deviceType, surveillance, certainty, summary };
  const row = { key, site, status, firstSeen, lastSeen, addresses, ...about, verdicts };
  if (!('state' in device)) return row;
  const { identifiers, keys, merges, annotations, state } = device;
  return {
    ...row,
    keys,
    identifiers,
    merges,
    annotations,
    because: state.because,
    contradictions: state.contradictions,
    evidence: state.evidence,
  };
}

export function renderDevice(device: DeviceDetail): string {
  const { key, site, status, missed, firstSeen, lastSeen, addresses, state } = device;
  const fact = (name: string, value: string | null): string[] =>
    value === null || value === '' ? [] : [`  ${name.padEnd(13)}${printable(value, 300)}`];
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${printable(line, 300)}`)];
  return `${[
    `${key}  ${printable(device.summary)}`,
    ...fact('status', `${status}${status === 'missing' ? missingText(missed) : ''}`),
    ...fact('seen', `${firstSeen} to ${lastSeen}`),
    ...fact('address', `${addresses.join(', ')} (${site})`),
    ...fact('maker', device.maker),
    ...fact('brand', device.brand),
    ...fact('model', device.model),
    ...fact('firmware', device.firmware),
    ...fact('serial', device.serial),
    ...fact('type', device.deviceType),
    ...fact('because', state.because),
    ...list(
      'VERDICTS',
      state.verdicts.map(
        ({ verdict, title, because, exception }) => `${verdict}${exception ? `, ${describeMark(exception)}` : ''}: ${title}. ${because}`,
      ),
    ),
    ...list('CONTRADICTIONS', state.contradictions),
    ...list(
      'IDENTIFIERS',
      device.identifiers.map(
        ({ kind, value, firstSeen: from, lastSeen: to, shared }) =>
          `${kind} ${value}, ${day(from)} to ${day(to)}${shared ? ', shared with others: identifies nobody' : ''}`,
      ),
    ),
    ...list(
      'ALSO KNOWN AS',
      device.keys.filter((former) => former !== key),
    ),
    ...list(
      'MERGES',
      device.merges.map(
        ({ at, from, into, reason, by, undoneAt, undoneReason }) =>
          `${day(at)} ${from} into ${into}, ${by}: ${reason}${undoneAt === null ? '' : `; taken back ${day(undoneAt)}: ${undoneReason ?? ''}`}`,
      ),
    ),
    ...list(
      'NOTES',
      device.annotations.map(({ at, by, field, value }) => `${day(at)} ${field}: ${value} (${by})`),
    ),
  ].join('\n')}\n`;
}

function missingText(missed: number): string {
  if (missed === 0) return ': something at its address answered, and nothing that shows what it is';
  return `: ${missed === 1 ? 'the last scan that asked for it' : `the last ${missed} scans that asked for it`} did not see it`;
}

function day(at: string): string {
  return at.slice(0, 10);
}

/** What happened, in words: `firmware V5.5.0 -> V5.7.3`. */
export function describeEvent({ kind, topic, before, after, cause }: EventRow): string {
  const because = cause === 'data' ? ' (by data, not by the device: same recordings)' : cause === 'hand' ? ' (by hand)' : '';
  const from = printable(before ?? '?', 80);
  const to = printable(after ?? '?', 80);
  switch (kind) {
    case 'new':
      return `new at ${to}`;
    case 'gone':
      return `gone; was at ${from}`;
    case 'back':
      return `back at ${to}`;
    case 'moved':
      return `moved ${from} -> ${to}`;
    case 'firmware-changed':
      return `firmware ${from} -> ${to}${because}`;
    case 'verdict-changed':
      return `${printable(topic ?? 'verdict', 60)}: ${before === null ? 'not judged' : from} -> ${after === null ? 'not judged' : to}${because}`;
    case 'merged':
      return `${from} merged in: ${printable(topic ?? '', 160)}${because}`;
    case 'split':
      return `${to} parted: ${printable(topic ?? '', 160)}${because}`;
    case 'phase-out-changed':
      return `phase-out: ${from} -> ${to}${because}`;
  }
}

export interface HistoryLine {
  readonly at: string;
  readonly what: string;
}

/** Events and sightings in order; sightings in a row at one address as the same thing are one line. */
export function historyOf(sightings: readonly SightingRow[], events: readonly EventRow[]): HistoryLine[] {
  const lines: HistoryLine[] = events.map((event) => ({ at: event.at, what: describeEvent(event) }));
  const ordered = [...sightings].sort((a, b) => (a.lastAt < b.lastAt ? -1 : 1));
  let run: SightingRow[] = [];
  const close = (): void => {
    const [first, last] = [run[0], run.at(-1)];
    if (first && last) {
      const scans = run.length === 1 ? `scan ${first.scanId}` : `scans ${first.scanId} to ${last.scanId}, ${run.length} times`;
      lines.push({ at: first.firstAt, what: `seen at ${first.address} (${first.site}), ${scans}` });
    }
    run = [];
  };
  for (const row of ordered) {
    const previous = run.at(-1);
    if (previous && (previous.address !== row.address || previous.site !== row.site || previous.stateId !== row.stateId)) close();
    run.push(row);
  }
  close();
  return lines.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}
