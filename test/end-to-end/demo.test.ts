/** `npm run demo`, as built: two mornings of the emulated office, what changed between them, the table, the report. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { LAB_HOSTS } from '../lab/hosts/index.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const NETWORK = '127.83.0';
/** What the demo takes down between its mornings, and what it moves where. */
const [REMOVED, MOVED] = ['hikvision-camera-v57', { id: 'ezviz-camera', to: 241 }] as const;

function demo(): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, 'lab', '--demo', '--network', NETWORK, '--ports', 'high'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('the demo', { timeout: 120_000 }, () => {
  let run: Awaited<ReturnType<typeof demo>>;
  beforeAll(async () => {
    run = await demo();
  }, 120_000);

  it('ends well, and the scans did nothing they must not do', () => {
    expect(run.code).toBe(0);
    expect(run.stderr).not.toContain('must not');
  });

  it('opens with what changed: a rebrand, a lease, and a camera that is missing', () => {
    expect(run.stdout.indexOf('WHAT CHANGED')).toBeLessThan(run.stdout.indexOf('WHAT IS THERE NOW'));
    const changes = run.stdout.slice(0, run.stdout.indexOf('WHAT IS THERE NOW'));
    expect(changes).toMatch(/^NEW {2}1$/m);
    expect(changes).toMatch(/sold as ANNKE, made by Hikvision/);
    expect(changes).toMatch(/^MOVED {2}1$/m);
    expect(changes).toMatch(new RegExp(`${NETWORK}\\.41 -> ${NETWORK}\\.241`));
    expect(changes).toMatch(/^MISSING {2}1,/m);
    expect(changes).toContain(`${NETWORK}.12 `);
  });

  it('shows every device Hikvision made that is there, and flags nothing else', () => {
    const table = run.stdout.slice(run.stdout.indexOf('FLAGGED'), run.stdout.indexOf('TO REVIEW'));
    const flagged = [...table.matchAll(/^! (\S+)/gm)].map((match) => Number(match[1]?.split('.')[3])).sort((a, b) => a - b);
    const there = LAB_HOSTS.filter(({ id }) => id !== REMOVED);
    const placeOf = ({ id, at }: (typeof there)[number]): number => (id === MOVED.id ? MOVED.to : at);
    expect(
      there
        .filter(({ truth }) => truth.mustBeFlagged)
        .map(placeOf)
        .filter((place) => !flagged.includes(place)),
    ).toEqual([]);
    expect(flagged.length).toBeGreaterThan(20);
    const never = there.filter(({ truth }) => truth.mustNotBeFlagged).map(placeOf);
    expect(flagged.filter((place) => never.includes(place))).toEqual([]);
  });

  it('says where the report lies, and it is there', () => {
    const path = /Report written to (\S+)/.exec(run.stderr)?.[1] ?? '';
    expect(readFileSync(path, 'utf8')).toContain('ANNKE');
  });
});
