/** Words of the inventory. Shapes only; rules are in the files beside it, SQL is in `store/`. */
import type { Outcome } from '../../probes/probe.ts';
import type { Recording } from '../../probes/recording.ts';
import type { Verdict } from '../policy/types.ts';

/** What tells one device from another, strongest first (design section 5): the identity ladder. */
export const IDENTIFIER_KINDS = ['mac', 'serial', 'onvif', 'claimed-mac', 'address'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/** `mac` was seen at layer 2, `claimed-mac` only said by the device; `address` is `SITE:ADDRESS` and never merges anything. */
export interface Identifier {
  readonly kind: IdentifierKind;
  readonly value: string;
}

export interface ClaimState {
  /** Maker or brand id, device type, or text. */
  readonly value: string;
  readonly name: string;
  readonly certainty: string;
}

export interface EvidenceState {
  readonly signature: string;
  readonly field: string;
  readonly value: string;
  readonly strength: string;
  readonly channel: string;
}

/** What a device was concluded to be. Stored by content: a device that does not change costs no second copy. */
export interface DeviceState {
  readonly maker: ClaimState | null;
  readonly brand: ClaimState | null;
  readonly owner: Pick<ClaimState, 'value' | 'name'> | null;
  readonly model: ClaimState | null;
  readonly firmware: ClaimState | null;
  readonly serial: ClaimState | null;
  readonly deviceType: ClaimState | null;
  readonly mac: string | null;
  readonly surveillance: boolean | null;
  readonly certainty: string | null;
  readonly summary: string;
  readonly because: string;
  readonly contradictions: readonly string[];
  readonly evidence: readonly EvidenceState[];
  readonly verdicts: readonly Verdict[];
  /** Without the address: that belongs to the sighting. */
  readonly identifiers: readonly Identifier[];
  readonly ports: readonly number[];
  readonly protocols: readonly string[];
}

/** One address that answered in one scan, judged. */
export interface Sighting {
  readonly address: string;
  /** ISO 8601, UTC: first and last answer. */
  readonly firstAt: string;
  readonly lastAt: string;
  readonly state: DeviceState;
}

/** Recordings of one address → sighting. The commands room makes it: nothing here knows signatures or policies. */
export type Judge = (address: string, recordings: readonly Recording[]) => Sighting;

export const SCAN_STATUSES = ['running', 'complete', 'interrupted', 'incomplete'] as const;
/** `incomplete`: it was killed; `interrupted`: somebody stopped it, and it said so. */
export type ScanStatus = (typeof SCAN_STATUSES)[number];

/** What is known of a scan when it begins. */
export interface NewScan {
  readonly uid: string;
  readonly site: string;
  readonly startedAt: string;
  readonly targets: readonly string[];
  readonly probes: readonly string[];
  readonly policies: readonly string[];
  /** Of Camsweep. */
  readonly version: string;
  readonly dataVersion: string;
  readonly dataHash: string;
}

export interface StoredScanRow extends NewScan {
  readonly id: number;
  readonly endedAt: string | null;
  readonly status: ScanStatus;
  /** When its sightings became devices; null while it runs and for a killed scan nobody has judged yet. */
  readonly mergedAt: string | null;
  /** Counts as the scan's own summary has them; empty for a killed scan. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly recordings: number;
}

export type DarkState = 'silent' | 'excluded' | 'not-reached';

/** Addresses that showed no life, first to last, both included. */
export interface DarkRange {
  readonly first: string;
  readonly last: string;
  readonly state: DarkState;
}

export interface LiveHost {
  readonly address: string;
  /** Per probe, how asking ended; empty where only a question to the whole segment was answered. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** For every address of the targets: dark by range, or alive with an outcome for each probe. */
export interface ScanCoverage {
  readonly dark: readonly DarkRange[];
  readonly live: readonly LiveHost[];
}

/** A scan under way, so that it can be continued when it is killed: what was asked to the end, and the scan's own notes on it. */
export interface ScanSoFar {
  /** All dark ranges; live hosts that were not told before. */
  readonly coverage: ScanCoverage;
  readonly notes: Readonly<Record<string, unknown>>;
}

export interface ScanEnding {
  readonly endedAt: string;
  readonly interrupted: boolean;
  readonly coverage: ScanCoverage;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly sightings: readonly Sighting[];
}

export const DEVICE_STATUSES = ['present', 'missing', 'gone'] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

export const EVENT_KINDS = [
  'new',
  'gone',
  'back',
  'moved',
  'firmware-changed',
  'verdict-changed',
  'merged',
  'split',
  'phase-out-changed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** `network`: the device did it. `data`: newer signatures or policies say so of the same recordings. `hand`: a person did it. */
export type EventCause = 'network' | 'data' | 'hand';

/** A change before it has a place and a number. `topic` is the policy of a verdict, the reason of a merge. */
export interface Change {
  readonly kind: EventKind;
  readonly topic: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

export interface EventRow extends Change {
  readonly id: number;
  readonly at: string;
  readonly scanId: number | null;
  readonly site: string;
  readonly cause: EventCause;
  /** Key of the device now, not then. */
  readonly device: string;
  readonly address: string | null;
  readonly summary: string;
}

export interface MergeResult {
  readonly scanId: number;
  readonly devices: number;
  readonly newDevices: number;
  readonly merges: number;
  readonly events: number;
}
