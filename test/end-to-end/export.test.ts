import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openStore } from '../../agent/inventory/store/store.ts';
import { macOf, sighting } from '../agent/inventory/material.ts';
import { clockAt, takeScan } from '../agent/inventory/store/temporary.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const SECRET = 'very-secret-word';
const DEVICES = 30;

const statusSchema = z.object({
  targets: z.array(
    z.object({
      name: z.string(),
      counts: z.record(z.string(), z.number()),
      troubles: z.array(z.looseObject({ words: z.string().nullable() })),
    }),
  ),
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('end to end: camsweep export', () => {
  let directory = '';
  let url = '';
  /** Keys of devices the receiver has, with how often each came. */
  let received: Map<string, number>;
  let answer: (response: ServerResponse, count: number) => void;
  let asked = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      asked += 1;
      const key = /"key":"([^"]+)"/.exec(body)?.[1];
      if (key !== undefined) received.set(key, (received.get(key) ?? 0) + 1);
      answer(response, asked);
    });
  });

  beforeEach(async () => {
    received = new Map<string, number>();
    asked = 0;
    answer = (response) => response.end('{}');
    directory = mkdtempSync(join(tmpdir(), 'camsweep-export-'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const store = openStore(join(directory, 'camsweep.db'), { clock: clockAt(1) });
    const camera = { maker: 'hikvision', type: 'camera', surveillance: true, verdict: 'restricted' } as const;
    takeScan(
      store,
      1,
      Array.from({ length: DEVICES }, (_, index) => sighting(`192.0.2.${index + 1}`, { ...camera, mac: macOf(index + 1) })),
    );
    store.close();
    const settings = `target: webhook\n    url: ${url}\n    login: bearer\n    tokenEnv: HOOK_TOKEN\n    perSecond: 1000\n`;
    writeFileSync(join(directory, 'camsweep.yaml'), `exports:\n  hook:\n    ${settings}  sheet:\n    target: csv\n    output: out.csv\n`);
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (args: readonly string[], onStart?: (kill: () => void) => void): Promise<Ended> =>
    new Promise((resolve) => {
      const env = { ...process.env, CAMSWEEP_DATA_DIR: directory, HOOK_TOKEN: SECRET, NO_COLOR: '1' };
      const child = spawn(process.execPath, [CLI, ...args], { env, cwd: directory });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
      onStart?.(() => child.kill('SIGKILL'));
    });
  const status = async (name: string): Promise<z.infer<typeof statusSchema>['targets'][number] | undefined> =>
    statusSchema.parse(JSON.parse((await run(['export', 'status', '--json'])).stdout)).targets.find((target) => target.name === name);

  it('shows first, sends each device once, and nothing the second time', async () => {
    const dry = await run(['export', 'hook', '--dry-run']);
    expect([dry.code, asked]).toEqual([0, 0]);
    expect(dry.stdout.split('\n').filter((line) => line.startsWith('create'))).toHaveLength(DEVICES);
    expect(await run(['export', 'hook'])).toMatchObject({ code: 0 });
    expect([received.size, new Set(received.values())]).toEqual([DEVICES, new Set([1])]);
    const before = asked;
    expect(await run(['export', 'hook'])).toMatchObject({ code: 0 });
    expect(asked).toBe(before);
    expect((await status('hook'))?.counts).toMatchObject({ delivered: DEVICES, queued: 0, dead: 0 });
  }, 60_000);

  it('stops at a refused login with the words of the server and without the secret', async () => {
    answer = (response) => response.writeHead(401).end(`{"detail":"Token ${SECRET} is unknown"}`);
    const { code, stdout, stderr } = await run(['export', 'hook']);
    expect(code).toBe(2);
    expect(stderr).toContain('login refused: Token [secret] is unknown');
    expect(`${stdout}${stderr}${JSON.stringify(await status('hook'))}`).not.toContain(SECRET);
    expect((await run(['export', 'nothing'])).stderr).toContain('or hook, sheet');
  }, 60_000);

  it('loses nothing when it is killed: the next run sends the rest', async () => {
    let kill = (): void => undefined;
    answer = (response, count) => {
      if (count === 8) kill();
      else response.end('{}');
    };
    const killed = await run(['export', 'hook'], (action) => (kill = action));
    expect(killed.signal).toBe('SIGKILL');
    answer = (response) => response.end('{}');
    expect(await run(['export', 'hook'])).toMatchObject({ code: 0 });
    expect(received.size).toBe(DEVICES);
    expect((await status('hook'))?.counts).toMatchObject({ delivered: DEVICES, queued: 0 });
  }, 60_000);

  it('makes dead letters with the words of the server, and sends them when asked', async () => {
    answer = (response) => response.writeHead(422).end('{"message":"no such site"}');
    expect(await run(['export', 'hook'])).toMatchObject({ code: 1 });
    const stuck = await status('hook');
    expect(stuck?.counts).toMatchObject({ dead: DEVICES });
    expect(stuck?.troubles[0]?.words).toContain('no such site');
    answer = (response) => response.end('{}');
    expect((await run(['export', 'retry', 'hook'])).stderr).toMatch(/^hook: \d+ will be tried again/);
    expect(await run(['export', 'hook'])).toMatchObject({ code: 0 });
    expect((await status('hook'))?.counts).toMatchObject({ dead: 0, delivered: DEVICES });
  }, 60_000);

  it('writes a file where the configuration says', async () => {
    expect(await run(['export', 'sheet'])).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(directory, 'out.csv'), 'utf8').split('\r\n')).toHaveLength(DEVICES + 2);
    expect((await status('sheet'))?.counts).toMatchObject({ delivered: DEVICES });
  }, 60_000);
});
