/** Policies, exceptions, phase-out and newer data, as a user meets them: the built program, the emulated network, real files. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLab, type Lab } from '../lab/lab.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist', 'agent', 'cli.js');
const NETWORK = '127.78.93.0/24';
/** Hikvision under its own name and others, and a switch. */
const PART = '127.78.93.8-127.78.93.33';

const verdict = z.object({
  policy: z.string(),
  verdict: z.string(),
  exception: z.object({ id: z.string(), state: z.string() }).optional(),
});
const devicesSchema = z.object({
  devices: z.array(z.object({ key: z.string(), addresses: z.array(z.string()), brand: z.string().nullable(), verdicts: z.array(verdict) })),
});
const changesSchema = z.object({
  events: z.array(
    z.object({ kind: z.string(), cause: z.string(), device: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
});
const progressSchema = z.object({
  progress: z.array(z.object({ policy: z.string(), planned: z.number(), isolated: z.number(), open: z.number() })),
});
const historySchema = z.object({ sightings: z.array(z.object({ scanId: z.number() })) });
const explainSchema = z.object({
  verdicts: z.array(verdict),
  evidence: z.array(z.object({ signature: z.string(), field: z.string(), recording: z.string() })),
  recordings: z.array(z.object({ id: z.string(), response: z.record(z.string(), z.unknown()) })),
});
const dataSchema = z.looseObject({
  hash: z.string(),
  version: z.string(),
  policies: z.array(
    z.looseObject({
      id: z.string(),
      match: z.object({ any: z.array(z.looseObject({ verdict: z.string(), soldAs: z.string().optional() })) }),
    }),
  ),
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('end to end: policy and phase-out', () => {
  let lab: Lab;
  let directory: string;
  let ports: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'camsweep-policy-'));
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
  const run = (cli: string, args: readonly string[]): Ended => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
      encoding: 'utf8',
      env: environment(),
      cwd: directory,
    });
    return { code: status, stdout, stderr };
  };
  const command = (...args: string[]): Ended => run(CLI, args);
  // Not spawnSync: the lab answers from this very process.
  const started = (words: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const [program = '', ...args] = words;
      const child = spawn(program, args, { env: environment(), cwd: directory });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  const scanWords = (targets: string, ...args: string[]): string[] => [process.execPath, CLI, 'scan', targets, '--ports', ports, ...args];
  const scan = (targets: string, ...args: string[]): Promise<Ended> => started(scanWords(targets, ...args));
  const devices = (...args: string[]) => devicesSchema.parse(JSON.parse(command('devices', '--all', '--json', ...args).stdout)).devices;
  const keyAt = (address: string): string => devices().find(({ addresses }) => addresses.includes(address))?.key ?? '';

  it('two scans at once on one file: both whole, every device once', { timeout: 90_000 }, async () => {
    const ended = await Promise.all([scan(PART), scan(PART)]);
    expect(ended.map(({ code, stderr }) => [code, /not kept/.test(stderr)])).toEqual([
      [0, false],
      [0, false],
    ]);
    expect(JSON.parse(command('scans', '--json').stdout)).toMatchObject({ scans: [{ status: 'complete' }, { status: 'complete' }] });
    const known = devices();
    expect(known.length).toBeGreaterThan(8);
    expect(new Set(known.map(({ key }) => key)).size).toBe(known.length);
    expect(new Set(known.flatMap(({ addresses }) => addresses)).size).toBe(known.flatMap(({ addresses }) => addresses).length);
  });

  it('explains every device from verdict to evidence to recording, by any scan that saw it', { timeout: 120_000 }, () => {
    let walked = 0;
    for (const [index, { key, verdicts }] of devices().entries()) {
      const { sightings } = historySchema.parse(JSON.parse(command('history', key, '--json').stdout));
      expect(sightings.map(({ scanId }) => scanId).sort()).toEqual([1, 2]);
      for (const { scanId } of sightings.slice(index % 2, (index % 2) + 1)) {
        const { code, stdout, stderr } = command('explain', key, '--scan', String(scanId), '--json');
        expect([key, scanId, code, stderr]).toEqual([key, scanId, 0, '']);
        const explained = explainSchema.parse(JSON.parse(stdout));
        expect(explained.verdicts.map(({ policy, verdict: word }) => [policy, word])).toEqual(
          verdicts.map(({ policy, verdict: word }) => [policy, word]),
        );
        const recordings = new Map(explained.recordings.map(({ id, response }) => [id, response] as const));
        for (const { recording } of explained.evidence) expect(Object.keys(recordings.get(recording) ?? {}).length).toBeGreaterThan(0);
        walked += explained.evidence.length;
      }
    }
    expect(walked).toBeGreaterThan(100);
  });

  it(
    'an exception takes a device off the exit code and not off the list; after its last day it counts again',
    { timeout: 60_000 },
    async () => {
      const [address, key] = ['127.78.93.11', keyAt('127.78.93.11')];
      const file = (expires: string): string => {
        const path = join(directory, `exceptions-${expires}.yaml`);
        const about = 'reason: lease ends\n    approver: CISO\n    mitigation: no internet\n    from: 2020-01-01';
        writeFileSync(
          path,
          `version: 1\nexceptions:\n  - id: lobby\n    device: { key: '${key}' }\n    ${about}\n    expires: ${expires}\n`,
        );
        return path;
      };
      expect((await scan(address, '--fail-on', 'restricted')).code).toBe(1);
      const covered = await scan(address, '--fail-on', 'restricted', '--exceptions', file('2999-12-31'));
      expect(covered.code).toBe(0);
      expect(covered.stdout).toMatch(/EXCEPTED {2}1 device[\s\S]*127\.78\.93\.11[\s\S]*excepted until 2999-12-31 \(lease ends\)/);
      const expired = await scan(address, '--fail-on', 'restricted', '--exceptions', file('2020-12-31'));
      expect(expired.code).toBe(1);
      expect(expired.stdout).toMatch(/FLAGGED {2}1 device[\s\S]*exception lobby expired on 2020-12-31: a finding again/);
      // What is stored is what the device is: no scan has made it a change.
      expect(changesSchema.parse(JSON.parse(command('history', key, '--json').stdout)).events.map(({ kind }) => kind)).toEqual(['new']);
      writeFileSync(join(directory, 'camsweep.yaml'), `exceptions: ${file('2999-12-31')}\n`);
      expect(
        devices()
          .filter(({ verdicts }) => verdicts.some(({ exception }) => exception?.state === 'covered'))
          .map((device) => device.key),
      ).toEqual([key]);
      expect(command('exceptions', 'list').stdout).toMatch(/lobby +in force +2999-12-31 +all/);
      rmSync(join(directory, 'camsweep.yaml'));
    },
  );

  it('imports a phase-out list whole or not at all', () => {
    const [one, two] = ['127.78.93.11', '127.78.93.12'];
    const csv = (text: string): string => {
      writeFileSync(join(directory, 'list.csv'), text);
      return 'list.csv';
    };
    const refused = command('phase-out', 'import', csv(`address,status,location\r\n${one},planned,Lobby\r\n203.0.113.9,planned,\r\n`));
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/nothing was imported\n {2}line 3, column address: 203\.0\.113\.9: no such device/);
    const list = (): string => command('phase-out', 'list', '--status', 'planned', '--json').stdout;
    expect(JSON.parse(list())).toMatchObject({ devices: [] });
    const good = csv(`address,status,location,custodian\r\n${one},planned,"Lobby, left",Ann\r\n${two},isolated,,\r\n`);
    expect(command('phase-out', 'import', good, '--dry-run').stderr).toMatch(/Would change 2 devices/);
    expect(JSON.parse(list())).toMatchObject({ devices: [] });
    expect(command('phase-out', 'import', good).stderr).toMatch(/Changed 2 devices/);
    expect(command('phase-out', 'import', good).stderr).toMatch(/Changed 0 devices; 2 are as the file says/);
    expect(JSON.parse(list())).toMatchObject({
      devices: [{ addresses: [one], custodian: 'Ann', location: 'Lobby, left', policies: ['ca-federal-2025'] }],
    });
    const { progress } = progressSchema.parse(JSON.parse(command('phase-out', 'progress', '--json').stdout));
    expect(progress.at(0)).toMatchObject({ planned: 0, isolated: 0 });
    expect(progress.at(-1)).toMatchObject({ policy: 'ca-federal-2025', planned: 1, isolated: 1, open: progress.at(0)?.open });
  });

  it('another policy is judged for the whole inventory, once, and told as a change by data', { timeout: 60_000 }, () => {
    writeFileSync(join(directory, 'camsweep.yaml'), 'policy: [ca-federal-2025, us-889a1a]\n');
    const first = command('devices', '--json');
    expect(first.stderr).toMatch(/judged again without a packet: \d+ verdicts changed by data, not by a device/);
    expect(command('devices', '--json').stderr).not.toContain('judged again');
    const told = changesSchema
      .parse(JSON.parse(command('history', keyAt('127.78.93.11'), '--json').stdout))
      .events.filter(({ cause }) => cause === 'data');
    expect(told).toEqual([{ kind: 'verdict-changed', cause: 'data', device: keyAt('127.78.93.11'), before: null, after: 'restricted' }]);
    rmSync(join(directory, 'camsweep.yaml'));
  });

  it('newer data: the same devices, and the change of verdict is explained', { timeout: 60_000 }, () => {
    const program = join(directory, 'newer');
    cpSync(join(ROOT, 'dist'), join(program, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(program, 'package.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(program, 'node_modules'));
    const path = join(program, 'dist', 'signatures', 'data.jsonl');
    const [head = '', ...rest] = readFileSync(path, 'utf8').split('\n');
    const data = dataSchema.parse(JSON.parse(head));
    const [policy] = data.policies.filter(({ id }) => id === 'ca-federal-2025');
    for (const rule of policy?.match.any ?? []) if (rule.soldAs === 'other') rule.verdict = 'restricted';
    writeFileSync(path, [JSON.stringify({ ...data, hash: 'newer0000001' }), ...rest].join('\n'));
    const newer = join(program, 'dist', 'agent', 'cli.js');

    const before = devices();
    const { stderr, stdout } = run(newer, ['devices', '--all', '--json']);
    expect(stderr).toMatch(/judged again without a packet: [1-9]\d* verdicts changed by data/);
    const after = devicesSchema.parse(JSON.parse(stdout)).devices;
    expect(after.map(({ key, addresses }) => [key, addresses])).toEqual(before.map(({ key, addresses }) => [key, addresses]));
    const wordOf = (list: typeof before, key: string): string | undefined =>
      list.find((device) => device.key === key)?.verdicts.find((item) => item.policy === 'ca-federal-2025')?.verdict;
    const changed = after.filter(({ key }) => wordOf(before, key) !== wordOf(after, key));
    expect(changed.map(({ brand }) => brand)).toContain('ANNKE');
    for (const { key } of changed) {
      expect([wordOf(before, key), wordOf(after, key)]).toEqual(['needs-review', 'restricted']);
      expect(run(newer, ['history', key]).stdout).toMatch(/needs-review -> restricted \(by data, not by the device: same recordings\)/);
      expect(run(newer, ['explain', key, '--scan', '1']).stdout).toMatch(/restricted: Canada[\s\S]*recording 127\.78\.93\.\d+\/\d+: /);
    }
    expect(run(newer, ['rejudge', '--all', '--policy', 'ca-federal-2025', '--policy', 'us-889a1a', '--json']).stdout).toContain(
      '"changes": []',
    );
  });

  it('a full disk: the result is on stdout, and one note says what was not kept', { timeout: 60_000 }, async ({ skip }) => {
    const wrap = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-Urm'];
    const may =
      spawnSync(wrap[0] ?? '', [...wrap.slice(1), 'sh', '-c', 'mount -t tmpfs -o size=100k tmpfs /mnt'], { stdio: 'ignore' }).status === 0;
    if (!may) return skip('no right to mount a small file system here');
    const small = join(directory, 'small');
    const inside = `mkdir -p ${small} && mount -t tmpfs -o size=60k tmpfs ${small} && CAMSWEEP_DATA_DIR=${small} exec "$0" "$@"`;
    const { code, stdout, stderr } = await started([...wrap, 'sh', '-c', inside, ...scanWords(PART, '--json')]);
    expect(code).toBe(0);
    expect(devicesOf(stdout)).toBeGreaterThan(8);
    expect(stderr.match(/^note: this scan (is not kept|was not kept completely): .*$/gm)?.length).toBeGreaterThan(0);
    expect(stderr).not.toMatch(/internal error/);
  });

  it.each([
    [['policies', 'show', 'nope'], /policies show "nope": expected one of au-2023/],
    [['exceptions', 'check'], /no exceptions file/],
    [['exceptions', 'list', '--exceptions', 'none.yaml'], /exceptions file none\.yaml: /],
    [['scan', '127.78.93.11', '--exceptions', 'none.yaml'], /exceptions file none\.yaml: /],
    [['rejudge', '--policy', 'nope'], /--policy "nope": expected one of/],
    [['phase-out', 'set', '203.0.113.9', '--status', 'planned'], /203\.0\.113\.9: no device/],
    [['phase-out', 'set', '127.78.93.11', '--status', 'verified-gone'], /--status "verified-gone": only a scan says that/],
    [['phase-out', 'set', '127.78.93.11'], /expected --status, --custodian/],
    [['phase-out', 'list', '--status', 'eaten'], /--status "eaten": expected one of found/],
    [['phase-out', 'import', 'none.csv'], /none\.csv: /],
  ])('%j: one clear line and exit code 2', (args, message) => {
    const { code, stdout, stderr } = command(...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

function devicesOf(text: string): number {
  return z.object({ devices: z.array(z.unknown()) }).parse(JSON.parse(text)).devices.length;
}
