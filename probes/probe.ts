/**
 * What a probe is, and all it may know of the world.
 *
 * A probe owns words, not sockets: the transport in its context opens connections, keeps rates, deadlines and
 * exclusions, and caps bytes. A probe hands over every answer at once as a recording and keeps going, so an abort loses
 * nothing. It never names a maker, never logs in unless the user named the host, and never throws for what a device sent.
 */
import type { Field, Observation } from './observation.ts';
import type { Protocol, Recording } from './recording.ts';
import type { Transport } from './transport.ts';

/** How asking one address ended. Closed list: coverage counts these and nothing else. */
export const OUTCOMES = ['answered', 'refused', 'silent', 'unreachable', 'not-understood', 'spared', 'excluded', 'aborted'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One line of `--explain-traffic`: what leaves the machine, in words, with sizes that `--dry-run` adds up. */
export interface TrafficNote {
  readonly what: string;
  /** For example `UDP 3702` or `TCP 80`. */
  readonly to: string;
  /** Upper bound on packets per target when nothing answers, and when everything does. */
  readonly packetsSilent: number;
  readonly packetsAnswered: number;
  /** Payload bytes sent per target when everything answers. */
  readonly bytes: number;
}

/**
 * Ports of the smaller vendors' own discovery protocols. Absent = the protocol's fixed ports (`VENDOR_PORTS` in
 * vendor-probe.ts), an empty list = never asked. Where answers come to a fixed port of ours, the second number is that port.
 */
export interface VendorPorts {
  readonly dahua1?: readonly number[] | undefined;
  readonly xm?: readonly number[] | undefined;
  readonly hanwha?: readonly number[] | undefined;
  readonly bosch?: readonly number[] | undefined;
  readonly vivotek?: readonly number[] | undefined;
  readonly foscam?: readonly number[] | undefined;
  readonly sony?: readonly number[] | undefined;
  readonly panasonic?: readonly number[] | undefined;
  readonly ubiquiti?: readonly number[] | undefined;
  readonly reolink?: readonly number[] | undefined;
  readonly tvt?: readonly number[] | undefined;
}

/** Ports a service is asked on. The user may override each list; probes never hard-code a port they ask. */
export interface ServicePorts extends VendorPorts {
  readonly http: readonly number[];
  readonly https: readonly number[];
  readonly rtsp: readonly number[];
  readonly snmp: readonly number[];
  readonly 'ws-discovery': readonly number[];
  readonly mdns: readonly number[];
  readonly ssdp: readonly number[];
  readonly sadp: readonly number[];
  readonly dhip: readonly number[];
  readonly sdk: readonly number[];
  readonly 'dahua-sdk': readonly number[];
  readonly ftp: readonly number[];
  readonly telnet: readonly number[];
}

/** An SNMPv3 user from the configuration. */
export interface SnmpUser {
  readonly name: string;
  readonly authProtocol?: 'md5' | 'sha' | 'sha256' | 'sha512' | undefined;
  readonly authKey?: string | undefined;
  readonly privProtocol?: 'des' | 'aes' | undefined;
  readonly privKey?: string | undefined;
}

/** A login the user gave for one named host. */
export interface Credential {
  readonly user: string;
  readonly password: string;
  /** The user allows the password itself to be sent, over TLS only. Otherwise Basic is never answered. */
  readonly allowBasic?: boolean | undefined;
}

/**
 * How a signed request ended. `unknown`: no answer, or one that says nothing of the login. It counts as a try all the same,
 * because the device may have counted it too.
 */
export const LOGIN_RESULTS = ['accepted', 'refused', 'unknown'] as const;
export type LoginResult = (typeof LOGIN_RESULTS)[number];

/** What a probe may know of a login before it takes it. */
export interface LoginTerms {
  readonly allowBasic: boolean;
}

/** Everything a user can set that changes what a probe sends. */
export interface ProbeSettings {
  readonly ports: ServicePorts;
  readonly snmpCommunities: readonly string[];
  readonly snmpUsers: readonly SnmpUser[];
  /** Sent as User-Agent: says who we are and where to ask. */
  readonly userAgent: string;
  /** How long one question may wait for its answer. */
  readonly timeoutMs: number;
  /** Wait after a multicast question for answers to trickle in. */
  readonly settleMs: number;
}

/** A local interface address a segment question leaves from. */
export interface Segment {
  readonly interfaceName: string;
  /** Our own IPv4 address on it. */
  readonly address: string;
  readonly prefixLength: number;
  /** Directed broadcast address of the subnet, where it has one. */
  readonly broadcast?: string | undefined;
}

/** An exchange as a probe hands it over; the context adds id, time and the neighbour's MAC. */
export interface Answer {
  readonly protocol: Protocol;
  readonly from: { readonly address: string; readonly port?: number | undefined };
  readonly request?: Readonly<Record<string, unknown>> | undefined;
  readonly response: Readonly<Record<string, unknown>>;
}

export interface ProbeContext {
  readonly transport: Transport;
  readonly settings: ProbeSettings;
  readonly signal: AbortSignal;
  /** Keeps the recording and returns what was decoded from it, so that a probe can follow up on an answer. */
  report(answer: Answer): readonly Observation[];
  /** What is already known of an address, from any probe, e.g. XAddrs that multicast brought. */
  known(address: string): readonly Observation[];
  /** True once the device at this address is identified beyond doubt: further questions to it can stay unasked. */
  settled(address: string): boolean;
  /** Whether a login for this host could be taken now: the user named the host, and the ledger of tries allows it. Takes nothing. */
  mayLogIn(address: string): LoginTerms | undefined;
  /**
   * Takes the one try this device has today, for all probes together, and writes that down before it returns: call it
   * right before the signed request, never to find out. Undefined when there is no login or no try. Whoever got it tells how the
   * first signed request ended (`loginResult`), signs on only after `accepted`, and stops at the first refusal.
   */
  credential(address: string): Credential | undefined;
  loginResult(address: string, result: LoginResult): void;
}

interface ProbeBase {
  readonly id: string;
  readonly title: string;
  /** Field names, or prefixes ending in `.*`, that decoded recordings of this probe may carry. */
  readonly fields: readonly string[];
  traffic(settings: ProbeSettings): readonly TrafficNote[];
}

/** Asks one address. `wave` puts cheap datagrams before connections: 1 = one datagram, 2 = connections. */
export interface AddressProbe extends ProbeBase {
  readonly scope: 'address';
  readonly wave: 1 | 2;
  /** Id of a probe of the same wave that goes first at each address: of two that may take a login, the one it is better used by. */
  readonly after?: string | undefined;
  /**
   * Id of the segment probe that puts the same question to everybody. On a segment that was asked so, an address is asked once
   * more only where something shows that a service may be there.
   */
  readonly groupTwin?: string | undefined;
  /**
   * One of many questions of which an ordinary host answers none: put to an address only where something shows that a service may be
   * there. Where nothing does, its outcome is `spared`.
   */
  readonly waitsForSign?: boolean | undefined;
  /** Asks nothing of a host without a login: left out of a scan that has none. */
  readonly needsLogin?: boolean | undefined;
  run(address: string, context: ProbeContext): Promise<Outcome>;
}

/** Asks everybody on a directly attached segment at once. Resolves when the settle time is over. */
export interface SegmentProbe extends ProbeBase {
  readonly scope: 'segment';
  run(segment: Segment, context: ProbeContext): Promise<void>;
}

export type Probe = AddressProbe | SegmentProbe;

/** Turns one recording into fields. Pure; takes hostile input; bounded in time and memory; never throws. */
export type Decoder = (recording: Recording) => readonly Field[];
