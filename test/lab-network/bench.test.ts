/**
 * The short benchmark, judged by what it found and sent: everything, nothing falsely, within the budget of packets, and with frames
 * lost or rude hosts as much as ever; and that it has not fallen far behind nmap in the same run. Times are held against their
 * targets by `npm run bench`, on a machine that does nothing else.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canBecomeNobody } from './rights.ts';

const MAIN = fileURLToPath(new URL('../../dist/scripts/bench/main.js', import.meta.url));

const reason = !canBecomeNobody
  ? 'the benchmark runs as nobody, and this user cannot become nobody'
  : cpus().length < 2
    ? 'the benchmark needs two processors'
    : undefined;
if (reason !== undefined) process.stderr.write(`test/lab-network/bench: skipped, ${reason}\n`);

describe.skipIf(reason !== undefined)('the short benchmark', () => {
  it('finds everything in every network, within its budget of packets', { timeout: 280_000 }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, '--quick', '--counts-only'], {
      encoding: 'utf8',
      timeout: 270_000,
    });
    process.stdout.write(stdout);
    expect(stdout.match(/^BROKEN .*$/gm) ?? [], stderr).toEqual([]);
    expect(stdout).toMatch(/^bench: 3 scenarios, 0 promises broken(?:;|$)/m);
    expect(status).toBe(0);
  });
});
