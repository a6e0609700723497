/**
 * What a report says, as data: every format is a rendering of this one document, and `--json` is the document itself. Shapes
 * only, and the rules that sort and count. Pure. Everything a device said stands here as it said it; renderers neutralise it.
 */
import type { ExceptionState } from '../policy/exceptions.ts';
import { isFinding, matchesRule } from '../policy/finding.ts';
import type { SubnetCoverage } from '../inventory/coverage-ranges.ts';
import type { PhaseOut, ProgressPoint } from '../inventory/phase-out.ts';
import type { DeviceStatus, EventRow } from '../inventory/types.ts';
import type { Policy } from '../../signatures/policy-schema.ts';
import type { DeviceReport, EvidenceReport } from './device.ts';
import { compareAddresses } from './table.ts';

/** In the order a report shows them. */
export const GROUPS = ['flagged', 'review', 'excepted', 'surveillance', 'unknown', 'cleared', 'gone'] as const;
export type Group = (typeof GROUPS)[number];

export interface ReportEvidence extends EvidenceReport {
  /** Lines of the exchange around the value; empty where the recording is gone or was left out for size. */
  readonly bytes: readonly string[];
}

export interface ReportDevice extends Omit<DeviceReport, 'evidence'> {
  readonly group: Group;
  /** Null where no inventory was kept. */
  readonly key: string | null;
  readonly site: string | null;
  readonly subnet: string | null;
  readonly addresses: readonly string[];
  readonly presence: DeviceStatus;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** By policy, since when it is known to match: first seen, or since newer data says so. */
  readonly discoveredAt: Readonly<Record<string, string>>;
  readonly phaseOut: PhaseOut | null;
  readonly evidence: readonly ReportEvidence[];
}

export type ReportPolicy = Pick<
  Policy,
  | 'id'
  | 'title'
  | 'jurisdiction'
  | 'status'
  | 'instrument'
  | 'effect'
  | 'effectiveFrom'
  | 'deadline'
  | 'addressees'
  | 'needsFromUser'
  | 'citations'
  | 'reviewBy'
> & { readonly notAddressed: readonly string[]; readonly sha256: string };

export interface ReportException {
  readonly id: string;
  readonly state: ExceptionState;
  readonly policy: string | null;
  /** What the file names it by. */
  readonly device: string;
  readonly reason: string;
  readonly approver: string;
  readonly mitigation: string;
  readonly from: string;
  readonly expires: string;
}

export interface ReportCoverage {
  readonly subnets: readonly SubnetCoverage[];
  readonly addresses: number;
  readonly alive: number;
  readonly silent: number;
  readonly excluded: number;
  readonly notReached: number;
  /** Of the addresses that were not excluded, how many were asked; null where there were none. */
  readonly percent: number | null;
}

export interface Headline {
  readonly flagged: number;
  readonly rebrands: number;
  readonly flaggedSubnets: number;
  readonly subnets: number | null;
  readonly coveragePercent: number | null;
  readonly text: string;
}

/** Devices that were there after one scan and match one policy, by what is known today; excepted ones count too. */
export interface BurnDownPoint {
  readonly scan: number;
  readonly at: string;
  readonly policy: string;
  readonly flagged: number;
}

export interface ReportScan {
  readonly number: number | null;
  readonly uid: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly status: string;
  readonly targets: readonly string[];
}

export interface ReportVersions {
  readonly camsweep: string;
  readonly data: string;
  readonly dataHash: string;
  readonly scannedWith: string;
}

export interface ReportDocument {
  readonly schemaVersion: 1;
  readonly generatedAt: string;
  readonly site: string | null;
  readonly headline: Headline;
  readonly scan: ReportScan;
  /** When the scan of this site before it began; null where there is none. */
  readonly previousAt: string | null;
  readonly policies: readonly ReportPolicy[];
  readonly devices: readonly ReportDevice[];
  /** Null where the scan was killed before its coverage was known. */
  readonly coverage: ReportCoverage | null;
  readonly burnDown: readonly BurnDownPoint[];
  readonly progress: readonly ProgressPoint[];
  /** Since the scan before. */
  readonly changes: readonly EventRow[];
  readonly exceptions: readonly ReportException[];
  readonly limits: readonly string[];
  readonly versions: ReportVersions;
}

/** Printed in every report: a list that does not say what it cannot know is read as if it knew. */
export const LIMITS = [
  'Devices that were switched off, unplugged or in storage do not answer.',
  'Cameras behind a recorder show only where the recorder lists them; analogue cameras never show.',
  'Devices on networks that are not among the targets, behind a firewall or on a cellular link are not seen.',
  'Silence of an address does not tell whether nothing is there or something filters.',
  'The maker of a chip inside, the date of purchase, the owner and the purpose of a device cannot be seen on a network.',
  'A match names a rule and whom it addresses. Whether the rule applies is for the reader to establish; this is no legal advice.',
] as const;

/** The group of a device under the chosen policies. */
export function groupOf({ verdicts, surveillance }: Pick<DeviceReport, 'verdicts' | 'surveillance'>, presence: DeviceStatus): Group {
  if (presence === 'gone') return 'gone';
  if (verdicts.some((verdict) => isFinding(verdict))) return 'flagged';
  if (verdicts.some((verdict) => matchesRule(verdict))) return 'excepted';
  if (verdicts.some(({ verdict }) => verdict === 'needs-review')) return 'review';
  if (surveillance === true) return 'surveillance';
  return surveillance === null ? 'unknown' : 'cleared';
}

export function devicesOf({ devices }: Pick<ReportDocument, 'devices'>, ...groups: readonly Group[]): ReportDevice[] {
  return groups.flatMap((group) => devices.filter((device) => device.group === group));
}

export function sortDevices(devices: readonly ReportDevice[]): ReportDevice[] {
  return [...devices].sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || compareAddresses(a.address, b.address));
}

export function isRebrand({ maker, brand }: Pick<DeviceReport, 'maker' | 'brand'>): boolean {
  return maker !== null && brand !== null && maker !== brand;
}

export function totalCoverage(subnets: readonly SubnetCoverage[]): ReportCoverage {
  const sum = (key: 'addresses' | 'alive' | 'silent' | 'excluded' | 'notReached'): number =>
    subnets.reduce((total, subnet) => total + subnet[key], 0);
  const [addresses, alive, silent, excluded, notReached] = [
    sum('addresses'),
    sum('alive'),
    sum('silent'),
    sum('excluded'),
    sum('notReached'),
  ];
  return { subnets, addresses, alive, silent, excluded, notReached, percent: percentOf({ addresses, excluded, notReached }) };
}

/** Asked of what was not excluded, rounded down: 100 is only said where nothing is missing. */
export function percentOf({
  addresses,
  excluded,
  notReached,
}: Pick<SubnetCoverage, 'addresses' | 'excluded' | 'notReached'>): number | null {
  const wanted = addresses - excluded;
  return wanted <= 0 ? null : Math.floor(((wanted - notReached) / wanted) * 1000) / 10;
}

export function percentText(percent: number | null): string {
  return percent === null ? 'unknown' : `${percent.toFixed(1)} %`;
}

/** `14 restricted devices in 3 of 12 subnets, 2 rebrands; coverage 98.7 %`. */
export function headlineOf(devices: readonly ReportDevice[], coverage: ReportCoverage | null): Headline {
  const list = devices.filter(({ group }) => group === 'flagged');
  const rebrands = list.filter(isRebrand).length;
  const flaggedSubnets = new Set(list.flatMap(({ subnet }) => subnet ?? [])).size;
  // Without an inventory only counts are known.
  const subnets = coverage && coverage.subnets.length > 0 ? coverage.subnets.length : null;
  const where = subnets === null ? plural(flaggedSubnets, 'subnet') : `${flaggedSubnets} of ${plural(subnets, 'subnet')}`;
  const found =
    list.length > 0
      ? `${plural(list.length, 'restricted device')} in ${where}, ${plural(rebrands, 'rebrand')}`
      : `No restricted device${subnets === null ? '' : ` in ${plural(subnets, 'subnet')}`}`;
  const text = `${found}; coverage ${percentText(coverage?.percent ?? null)}`;
  return { flagged: list.length, rebrands, flaggedSubnets, subnets, coveragePercent: coverage?.percent ?? null, text };
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Devices that are there and match a rule, by maker, most first. */
export function countMakers({ devices }: Pick<ReportDocument, 'devices'>): { readonly maker: string; readonly devices: number }[] {
  const counts = new Map<string, number>();
  for (const { maker } of devicesOf({ devices }, 'flagged', 'excepted')) {
    const name = maker ?? 'maker not established';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([maker, count]) => ({ maker, devices: count }))
    .sort((a, b) => b.devices - a.devices || (a.maker < b.maker ? -1 : 1));
}
