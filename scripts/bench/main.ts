/**
 * `npm run bench`: ours and the scanners people use, in turn, in the same emulated networks.
 *
 *     node dist/scripts/bench/main.js [--quick] [--counts-only] [--scenario ID]… [--rounds N] [--out FOLDER] [--list] [--cpu-profile] [--readme] [--update]
 *
 * Linux, root. Ends with 1 when a promise of `scenarios.ts` is broken, 2 when it cannot run. Packets stay in namespaces made
 * for the run; one scenario raises the machine's limit of neighbours for as long as it takes. `--counts-only` tells the times,
 * and judges what was found and sent and whether a peer is two and a half times as fast: for a machine that does other work.
 * Tables go to stdout and, with a chart, into `scripts/bench/results/` and from there into the README; a quick run, and one of
 * some scenarios or rounds only, leaves those files alone. `--update` puts the scenarios it ran in place of theirs among the
 * results that are there. `--readme` writes chart and README from the results that are there.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadSignatures } from '../../signatures/load.ts';
import { benchScenario, type ScenarioResult } from './bench.ts';
import { CLI } from './ours.ts';
import { install } from './packages.ts';
import { profileScenario } from './profile.ts';
import { chartOf, withBlock } from './readme-block.ts';
import { asData, renderMarkdown, renderText } from './render.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { fold, type NamesOf } from './score.ts';
import { canRaiseTableLimit } from './table-limit.ts';
import { TOOLS } from './tools.ts';
import { updated, type Results } from './update.ts';
import { checkScenario, spreadOf } from './verdict.ts';
import { OTHER_CORE } from './world.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const PROFILE_LIMIT_MS = 60_000;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    'counts-only': { type: 'boolean', default: false },
    scenario: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    out: { type: 'string' },
    list: { type: 'boolean', default: false },
    'cpu-profile': { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
  },
});

function chosen(): Scenario[] {
  const wanted = values.scenario;
  const unknown = wanted.find((id) => !SCENARIOS.some((scenario) => scenario.id === id));
  if (unknown !== undefined) throw new Error(`--scenario ${unknown}: expected one of ${SCENARIOS.map(({ id }) => id).join(', ')}`);
  return SCENARIOS.filter(({ id, quick }) => (wanted.length > 0 ? wanted.includes(id) : quick || !values.quick));
}

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'the benchmark needs Linux: it builds network namespaces';
  if (process.getuid?.() !== 0) return 'the benchmark needs root: it builds network namespaces';
  return cpus().length < 2 ? 'the benchmark needs two cores: one for the tool, one for the network' : undefined;
}

/** Start-up alone: the median of five. */
function versionMs(): number {
  const times = Array.from({ length: 5 }, () => {
    const before = performance.now();
    spawnSync(process.execPath, [CLI, '--version']);
    return performance.now() - before;
  });
  return spreadOf(times).median;
}

function machineLine(startMs: number): string {
  const limit = readFileSync('/proc/sys/net/ipv4/neigh/default/gc_thresh3', 'utf8').trim();
  const packages = [...new Set(Object.values(TOOLS).map((tool) => tool.package))].map((name) => `${name} ${debianVersion(name)}`);
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, Linux ${release().split('-')[0] ?? ''}, Node ${process.version}, gc_thresh3 ${limit}.`,
    `Rounds in shuffled order, medians and ranges, process start included; the tool on one core, the network on another; camsweep unprivileged, and started once before.`,
    `\`camsweep --version\`: ${Math.round(startMs)} ms. Peers: ${packages.join(', ')}.`,
  ].join(' ');
}

function debianVersion(name: string): string {
  return spawnSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' }).stdout.trim() || 'not installed';
}

function makerNames(): NamesOf {
  const names = new Map(
    loadSignatures().makers.map(({ maker, name, aliases = [] }) => [maker, new Set([maker, name, ...aliases].map(fold))]),
  );
  return (id) => names.get(id) ?? new Set([fold(id)]);
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RESULTS = join(ROOT, 'scripts', 'bench', 'results');

function writeReadme(): void {
  const readme = join(ROOT, 'README.md');
  const latest = readFileSync(join(RESULTS, 'latest.json'), 'utf8');
  writeFileSync(join(RESULTS, 'chart.svg'), chartOf(latest));
  writeFileSync(readme, withBlock(readFileSync(readme, 'utf8'), latest));
}

function write(results: readonly ScenarioResult[], machine: string): void {
  const folder = values.out ?? RESULTS;
  mkdirSync(folder, { recursive: true });
  const [dataFile, markdownFile] = [join(folder, 'latest.json'), join(folder, 'latest.md')];
  const measured = {
    data: `${JSON.stringify({ machine, scenarios: asData(results) }, null, 2)}\n`,
    markdown: renderMarkdown(results, machine),
  };
  const before = (): Results => ({ data: readFileSync(dataFile, 'utf8'), markdown: readFileSync(markdownFile, 'utf8') });
  const { data: latest, markdown } = values.update ? updated(before(), measured) : measured;
  writeFileSync(dataFile, latest);
  writeFileSync(markdownFile, markdown);
  if (values.out === undefined) writeReadme();
  else writeFileSync(join(folder, 'chart.svg'), chartOf(latest));
  say(`Written to ${folder}`);
}

async function main(): Promise<number> {
  if (values.list) {
    for (const { id, title, quick } of SCENARIOS) out(`${id.padEnd(18)} ${title}${quick ? ' (quick)' : ''}`);
    return 0;
  }
  if (values.readme) {
    writeReadme();
    return 0;
  }
  const reason = whyNot();
  if (reason !== undefined) {
    say(reason);
    return 2;
  }
  const scenarios = chosen();
  const rounds = values.rounds === undefined ? (values.quick ? 1 : 3) : Math.max(1, Number(values.rounds) || 1);
  const peers = scenarios.flatMap((scenario) =>
    (values.quick ? (scenario.quickPeers ?? scenario.peers) : scenario.peers).map((id) => TOOLS[id]),
  );
  const lacking = install(peers, say);
  for (const program of lacking) say(`${program} is missing and cannot be installed: not compared`);
  if (lacking.includes('ip') || lacking.includes('time') || lacking.includes('tcpdump')) return 2;
  // This process and all it starts stay off the core of the tool under test.
  spawnSync('taskset', ['-a', '-p', '-c', OTHER_CORE, String(process.pid)]);

  const stop = new AbortController();
  const hasStopped = (): boolean => stop.signal.aborted;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  if (values['cpu-profile']) {
    for (const scenario of scenarios) out(await profileScenario(scenario, PROFILE_LIMIT_MS, stop.signal));
    return 0;
  }
  const machine = machineLine(versionMs());
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    if (hasStopped()) break;
    if (scenario.tableLimit !== undefined && !canRaiseTableLimit()) {
      say(`${scenario.id} left out: the limit of the neighbour table (gc_thresh3) cannot be raised from here`);
      continue;
    }
    const result = await benchScenario(scenario, { rounds, quick: values.quick, namesOf: makerNames(), signal: stop.signal, say });
    results.push(result);
    if (!hasStopped()) out(renderText(result));
  }
  if (hasStopped()) return 130;
  const isFull = !values.quick && !values['counts-only'] && values.rounds === undefined && values.scenario.length === 0;
  if (isFull || values.out !== undefined || values.update) write(results, machine);
  const failed = results.flatMap((result) =>
    checkScenario(result)
      .filter(({ state }) => state === 'broken')
      .map((check) => ({ ...check, text: `${result.scenario.id}: ${check.text}` })),
  );
  const broken = failed.filter(({ isTime, isFarBehind }) => isTime !== true || !values['counts-only'] || isFarBehind === true);
  for (const { text } of broken) out(`BROKEN ${text}`);
  const leftOut = failed.length - broken.length;
  const slower = leftOut === 0 ? '' : `; ${leftOut} times behind what is promised, which --counts-only does not judge`;
  out(`bench: ${results.length} scenarios, ${broken.length} promises broken${slower}`);
  return broken.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
