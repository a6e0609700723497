/** What `watch` prints: a line a device as it is heard, counts for a person, and the table at the end. */
import type { Segment } from '../../probes/probe.ts';
import { systemClock } from '../clock.ts';
import type { DeviceReport } from '../report/device.ts';
import { jsonText } from '../report/json.ts';
import { newsLine, newsOf, toldOf, type News, type Told } from '../report/news.ts';
import { groupDevices, isFlagged, renderTable } from '../report/table.ts';
import type { Host } from '../sweep/hosts.ts';
import type { WatchedHost, WatchResult } from '../sweep/watch.ts';
import { formatSeconds } from './traffic.ts';
import { placesOf } from './watch-source.ts';
import type { Io } from './io.ts';

export interface WatchStyle {
  readonly jsonl: boolean;
  /** Devices known to be no surveillance, too. */
  readonly everything: boolean;
}

const SCHEMA_VERSION = 1;
const PROGRESS_EVERY_MS = 1000;

export interface Teller {
  readonly tell: (hosts: readonly WatchedHost[]) => void;
  /** Devices told of so far, and how many of them were flagged. */
  readonly counts: () => { readonly heard: number; readonly flagged: number };
}

/** Says what is new of each device, flagged ones first. */
export function createTeller({ jsonl, everything }: WatchStyle, io: Io, reportOf: (host: Host) => DeviceReport): Teller {
  // By host object: what is forgotten there is forgotten here.
  const told = new WeakMap<Host, Told>();
  let heard = 0;
  let flagged = 0;
  const style = { red: io.outColors.red, dim: io.outColors.dim };
  const say = (report: DeviceReport, news: News, { heardBy, firstHeardAt }: WatchedHost): void => {
    const at = systemClock.timestamp();
    const head = { schemaVersion: SCHEMA_VERSION, event: news, at, firstHeardAt, heardBy };
    if (jsonl) io.out(`${jsonText({ ...head, flagged: isFlagged(report), ...report })}\n`);
    else io.out(`${newsLine(report, news, new Date(at).toTimeString().slice(0, 8), heardBy, style)}\n`);
  };
  return {
    tell(hosts) {
      const reports = hosts.map((watched) => ({ watched, report: reportOf(watched.host) }));
      for (const { watched, report } of reports.sort((a, b) => Number(isFlagged(b.report)) - Number(isFlagged(a.report)))) {
        const before = told.get(watched.host);
        const now = toldOf(report, watched.left);
        const news = newsOf(before, now);
        if (news === undefined) continue;
        told.set(watched.host, now);
        if (!before) heard++;
        if (now.flagged && before?.flagged !== true) flagged++;
        // As in a scan's table, devices known to be no surveillance are counted and not listed.
        const wasShown = before !== undefined && !before.cleared;
        if (everything || !now.cleared || (wasShown && news !== 'left' && news !== 'back')) say(report, news, watched);
      }
    },
    counts: () => ({ heard, flagged }),
  };
}

export async function showProgress({ counts }: Teller, startMs: number, io: Io, ends: AbortSignal): Promise<void> {
  while (io.errIsTerminal && !ends.aborted) {
    const { heard, flagged } = counts();
    io.progress(`${heard} heard, ${flagged} flagged, ${formatSeconds((systemClock.nowMs() - startMs) / 1000)}`);
    await systemClock.sleep(PROGRESS_EVERY_MS, ends);
  }
}

const plain = (text: string): string => text;

/** The table of a scan, and what listening cannot show. */
export function closing(
  reports: readonly DeviceReport[],
  { forgotten }: WatchResult,
  elapsedMs: number,
  { everything }: WatchStyle,
  segments: readonly Segment[],
  io: Io,
): string {
  const { bold, red, dim } = io.outColors;
  const color = io.outIsTerminal;
  const style = { columns: io.columns, bold: color ? bold : plain, red: color ? red : plain, dim: color ? dim : plain };
  const table = renderTable(reports, style, everything);
  const { flagged, review, surveillance, unknown, cleared } = groupDevices(reports);
  const lines = [
    `${placesOf(segments)}: ${reports.length} heard in ${formatSeconds(elapsedMs / 1000)}, ${flagged.length} flagged, ${review.length} to review, ${surveillance.length} other surveillance, ${cleared.length} cleared, ${unknown.length} not identified.`,
    ...(forgotten > 0 ? [`${forgotten} more were heard and forgotten again, to bound memory.`] : []),
    'Nothing was asked: a device that did not speak is not listed. `camsweep scan` asks.',
  ];
  return `\n${table}${table === '' ? '' : '\n'}${lines.join('\n')}\n`;
}
