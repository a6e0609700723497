/**
 * What a host of the emulated LAN is: data only. A host says what it truly is (`truth`) and what its services answer,
 * as the bytes go over the wire; the servers in `servers/` play that and know no maker.
 *
 * Texts are templates: `{{address}}`, `{{mac}}` and the like are filled in by `template.ts` when an answer leaves.
 * Port numbers are the standard ones; with `ports: 'high'` the lab moves those below 1024 up by 10,000.
 */
import type { CertificateName } from './certificates/index.ts';

/** What the device really is: what a scan of the lab is judged against. */
export interface Truth {
  /** In plain words, for people. */
  readonly what: string;
  /** Null where even a person could not say from the answers (a host that sends nothing but rubbish). */
  readonly surveillance: boolean | null;
  /** Maker id: whose firmware and board it is. Undefined where the answers do not settle it. */
  readonly maker?: string | undefined;
  /** The label sold. */
  readonly brand?: string | undefined;
  readonly model?: string | undefined;
  readonly firmware?: string | undefined;
  readonly serial?: string | undefined;
  /** A word of signatures/vocabulary/device-types.yaml. */
  readonly deviceType?: string | undefined;
  readonly hikvisionMade: boolean;
  /** A scan that comes out as no-match or unknown for this host has failed. */
  readonly mustBeFlagged: boolean;
  /** A scan that calls this host Hikvision, however carefully, has failed. Both false: either way can be defended. */
  readonly mustNotBeFlagged: boolean;
  readonly notes?: string | undefined;
}

export interface LabHost {
  readonly id: string;
  /** Last octet of its address in the lab. */
  readonly at: number;
  /** Lower-case colon form; only a network namespace can really give it to a host, answers may quote it. */
  readonly mac: string;
  readonly truth: Truth;
  readonly services: readonly Service[];
}

/** An HTTP-shaped answer: status line and headers as text, one a line; `{{length}}` stands for the length of the body. */
export interface HttpAnswer {
  readonly head: string;
  readonly body?: string | Uint8Array | undefined;
  /** Sends the body in chunks (the head must then say so and give no length). */
  readonly chunked?: boolean | undefined;
  /** Closes without any answer at all. */
  readonly empty?: boolean | undefined;
}

/** What an ONVIF endpoint answers, by operation. Everything else is refused. */
export interface SoapAnswers {
  readonly head: string;
  /** Opening tag of the Envelope, with the namespaces of the firmware. */
  readonly envelope: string;
  readonly operations: Readonly<Record<string, string>>;
  readonly refusedHead: string;
  /** Content of the Body of a refusal. */
  readonly refused: string;
}

export interface HttpRoute {
  /** Exact path without query, or a prefix ending in `*`. */
  readonly path: string;
  readonly answer?: HttpAnswer | undefined;
  readonly soap?: SoapAnswers | undefined;
  /** Sent instead of `answer` to whoever proves to know this password by digest. */
  readonly login?: { readonly user: string; readonly password: string; readonly answer: HttpAnswer } | undefined;
}

export interface HttpService {
  readonly kind: 'http';
  readonly port: number;
  readonly certificate?: CertificateName | undefined;
  /** Nothing newer than TLS 1.0. */
  readonly oldTls?: boolean | undefined;
  readonly routes: readonly HttpRoute[];
  /** For every path without a route. */
  readonly otherwise: HttpAnswer;
}

export interface RtspService {
  readonly kind: 'rtsp';
  readonly port: number;
  readonly options: string;
  readonly describe: string;
}

/** A TCP port that speaks first, or answers once. Hex bytes. */
export interface GreetingService {
  readonly kind: 'greeting';
  readonly port: number;
  /** Sent when the client has said nothing for a moment. */
  readonly hello?: string | Uint8Array | undefined;
  /** Sent to whatever arrives, or only to what starts with `ifAsked` (hex). */
  readonly reply?: string | Uint8Array | undefined;
  readonly ifAsked?: string | undefined;
  /** What a guest may send; anything else is a violation. Undefined: nothing is watched. */
  readonly allowed?: RegExp | undefined;
}

export interface WsDiscoveryService {
  readonly kind: 'ws-discovery';
  /** Local names of Types it answers to; the empty word is a Probe without Types. */
  readonly answersTo: readonly string[];
  /** Cameras are known that ignore a Probe with line breaks in it. */
  readonly ignoresLineBreaks?: boolean | undefined;
  readonly answer: string;
  readonly copies?: number | undefined;
}

export type SnmpValue = string | number | { readonly oid: string } | { readonly ticks: number } | { readonly hex: string };

export interface SnmpService {
  readonly kind: 'snmp';
  readonly communities: readonly string[];
  readonly objects: Readonly<Record<string, SnmpValue>>;
  /** Hex. Absent: SNMPv3 stays unanswered. */
  readonly engineId?: string | undefined;
}

export interface MdnsInstance {
  readonly type: string;
  readonly name: string;
  readonly port: number;
  readonly txt: readonly string[];
}

export interface MdnsService {
  readonly kind: 'mdns';
  /** Without `.local`. */
  readonly hostName: string;
  readonly instances: readonly MdnsInstance[];
  /** Hostile hosts: sent as it is, behind the id of the question. */
  readonly rawAnswer?: Uint8Array | undefined;
}

export interface SsdpService {
  readonly kind: 'ssdp';
  readonly targets: readonly string[];
  /** Head of the answer; `{{st}}` is the target. */
  readonly answer: string;
}

export interface SadpService {
  readonly kind: 'sadp';
  /** Many firmwares answer only what came by multicast. */
  readonly unicast: boolean;
  readonly replyTo: 'sender' | 'group';
  readonly answer: string;
}

export interface DhipService {
  readonly kind: 'dhip';
  /** JSON; templates inside are filled in. */
  readonly answer: string;
}

/** One datagram in, one out: vendor questions, and UDP hosts that talk rubbish. */
export interface DatagramService {
  readonly kind: 'datagram';
  readonly port: number;
  /** Hex the question starts with; empty for any. */
  readonly question: string;
  readonly answer: Uint8Array | string;
  /** Templates written over a binary answer, each at its offset. */
  readonly texts?: readonly (readonly [offset: number, template: string])[] | undefined;
  readonly replyPort?: number | undefined;
  /** Groups to join when the host has an interface of its own. */
  readonly group?: string | undefined;
}

/** A port that must never be touched: every connection is a violation. */
export interface TripwireService {
  readonly kind: 'tripwire';
  readonly port: number;
}

/** A TCP port that behaves badly. */
export interface RudeService {
  readonly kind: 'rude';
  readonly port: number;
  readonly certificate?: CertificateName | undefined;
  readonly how: 'drip' | 'endless-body' | 'endless-head' | 'garbage' | 'reset' | 'mute';
}

export type Service =
  | DatagramService
  | DhipService
  | GreetingService
  | HttpService
  | MdnsService
  | RtspService
  | RudeService
  | SadpService
  | SnmpService
  | SsdpService
  | TripwireService
  | WsDiscoveryService;
