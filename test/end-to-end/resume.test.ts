/** A scan is stopped or killed at random moments and continued, until it has come to its end: then it must be as one that never was. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLab, type Lab } from '../lab/lab.ts';
import { randomFrom } from '../probes/mutate.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const NETWORK = '127.78.47.0/24';
const PART = '127.78.47.0/25';
const SEED = 20261126;
const ROUNDS = 2;
/** On a busy machine the lab's old TLS takes longer than a scan waits, now and then: no two scans agree on it. */
const AT_THE_LIMIT: readonly string[] = ['hikvision-recorder-old-tls'];

const documentSchema = z.object({
  scan: z.object({ elapsedMs: z.number(), traffic: z.object({ packets: z.number() }) }),
  coverage: z.object({
    addresses: z.number(),
    asked: z.number(),
    alive: z.number(),
    silent: z.number(),
    excluded: z.number(),
    notReached: z.number(),
    complete: z.boolean(),
    byProbe: z.record(z.string(), z.record(z.string(), z.number())),
  }),
  devices: z.array(
    z.object({
      address: z.string(),
      maker: z.string().nullable(),
      brand: z.string().nullable(),
      owner: z.string().nullable(),
      certainty: z.string().nullable(),
      flagged: z.boolean(),
    }),
  ),
});
type Result = z.infer<typeof documentSchema>;

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('end to end: a scan that is continued', () => {
  let lab: Lab;
  let directory: string;
  let ports: string;
  let whole: Result;
  let wholeMs: number;
  let atTheLimit: readonly string[] = [];
  const random = randomFrom(SEED);

  /** `stop`: a signal so long after the start. */
  const camsweep = (data: string, args: readonly string[], stop?: { signal: NodeJS.Signals; afterMs: number }): Promise<Run> =>
    new Promise((resolve) => {
      const environment = { ...process.env, CAMSWEEP_DATA_DIR: join(directory, data), NO_COLOR: '1' };
      const child = spawn(process.execPath, [CLI, ...args], { env: environment, cwd: directory });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const timer = stop && setTimeout(() => child.kill(stop.signal), stop.afterMs);
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stdout, stderr });
      });
    });
  const scan = (data: string, more: readonly string[] = [], stop?: { signal: NodeJS.Signals; afterMs: number }): Promise<Run> =>
    camsweep(data, ['scan', PART, '--ports', ports, '--exclude', '127.78.47.100-110', '--json', ...more], stop);
  /** Stopped on the way; earlier where the machine has become faster than it was. */
  const stoppedScan = async (data: string, signal: NodeJS.Signals): Promise<Run> => {
    for (const share of [0.6, 0.4, 0.25, 0.15]) {
      const run = await scan(data, [], { signal, afterMs: wholeMs * share });
      if (run.code !== 0) return run;
    }
    throw new Error('it always went to its end');
  };
  const resultOf = ({ code, stdout, stderr }: Run): Result => {
    expect(code, stderr).toBe(0);
    return documentSchema.parse(JSON.parse(stdout));
  };
  /** Without the brand: who is settled early is not asked all, and a host cut off on the way is asked again, and may tell more. */
  const facts = ({ coverage, devices }: Result) => ({
    coverage: { ...coverage, byProbe: sums(coverage.byProbe) },
    devices: devices
      .filter(({ address }) => !atTheLimit.includes(address))
      .map((device) => ({ ...device, brand: undefined }))
      .sort((a, b) => (a.address < b.address ? -1 : 1)),
  });
  /** Each probe has an outcome for every address. */
  const sums = (byProbe: Result['coverage']['byProbe']): Record<string, number> =>
    Object.fromEntries(
      Object.entries(byProbe)
        .map(([probe, counts]): [string, number] => [probe, Object.values(counts).reduce((sum, count) => sum + count, 0)])
        .sort(),
    );

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'camsweep-resume-'));
    lab = await startLab({ network: NETWORK, ports: 'high' });
    ports = Object.entries(lab.ports)
      .flatMap(([service, list]: [string, readonly number[] | undefined]) =>
        list && list.length > 0 ? [`${service}=${list.join(',')}`] : [],
      )
      .join(' ');
    const startedAt = performance.now();
    whole = resultOf(await scan('whole'));
    wholeMs = performance.now() - startedAt;
    atTheLimit = lab.truth.filter(({ id }) => AT_THE_LIMIT.includes(id)).map(({ address }) => address);
    expect(atTheLimit).toHaveLength(AT_THE_LIMIT.length);
  }, 60_000);

  afterAll(async () => {
    await lab.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`ends as an uninterrupted one after ${signal} at random moments (seed ${SEED})`, { timeout: 240_000 }, async () => {
      let cutOff = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const data = `${signal}-${round}`;
        const moment = (): number => wholeMs * (0.25 + 0.7 * random());
        let last = await scan(data, [], { signal, afterMs: moment() });
        for (let turn = 0; turn < 6 && last.code !== 0; turn++) {
          cutOff++;
          if (signal === 'SIGINT') {
            expect(last.code).toBe(3);
            expect(last.stderr).toMatch(/^note: interrupted: .*To go on: camsweep scan 127\.78\.47\.0\/25 .* --resume$/m);
          }
          // Cut off once more on the way, and then left alone.
          last = await scan(data, ['--resume'], turn === 0 ? { signal, afterMs: moment() } : undefined);
        }
        expect(facts(resultOf(last)), `round ${round}`).toEqual(facts(whole));
      }
      expect(cutOff).toBeGreaterThanOrEqual(ROUNDS);
    });
  }

  it(
    'asks only what is left, says so beforehand, and passes over who is excluded without being told again',
    { timeout: 60_000 },
    async () => {
      const stopped = await stoppedScan('left', 'SIGINT');
      const [, notAsked = 0, cutOff = 0] =
        /interrupted: (?:(\d+) of 126 addresses not asked[^;]*)?(?:; )?(?:(\d+) hosts not asked to the end)?\. To go on/.exec(
          stopped.stderr,
        ) ?? [];
      expect(Number(notAsked) + Number(cutOff), stopped.stderr).toBeGreaterThan(0);
      const bare = ['scan', '--resume', '--ports', ports];
      const told = (await camsweep('left', [...bare, '--dry-run'])).stdout;
      const left = Number(/: (\d+) addresses left/.exec(told)?.[1]);
      expect(left, told).toBe(Number(notAsked) + Number(cutOff));
      expect(left).toBeLessThan(126);
      const { coverage, scan: cost } = resultOf(await camsweep('left', [...bare, '--json']));
      expect(coverage).toMatchObject({ addresses: 126, excluded: 11, notReached: 0, complete: true });
      expect(cost.traffic.packets).toBeLessThan(whole.scan.traffic.packets);
    },
  );

  it('refuses where there is nothing to go on with, or something else is asked for', { timeout: 60_000 }, async () => {
    const refused = async (data: string, words: RegExp, ...args: string[]): Promise<void> => {
      const { code, stdout, stderr } = await camsweep(data, ['scan', '--resume', ...args]);
      expect(stderr).toMatch(words);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    };
    await refused('whole', /nothing to resume: the last scan of site default, scan 1 of .* went to its end/);
    await refused('whole', /there is no scan of site other/, '--site', 'other');
    await refused('nowhere', /no store at/);
    await refused('whole', /leave out --no-store/, '--no-store');
    await refused('whole', /expected one site/, '--all-sites');
    await stoppedScan('stopped', 'SIGKILL');
    await refused('stopped', /had the targets 127\.78\.47\.0\/25, not 127\.78\.47\.0\/26/, '127.78.47.0/26', '--ports', ports);
    await refused('stopped', /had the probes .*, not http: /, '--probe', 'http', '--ports', ports);
    await refused('stopped', /asked on other ports, in another profile/, '--ports', 'http=81');
    // A killed scan had written down, a second before at the most, what it had asked to the end.
    const told = (await camsweep('stopped', ['scan', '--resume', '--ports', ports, '--dry-run'])).stdout;
    expect(Number(/: (\d+) addresses left/.exec(told)?.[1]), told).toBeLessThan(100);
    // A refusal spoils nothing.
    expect(facts(resultOf(await scan('stopped', ['--resume'])))).toEqual(facts(whole));
  });
});
