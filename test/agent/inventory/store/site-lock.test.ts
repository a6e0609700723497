/** The lock of a site, fought over by real processes: killed ones, racing ones, and ones whose number was used again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { claimSite, guardPath, siteLockPath } from '../../../../agent/inventory/store/site-lock.ts';
import { ownerText, thisOwner } from '../../../../agent/inventory/store/owner.ts';
import { inFolder } from './temporary.ts';

const CHILD = fileURLToPath(new URL('./locking-child.mjs', import.meta.url));
const SINCE = '2026-01-15T12:00:00Z';

const run = (...args: string[]): ChildProcess => spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

async function ended(child: ChildProcess): Promise<{ code: number | null; lines: string[] }> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, lines: text.trim().split('\n') };
}

async function holding(path: string): Promise<ChildProcess> {
  const child = run(path, 'hold');
  if (!child.stdout) throw new Error('no stdout');
  const chunks: unknown[] = await once(child.stdout, 'data');
  expect(String(chunks[0])).toBe('inside\n');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

const tokenOf = (path: string): string => z.object({ token: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).token;

describe('agent/inventory/store/site-lock', () => {
  it('is held by one, named to the other, and free again', async () => {
    await inFolder((folder) => {
      const path = siteLockPath(join(folder, 'not', 'there yet'), 'hq');
      const first = claimSite(path, SINCE);
      expect(claimSite(path, SINCE)).toMatchObject({ heldBy: { pid: process.pid, since: SINCE } });
      expect('release' in first).toBe(true);
      if ('release' in first) first.release();
      expect(readdirSync(join(path, '..'))).toEqual([]);
      expect('release' in claimSite(path, SINCE)).toBe(true);
    });
  });

  it('keeps sites apart whose names look alike, and names no other folder', () => {
    const names = ['hq', 'HQ', 'h q', 'h-q', 'h.q', 'é', 'è', 'x'.repeat(64)].map((site) => siteLockPath('/data', site));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^\/data\/scan-[A-Za-z0-9-]*-[0-9a-f]{12}\.lock$/);
  });

  it('holds against a process that lives, and is taken over once that is killed', { timeout: 30_000 }, async () => {
    await inFolder(async (folder) => {
      const path = siteLockPath(folder, 'hq');
      const child = await holding(path);
      expect(claimSite(path, SINCE)).toMatchObject({ heldBy: { pid: child.pid } });
      await kill(child);
      expect(existsSync(path)).toBe(true);
      expect('release' in claimSite(path, SINCE)).toBe(true);
    });
  });

  it('lets one of many in at a time, also after one that was killed inside', { timeout: 120_000 }, async () => {
    await inFolder(async (folder) => {
      for (let round = 0; round < 5; round++) {
        const path = siteLockPath(folder, `hq ${round}`);
        await kill(await holding(path));
        const all = await Promise.all([
          ...Array.from({ length: 4 }, () => ended(run(path, 'work', '10'))),
          ...Array.from({ length: 2 }, () => ended(run(path, 'die', '3'))),
        ]);
        expect(all.map(({ code, lines }) => [code, lines.length, lines.includes('overlap')])).toEqual([
          ...Array.from({ length: 4 }, () => [0, 10, false]),
          ...Array.from({ length: 2 }, () => [null, 3, false]),
        ]);
      }
    });
  });

  it('takes over where a process number was used again, the machine was started again, or the file is junk', async () => {
    await inFolder((folder) => {
      const own = thisOwner();
      const left = (name: string, text: string): string => {
        const path = siteLockPath(folder, name);
        writeFileSync(path, text);
        return path;
      };
      const lock = (owner: object): string => JSON.stringify({ token: 'old', since: SINCE, owner: JSON.stringify(owner) });
      const paths = [
        left('number', lock({ ...own, started: '1' })),
        left('boot', lock({ ...own, boot: 'another' })),
        left('empty', ''),
        left('junk', '{"token":"../../x","since":1}'),
      ];
      for (const path of paths) {
        expect('release' in claimSite(path, SINCE), path).toBe(true);
        expect(tokenOf(path)).not.toBe('old');
      }
    });
  });

  it('is not taken from another machine that said it lives a moment ago', async () => {
    await inFolder((folder) => {
      const path = siteLockPath(folder, 'shared disk');
      writeFileSync(
        path,
        JSON.stringify({ token: 'theirs', since: SINCE, owner: ownerText({ ...thisOwner(), host: 'elsewhere', pid: 7 }) }),
      );
      expect(claimSite(path, SINCE)).toEqual({ heldBy: { pid: 7, host: 'elsewhere', since: SINCE } });
    });
  });

  it('takes over from one that was killed while it took over', async () => {
    await inFolder((folder) => {
      const path = siteLockPath(folder, 'twice');
      const dead = (token: string): string => JSON.stringify({ token, since: SINCE, owner: ownerText({ ...thisOwner(), started: '1' }) });
      writeFileSync(path, dead('a'));
      const guard = guardPath(path, 'a');
      writeFileSync(guard, dead('b'));
      expect('release' in claimSite(path, SINCE)).toBe(true);
      expect(existsSync(guard)).toBe(false);
    });
  });
});
