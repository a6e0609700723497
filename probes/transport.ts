/**
 * The network as a probe sees it. `agent/net` implements it with sockets, tests with a table of canned answers.
 *
 * Implementations enforce exclusions, rates, at most two sockets a host, byte caps and absolute deadlines, and never
 * reject: how an exchange ended is a value.
 */

/** How the network side of an exchange ended. */
export type Reach = 'answered' | 'refused' | 'silent' | 'unreachable' | 'excluded' | 'aborted';

export interface TcpRequest {
  readonly address: string;
  readonly port: number;
  /** Speak TLS, accepting any certificate and versions from 1.0 up: we identify, we do not trust. */
  readonly tls?: boolean | undefined;
  /** End as soon as the connection stands: only whether somebody listens is asked. */
  readonly connectOnly?: boolean | undefined;
  /** Bytes to send after connecting; empty to only listen. */
  readonly send: Uint8Array;
  /** Called with everything received so far; true ends the exchange as `complete`. Must be cheap and must not throw. */
  readonly until?: ((received: Uint8Array) => boolean) | undefined;
  /** Default 64 KiB. */
  readonly maxBytes?: number | undefined;
  /** Absolute limit for connecting, sending and receiving together. Default: the scan's timeout. */
  readonly timeoutMs?: number | undefined;
}

/** What the other side presented in the TLS handshake. */
export interface TlsPeer {
  readonly protocol: string;
  /** RFC 4514-like one-line names, e.g. `CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION`. */
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names without their type prefix. */
  readonly names: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
}

export interface TcpReply {
  readonly reach: Reach;
  /** Received bytes, possibly empty, possibly cut. */
  readonly bytes: Uint8Array;
  /** Why reading stopped. `none` when no connection came about. */
  readonly ended: 'none' | 'complete' | 'closed' | 'reset' | 'cap' | 'deadline' | 'aborted' | 'tls-error';
  readonly peer?: TlsPeer | undefined;
  /** Time from SYN to established connection, where one came about. */
  readonly connectMs?: number | undefined;
  /** Time from SYN to its answer, whatever that was, without what the event loop added; undefined where that cannot be told. */
  readonly roundTripMs?: number | undefined;
}

export interface UdpAnswer {
  readonly bytes: Uint8Array;
  readonly from: { readonly address: string; readonly port: number };
}

export interface UdpRequest {
  readonly address: string;
  readonly port: number;
  /** Datagrams sent one after the other from one socket. */
  readonly payloads: readonly Uint8Array[];
  /** Default: the scan's timeout. */
  readonly timeoutMs?: number | undefined;
  /** Stop waiting after this many answers. Default 1. */
  readonly maxAnswers?: number | undefined;
  /** Stop waiting when no further answer has come for so long after the last. Default: wait on. */
  readonly quietMs?: number | undefined;
  /** Send everything once more after this long without an answer. Default: never. */
  readonly repeatAfterMs?: number | undefined;
}

export interface UdpReply {
  readonly reach: Reach;
  readonly answers: readonly UdpAnswer[];
}

export interface SegmentRequest {
  /** Our own address on the interface: questions leave there and nowhere else. */
  readonly localAddress: string;
  /** Groups or broadcast addresses with their port. */
  readonly destinations: readonly { readonly address: string; readonly port: number }[];
  readonly payloads: readonly Uint8Array[];
  /** Bind this port (shared) instead of an ephemeral one, for protocols that answer to it. */
  readonly localPort?: number | undefined;
  /** Join this group on the interface, for devices that answer to the group. */
  readonly joinGroup?: string | undefined;
  /** Delays at which everything is sent. Default `[0, 250]`. */
  readonly sendAtMs?: readonly number[] | undefined;
  /** How long to listen at most, from the first packet; less where nobody answers any more. */
  readonly listenMs: number;
  /** Called for every datagram, also from addresses outside the subnet. Must not throw. */
  readonly onAnswer: (answer: UdpAnswer) => void;
}

export interface Transport {
  tcp(request: TcpRequest): Promise<TcpReply>;
  udp(request: UdpRequest): Promise<UdpReply>;
  segment(request: SegmentRequest): Promise<{ readonly reach: Reach; readonly problem?: string | undefined }>;
  /** How long to wait for an answer of this address, by what its neighbourhood took; absent: the scan's timeout. */
  patienceMs?(address: string): number;
  /**
   * For probes that must hand a socket to a protocol library: checks exclusions and takes a place from the host's rate
   * before `use` runs, gives it back afterwards. Resolves to undefined when the address is excluded or the scan aborted.
   */
  admit<T>(address: string, packets: number, use: () => Promise<T>): Promise<T | undefined>;
}
