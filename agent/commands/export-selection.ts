/** What of the inventory an export is about: devices in pages, under the key the target knows them by, events, and the scans behind them. */
import { systemClock } from '../clock.ts';
import { CamsweepError } from '../errors.ts';
import { exportDevice, payloadHash, retiredDevice, type Judging } from '../export/device.ts';
import type { DeliverItem } from '../export/deliver.ts';
import type { ExportContext, ExportDevice, ExportEvent } from '../export/types.ts';
import { coverageBySubnet } from '../inventory/coverage-ranges.ts';
import type { Assignment, Outbox } from '../inventory/store/outbox.ts';
import type { DeviceDetail, Store } from '../inventory/store/store.ts';
import type { EventRow } from '../inventory/types.ts';
import { describeEvent } from '../report/inventory.ts';
import { VERSION } from '../version.ts';
import { eventsSince } from './diff.ts';
import type { Selection } from './export-settings.ts';

export interface SelectionOptions {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly judging: Judging;
  readonly site: string | undefined;
  readonly only: Selection;
  readonly since: string | undefined;
  /** False: nothing is entered in the outbox. */
  readonly write: boolean;
}

const PAGE = 200;

/**
 * Pages of devices, and after them what stands at the target for a device that was merged into another. `restricted` keeps what the
 * target has already: a device that is gone, or excepted now, has to be said there too.
 */
export function* devicePages(options: SelectionOptions): Generator<DeliverItem[]> {
  const { store, outbox, judging, site, only, since, write } = options;
  const named = only === 'new' || only === 'changed' ? eventKeys(options) : undefined;
  for (let page = store.devices({ site, limit: PAGE }); page.length > 0; page = store.devices({ site, limit: PAGE, after: page.at(-1) })) {
    const details = page.flatMap(({ id, key }) => (named && !named.has(key) ? [] : (store.deviceById(id) ?? [])));
    const at = systemClock.timestamp();
    const known = outbox.assign(details, at, false);
    const wanted = details.filter((detail, index) => {
      const assignment = known[index];
      if (only !== 'restricted' || assignment === undefined) return true;
      return assignment.known || exportDevice(detail, assignment, judging).flagged;
    });
    const assigned = outbox.assign(wanted, at, write);
    yield wanted.flatMap((detail, index) => {
      const assignment = assigned[index];
      return assignment ? [itemOf(exportDevice(detail, assignment, judging), assignment)] : [];
    });
  }
  if (since === undefined) yield retiredItems(store, outbox, judging, site);
}

function itemOf(device: ExportDevice, booked: DeliverItem['booked']): DeliverItem {
  return { device, hash: payloadHash(device), booked };
}

function retiredItems(store: Store, outbox: Outbox, judging: Judging, site: string | undefined): DeliverItem[] {
  return outbox.retired().flatMap((delivery) => {
    const into = store.deviceById(delivery.intoId);
    if (!into || (site !== undefined && into.site !== site)) return [];
    const [assignment] = outbox.assign([into], systemClock.timestamp(), false);
    if (!assignment) return [];
    const item = itemOf(retiredDevice(exportDevice(into, assignment, judging), delivery.key), delivery);
    // Once is enough: it is no device that changes.
    return delivery.state === 'delivered' && delivery.hash === item.hash ? [] : [item];
  });
}

function eventKeys({ store, since, site, only }: SelectionOptions): Set<string> {
  const { events } = eventsSince(store, since, site);
  return new Set(events.filter(({ kind }) => only !== 'new' || kind === 'new').map(({ device }) => device));
}

export interface EventSource extends Pick<SelectionOptions, 'store' | 'outbox' | 'judging' | 'site' | 'since'> {
  /** Takes up where the last run ended. */
  readonly useCursor: boolean;
}

/** Changes in the order they happened. Without a cursor: since the word, or of the last scan of each site. */
export function* exportEvents({ store, outbox, judging, site, since, useCursor }: EventSource): Generator<ExportEvent> {
  const cursor = useCursor && since === undefined ? outbox.cursor() : undefined;
  const toEvent = (row: EventRow): ExportEvent[] => {
    const detail = store.device(row.device);
    return detail ? [eventOf(row, detail, outbox, judging)] : [];
  };
  if (cursor === undefined) {
    for (const row of eventsSince(store, since, site).events.toSorted((a, b) => a.id - b.id)) yield* toEvent(row);
    return;
  }
  for (let after = cursor; ;) {
    const rows = store.events({ site, afterId: after, limit: PAGE });
    for (const row of rows) yield* toEvent(row);
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
  }
}

function eventOf(row: EventRow, detail: DeviceDetail, outbox: Outbox, judging: Judging): ExportEvent {
  const [assignment] = outbox.assign([detail], row.at, false);
  const { id, at, kind, topic, before, after } = row;
  return {
    ...{ id, at, kind, before, after },
    policy: kind === 'verdict-changed' ? topic : null,
    summary: describeEvent(row),
    device: exportDevice(detail, assignment ?? fallback(detail), judging),
  };
}

function fallback({ key }: DeviceDetail): Pick<Assignment, 'key' | 'formerKeys'> {
  return { key, formerKeys: [] };
}

/** The newest finished scan of each site. Throws CamsweepError `scan-missing` where there is none. */
export function exportContext(store: Store, site: string | undefined): ExportContext {
  const newest = new Map<string, ReturnType<Store['scans']>[number]>();
  const numbers = new Map<string, number>();
  for (const scan of store.scans({ site })) {
    if (scan.mergedAt === null) continue;
    numbers.set(scan.site, (numbers.get(scan.site) ?? 0) + 1);
    if (!newest.has(scan.site)) newest.set(scan.site, scan);
  }
  if (newest.size === 0)
    throw new CamsweepError('scan-missing', `no finished scan${site === undefined ? '' : ` of site ${site}`} in ${store.path}`);
  const scans = [...newest.values()].map(({ id, site: name, uid, startedAt, endedAt, status }) => {
    const counts = { asked: 0, alive: 0, silent: 0, excluded: 0, notReached: 0 };
    for (const { alive, silent, excluded, notReached } of coverageBySubnet(store.coverage(id))) {
      counts.asked += alive + silent;
      counts.alive += alive;
      counts.silent += silent;
      counts.excluded += excluded;
      counts.notReached += notReached;
    }
    return { site: name, uid, number: numbers.get(name), startedAt, endedAt, complete: status === 'complete', coverage: counts };
  });
  return { at: systemClock.timestamp(), version: VERSION, scans: scans.sort((a, b) => (a.site < b.site ? -1 : 1)) };
}
