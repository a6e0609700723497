/** The numbers as text, Markdown and JSON. Pure. */
import type { Round, RunnerId, ScenarioResult } from './bench.ts';
import { TOOLS } from './tools.ts';
import { checkScenario, roundsOf, spreadOf, type Check, type Spread } from './verdict.ts';

export interface Row {
  readonly id: RunnerId;
  readonly title: string;
  readonly identifies: string;
  readonly rounds: number;
  readonly wallMs: Spread;
  readonly cpuMs: number;
  readonly peakMiB: number;
  readonly sentPackets: number;
  readonly receivedPackets: number;
  readonly bytes: number;
  readonly devices: Spread;
  readonly live: Spread;
  readonly makers: number | undefined;
  readonly falseFlags: number | undefined;
  readonly failed: string | undefined;
}

/** One row a tool, fastest first. */
export function rowsOf(result: ScenarioResult): Row[] {
  return [...result.rounds.keys()].map((id) => rowOf(id, roundsOf(result, id))).sort((a, b) => a.wallMs.median - b.wallMs.median);
}

function rowOf(id: RunnerId, rounds: readonly Round[]): Row {
  const median = (value: (round: Round) => number): number => spreadOf(rounds.map(value)).median;
  const makers = rounds.flatMap((round) => round.makers ?? []);
  const tool = id === 'camsweep' ? { title: 'camsweep', identifies: 'yes' } : TOOLS[id];
  return {
    id,
    title: tool.title,
    identifies: tool.identifies,
    rounds: rounds.length,
    wallMs: spreadOf(rounds.map(({ wallMs }) => wallMs)),
    cpuMs: median(({ cpuMs }) => cpuMs),
    peakMiB: median(({ peakMiB }) => peakMiB),
    sentPackets: median(({ sentPackets }) => sentPackets),
    receivedPackets: median(({ receivedPackets }) => receivedPackets),
    bytes: median(({ sentBytes, receivedBytes }) => sentBytes + receivedBytes),
    devices: spreadOf(rounds.map(({ devices }) => devices)),
    live: spreadOf(rounds.map(({ live }) => live)),
    makers: makers.length === 0 ? undefined : spreadOf(makers).median,
    falseFlags: id === 'camsweep' ? new Set(rounds.flatMap((round) => round.falseFlags)).size : undefined,
    failed: rounds.find(({ failed }) => failed !== undefined)?.failed,
  };
}

const seconds = (ms: number): string => (ms < 9995 ? (ms / 1000).toFixed(2) : (ms / 1000).toFixed(1));
const range = ({ min, max }: Spread): string => (min === max ? '' : ` [${seconds(min)}–${seconds(max)}]`);
const count = ({ min, max }: Spread): string => (min === max ? String(min) : `${min}–${max}`);
const whole = (value: number): string => Math.round(value).toLocaleString('en');

const COLUMNS = ['tool', 'wall s', 'CPU s', 'peak MiB', 'packets out/in', 'KiB', 'devices', 'live', 'makers right', 'false flags'] as const;

function cells(row: Row): string[] {
  return [
    row.failed === undefined ? row.title : `${row.title}: ${row.failed}`,
    `${seconds(row.wallMs.median)}${range(row.wallMs)}`,
    seconds(row.cpuMs),
    whole(row.peakMiB),
    `${whole(row.sentPackets)}/${whole(row.receivedPackets)}`,
    whole(row.bytes / 1024),
    count(row.devices),
    count(row.live),
    row.makers === undefined ? '-' : String(row.makers),
    row.falseFlags === undefined ? '-' : String(row.falseFlags),
  ];
}

/** For a terminal. */
export function renderText(result: ScenarioResult): string {
  const table = [[...COLUMNS], ...rowsOf(result).map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const lines = table.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
  return [
    heading(result),
    ...lines,
    ...insideOf(result),
    ...checkScenario(result).map((check) => `${MARKS[check.state]} ${check.text}`),
    '',
  ].join('\n');
}

const MARKS = { kept: 'ok  ', broken: 'FAIL', told: 'info', open: '?   ' } as const satisfies Record<Check['state'], string>;

export function renderMarkdown(results: readonly ScenarioResult[], machine: string): string {
  const sections = results.map((result) =>
    [
      `### ${heading(result)}`,
      '',
      `| ${COLUMNS.join(' | ')} |`,
      `|${COLUMNS.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`,
      ...rowsOf(result).map(
        (row) =>
          `| ${cells(row)
            .map((cell) => (row.id === 'camsweep' ? `**${cell}**` : cell))
            .join(' | ')} |`,
      ),
      '',
      ...insideOf(result).map((line) => `${line}  `),
      ...checkScenario(result).map(({ state, text }) => `- ${MARKS[state].trim()}: ${text}`),
      '',
    ].join('\n'),
  );
  return [machine, '', ...sections].join('\n');
}

function heading({ scenario, live, devices, roundTripMs, rounds }: ScenarioResult): string {
  const ran = rounds.get('camsweep')?.length ?? 0;
  return `${scenario.title} (${live} live, ${devices} devices, round trip ${roundTripMs.toFixed(2)} ms, ${ran} round${ran === 1 ? '' : 's'})`;
}

/** More than this of a core, taken by work that is none of the benchmark's, makes times doubtful. */
const BUSY_PERCENT = 20;

function insideOf({ inside, violations, rounds }: ScenarioResult): string[] {
  const part = (text: string, value: number | undefined, unit: string): string[] =>
    value === undefined ? [] : [`${text} ${Math.round(value)} ${unit}`];
  const ours = rounds.get('camsweep') ?? [];
  const words = [
    ...part('50 % identified after', inside.identified50Ms, 'ms'),
    ...part('90 % after', inside.identified90Ms, 'ms'),
    ...part(
      'last flag on screen',
      spreadOf(ours.flatMap(({ lastFlagMs }) => lastFlagMs ?? [])).median || undefined,
      'ms after the first packet',
    ),
    ...part('event loop blocked at most', inside.loopBlockedMs, 'ms'),
    ...(inside.estimate === undefined ? [] : [`dry run said ${inside.estimate.map(whole).join(' / ')} packets`]),
  ];
  const noise = spreadOf(ours.map(({ othersMs, wallMs }) => (100 * othersMs) / wallMs)).median;
  const busy = noise > BUSY_PERCENT ? [`Noisy: other work on this machine took ${Math.round(noise)} % of a core while camsweep ran.`] : [];
  const manners =
    violations.includes('"count":0') || violations === '' ? [] : [`bad manners seen by the hosts: ${violations.slice(0, 400)}`];
  return [...(words.length === 0 ? [] : [`camsweep: ${words.join(', ')}`]), ...busy, ...manners];
}

/** Everything measured, for programs. */
export function asData(results: readonly ScenarioResult[]): unknown {
  return results.map((result) => ({
    id: result.scenario.id,
    title: result.scenario.title,
    live: result.live,
    devices: result.devices,
    roundTripMs: result.roundTripMs,
    lossPercent: result.scenario.lossPercent,
    inside: result.inside,
    rows: rowsOf(result),
    rounds: Object.fromEntries(result.rounds),
    checks: checkScenario(result),
  }));
}
