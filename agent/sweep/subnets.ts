/**
 * One line for each subnet that a person can quote: "10.4.2.0/24: 254 asked, 87 alive, 87 identified, 0 Hikvision". Subnets
 * of 256 addresses (IPv6: 2^64), because that is how networks are handed out; dark ones are joined into one line. Pure.
 */
import type { DarkRange } from './dark-ranges.ts';
import { formatAddress, parseAddress, type Family } from './targets.ts';

/** What became of one host, as far as a subnet's line counts it. */
export interface SubnetHost {
  readonly address: string;
  readonly isIdentified: boolean;
  readonly isHikvision: boolean;
}

export interface SubnetInput {
  readonly hosts: readonly SubnetHost[];
  /** Addresses that were asked and showed life. */
  readonly alive: Iterable<string>;
  readonly dark: readonly DarkRange[];
}

interface Tally {
  readonly name: string;
  alive: bigint;
  identified: bigint;
  hikvision: bigint;
  silent: bigint;
  excluded: bigint;
  'not-reached': bigint;
}

const MAX_LINES = 64;
const HOST_BITS = { 4: 8n, 6: 64n } as const;
/** A dark IPv6 prefix or a /8 has more subnets than anybody reads: beyond these they count as a rest. */
const MAX_SUBNETS_A_RANGE = 65_536n;

export function subnetLines({ hosts, alive, dark }: SubnetInput): string[] {
  const tallies = new Map<string, Tally>();
  const living = new Set(alive);
  for (const address of living) {
    const tally = tallyOf(tallies, address);
    if (tally) tally.alive++;
  }
  for (const host of hosts) {
    const tally = living.has(host.address) ? tallyOf(tallies, host.address) : undefined;
    if (!tally) continue;
    if (host.isIdentified) tally.identified++;
    if (host.isHikvision) tally.hikvision++;
  }
  for (const range of dark) addDark(tallies, range);
  const all = [...tallies.values()];
  const told = all.filter((tally) => tally.alive > 0n).slice(0, MAX_LINES);
  const rest = all.filter((tally) => !told.includes(tally));
  return [...told.map(lineOf), ...restLine(rest)];
}

function lineOf(tally: Tally): string {
  const { name, alive, identified, hikvision, silent, excluded } = tally;
  const more = [excluded > 0n ? `, ${excluded} excluded` : '', tally['not-reached'] > 0n ? `, ${tally['not-reached']} not reached` : ''];
  return `${name}: ${alive + silent} asked, ${alive} alive, ${identified} identified, ${hikvision} Hikvision${more.join('')}`;
}

/** Subnets with nobody in them, and those beyond what a person reads. */
function restLine(rest: readonly Tally[]): string[] {
  if (rest.length === 0) return [];
  const sum = (key: Exclude<keyof Tally, 'name'>): bigint => rest.reduce((total, tally) => total + tally[key], 0n);
  const name = rest.length === 1 ? (rest[0]?.name ?? '') : `${rest.length} other subnets`;
  return [
    lineOf({
      name,
      alive: sum('alive'),
      identified: sum('identified'),
      hikvision: sum('hikvision'),
      silent: sum('silent'),
      excluded: sum('excluded'),
      'not-reached': sum('not-reached'),
    }),
  ];
}

function tallyOf(tallies: Map<string, Tally>, address: string): Tally | undefined {
  const parsed = parseAddress(address);
  return parsed && tallyAt(tallies, parsed.family, parsed.value >> HOST_BITS[parsed.family]);
}

function tallyAt(tallies: Map<string, Tally>, family: Family, subnet: bigint): Tally {
  const bits = HOST_BITS[family];
  const name = `${formatAddress(family, subnet << bits)}/${family === 4 ? 24 : 64}`;
  const known = tallies.get(name) ?? { name, alive: 0n, identified: 0n, hikvision: 0n, silent: 0n, excluded: 0n, 'not-reached': 0n };
  tallies.set(name, known);
  return known;
}

/** A range is cut at the edges of subnets; the last of very many takes all that is left. */
function addDark(tallies: Map<string, Tally>, { first, last, state }: DarkRange): void {
  const [from, to] = [parseAddress(first), parseAddress(last)];
  if (!from || !to) return;
  const bits = HOST_BITS[from.family];
  let value = from.value;
  for (let count = 1n; value <= to.value; count++) {
    const subnet = value >> bits;
    const edge = ((subnet + 1n) << bits) - 1n;
    const end = edge < to.value && count < MAX_SUBNETS_A_RANGE ? edge : to.value;
    tallyAt(tallies, from.family, subnet)[state] += end - value + 1n;
    value = end + 1n;
  }
}
