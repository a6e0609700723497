/**
 * The inventory file with what judges: nothing in agent/inventory knows signatures or policies. Killed scans become devices here,
 * completed from the stream that was written beside the store.
 */
import { join } from 'node:path';
import type { Recording } from '../../probes/recording.ts';
import { systemClock } from '../clock.ts';
import { dataDirectory } from '../config/data-directory.ts';
import { OPTIONS } from '../config/options.ts';
import type { ScanSettings } from '../config/settings.ts';
import { CamsweepError } from '../errors.ts';
import { lastScanPath, readScanFile } from '../inventory/scan-file.ts';
import { defaultStorePath, openStore, type Store } from '../inventory/store/store.ts';
import type { Judge } from '../inventory/types.ts';
import { loadEngine } from './engine.ts';
import type { Io } from './io.ts';
import { keepCurrent } from './rejudge.ts';
import { createJudge } from './sightings.ts';

export function storePath(db: string | undefined): string {
  return db ?? defaultStorePath(dataDirectory(process.env));
}

/** Opens the inventory for a command that reads it, judged by what judges now; a file that may not be written is read as it is. Throws CamsweepError. */
export function openInventory(settings: Pick<ScanSettings, 'db' | 'policies'>, io: Io): Store {
  const store = openStoreOf(settings);
  const policies = keepCurrent(store, settings, io);
  if (store.pending().length === 0) return store;
  try {
    adoptPending(store, createJudge(loadEngine(), policies), io);
  } catch (error) {
    // Another process may hold the file: what is known without the killed scan is still worth showing.
    if (!(error instanceof CamsweepError)) throw error;
    io.say(`note: a scan that was killed is not in the inventory yet: ${error.message}`);
  }
  return store;
}

/** The file as it is, with nothing judged again. Throws CamsweepError. */
export function openStoreOf({ db }: Pick<ScanSettings, 'db'>): Store {
  return openToRead(storePath(db));
}

function openToRead(path: string): Store {
  // Reading must not make a file: a mistyped --db would look like an empty inventory.
  openStore(path, { clock: systemClock, readOnly: true }).close();
  try {
    return openStore(path, { clock: systemClock });
  } catch (error) {
    if (error instanceof CamsweepError && error.code === 'store-unusable') return openStore(path, { clock: systemClock, readOnly: true });
    throw error;
  }
}

/** Turns scans that were killed into devices, as far as they got. */
export function adoptPending(store: Store, judge: Judge, io: Io): void {
  for (const { id, uid, site, startedAt } of store.pending()) {
    const added = store.addMissing(id, streamOf(uid));
    const result = store.mergePending(id, judge);
    if (result && result.devices > 0) {
      io.say(
        `note: the scan of ${startedAt} was killed; ${result.devices} devices it had seen are in the inventory${added > 0 ? ` (${added} recordings from its stream)` : ''}; camsweep scan --resume${site === OPTIONS.site.default ? '' : ` --site ${site}`}, with the options it had, continues it`,
      );
    }
  }
}

/** Recordings of the scan file written for this very scan, where it is still there. */
function streamOf(uid: string): readonly Recording[] {
  const newest = lastScanPath(dataDirectory(process.env));
  for (const path of [newest, join(newest, '..', 'previous-scan.jsonl')]) {
    try {
      const { head, recordings } = readScanFile(path);
      if (head.uid === uid) return recordings;
    } catch (error) {
      if (!(error instanceof CamsweepError)) throw error;
    }
  }
  return [];
}
