/**
 * The contract between the inventory and the systems it feeds. Shapes only. A target is one folder below `agent/export/`: a pure
 * device → payload function, a settings schema, a readme, and for systems with an API a client that plans and writes.
 */
import type { z } from 'zod';
import type { DeviceStatus, EvidenceState, EventKind, Identifier } from '../inventory/types.ts';
import type { VerdictWord } from '../policy/types.ts';

export const EXPORT_SCHEMA_VERSION = '1';

/** One device as every target gets it: the canonical record (JSON Schema: `export/jsonl`). Text in it is the device's own, and hostile. */
export interface ExportDevice {
  readonly schemaVersion: typeof EXPORT_SCHEMA_VERSION;
  /** The stable key (readme.md of this folder): never changes once a target has seen it. */
  readonly key: string;
  /** Other keys that led to this device before: a target that knows it by one of them takes it over instead of making a second. */
  readonly formerKeys: readonly string[];
  /** It is no device of its own any more: people or newer evidence made it part of the one with this key. Comes once, as `gone`. */
  readonly mergedInto?: string | undefined;
  readonly identifiers: readonly Identifier[];
  readonly brand: string | null;
  readonly maker: string | null;
  readonly owner: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  /** Lower-case colons. */
  readonly mac: string | null;
  readonly deviceType: string | null;
  readonly surveillance: boolean | null;
  readonly certainty: string | null;
  readonly addresses: readonly string[];
  readonly site: string;
  readonly status: DeviceStatus;
  /** What people entered in Camsweep: phase-out status, who looks after it, where it hangs, a note. */
  readonly phaseOut: string | null;
  readonly custodian: string | null;
  readonly location: string | null;
  readonly note: string | null;
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Restricted or likely so, under any policy judged, and no exception covers it. */
  readonly flagged: boolean;
  readonly verdicts: readonly ExportVerdict[];
  readonly summary: string;
  readonly because: string;
  readonly contradictions: readonly string[];
  readonly evidence: readonly EvidenceState[];
}

export interface ExportVerdict {
  readonly policy: string;
  readonly title: string;
  readonly verdict: VerdictWord;
  readonly certainty: string | null;
  /** ISO 8601: since when it is this verdict. */
  readonly since: string;
  readonly because: string;
}

/** A change, for targets that take events (syslog, OCSF, webhook). Each is delivered once a target. */
export interface ExportEvent {
  readonly id: number;
  readonly at: string;
  readonly kind: EventKind;
  readonly policy: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly summary: string;
  readonly device: ExportDevice;
}

/** What a rendering needs besides the devices. Time is handed in: payload builders are pure. */
export interface ExportContext {
  /** ISO 8601, UTC: when the export was made. */
  readonly at: string;
  readonly version: string;
  /** The newest finished scan of each site in the selection. */
  readonly scans: readonly ExportScan[];
}

export interface ExportScan {
  readonly site: string;
  readonly uid: string;
  /** How many scans of the site there have been with this one. */
  readonly number?: number | undefined;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly complete: boolean;
  /** Addresses by outcome: asked, alive, silent, excluded, notReached. */
  readonly coverage: Readonly<Record<string, number>>;
}

/** `conflict`: several records match, or a record is somebody else's: nothing is written, a person has to look. */
export type PlanAction = 'create' | 'update' | 'unchanged' | 'conflict';

export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What would be done for one device. `work` is the target's own and goes back into `apply` as it is. */
export interface DevicePlan<Work = unknown> {
  readonly device: ExportDevice;
  readonly action: PlanAction;
  readonly changes: readonly FieldChange[];
  /** For a conflict: what stands in the way, with the ids the server has. */
  readonly why?: string | undefined;
  readonly work: Work;
}

/** Renders everything into one text: a file, stdout, or standard input of something else. Pure. */
export interface DocumentTarget<Settings = unknown> {
  readonly kind: 'document';
  readonly id: string;
  readonly title: string;
  readonly settings: z.ZodType<Settings>;
  /** Usual ending of a file, without the dot. */
  readonly extension: string;
  /** What it is made of: `append` adds lines to a file, once an event; `whole` replaces the file by the state of now. */
  readonly writes: 'whole' | 'append';
  /** `settings` as its schema made them. (A method, so that a list can hold targets of different settings.) */
  render(devices: readonly ExportDevice[], events: readonly ExportEvent[], context: ExportContext, settings: Settings): string;
  /** A syslog receiver that gets each event as a message, where the settings name one; undefined: a file. */
  receiver?(settings: Settings): SyslogAddress | undefined;
}

export interface SyslogAddress {
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  /** PEM file of the authority that is trusted instead of the system's. */
  readonly caFile?: string | undefined;
}

export type LoginKind = 'none' | 'bearer' | 'token' | 'basic' | 'header';

/** Keeps a system with an API equal to the inventory, device by device. */
export interface ApiTarget<Settings = unknown, Work = unknown> {
  readonly kind: 'api';
  readonly id: string;
  readonly title: string;
  /**
   * Keys of its own in the configuration. The command adds and resolves what all have: url, login, tokenEnv, tokenFile, user, loginHeader,
   * caFile, timeoutSeconds, perSecond, concurrency.
   */
  readonly settings: z.ZodType<Settings>;
  /** How it may be logged in to; the first is the usual one. `token` is `Authorization: Token …`, `header` a header named in the configuration. */
  readonly logins: readonly [LoginKind, ...LoginKind[]];
  /** Which of them a secret is for, where its shape tells. What the configuration says counts more. */
  readonly loginFor?: ((secret: string) => 'bearer' | 'token') | undefined;
  /** It cannot be asked what it has: `plan` is only called for devices that differ from what was delivered, and says `create` or `update`. */
  readonly blind?: true | undefined;
  /** What is usual there, where the configuration says nothing. */
  readonly pace?: { readonly perSecond?: number; readonly concurrency?: number } | undefined;
  connect(settings: Settings, tools: TargetTools): Promise<TargetSession<Work>> | TargetSession<Work>;
}

export interface TargetSession<Work = unknown> {
  /** Reads what is there, in bulk, and compares. Writes nothing. One plan a device, in order. Rejects with TargetError. */
  plan(devices: readonly ExportDevice[], context: ExportContext): Promise<readonly DevicePlan<Work>[]>;
  /**
   * Writes one plan that is `create` or `update`. May be called again after a failure or a cut at any point: it must look
   * before it writes, so that nothing is made twice. Rejects with TargetError.
   */
  apply(plan: DevicePlan<Work>, context: ExportContext): Promise<void>;
  /** Sends one change. Each is sent once; after a failure or a cut again, with the same id. */
  sendEvent?(event: ExportEvent, context: ExportContext): Promise<void>;
  /** Makes what the target needs once (custom fields, tags, roles, a site for each of the context); answers in words what it made. */
  setup?(context: ExportContext): Promise<readonly string[]>;
}

export type Target = DocumentTarget | ApiTarget;

/** What a client gets: it opens no socket of its own and reads no clock, file or environment. */
export interface TargetTools {
  readonly http: HttpClient;
  /** Content of a variable that the settings name for a secret other than the login; undefined where it is empty. */
  readonly secret: (variable: string) => string | undefined;
  readonly signal: AbortSignal;
  /** What this export is called, for a message that names a command. */
  readonly exportName?: string | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below the base address of the target, with a leading slash. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; a string goes out as it is. */
  readonly body?: unknown;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or undefined where the body is none. */
  readonly json: unknown;
  readonly text: string;
}

/**
 * TLS verified, bounded in time, bytes, rate and concurrency. Resolves for every answer below 400 and for 400, 404, 409, 412 and 422, which
 * mean something to a client; rejects with TargetError for all else (401, 403, 429, 5xx, redirects, time-outs, cut connections).
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
}
