/** Promises held against the numbers of one run. Pure. Ratios and counts fail; seconds are only told, machines differ. */
import type { Round, RunnerId, ScenarioResult } from './bench.ts';
import type { Promised } from './scenarios.ts';
import { PROFILES } from '../../agent/config/profiles.ts';
import { TOOLS } from './tools.ts';

export interface Check {
  readonly text: string;
  /** `told`: a time on this machine, met or not. `open`: could not be compared. */
  readonly state: 'kept' | 'broken' | 'told' | 'open';
  /** A comparison of times: a machine that does other work breaks it. */
  readonly isTime?: boolean;
  /** So far behind that no other work explains it. */
  readonly isFarBehind?: boolean;
}

/** A peer that needs less than this part of our time. */
const FAR_BEHIND = 0.4;

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const other = sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN;
  return { median: (middle + other) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

export function roundsOf({ rounds }: ScenarioResult, id: RunnerId): readonly Round[] {
  return rounds.get(id) ?? [];
}

export function checkScenario(result: ScenarioResult): Check[] {
  const ours = roundsOf(result, 'camsweep');
  if (ours.length === 0) return [{ text: 'camsweep did not run', state: 'broken' }];
  const failure = ours.find(({ failed }) => failed !== undefined)?.failed;
  const broken: Check[] = failure === undefined ? [] : [{ text: `camsweep: ${failure}`, state: 'broken' }];
  return [...broken, ...result.scenario.promises.flatMap((promised) => check(promised, result, ours) ?? [])];
}

function check(promised: Promised, result: ScenarioResult, ours: readonly Round[]): Check | undefined {
  switch (promised.what) {
    case 'wall':
      return wall(promised.peer, promised.atLeast, result, ours);
    case 'devices-as':
    case 'live-as':
      return asManyAs(promised.peer, promised.what === 'live-as' ? 'live' : 'devices', result, ours);
    case 'all-devices':
      return none('devices missed', ours, ({ missed }) => missed);
    case 'all-makers':
      return none('makers wrong or missing', ours, ({ wrongMakers }) => wrongMakers);
    case 'no-false-flag':
      return none('false flags', ours, ({ falseFlags }) => falseFlags);
    case 'all-live': {
      const least = spreadOf(ours.map(({ live }) => live)).min;
      return { text: `live hosts ${least} of ${result.live}`, state: least === result.live ? 'kept' : 'broken' };
    }
    case 'no-overflow':
      if (result.overflows === undefined) return { text: 'neighbour table overflows: kernel log not readable', state: 'open' };
      return { text: `neighbour table overflows in the kernel log ${result.overflows}`, state: result.overflows === 0 ? 'kept' : 'broken' };
    case 'packets':
      return packets(result, ours);
    case 'estimate':
      return foretold(result);
    case 'paced':
      return paced(promised.atMost, result, ours);
    default:
      return told(promised, result, ours);
  }
}

function wall(peer: RunnerId, atLeast: number, result: ScenarioResult, ours: readonly Round[]): Check | undefined {
  const theirs = roundsOf(result, peer);
  if (theirs.length === 0) return undefined;
  const title = peer === 'camsweep' ? peer : TOOLS[peer].title;
  const ratio = spreadOf(theirs.map(({ wallMs }) => wallMs)).median / spreadOf(ours.map(({ wallMs }) => wallMs)).median;
  return {
    text: `${title}: ${ratio.toFixed(2)} times our time, at least ${atLeast} promised`,
    state: ratio >= atLeast ? 'kept' : 'broken',
    isTime: true,
    isFarBehind: ratio < FAR_BEHIND,
  };
}

function asManyAs(peer: RunnerId, what: 'live' | 'devices', result: ScenarioResult, ours: readonly Round[]): Check | undefined {
  const theirs = roundsOf(result, peer);
  if (theirs.length === 0) return undefined;
  const [we, they] = [spreadOf(ours.map((round) => round[what])).median, spreadOf(theirs.map((round) => round[what])).median];
  const title = peer === 'camsweep' ? peer : TOOLS[peer].title;
  return { text: `${what}: ${we}, ${title} ${they}`, state: we >= they ? 'kept' : 'broken' };
}

function none(what: string, ours: readonly Round[], listOf: (round: Round) => readonly string[]): Check {
  const all = [...new Set(ours.flatMap(listOf))];
  const list = all.length === 0 ? '' : ` (${all.slice(0, 5).join('; ')}${all.length > 5 ? '; …' : ''})`;
  return { text: `${what} ${all.length}${list}`, state: all.length === 0 ? 'kept' : 'broken' };
}

function packets({ scenario, live, devices }: ScenarioResult, ours: readonly Round[]): Check {
  const addresses = 2 ** (32 - Number(scenario.target.split('/')[1])) - 2;
  const { dark, alive, device } = scenario.budget;
  const budget = dark * (addresses - live) + alive * live + device * devices;
  const sent = spreadOf(ours.map(({ sentPackets }) => sentPackets)).max;
  return { text: `packets sent ${sent}, budget ${budget}`, state: sent <= budget ? 'kept' : 'broken' };
}

/** How far a dry run may be from what the scan then sends, by our own count; an earlier scan of the same network is known. */
const ESTIMATE_WITHIN = 0.25;

function foretold({ inside }: ScenarioResult): Check {
  const { estimate, estimateBefore, counted, seconds, secondsBefore, took } = inside;
  const said = estimate?.[1];
  if (said === undefined || counted === undefined) return { text: 'estimate: not measured', state: 'open' };
  const off = (value: number): string =>
    `${value} (${value >= counted ? '+' : '-'}${Math.round((100 * Math.abs(value - counted)) / counted)} %)`;
  const first = estimateBefore?.[1];
  const time =
    took === undefined ? '' : `; it took ${took.toFixed(1)} s, said were ${seconds ?? '-'} s, before any scan ${secondsBefore ?? '-'} s`;
  return {
    text: `packets by our count ${counted}, the dry run said ${off(said)}${first === undefined ? '' : `, before any scan ${off(first)}`}; within ${ESTIMATE_WITHIN * 100} % promised${time}`,
    state: Math.abs(said - counted) <= ESTIMATE_WITHIN * counted ? 'kept' : 'broken',
  };
}

function paced(atMost: number, { scenario }: ScenarioResult, ours: readonly Round[]): Check {
  const { rate } = PROFILES[scenario.profile ?? 'gentle'];
  const counted = spreadOf(ours.flatMap((round) => round.counted ?? [])).median;
  if (Number.isNaN(counted)) return { text: 'time at the rate of the profile: not measured', state: 'open' };
  const ratio = spreadOf(ours.map(({ wallMs }) => wallMs)).median / ((1000 * counted) / rate);
  return {
    text: `${ratio.toFixed(2)} times what ${counted} packets take at ${rate} a second, at most ${atMost} promised`,
    state: ratio <= atMost ? 'kept' : 'broken',
    isTime: true,
  };
}

const TOLD = {
  'first-flag': { text: 'first flagged device on screen after the first packet', unit: 'ms' },
  'first-packet': { text: 'first packet after start', unit: 'ms' },
  'identified-90': { text: '90 % of the devices identified', unit: 'ms' },
  whole: { text: 'from start to end', unit: 'ms' },
  memory: { text: 'peak memory', unit: 'MiB' },
  loop: { text: 'event loop blocked at most', unit: 'ms' },
} as const;

function told(promised: Extract<Promised, { what: keyof typeof TOLD }>, { inside }: ScenarioResult, ours: readonly Round[]): Check {
  const values = {
    'first-flag': spreadOf(ours.flatMap(({ firstFlagMs }) => firstFlagMs ?? [])).median,
    'first-packet': spreadOf(ours.flatMap(({ firstPacketMs }) => firstPacketMs ?? [])).median,
    'identified-90': inside.identified90Ms ?? Number.NaN,
    whole: spreadOf(ours.map(({ wallMs }) => wallMs)).median,
    memory: spreadOf(ours.map(({ peakMiB }) => peakMiB)).max,
    loop: inside.loopBlockedMs ?? Number.NaN,
  };
  const value = values[promised.what];
  const { text, unit } = TOLD[promised.what];
  const met = Number.isNaN(value) ? 'not measured' : value <= promised.atMost ? 'met' : 'not met';
  return {
    text: `${text}: ${Number.isNaN(value) ? '-' : Math.round(value)} ${unit}, aim ${promised.atMost} ${unit} ${met}`,
    state: 'told',
  };
}
