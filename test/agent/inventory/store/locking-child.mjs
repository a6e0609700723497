/**
 * A process that wants a site: `ROUNDS` times it claims, and while it holds the site makes a file that must not be there already.
 * `inside` on stdout each time; `overlap` and exit code 9 where another was inside too. `hold` claims once and stays until it is killed.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { claimSite } from '../../../../dist/agent/inventory/store/site-lock.js';

const [path, mode, rounds = '1'] = process.argv.slice(2);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

if (mode === 'hold') {
  const claim = claimSite(path, '2026-01-01T00:00:00Z');
  writeSync(1, 'release' in claim ? 'inside\n' : 'busy\n');
  setInterval(() => undefined, 1000);
} else {
  for (let round = 0; round < Number(rounds);) {
    const claim = claimSite(path, '2026-01-01T00:00:00Z');
    if (!('release' in claim)) {
      await pause(1);
      continue;
    }
    try {
      closeSync(openSync(`${path}.inside`, 'wx'));
    } catch {
      writeSync(1, 'overlap\n');
      process.exit(9);
    }
    await pause(2);
    rmSync(`${path}.inside`);
    writeSync(1, 'inside\n');
    // The lock is left behind: whoever comes next takes it over.
    if (mode === 'die' && round === Number(rounds) - 1) process.kill(process.pid, 'SIGKILL');
    claim.release();
    round++;
  }
}
