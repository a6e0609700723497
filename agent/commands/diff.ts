/** `camsweep diff` and `camsweep history`: what changed, each change once. */
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { groupEvents } from '../inventory/diff.ts';
import type { Store } from '../inventory/store/store.ts';
import type { EventRow, StoredScanRow } from '../inventory/types.ts';
import { renderColumns } from '../report/columns.ts';
import { describeEvent, historyOf } from '../report/inventory.ts';
import { jsonText } from '../report/json.ts';
import { openInventory } from './inventory.ts';
import type { Io } from './io.ts';

export interface DiffFlags {
  readonly json: boolean;
  /** Date or scan; default: the scan before the last one of each site. */
  readonly since: string | undefined;
  readonly site: string | undefined;
}

export function diff(settings: ScanSettings, { json, since, site }: DiffFlags, io: Io): number {
  const store = openInventory(settings, io);
  const { events, from } = eventsSince(store, since, site);
  if (json) {
    const missing = store.devices({ site, status: ['missing'] }).map(({ key, addresses, lastSeen }) => ({ key, addresses, lastSeen }));
    io.out(`${jsonText({ schemaVersion: 1, since: from, events, missing }, 2)}\n`);
    return EXIT.done;
  }
  io.say(events.length === 0 ? `Nothing changed since ${from}.` : `Since ${from}:`);
  for (const { title, events: list } of groupEvents(events)) {
    const rows = list.map((event) => [
      `  ${event.at.slice(0, 16).replace('T', ' ')}`,
      event.address ?? '-',
      describeEvent(event),
      event.summary,
      event.device,
    ]);
    io.out(
      `${title}  ${list.length}\n${renderColumns(['  WHEN', 'ADDRESS', 'WHAT', 'DEVICE', 'KEY'], rows, io.outIsTerminal ? io.columns : 0, 90)}`,
    );
  }
  tellMissing(store, site, io);
  for (const scan of unfinished(store, site))
    io.say(`note: scan ${scan.id} of ${scan.startedAt} is ${scan.status}: what it did not ask has not changed, for all we know.`);
  return EXIT.done;
}

/** Not an event yet: a device is gone only when its subnet was asked and answered again, and it still is not there. */
function tellMissing(store: Store, site: string | undefined, io: Io): void {
  const missing = store.devices({ site, status: ['missing'], concerning: true });
  if (missing.length === 0) return;
  const rows = missing.map(({ lastSeen, addresses, summary, key }) => [
    `  ${lastSeen.slice(0, 16).replace('T', ' ')}`,
    addresses.join(', '),
    summary,
    key,
  ]);
  io.out(
    `MISSING  ${missing.length}, gone if the next scan does not see them either\n${renderColumns(['  LAST SEEN', 'ADDRESS', 'DEVICE', 'KEY'], rows, io.outIsTerminal ? io.columns : 0, 90)}`,
  );
}

interface Found {
  readonly events: readonly EventRow[];
  readonly from: string;
}

/** Since a date or a scan; without a word, since the scan before the last one of each site. Throws CamsweepError. */
export function eventsSince(store: Store, since: string | undefined, site: string | undefined): Found {
  return since === undefined ? sinceLastScan(store, site) : sinceWord(store, since, site);
}

function sinceLastScan(store: Store, site: string | undefined): Found {
  const sites = new Set(store.scans({ site }).map((scan) => scan.site));
  if (sites.size === 0) throw new CamsweepError('scan-missing', `no scan${site === undefined ? '' : ` of site ${site}`} in ${store.path}`);
  const found = [...sites].map((name) => {
    const [last, previous] = store.scans({ site: name }).filter(({ mergedAt }) => mergedAt !== null);
    return { events: last ? store.events({ site: name, sinceScan: previous?.id ?? 0 }) : [], previous };
  });
  const dates = found.map(({ previous }) => (previous === undefined ? 'the beginning' : previous.startedAt));
  return { events: found.flatMap(({ events }) => events), from: [...new Set(dates)].join(', ') };
}

function sinceWord(store: Store, word: string, site: string | undefined): Found {
  if (/^\d{4}-\d\d-\d\d/.test(word)) {
    const time = Date.parse(word);
    if (!Number.isFinite(time))
      throw new CamsweepError('option-invalid', `--since "${word}": expected a date such as 2026-01-15, or a scan`);
    return { events: store.events({ site, since: new Date(time).toISOString() }), from: word };
  }
  const scan = store.findScan(word, site);
  if (!scan)
    throw new CamsweepError('option-invalid', `--since "${word}": expected a date such as 2026-01-15, a scan's number, last or previous`);
  return { events: store.events({ site, sinceScan: scan.id }), from: `scan ${scan.id} of ${scan.startedAt}` };
}

/** Of the newest scans of a site, those that do not tell of everything. */
function unfinished(store: Store, site: string | undefined): StoredScanRow[] {
  return store.scans({ site, limit: 2 }).filter(({ status }) => status !== 'complete');
}

export function history(settings: ScanSettings, key: string, json: boolean, io: Io): number {
  const store = openInventory(settings, io);
  const device = store.device(key);
  if (!device) throw new CamsweepError('device-unknown', `${key}: no device in ${store.path}`);
  const [sightings, events] = [store.sightings(device.key), store.events({ device: device.key })];
  if (json) {
    io.out(`${jsonText({ schemaVersion: 1, key: device.key, sightings, events }, 2)}\n`);
    return EXIT.done;
  }
  io.say(`${device.key}  ${device.summary}`);
  for (const { at, what } of historyOf(sightings, events)) io.out(`${at.slice(0, 16).replace('T', ' ')}  ${what}\n`);
  return EXIT.done;
}

export function scans(settings: ScanSettings, json: boolean, site: string | undefined, io: Io): number {
  const store = openInventory(settings, io);
  const list = store.scans({ site });
  if (json) {
    io.out(`${jsonText({ schemaVersion: 1, scans: list }, 2)}\n`);
    return EXIT.done;
  }
  const rows = list.map((scan) => [
    String(scan.id),
    scan.startedAt.slice(0, 16).replace('T', ' '),
    scan.site,
    scan.status,
    String(scan.recordings),
    scan.targets.join(', '),
  ]);
  if (rows.length > 0)
    io.out(renderColumns(['SCAN', 'STARTED', 'SITE', 'STATUS', 'RECORDINGS', 'TARGETS'], rows, io.outIsTerminal ? io.columns : 0));
  return EXIT.done;
}
