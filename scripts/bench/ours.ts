/** Our own scan as one more tool: how it is called, as an unprivileged user, and what its JSON says. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { z } from 'zod';
import type { Scenario } from './scenarios.ts';
import type { World } from './world.ts';

export const CLI = fileURLToPath(new URL('../../agent/cli.js', import.meta.url));

const deviceSchema = z.object({
  address: z.string(),
  maker: z.string().nullable(),
  brand: z.string().nullable(),
  certainty: z.string().nullable(),
  surveillance: z.boolean().nullable(),
  flagged: z.boolean(),
});
const documentSchema = z.object({
  scan: z.object({
    startedAt: z.string(),
    elapsedMs: z.number(),
    traffic: z.object({ packets: z.number(), bytes: z.number() }),
    problems: z.array(z.string()),
  }),
  coverage: z.object({ asked: z.number(), alive: z.number(), complete: z.boolean() }),
  devices: z.array(deviceSchema),
});

export type OurDevice = z.infer<typeof deviceSchema>;
export type OurDocument = z.infer<typeof documentSchema>;

export function ourCommand(scenario: Scenario, world: World, more: readonly string[] = []): string[] {
  // A namespace hides the limit, as a container does.
  const table = scenario.tableLimit === undefined ? [] : ['--neighbour-limit', String(scenario.tableLimit)];
  return [process.execPath, ...more, CLI, 'scan', world.target, '--json', '--yes', ...table, ...profileFlags(scenario.profile)];
}

export function ourEnvironment(world: World): Record<string, string> {
  return { CAMSWEEP_DATA_DIR: join(world.folder, 'data'), HOME: world.folder };
}

/** Undefined when the output is no result, or not all of one. */
export function readOurs(stdout: string): OurDocument | undefined {
  try {
    return documentSchema.safeParse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
}

let help: string | undefined;

function profileFlags(profile: Scenario['profile']): string[] {
  if (profile === undefined) return [];
  help ??= spawnSync(process.execPath, [CLI, 'scan', '--help'], { encoding: 'utf8' }).stdout;
  if (help.includes('--profile')) return ['--profile', profile];
  return profile === 'fast'
    ? ['--rate', '100000', '--host-rate', '500', '--concurrency', '4096']
    : ['--rate', '10000', '--host-rate', '200', '--concurrency', '512'];
}
