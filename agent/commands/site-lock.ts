/**
 * One scan of a site at a time, waiting for the other where that is wished. Who names no site means no network in particular: such scans
 * may run side by side.
 */
import { dirname } from 'node:path';
import { printable } from '../../probes/text.ts';
import type { Clock } from '../clock.ts';
import { OPTIONS, type ScanSettings } from '../config/options.ts';
import { CamsweepError, messageOfError } from '../errors.ts';
import { claimSite, siteLockPath, type Claim } from '../inventory/store/site-lock.ts';
import type { Io } from './io.ts';

const LOOK_EVERY_MS = 500;
const MAX_NAME = 80;

interface Wish {
  readonly settings: Pick<ScanSettings, 'site' | 'waitMs'>;
  /** The inventory: the lock lies beside it. */
  readonly storePath: string;
  readonly clock: Clock;
  readonly io: Pick<Io, 'say'>;
}

/** Returns what gives the site back. Throws CamsweepError `site-busy`. */
export async function lockSite({ settings, storePath, clock, io }: Wish, signal: AbortSignal): Promise<() => void> {
  const { site, waitMs } = settings;
  if (site === OPTIONS.site.default) return () => undefined;
  const path = siteLockPath(dirname(storePath), site);
  const until = clock.nowMs() + waitMs;
  for (let isTold = false; ; isTold = true) {
    const claim = attempt(path, site, clock, io);
    if ('release' in claim) return claim.release;
    const { pid, host, since } = claim.heldBy;
    const held = `site "${site}" is being scanned by process ${pid} on ${printable(host, MAX_NAME)} since ${printable(since, MAX_NAME)}`;
    const leftMs = until - clock.nowMs();
    if (leftMs <= 0 || signal.aborted) throw new CamsweepError('site-busy', held);
    if (!isTold) io.say(`${held}: waiting for it`);
    await clock.sleep(Math.min(LOOK_EVERY_MS, leftMs), signal);
  }
}

/** Where no file can be written a scan is still worth having: the same disk could not keep it either. */
function attempt(path: string, site: string, clock: Clock, io: Pick<Io, 'say'>): Claim {
  try {
    return claimSite(path, clock.timestamp());
  } catch (error) {
    io.say(`note: nothing keeps another scan of site "${site}" from running at the same time: ${messageOfError(error)}`);
    return { release: () => undefined };
  }
}
