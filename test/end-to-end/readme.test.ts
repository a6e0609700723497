/**
 * The commands of the README, run: scans against the emulated office on loopback, everything that reads what a scan left,
 * in the order of the README. What would send to a real network, or is a test run itself, is checked for verb and flags.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLab, type Lab } from '../lab/lab.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/agent/cli.js');
const NETWORK = '127.92.1.0/24';

/** Command lines of all blocks without a language, comments taken off. */
function commandsOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => /^(npx )?camsweep |^npm (run |test)/.test(line));
}

const COMMANDS = commandsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));
/** A program: its arguments. A script of package.json: its name and what is handed on. */
const argumentsOf = (command: string): string[] =>
  command.replace(/^(npx )?camsweep |^npm run scan -- /, (start) => (start.startsWith('npm') ? 'scan ' : '')).split(/\s+/);
const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))).scripts;

const devicesSchema = z.object({ devices: z.array(z.object({ key: z.string() })) });

describe('end to end: the README', () => {
  let lab: Lab;
  let folder: string;
  let camera = '';

  const camsweep = (args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [CLI, ...args], {
        cwd: folder,
        env: { ...process.env, CAMSWEEP_DATA_DIR: join(folder, 'data'), NO_COLOR: '1' },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  const ports = (): string =>
    Object.entries(lab.ports)
      .flatMap(([service, list]: [string, readonly number[] | undefined]) =>
        list && list.length > 0 ? [`${service}=${list.join(',')}`] : [],
      )
      .join(' ');

  /** Verb and flags as `--help` knows them: nothing is sent. */
  async function known(args: readonly string[]): Promise<void> {
    const words = args.filter((word) => /^[a-z]+$/.test(word));
    const { code, stdout } = await camsweep([words[0] ?? '', '--help']);
    expect(code, args.join(' ')).toBe(0);
    for (const flag of args.filter((word) => word.startsWith('--'))) expect(stdout, args.join(' ')).toContain(flag);
  }

  /** The keys of two devices in place of the README's `A B`, and the lab in place of its addresses. */
  async function onTheLab(args: readonly string[]): Promise<string[]> {
    const keys = args.includes('A') ? await deviceKeys() : [];
    return args.map((word) => {
      if (word === '192.168.1.0/24') return NETWORK;
      if (word === '192.168.1.64') return camera;
      return word === 'A' ? (keys[0] ?? '') : word === 'B' ? (keys[1] ?? '') : word;
    });
  }

  async function deviceKeys(): Promise<string[]> {
    const { stdout } = await camsweep(['devices', '--json', '--all']);
    return devicesSchema.parse(JSON.parse(stdout)).devices.map(({ key }) => key);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'camsweep-readme-'));
    lab = await startLab({ network: NETWORK, ports: 'high' });
    camera = lab.truth.find(({ id }) => id === 'hikvision-camera-v56')?.address ?? '';
  }, 60_000);
  afterAll(async () => {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has commands to run', () => {
    expect(COMMANDS.length).toBeGreaterThan(12);
    expect(camera).not.toBe('');
  });

  it.each(COMMANDS)('%s', { timeout: 120_000 }, async (command) => {
    const script = /^npm (?:run )?(\S+)/.exec(command)?.[1];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    if (script !== undefined && script !== 'scan') return;

    const args = argumentsOf(command);
    const [verb = ''] = args;
    // Without targets a scan asks the real subnets, `watch` hears them, and exports go elsewhere.
    const isSafe =
      verb === 'scan'
        ? args.includes('192.168.1.0/24')
        : ['explain', 'report', 'signatures', 'devices', 'diff', 'scans', 'judge'].includes(verb);
    if (!isSafe) return known(args);
    const { code, stdout, stderr } = await camsweep([...(await onTheLab(args)), ...(verb === 'scan' ? ['--ports', ports()] : [])]);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(`${stdout}${stderr}`).not.toBe('');
  });
});
