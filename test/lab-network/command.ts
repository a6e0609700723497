/** The built command, run on a host of a test network as a user would run it: without rights, with a folder of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Finished, Network, Started } from './namespace.ts';

const CLI = fileURLToPath(new URL('../../dist/agent/cli.js', import.meta.url));
const NOBODY = 65534;

const documentSchema = z.object({
  scan: z.object({ elapsedMs: z.number(), targets: z.array(z.string()), interrupted: z.boolean(), problems: z.array(z.string()) }),
  coverage: z.object({
    addresses: z.number(),
    asked: z.number(),
    alive: z.number(),
    excluded: z.number(),
    silent: z.number(),
    notReached: z.number(),
    complete: z.boolean(),
  }),
  devices: z.array(
    z.object({
      address: z.string(),
      mac: z.string().nullable(),
      flagged: z.boolean(),
      maker: z.string().nullable(),
      brand: z.string().nullable(),
      owner: z.string().nullable(),
      model: z.string().nullable(),
      serial: z.string().nullable(),
      certainty: z.string().nullable(),
      surveillance: z.boolean().nullable(),
      deviceType: z.string().nullable(),
      evidence: z.array(z.object({ signature: z.string(), field: z.string(), value: z.string(), recording: z.string() })),
      contradictions: z.array(z.string()),
      coverage: z.record(z.string(), z.string()),
    }),
  ),
});

export type ScanResult = z.infer<typeof documentSchema>;
export type FoundDevice = ScanResult['devices'][number];

export interface Scanned {
  readonly code: number;
  readonly document: ScanResult;
  readonly devices: ReadonlyMap<string, FoundDevice>;
  readonly stderr: string;
}

/** Without rights: as nobody, or, where nobody may not read this checkout, as root stripped of every capability. */
function withoutRights(): readonly string[] {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: npm run build`);
  const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'];
  if (spawnSync('env', [...asNobody, process.execPath, CLI, '--version']).status === 0) return asNobody;
  return ['setpriv', '--bounding-set=-all', '--inh-caps=-all'];
}

const stripped = withoutRights();

/** `camsweep …` in words for a host; its data below `folder`, which is made where it is not there. */
export async function commandLine(folder: string, args: readonly string[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  if (stripped.includes(`--reuid=${NOBODY}`)) await chown(folder, NOBODY, NOBODY);
  return ['env', `CAMSWEEP_DATA_DIR=${folder}`, `HOME=${folder}`, ...stripped, process.execPath, CLI, ...args];
}

export async function camsweep(network: Network, host: string, folder: string, args: readonly string[]): Promise<Finished> {
  return network.run(host, await commandLine(folder, args), 120_000);
}

/** Starts a scan that the test will end itself. */
export async function startCamsweep(network: Network, host: string, folder: string, args: readonly string[]): Promise<Started> {
  const words = await commandLine(folder, args);
  return network.start(host, ['sh', '-c', 'echo started; exec "$@" 2>/dev/null', 'sh', ...words]);
}

/** A scan to its end, its JSON read. */
export async function scan(network: Network, host: string, folder: string, args: readonly string[] = []): Promise<Scanned> {
  const { code, stdout, stderr } = await camsweep(network, host, folder, ['scan', ...args, '--json']);
  if (stdout === '') throw new Error(`camsweep scan ended with ${code}: ${stderr}`);
  const document = documentSchema.parse(JSON.parse(stdout));
  return { code, document, stderr, devices: new Map(document.devices.map((device) => [device.address, device])) };
}

/** Where the newest scan is kept. */
export function lastScan(folder: string): string {
  return join(folder, 'last-scan.jsonl');
}
