import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOwn } from '../../agent/program-start.ts';
import { cacheDirectory } from '../../agent/config/data-directory.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'camsweep-cache-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Scans one loopback address nobody listens on. */
function scan(...more: readonly string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'scan', '127.93.0.1', '--no-store', '--probe', 'rtsp', ...more], {
    encoding: 'utf8',
    env: { ...process.env, CAMSWEEP_DATA_DIR: folder },
  });
  return { status, stderr };
}

const kept = (): string[] => {
  try {
    return readdirSync(join(folder, 'cache'));
  } catch {
    return [];
  }
};

describe('agent/program-start', () => {
  it('keeps what a scan compiled, for this user alone, and takes away what an older program left', () => {
    mkdirSync(join(folder, 'cache'), { mode: 0o700 });
    const older = 'program-0123456789abcdef-v20.0.0-x64.bin';
    for (const name of [older, 'notes.txt']) writeFileSync(join(folder, 'cache', name), 'x');
    expect(scan().status).toBe(0);
    const [name = '', ...rest] = kept().filter((one) => one !== 'notes.txt');
    expect(rest).toEqual([]);
    expect(name).toMatch(/^program-[0-9a-f]{16}-v[\d.]+-\w+\.bin$/);
    expect(name).not.toBe(older);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'cache', name)).mode & 0o777).toBe(0o600);
    const before = readFileSync(join(folder, 'cache', name));
    expect(scan().status).toBe(0);
    // Accepted as it is: a rejected one would have been written anew.
    expect(readFileSync(join(folder, 'cache', name)).equals(before)).toBe(true);
  });

  it.each([
    ['garbage', () => Buffer.from('not what an engine compiled')],
    ['nothing', () => Buffer.alloc(0)],
    ['half of it', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ])('starts all the same where it finds %s, and writes it anew', (_what, spoil) => {
    scan();
    const [name = ''] = kept();
    const file = join(folder, 'cache', name);
    const whole = readFileSync(file);
    writeFileSync(file, spoil(whole));
    expect(scan()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file).length).toBeGreaterThan(whole.length / 2);
  });

  it('keeps nothing of a run that uses little of the program', () => {
    scan('--dry-run');
    expect(kept()).toEqual([]);
  });

  it('starts where nothing can be kept', () => {
    writeFileSync(join(folder, 'cache'), 'a file where the folder should be');
    expect(scan().status).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('reads nothing that somebody else may have written', () => {
    const file = join(folder, 'program.bin');
    writeFileSync(file, 'compiled');
    expect(readOwn(file)?.toString()).toBe('compiled');
    chmodSync(file, 0o620);
    expect(readOwn(file)).toBeUndefined();
    chmodSync(file, 0o600);
    chmodSync(folder, 0o777);
    expect(readOwn(file)).toBeUndefined();
    expect(readOwn(join(folder, 'missing'))).toBeUndefined();
  });

  it('lies where a platform keeps what can be made again', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe(join('/c', 'camsweep'));
    expect(cacheDirectory({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'camsweep', 'cache'));
    expect(cacheDirectory({ CAMSWEEP_DATA_DIR: '/d', XDG_CACHE_HOME: '/c' }, 'linux')).toBe(join('/d', 'cache'));
    expect(cacheDirectory({}, 'darwin')).toMatch(/Library.Caches.camsweep$/);
  });
});
