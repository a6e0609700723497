/** Where Camsweep keeps what it remembers, per platform. Pure but for the environment handed in. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Directory for scans. `CAMSWEEP_DATA_DIR` overrides it. */
export function dataDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const { CAMSWEEP_DATA_DIR, XDG_DATA_HOME, LOCALAPPDATA } = environment;
  if (CAMSWEEP_DATA_DIR !== undefined && CAMSWEEP_DATA_DIR !== '') return CAMSWEEP_DATA_DIR;
  if (platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'camsweep');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'camsweep');
  return join(XDG_DATA_HOME !== undefined && XDG_DATA_HOME !== '' ? XDG_DATA_HOME : join(homedir(), '.local', 'share'), 'camsweep');
}
