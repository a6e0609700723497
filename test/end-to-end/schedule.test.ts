/** Scans as cron and systemd run them: sites of a file, one at a time, no terminal, no home. Addresses of 127.95.0.0/24, where nobody answers. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
/** Takes the lock of a site and keeps it until it is killed. */
const HOLDER = `
  const [store, site] = process.argv.slice(1);
  const { lockSite } = await import('${new URL('../../dist/agent/inventory/store/site-lock.js', import.meta.url).href}');
  const { systemClock: clock } = await import('${new URL('../../dist/agent/clock.js', import.meta.url).href}');
  await lockSite({ store, site, waitMs: 0, clock, signal: new AbortController().signal, pid: process.pid });
  console.log('held');
  setInterval(() => undefined, 1000);
`;
const directory = mkdtempSync(join(tmpdir(), 'camsweep-schedule-'));
const data = join(directory, 'data');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function camsweep(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    env: { ...process.env, CAMSWEEP_DATA_DIR: data, NO_COLOR: '1', ...environment },
    cwd: directory,
  });
  return { status, stdout, stderr };
}

function write(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return name;
}

/** A process that holds a site, as a scan does that takes long. */
async function holder(site: string): Promise<{ pid: number | undefined; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, join(data, 'camsweep.db'), site], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  return {
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

const SITES = write(
  'sites.yaml',
  `ports: "80"
sites:
  hq: { targets: 127.95.0.1 }
  branch: { targets: 127.95.0.2 }
`,
);

describe('end to end: scheduled scans', () => {
  it('one scan of a site at a time: the second says who holds it; a killed one holds nothing', { timeout: 60_000 }, async () => {
    const { pid, kill } = await holder('hq');
    const busy = camsweep(['scan', '--site', 'hq', '--config', SITES]);
    expect(busy).toMatchObject({ status: 2, stdout: '' });
    expect(busy.stderr).toMatch(new RegExp(`^camsweep: site hq is being scanned by process ${pid} since \\d{4}-\\S+\\n`));
    expect(camsweep(['scan', '--site', 'branch', '--config', SITES, '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' });

    // The others have their turn all the same, and the worst becomes the exit code.
    const all = camsweep(['scan', '--all-sites', '--config', SITES, '--quiet']);
    expect(all).toMatchObject({ status: 2, stdout: '' });
    expect(all.stderr.match(/site (hq|branch)/g)).toEqual(['site hq']);
    const sites = camsweep(['scans', '--json']).stdout;
    expect(sites.match(/"site": "(hq|branch)"/g)).toEqual(['"site": "branch"', '"site": "branch"']);

    await kill();
    expect(camsweep(['scan', '--all-sites', '--config', SITES, '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('one inventory has one lock for a site, whatever the data directory', async () => {
    const { kill } = await holder('hq');
    const shared = ['scan', '--site', 'hq', '--config', SITES, '--db', join(data, 'camsweep.db')];
    expect(camsweep(shared, { CAMSWEEP_DATA_DIR: join(directory, 'other') })).toMatchObject({ status: 2, stdout: '' });
    await kill();
  });

  it('Ctrl-C while it waits for the site ends it as any scan that was stopped', async () => {
    const { kill } = await holder('hq');
    const child = spawn(process.execPath, [CLI, 'scan', '--site', 'hq', '--config', SITES, '--wait', '60'], {
      ...{ env: { ...process.env, CAMSWEEP_DATA_DIR: data, NO_COLOR: '1' }, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
    });
    const closed = once(child, 'close');
    let said = '';
    let sent = false;
    child.stderr.on('data', (part: Buffer) => {
      said += part.toString();
      if (!sent && said.includes('Waiting for site hq')) sent = child.kill('SIGINT');
    });
    const [code, signal] = (await closed) as [number | null, string | null];
    await kill();
    expect({ code, signal }).toEqual({ code: 3, signal: null });
    expect(said).toMatch(/stopped while site hq was being scanned by process \d+/);
  });

  it('a mistake in the last site shows before the first is asked', () => {
    const file = write('late.yaml', 'sites:\n  a: { targets: 127.95.0.1 }\n  b: { targets: 127.95.0.2, rate: fast }\n');
    const { status, stdout, stderr } = camsweep(['scan', '--all-sites', '--config', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^camsweep: late\.yaml:3: sites\.b\.rate: "fast": expected a number/);
  });

  it('works for a user without a home, and says what is missing where nothing says where to keep things', ({ skip }) => {
    if (process.getuid?.() !== 0) skip('needs root to become a user without a home');
    chmodSync(directory, 0o777);
    const nobody = (environment: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, [CLI, 'scan', '127.95.0.1', '--ports', '80', '--quiet'], {
        ...{ encoding: 'utf8', env: environment, cwd: directory, uid: 54_321, gid: 54_321 },
      });
    expect(nobody({ CAMSWEEP_DATA_DIR: join(directory, 'nobody') })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(nobody({}).stderr).toMatch(/this user has no home directory\n {2}set CAMSWEEP_DATA_DIR/);
  });

  it('config check: exit code 0 with what would be asked, 2 with every mistake and its line', () => {
    const right = camsweep(['config', 'check', '--config', SITES]);
    expect(right).toMatchObject({ status: 0, stderr: 'sites.yaml: nothing wrong. Nothing was sent.\n' });
    expect(right.stdout).toMatch(/^site hq\n {2}targets {6}127\.95\.0\.1: 1 addresses\n/);
    const wrong = camsweep(['config', 'check', '--config', write('wrong.yaml', 'rate: fast\nsites:\n  a: { targets: 1.2.3.4/99 }\n')]);
    expect(wrong).toMatchObject({ status: 2, stdout: '' });
    expect(wrong.stderr).toMatch(
      /^wrong\.yaml: 2 problems\. Nothing was sent\.\n {2}wrong\.yaml:1: .*\n {2}wrong\.yaml:3: sites\.a\.targets: /,
    );
    expect(camsweep(['config', 'check', '--config', 'none.yaml'])).toMatchObject({ status: 2, stdout: '' });
  });
});
