/** `scan --site NAME --quiet` as a timer runs it: tells the first time, says nothing when nothing changed, keeps a second one out. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import { lockSite } from '../../agent/inventory/store/site-lock.ts';
import { startLab, type Lab } from '../lab/lab.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('scheduled scans', { timeout: 60_000 }, () => {
  let lab: Lab;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'camsweep-quiet-'));
    lab = await startLab({ network: '127.84.0.0/24', ports: 'high', only: ['annke-camera'] });
    const ports = Object.entries(lab.ports).flatMap(([service, list]) =>
      Array.isArray(list) && list.length > 0 ? [`    - ${service}=${list.join(',')}`] : [],
    );
    const [host] = lab.hosts;
    writeFileSync(
      join(directory, 'camsweep.yaml'),
      `sites:\n  hq:\n    targets: ${host?.address ?? ''}\n    ports:\n${ports.join('\n')}\n`,
    );
  });
  afterAll(async () => {
    await lab.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const scan = (...args: readonly string[]): Promise<Finished> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [CLI, 'scan', '--config', join(directory, 'camsweep.yaml'), ...args], {
        env: { ...process.env, CAMSWEEP_DATA_DIR: directory },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });

  it('tells what is new and fails on it, then says nothing, and logs in JSON when asked to', async () => {
    const first = await scan('--all-sites', '--quiet', '--fail-on', 'new-restricted');
    expect(first.stdout).toMatch(/^Camsweep, site hq, scan of /);
    expect(first.stdout).toMatch(/sold as ANNKE, made by Hikvision/);
    expect([first.code, first.stderr]).toEqual([1, '']);

    const second = await scan('--site', 'hq', '--quiet', '--fail-on', 'new-restricted', '--log-level', 'info');
    expect([second.code, second.stdout]).toEqual([0, '']);
    const events = second.stderr
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'scan-started', site: 'hq' },
      { event: 'scan-ended', flagged: 1 },
    ]);
    expect((await scan('--site', 'hq', '--quiet', '--fail-on', 'restricted')).code).toBe(1);
  });

  it('keeps a second scan of the site out', async () => {
    const signal = new AbortController().signal;
    const lock = await lockSite({
      store: join(directory, 'camsweep.db'),
      site: 'hq',
      waitMs: 0,
      clock: systemClock,
      signal,
      pid: process.pid,
    });
    const refused = await scan('--site', 'hq');
    lock.release();
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/^camsweep: site hq is being scanned by process \d+ since /);
  });

  it('refuses a site that the file does not have', async () => {
    const { code, stderr } = await scan('--site', 'hx');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--site "hx": expected one of hq/);
  });
});
