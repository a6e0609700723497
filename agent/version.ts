/** Who we are, on the wire and in files. */
import { readFileSync } from 'node:fs';

// Two levels up from dist/agent, one from agent: the package's own manifest either way.
function manifestVersion(): string {
  for (const path of ['../../package.json', '../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string')
        return manifest.version;
    } catch {
      // the other place, then
    }
  }
  return '0.0.0';
}

export const VERSION = manifestVersion();

/** Sent with every HTTP request: an administrator who finds it in a log knows what asked. */
export const USER_AGENT = `Camsweep/${VERSION} (network inventory; identification only)`;
