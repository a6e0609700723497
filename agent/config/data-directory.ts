/** Where Camsweep keeps what it remembers, per platform. Pure but for the environment handed in. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CamsweepError } from '../errors.ts';

/** Undefined for a user without one, as a service may be. */
export function homeDirectory(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** Directory for scans. `CAMSWEEP_DATA_DIR` overrides it. Throws CamsweepError `home-missing` where nothing says where. */
export function dataDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const { CAMSWEEP_DATA_DIR, XDG_DATA_HOME, LOCALAPPDATA } = environment;
  if (CAMSWEEP_DATA_DIR !== undefined && CAMSWEEP_DATA_DIR !== '') return CAMSWEEP_DATA_DIR;
  if (platform === 'win32') return join(LOCALAPPDATA ?? join(home(), 'AppData', 'Local'), 'camsweep');
  if (platform === 'darwin') return join(home(), 'Library', 'Application Support', 'camsweep');
  return join(XDG_DATA_HOME !== undefined && XDG_DATA_HOME !== '' ? XDG_DATA_HOME : join(home(), '.local', 'share'), 'camsweep');
}

/** Directory for what can be made again; undefined where nothing says where. `CAMSWEEP_DATA_DIR` holds it too. */
export function cacheDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const { CAMSWEEP_DATA_DIR, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (CAMSWEEP_DATA_DIR !== undefined && CAMSWEEP_DATA_DIR !== '') return join(CAMSWEEP_DATA_DIR, 'cache');
  if (platform === 'win32' && LOCALAPPDATA !== undefined) return join(LOCALAPPDATA, 'camsweep', 'cache');
  if (XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== '') return join(XDG_CACHE_HOME, 'camsweep');
  const own = homeDirectory();
  if (own === undefined) return undefined;
  return platform === 'darwin' ? join(own, 'Library', 'Caches', 'camsweep') : join(own, '.cache', 'camsweep');
}

function home(): string {
  const directory = homeDirectory();
  if (directory === undefined) throw new CamsweepError('home-missing', 'nowhere to keep the inventory: this user has no home directory');
  return directory;
}
