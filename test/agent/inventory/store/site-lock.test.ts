import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../agent/clock.ts';
import { CamsweepError } from '../../../../agent/errors.ts';
import { lockSite, type LockOptions } from '../../../../agent/inventory/store/site-lock.ts';

describe('agent/inventory/store/site-lock', () => {
  let directory: string;
  const children: ChildProcess[] = [];
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'camsweep-lock-'))));
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  const options = (more: Partial<LockOptions> = {}): LockOptions => ({
    ...{
      store: join(directory, 'camsweep.db'),
      site: 'hq',
      waitMs: 0,
      clock: systemClock,
      signal: new AbortController().signal,
      pid: process.pid,
    },
    ...more,
  });

  /** Another process that holds the file of a site, as a scan would. */
  async function holder(site: string): Promise<ChildProcess> {
    const path = join(directory, 'locks', readdirSync(join(directory, 'locks')).find((name) => name.endsWith('.lock')) ?? site);
    const program = `const { DatabaseSync } = require('@photostructure/sqlite');
      const file = new DatabaseSync(${JSON.stringify(path)}, { timeout: 0 }); file.exec('BEGIN EXCLUSIVE');
      console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  it('is one at a time for a site, and free again when it is let go', async () => {
    const first = await lockSite(options());
    const refused = await lockSite(options()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CamsweepError);
    expect(refused).toMatchObject({ code: 'site-busy', exitCode: 2 });
    expect(String(refused)).toMatch(new RegExp(`site hq is being scanned by process ${process.pid} since \\d{4}-`));
    (await lockSite(options({ site: 'branch office' }))).release();
    first.release();
    (await lockSite(options())).release();
  });

  it('is not left behind by a process that was killed', async () => {
    (await lockSite(options())).release();
    const child = await holder('hq');
    await expect(lockSite(options())).rejects.toMatchObject({ code: 'site-busy' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await lockSite(options())).release();
  });

  it('waits for the other one when asked to, and stops waiting on Ctrl-C', async () => {
    const first = await lockSite(options());
    const waiting = lockSite(options({ waitMs: 60_000 }));
    first.release();
    const second = await waiting;
    const stop = new AbortController();
    const third = lockSite(options({ waitMs: 60_000, signal: stop.signal })).catch((error: unknown) => error);
    stop.abort();
    // As any other scan that was stopped: its exit code says incomplete, not wrong usage.
    expect(await third).toMatchObject({ code: 'stopped', exitCode: 3 });
    second.release();
  });

  it('is the same one for everybody who names the same inventory', async () => {
    writeFileSync(join(directory, 'camsweep.db'), '');
    mkdirSync(join(directory, 'elsewhere'));
    symlinkSync(join(directory, 'camsweep.db'), join(directory, 'elsewhere', 'linked.db'));
    const first = await lockSite(options());
    await expect(lockSite(options({ store: join(directory, 'elsewhere', '..', 'camsweep.db') }))).rejects.toMatchObject({
      code: 'site-busy',
    });
    await expect(lockSite(options({ store: join(directory, 'elsewhere', 'linked.db') }))).rejects.toMatchObject({ code: 'site-busy' });
    (await lockSite(options({ store: join(directory, 'elsewhere', 'camsweep.db') }))).release();
    first.release();
  });

  it('says so where the folder cannot be made, and ends', async () => {
    // Linux has a file system that refuses; elsewhere the folder is no place for one either.
    await expect(lockSite(options({ store: '/proc/nope/deep/camsweep.db' }))).rejects.toMatchObject({ code: 'store-unusable' });
  });

  it('keeps names apart that are no file names', async () => {
    const [a, b] = [await lockSite(options({ site: 'a.b' })), await lockSite(options({ site: 'a b' }))];
    a.release();
    b.release();
  });

  it('locks a site with a long name in any script', async () => {
    const site = '監'.repeat(64);
    const first = await lockSite(options({ site }));
    await expect(lockSite(options({ site }))).rejects.toMatchObject({ code: 'site-busy' });
    first.release();
  });
});
