import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLab, type Lab } from '../lab/lab.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const NETWORK = '127.78.9.0/24';
/** A part of it that scans in a second or two. */
const PART = '127.78.9.0/27';

const devicesSchema = z.object({
  devices: z.array(
    z.object({ key: z.string(), status: z.string(), addresses: z.array(z.string()), maker: z.string().nullable(), firstSeen: z.string() }),
  ),
});
const scansSchema = z.object({
  scans: z.array(
    z.object({ id: z.number(), site: z.string(), status: z.string(), recordings: z.number(), mergedAt: z.string().nullable() }),
  ),
});
const eventsSchema = z.object({ events: z.array(z.object({ kind: z.string(), device: z.string() })) });

describe('end to end: the inventory', () => {
  let lab: Lab;
  let directory: string;
  let ports: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'camsweep-inventory-'));
    lab = await startLab({ network: NETWORK, ports: 'high' });
    ports = Object.entries(lab.ports)
      .flatMap(([service, list]: [string, readonly number[] | undefined]) =>
        list && list.length > 0 ? [`${service}=${list.join(',')}`] : [],
      )
      .join(' ');
  });

  afterAll(async () => {
    await lab.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, CAMSWEEP_DATA_DIR: join(directory, 'data'), NO_COLOR: '1' });
  const command = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', env: environment(), cwd: directory });
  // Not spawnSync: the lab answers from this very process.
  const scan = (...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [CLI, 'scan', PART, '--ports', ports, ...args], { env: environment(), cwd: directory });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  const devices = () => devicesSchema.parse(JSON.parse(command('devices', '--all', '--json').stdout)).devices;
  const scans = () => scansSchema.parse(JSON.parse(command('scans', '--json').stdout)).scans;

  it('knows the devices of two scans as the same, and says that nothing changed', { timeout: 60_000 }, async () => {
    expect((await scan()).code).toBe(0);
    const first = devices();
    expect(first.length).toBeGreaterThan(10);
    expect(first.every(({ status }) => status === 'present')).toBe(true);
    expect((await scan()).code).toBe(0);
    expect(devices().map(({ key, firstSeen }) => `${key} ${firstSeen}`)).toEqual(first.map(({ key, firstSeen }) => `${key} ${firstSeen}`));
    const diff = eventsSchema.parse(JSON.parse(command('diff', '--json').stdout));
    expect(diff.events.filter(({ kind }) => kind !== 'firmware-changed' && kind !== 'verdict-changed')).toEqual([]);
    expect(eventsSchema.parse(JSON.parse(command('diff', '--since', '2020-01-01', '--json').stdout)).events).toHaveLength(
      first.length + diff.events.length,
    );
  });

  it('shows one device, its history, and why any stored scan said so', () => {
    const [device] = devices().filter(({ maker }) => maker === 'Hikvision');
    const key = device?.key ?? '';
    expect(command('device', 'show', key).stdout).toContain(key);
    expect(command('history', key).stdout).toMatch(/seen at 127\.78\.9\.\d+ \(default\), scan/);
    const explained = command('explain', key, '--scan', '1');
    expect(explained.stdout).toMatch(/recording 127\.78\.9\.\d+\/\d+: /);
    expect(explained.stdout).toMatch(/MAKER +Hikvision/);
    const other = devices().find((one) => one.key !== key);
    expect(command('devices', 'merge', key, other?.key ?? '', '--reason', 'a test').status).toBe(0);
    expect(devices().map((one) => one.key)).toHaveLength(new Set(devices().map((one) => one.key)).size);
    expect(command('devices', 'split', key).status).toBe(0);
    expect(devices().some((one) => one.key === other?.key)).toBe(true);
  });

  it('keeps what a killed scan had seen, and says that it was killed', { timeout: 60_000 }, async () => {
    const before = scans().length;
    const child = spawn(process.execPath, [CLI, 'scan', PART, '--ports', ports, '--site', 'killed'], {
      env: environment(),
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // The first finding on stderr: by then something was recorded.
    await new Promise((resolve) => child.stderr.once('data', resolve));
    await new Promise((resolve) => {
      child.once('close', resolve);
      child.kill('SIGKILL');
    });
    const { stderr } = command('devices', '--json');
    expect(stderr).toMatch(/^note: the scan of .* was killed; \d+ devices it had seen are in the inventory/m);
    expect(scans()).toHaveLength(before + 1);
    expect(scans()[0]).toMatchObject({ site: 'killed', status: 'incomplete' });
    expect(command('devices', '--json').stderr).not.toContain('was killed');
  });

  it('leaves the inventory alone with --no-store, and takes another file with --db', { timeout: 60_000 }, async () => {
    const before = scans().length;
    await scan('--no-store');
    expect(scans()).toHaveLength(before);
    await scan('--db', 'other.db', '--site', 'branch');
    expect(scansSchema.parse(JSON.parse(command('scans', '--json', '--db', 'other.db').stdout)).scans).toMatchObject([
      { id: 1, site: 'branch', status: 'complete' },
    ]);
    expect(scans()).toHaveLength(before);
  });

  it('gives the result on stdout and one note where the inventory may not be written', { timeout: 60_000 }, async () => {
    const path = join(directory, 'text.db');
    // Not even root can write a store into a folder that is a file.
    spawnSync('touch', [path]);
    chmodSync(path, 0o400);
    const { code, stdout, stderr } = await scan('--db', join(path, 'camsweep.db'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/flagged/);
    expect(stderr.match(/^note: this scan is not kept.*$/gm)).toHaveLength(1);
  });

  it.each([
    [['devices', '--db', 'none.db'], /no store at none\.db/],
    [['devices', '--status', 'lost'], /--status "lost": expected one of present, missing, gone/],
    [['device', 'show', '203.0.113.9'], /203\.0\.113\.9: no device/],
    [['history', '203.0.113.9'], /203\.0\.113\.9: no device/],
    [['diff', '--since', 'yesterday'], /--since "yesterday": expected a date/],
    [['devices', 'split', '127.78.9.10'], /nothing was merged into this device/],
    [['devices', 'split', '127.78.9.10', '--identifier', 'serial:N/A'], /--identifier "serial:N\/A": expected/],
    [['explain', '127.78.9.10', '--scan', '999'], /--scan "999": no such scan/],
    [['scan', '127.0.0.1', '--site', 'a:b'], /--site: "a:b": expected letters/],
  ])('%j: one clear line and exit code 2', (args, message) => {
    const { status, stdout, stderr } = command(...args);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
