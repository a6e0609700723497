import { loadSignatures } from '../../signatures/load.ts';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLab, type Lab } from '../lab/lab.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const NETWORK = '127.78.1.0/24';

const documentSchema = z.object({
  scan: z.object({
    startedAt: z.string(),
    elapsedMs: z.number(),
    interrupted: z.boolean(),
    problems: z.array(z.string()),
    traffic: z.object({ packets: z.number(), bytes: z.number() }),
  }),
  coverage: z.object({ addresses: z.number(), asked: z.number(), alive: z.number(), notReached: z.number(), complete: z.boolean() }),
  devices: z.array(
    z.object({
      address: z.string(),
      flagged: z.boolean(),
      maker: z.string().nullable(),
      brand: z.string().nullable(),
      owner: z.string().nullable(),
      certainty: z.string().nullable(),
      surveillance: z.boolean().nullable(),
      deviceType: z.string().nullable(),
      evidence: z.array(z.object({ signature: z.string(), recording: z.string() })),
      contradictions: z.array(z.string()),
    }),
  ),
});
type Device = z.infer<typeof documentSchema>['devices'][number];

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function camsweep(args: readonly string[], environment: Readonly<Record<string, string>>, interruptOn?: RegExp): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...environment } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    let interrupted = false;
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (interrupted || interruptOn?.test(stderr) !== true) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function portFlag(lab: Lab): string {
  return Object.entries(lab.ports)
    .flatMap(([service, list]: [string, readonly number[] | undefined]) =>
      list && list.length > 0 ? [`${service}=${list.join(',')}`] : [],
    )
    .join(' ');
}

describe('end to end: the emulated office LAN', () => {
  let lab: Lab;
  let directory: string;
  let result: Run;
  let devices: Map<string, Device>;
  let document: z.infer<typeof documentSchema>;
  const environment = (): Record<string, string> => ({ CAMSWEEP_DATA_DIR: directory });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'camsweep-test-'));
    lab = await startLab({ network: NETWORK, ports: 'high' });
    result = await camsweep(
      ['scan', NETWORK, '--ports', portFlag(lab), '--json', '--record', join(directory, 'record.jsonl')],
      environment(),
    );
    document = documentSchema.parse(JSON.parse(result.stdout));
    devices = new Map(document.devices.map((device) => [device.address, device]));
  }, 60_000);

  afterAll(async () => {
    await lab.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('ends by itself with exit code 0 and complete coverage', () => {
    expect(result.code, result.stderr).toBe(0);
    expect(document.coverage).toMatchObject({ addresses: 254, asked: 254, notReached: 0, complete: true });
    expect(document.scan.interrupted).toBe(false);
  });

  it('flags every host the truth file says is made by Hikvision, as made by Hikvision', () => {
    const wrong = lab.truth
      .filter(({ mustBeFlagged }) => mustBeFlagged)
      .filter(({ address }) => devices.get(address)?.flagged !== true || devices.get(address)?.owner !== 'Hikvision')
      .map(({ address, id }) => `${id}: ${JSON.stringify(devices.get(address))}`);
    expect(wrong).toEqual([]);
  });

  it('flags nothing else; hosts that play a camera on purpose may go either way', () => {
    const wrong = lab.truth
      .filter(({ mustNotBeFlagged }) => mustNotBeFlagged)
      .filter(({ address }) => devices.get(address)?.flagged === true)
      .map(({ address, id }) => `${id}: ${JSON.stringify(devices.get(address)?.evidence)}`);
    expect(wrong).toEqual([]);
  });

  it('shows the brand of rebrands beside the maker, and evidence for every flag', () => {
    for (const { address, hikvisionMade, brand, id } of lab.truth) {
      if (!hikvisionMade || brand === undefined || brand === 'hikvision' || UNLABELLED.includes(id)) continue;
      expect(
        devices
          .get(address)
          ?.brand?.toLowerCase()
          .replaceAll(/[^a-z]/g, ''),
        id,
      ).toContain(brand.slice(0, 4));
    }
    for (const device of devices.values()) if (device.flagged) expect(device.evidence.length, device.address).toBeGreaterThan(0);
  });

  it('names the right maker of the other surveillance devices it identifies', () => {
    const wrong = lab.truth.flatMap(({ address, id, maker, surveillance }) => {
      const said = devices.get(address)?.maker;
      if (surveillance !== true || maker === undefined || said === undefined || said === null) return [];
      return fold(said) === fold(maker) || fold(said).includes(fold(maker)) || fold(maker).includes(fold(said))
        ? []
        : [`${id}: ${said}, not ${maker}`];
    });
    expect(wrong).toEqual([]);
  });

  it('does nothing a good guest would not do', () => {
    expect(lab.violations).toEqual([]);
  });

  it('says beforehand what a second scan will send, and what it rests on', async () => {
    const ask = async (data: string): Promise<string> =>
      (await camsweep(['scan', NETWORK, '--ports', portFlag(lab), '--dry-run'], { CAMSWEEP_DATA_DIR: data })).stdout;
    const told = await ask(directory);
    const { startedAt, traffic, elapsedMs } = document.scan;
    const packets = Number(/about ([\d,]+) expected/.exec(told)?.[1]?.replaceAll(',', ''));
    expect(Math.abs(packets - traffic.packets) / traffic.packets, told).toBeLessThan(0.25);
    const kilobytes = Number(/^bytes +about (\d+) KB/m.exec(told)?.[1]);
    expect(Math.abs(kilobytes * 1000 - traffic.bytes) / traffic.bytes, told).toBeLessThan(0.25);
    const seconds = Number(/^time +about ([\d.]+) s/m.exec(told)?.[1]);
    expect(Math.abs(seconds * 1000 - elapsedMs) / elapsedMs, told).toBeLessThan(0.25);
    expect(told).toContain(`as in the scan of ${startedAt.slice(0, 10)} (1): ${document.coverage.alive} of 254 addresses alive`);
    // Nothing is known elsewhere, and a dry run makes no inventory.
    const blind = join(directory, 'nowhere');
    expect(await ask(blind)).toContain('as on a usual network: 102 of 254 addresses alive; what a host costs is not measured yet');
    expect(existsSync(join(blind, 'camsweep.db'))).toBe(false);
  });

  it('judges its own recordings to the same makers', async () => {
    const lines = readFileSync(join(directory, 'record.jsonl'), 'utf8').trim().split('\n');
    const byDevice = lines.map((line) => {
      const recording = JSON.parse(line) as { from: { address: string } };
      return JSON.stringify({ ...recording, device: recording.from.address });
    });
    const file = join(directory, 'by-device.jsonl');
    (await import('node:fs')).writeFileSync(file, `${byDevice.join('\n')}\n`);
    const judged = await camsweep(['judge', file], environment());
    expect(judged.code).toBe(0);
    const verdicts = judged.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { device: string; maker: string | null; certainty: string | null });
    expect(verdicts.length).toBe(devices.size);
    for (const { device, maker, certainty } of verdicts) {
      expect({ device, maker, certainty }).toEqual({
        device,
        maker: devices.get(device)?.maker,
        certainty: devices.get(device)?.certainty,
      });
    }
  });

  it('explains a device down to the bytes', async () => {
    const flagged = [...devices.values()].find(({ flagged: isFlagged }) => isFlagged);
    const run = await camsweep(['explain', flagged?.address ?? ''], environment());
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/MAKER {2}Hikvision: \w+/);
    expect(run.stdout).toMatch(/recording 127\.78\.1\.\d+\/\d+: \w+/);
    expect(run.stdout).toMatch(/\n {8}\| /);
  });

  it('writes the report, with nothing a device said left unescaped', async () => {
    const page = join(directory, 'report.html');
    expect((await camsweep(['report', '--html', page], environment())).code).toBe(0);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('flagged');
    expect(html).not.toMatch(/<script/i);
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    // Text may speak of links; no element loads or runs anything, and what can be followed is a place of the page or a source of ours.
    expect(html).not.toMatch(/<[a-z][^>]*\s(src|on\w+)\s*=/i);
    const cited = loadSignatures().policies.flatMap(({ citations }) => citations.map(({ url }) => url));
    const links = [...html.matchAll(/<[a-z][^>]*\shref\s*=\s*(?:"([^"]*)"|(\S+))/gi)].map((match) => match[1] ?? match[2] ?? '');
    expect(links.filter((link) => !/^#[\w-]+$/.test(link) && !cited.includes(link))).toEqual([]);
  });

  it('gives a valid partial result and exit code 3 on Ctrl-C', async () => {
    const run = await camsweep(
      ['scan', NETWORK, '--ports', portFlag(lab), '--json'],
      { CAMSWEEP_DATA_DIR: join(directory, 'interrupted') },
      /^! 127\./m,
    );
    expect(run.code, run.stderr).toBe(3);
    const partial = documentSchema.parse(JSON.parse(run.stdout));
    expect(partial.scan.interrupted).toBe(true);
    // What had been told of is not lost.
    expect(partial.devices.some(({ flagged }) => flagged)).toBe(true);
  });
});

// Rebrands whose answers carry no label: nothing can show their brand without layer 2.
const UNLABELLED: readonly string[] = ['lts-recorder', 'prama-recorder', 'luma-recorder', 'laview-camera'];

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
