/**
 * `--cpu-profile`: where our own time goes in a scenario, from one run under `node --cpu-prof`, ended early like Ctrl-C when
 * it takes long. Prints the functions with the most time of their own, and the files.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from './measure.ts';
import { ourCommand, ourEnvironment } from './ours.ts';
import type { Scenario } from './scenarios.ts';
import { openWorld } from './world.ts';

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
type Profile = z.infer<typeof profileSchema>;

const TOP = 30;

/** Ends after `limitMs` at the latest; a scan that is stopped then still leaves its profile. */
export async function profileScenario(scenario: Scenario, limitMs: number, signal: AbortSignal): Promise<string> {
  const world = await openWorld(scenario);
  try {
    const flags = ['--cpu-prof', `--cpu-prof-dir=${world.folder}`, '--cpu-prof-interval', '500'];
    const stopAfter = ['timeout', '-s', 'INT', String(limitMs / 1000)];
    const measured = await run(world, [...stopAfter, ...ourCommand(scenario, world, flags)], {
      root: false,
      timeoutMs: limitMs + 30_000,
      environment: ourEnvironment(world),
      signal,
    });
    const file = readdirSync(world.folder).find((name) => name.endsWith('.cpuprofile'));
    if (file === undefined) return `no profile: ${measured.errors.at(-1)?.text ?? ''}`;
    const profile = profileSchema.parse(JSON.parse(readFileSync(join(world.folder, file), 'utf8')));
    return `${scenario.title}: ${(measured.wallMs / 1000).toFixed(2)} s wall, ${(measured.cpuMs / 1000).toFixed(2)} s CPU\n${summarise(profile)}`;
  } finally {
    await world.close();
  }
}

function summarise({ nodes, samples, timeDeltas }: Profile): string {
  const [own, inside, names] = [new Map<number, number>(), new Map<string, number>(), new Map<number, string>()];
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  for (const { id, callFrame } of nodes) names.set(id, nameOf(callFrame));
  samples.forEach((id, index) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000));
  const byFunction = new Map<string, number>();
  const byFile = new Map<string, number>();
  for (const [id, ms] of own) {
    add(byFunction, names.get(id) ?? '', ms);
    add(byFile, (names.get(id) ?? '').replace(/^.* /, '').replace(/:\d+$/, ''), ms);
    // Each function once a stack, however deep it recurses.
    const seen = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) seen.add(names.get(at) ?? '');
    for (const name of seen) add(inside, name, ms);
  }
  return [
    'own ms by function',
    ...top(byFunction, TOP),
    'own ms by file',
    ...top(byFile, 15),
    'ms with everything called, by function of ours',
    ...top(new Map([...inside].filter(([name]) => / (agent|probes|signatures)\//.test(name))), TOP),
  ].join('\n');
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const file = url.replace(/^.*\/(dist|node_modules)\//, '');
  return `${functionName === '' ? '(anonymous)' : functionName} ${file}:${lineNumber + 1}`;
}

function add(map: Map<string, number>, key: string, ms: number): void {
  map.set(key, (map.get(key) ?? 0) + ms);
}

function top(map: ReadonlyMap<string, number>, count: number): string[] {
  return [...map]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, ms]) => `${ms.toFixed(0).padStart(8)}  ${name}`);
}
