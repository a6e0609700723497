/** A scan to look at again: the newest one from its stream, or any one of the inventory. */
import { systemClock } from '../clock.ts';
import { dataDirectory } from '../config/data-directory.ts';
import { CamsweepError } from '../errors.ts';
import { lastScanPath, readScanFile, type StoredScan } from '../inventory/scan-file.ts';
import { openStore } from '../inventory/store/store.ts';
import { storePath } from './inventory.ts';

export interface WantedScan {
  /** Number, `last`, `previous`, a date, or the beginning of a uid. */
  readonly scan: string;
  readonly db: string | undefined;
  /** A device to look for: its address in that scan is found by any of its keys. */
  readonly key?: string | undefined;
}

export interface FoundScan {
  readonly stored: StoredScan;
  /** Where the device was in that scan, when one was looked for and known. */
  readonly address: string | undefined;
}

/** Throws CamsweepError where there is no such scan. */
export function loadScan(wanted: WantedScan | undefined): FoundScan {
  if (wanted === undefined) return { stored: readScanFile(lastScanPath(dataDirectory(process.env))), address: undefined };
  const { scan: word, db, key } = wanted;
  const store = openStore(storePath(db), { clock: systemClock, readOnly: true });
  const scan = store.findScan(word);
  if (!scan) throw new CamsweepError('scan-missing', `--scan "${word}": no such scan in ${store.path}`);
  const sighting = key !== undefined && store.device(key) ? store.sightings(key).find(({ scanId }) => scanId === scan.id) : undefined;
  const { startedAt, endedAt, targets, version, dataVersion, dataHash, status, summary } = scan;
  const coverage = Object.fromEntries(store.coverage(scan.id).live.map(({ address, outcomes }) => [address, { ...outcomes }]));
  const isWhole = status === 'complete' || status === 'interrupted';
  const stored: StoredScan = {
    head: { uid: scan.uid, startedAt, targets: [...targets], version, signatures: `${dataVersion} (${dataHash})` },
    recordings: store.recordings(scan.id),
    tail: isWhole ? { endedAt: endedAt ?? startedAt, interrupted: status === 'interrupted', coverage, summary: { ...summary } } : undefined,
  };
  return { stored, address: sighting?.address };
}
