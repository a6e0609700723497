/**
 * What became of each subnet, in numbers and as a line that a person can quote: "10.4.2.0/24: 254 asked, 87 alive, 87 identified,
 * 0 Hikvision". Subnets of 256 addresses (IPv6: 2^64), because that is how networks are handed out; those where nobody lives are
 * counted together. Pure.
 */
import type { DarkRange } from './dark-ranges.ts';
import { formatAddress, parseAddress, type Family } from './targets.ts';

/** What became of one host, as far as a subnet counts it. */
export interface SubnetHost {
  readonly address: string;
  readonly isIdentified: boolean;
  /** Identified, and no surveillance device. */
  readonly isCleared: boolean;
  readonly isHikvision: boolean;
}

export interface SubnetInput {
  readonly hosts: readonly SubnetHost[];
  /** Addresses that were asked and showed life. */
  readonly alive: Iterable<string>;
  /** Those of them that answered nothing and refused something. */
  readonly refusing: Iterable<string>;
  readonly dark: readonly DarkRange[];
}

/** Addresses by what became of them: asked = alive + silent, and alive = identified + refused + unidentified. */
export interface SubnetCount {
  readonly asked: bigint;
  readonly alive: bigint;
  readonly identified: bigint;
  /** Of those identified. */
  readonly cleared: bigint;
  readonly hikvision: bigint;
  /** Nothing but refusals came back. */
  readonly refused: bigint;
  /** Heard, and it did not tell what it is. */
  readonly unidentified: bigint;
  readonly silent: bigint;
  readonly excluded: bigint;
  readonly notReached: bigint;
}

export interface SubnetCounts {
  readonly living: readonly (SubnetCount & { readonly subnet: string })[];
  /** Those where nobody lives or nobody was asked, together: how many, and the name where it is one. */
  readonly others: (SubnetCount & { readonly subnets: number; readonly subnet: string | null }) | null;
}

type Tally = Record<'alive' | 'identified' | 'cleared' | 'hikvision' | 'refused' | DarkRange['state'], bigint>;

const MAX_LINES = 64;
const HOST_BITS = { 4: 8n, 6: 64n } as const;
/** A dark IPv6 prefix or a /8 has more subnets than anybody reads: beyond these they count as one. */
const MAX_SUBNETS_A_RANGE = 65_536n;

export function countSubnets({ hosts, alive, refusing, dark }: SubnetInput): SubnetCounts {
  const tallies = new Map<string, Tally>();
  const living = new Set(alive);
  const identified = new Set(hosts.flatMap(({ address, isIdentified }) => (isIdentified ? [address] : [])));
  for (const address of living) add(tallies, address, 'alive');
  for (const address of refusing) if (!identified.has(address)) add(tallies, address, 'refused');
  for (const { address, isIdentified, isCleared, isHikvision } of hosts) {
    if (!living.has(address)) continue; // it answered a group from outside the targets
    if (isIdentified) add(tallies, address, 'identified');
    if (isCleared) add(tallies, address, 'cleared');
    if (isHikvision) add(tallies, address, 'hikvision');
  }
  for (const range of dark) addDark(tallies, range);
  const all = [...tallies].map(([subnet, tally]) => ({ subnet, ...countOf(tally) }));
  const others = all.filter((count) => count.alive === 0n);
  const subnet = others.length === 1 ? (others[0]?.subnet ?? null) : null;
  return {
    living: all.filter((count) => count.alive > 0n),
    others: others.length === 0 ? null : { subnet, subnets: others.length, ...sumOf(others) },
  };
}

/** A line each; those beyond what a person reads, and those where nobody lives, share the last one. */
export function subnetLines({ living, others }: SubnetCounts): string[] {
  const told = living.slice(0, MAX_LINES);
  const rest = [...living.slice(MAX_LINES), ...(others ? [others] : [])];
  const count = living.length - told.length + (others?.subnets ?? 0);
  const name = count === 1 ? (rest[0]?.subnet ?? '1 other subnet') : `${count} other subnets`;
  return [...told.map((subnet) => lineOf(subnet.subnet, subnet)), ...(count === 0 ? [] : [lineOf(name, sumOf(rest))])];
}

function lineOf(name: string, { asked, alive, identified, hikvision, refused, excluded, notReached }: SubnetCount): string {
  const more = [
    refused > 0n ? `, ${refused} only refused` : '',
    excluded > 0n ? `, ${excluded} excluded` : '',
    notReached > 0n ? `, ${notReached} not reached` : '',
  ];
  return `${name}: ${asked} asked, ${alive} alive, ${identified} identified, ${hikvision} Hikvision${more.join('')}`;
}

function countOf({ alive, identified, cleared, hikvision, refused, silent, excluded, 'not-reached': notReached }: Tally): SubnetCount {
  const [asked, unidentified] = [alive + silent, alive - identified - refused];
  return { asked, alive, identified, cleared, hikvision, refused, unidentified, silent, excluded, notReached };
}

function sumOf(counts: readonly SubnetCount[]): SubnetCount {
  const sum = (key: keyof SubnetCount): bigint => counts.reduce((total, count) => total + count[key], 0n);
  return {
    asked: sum('asked'),
    alive: sum('alive'),
    identified: sum('identified'),
    cleared: sum('cleared'),
    hikvision: sum('hikvision'),
    refused: sum('refused'),
    unidentified: sum('unidentified'),
    silent: sum('silent'),
    excluded: sum('excluded'),
    notReached: sum('notReached'),
  };
}

function add(tallies: Map<string, Tally>, address: string, key: keyof Tally): void {
  const parsed = parseAddress(address);
  if (parsed) tallyAt(tallies, parsed.family, parsed.value >> HOST_BITS[parsed.family])[key]++;
}

function tallyAt(tallies: Map<string, Tally>, family: Family, subnet: bigint): Tally {
  const bits = HOST_BITS[family];
  const name = `${formatAddress(family, subnet << bits)}/${family === 4 ? 24 : 64}`;
  const none = { alive: 0n, identified: 0n, cleared: 0n, hikvision: 0n, refused: 0n, silent: 0n, excluded: 0n, 'not-reached': 0n };
  const known = tallies.get(name) ?? none;
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
