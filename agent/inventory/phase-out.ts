/**
 * Where a device stands on its way out. Pure. A person says planned, isolated, removed; `verified-gone` is only ever said by
 * coverage, `came-back` only by a scan that saw the device again. Steps are annotations, so that nothing is overwritten.
 */
import type { DeviceStatus } from './types.ts';

export const PHASE_OUT_STATUSES = ['found', 'planned', 'isolated', 'removed', 'verified-gone', 'came-back'] as const;
export type PhaseOutStatus = (typeof PHASE_OUT_STATUSES)[number];

/** What a person may say. */
export const SETTABLE = ['found', 'planned', 'isolated', 'removed'] as const;
export type SettableStatus = (typeof SETTABLE)[number];

/** Fields of annotations, as exporters and reports read them. */
export const PHASE_OUT_FIELD = 'phase-out';
export const DETAIL_FIELDS = ['custodian', 'location', 'note'] as const;
export type DetailField = (typeof DETAIL_FIELDS)[number];

/** Who a step is put down to that no person took. */
export const BY_COVERAGE = 'coverage';

interface Note {
  readonly at: string;
  readonly field: string;
  readonly value: string;
}

export interface PhaseOut {
  readonly status: PhaseOutStatus;
  /** ISO 8601: since when; null while nobody has said anything. */
  readonly since: string | null;
  readonly custodian: string | null;
  readonly location: string | null;
  readonly note: string | null;
}

/** The last word of each field counts. */
export function phaseOutOf(annotations: readonly Note[]): PhaseOut {
  const last = (field: string): Note | undefined => annotations.findLast((note) => note.field === field);
  const text = (field: DetailField): string | null => last(field)?.value || null;
  const step = last(PHASE_OUT_FIELD);
  const status = PHASE_OUT_STATUSES.find((known) => known === step?.value);
  return {
    status: status ?? 'found',
    since: status === undefined ? null : (step?.at ?? null),
    custodian: text('custodian'),
    location: text('location'),
    note: text('note'),
  };
}

/** The step that scans take by themselves, or undefined for none. `present` counts only where the device was seen after the last step. */
export function stepByCoverage(
  { status, since }: Pick<PhaseOut, 'status' | 'since'>,
  device: { readonly status: DeviceStatus; readonly lastSeen: string },
): 'verified-gone' | 'came-back' | undefined {
  if ((status === 'removed' || status === 'isolated') && device.status === 'gone') return 'verified-gone';
  const wasOut = status === 'removed' || status === 'verified-gone';
  const isSeenAgain = device.status === 'present' && since !== null && device.lastSeen > since;
  return wasOut && isSeenAgain ? 'came-back' : undefined;
}

export interface PhaseOutDevice {
  readonly key: string;
  readonly site: string;
  readonly firstSeen: string;
  /** Policies it matches, by what is known today: newer data holds for the past too. */
  readonly policies: readonly string[];
  readonly annotations: readonly Note[];
}

export interface ProgressPoint {
  readonly at: string;
  readonly site: string;
  readonly policy: string;
  readonly found: number;
  readonly planned: number;
  readonly isolated: number;
  readonly removed: number;
  readonly verifiedGone: number;
  readonly cameBack: number;
  /** Still to be dealt with: all but removed and verified-gone. */
  readonly open: number;
}

/** Counts at each moment (scans, and now) by site and policy, in order of time. A device counts from when it was first seen. */
export function progressOf(
  devices: readonly PhaseOutDevice[],
  moments: readonly { readonly at: string; readonly site: string }[],
): ProgressPoint[] {
  const bySite = new Map<string, PhaseOutDevice[]>();
  for (const device of devices) {
    const list = bySite.get(device.site) ?? [];
    list.push(device);
    bySite.set(device.site, list);
  }
  return [...moments]
    .sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
    .flatMap(({ at, site }) => {
      const list = bySite.get(site) ?? [];
      const policies = [...new Set(list.flatMap((device) => device.policies))].sort();
      return policies.map((policy) => pointOf(list, { at, site, policy }));
    });
}

function pointOf(devices: readonly PhaseOutDevice[], point: Pick<ProgressPoint, 'at' | 'site' | 'policy'>): ProgressPoint {
  const counts = { found: 0, planned: 0, isolated: 0, removed: 0, verifiedGone: 0, cameBack: 0 };
  for (const { firstSeen, policies, annotations } of devices) {
    if (firstSeen > point.at || !policies.includes(point.policy)) continue;
    counts[COUNTERS[phaseOutOf(annotations.filter(({ at }) => at <= point.at)).status]]++;
  }
  return { ...point, ...counts, open: counts.found + counts.planned + counts.isolated + counts.cameBack };
}

const COUNTERS = {
  found: 'found',
  planned: 'planned',
  isolated: 'isolated',
  removed: 'removed',
  'verified-gone': 'verifiedGone',
  'came-back': 'cameBack',
} as const satisfies Record<PhaseOutStatus, keyof ProgressPoint>;
