/**
 * The transport probes get: the one place where packets leave. Exclusions, pace, places per host and the descriptor budget
 * are checked here and nowhere else, so no probe can forget them.
 */
import type { Reach, TcpReply, TcpRequest, Transport, UdpReply } from '../../probes/transport.ts';
import type { HostGate } from './host-gate.ts';
import type { Pace } from './pace.ts';
import type { RoundTrips } from './round-trip.ts';
import { exchangeSegment } from './segment.ts';
import { exchangeTcp } from './tcp.ts';
import { exchangeUdp } from './udp.ts';

/** What the whole scan shares. */
export interface TransportShared {
  readonly pace: Pace;
  readonly hosts: HostGate;
  /** Bounds open descriptors over all hosts. */
  readonly descriptors: HostGate;
  readonly isExcluded: (address: string) => boolean;
  /** Awaited before `isExcluded` decides, where exclusions depend on what the network shows meanwhile. */
  readonly beforeAsking?: (() => Promise<void>) | undefined;
  readonly timeoutMs: number;
  readonly roundTrips: RoundTrips;
  readonly count: TrafficCount;
}

/** Packets and payload bytes that left, for the summary and for checking estimates. */
export interface TrafficCount {
  packets: number;
  bytes: number;
}

/** A TCP exchange is SYN, ACK, request, FIN at the least; answers add ACKs, which the peer paces. */
const TCP_PACKETS = 4;
const TCP_CONNECT_ONLY_PACKETS = 1;

/** A transport whose exchanges end when `signal` aborts: one for each host, so that a host's time cap reaches every socket. */
export function createTransport(shared: TransportShared, signal: AbortSignal): Transport {
  const quiet = new QuietPorts();
  const admitted = async <T>(
    address: string,
    packets: number,
    bytes: number,
    otherwise: (reach: Reach) => T,
    use: () => Promise<T>,
  ): Promise<T> => {
    await shared.beforeAsking?.();
    if (shared.isExcluded(address)) return otherwise('excluded');
    if (!(await shared.pace.take(address, packets, signal))) return otherwise('aborted');
    shared.count.packets += packets;
    shared.count.bytes += bytes;
    return use();
  };
  const limits = { timeoutMs: shared.timeoutMs, signal };
  /**
   * A handshake is waited for as long as its block of addresses is known to need. Where that is short, a lost packet is made
   * good by one fresh attempt: the kernel's own would come after a second.
   */
  const connectTwice = async (request: TcpRequest): Promise<TcpReply> => {
    const mostMs = request.timeoutMs ?? shared.timeoutMs;
    const waitMs = shared.roundTrips.waitMs(request.address, mostMs);
    const once = async (connectTimeoutMs: number): Promise<TcpReply> => {
      const startedAt = performance.now();
      const reply = await exchangeTcp(request, { ...limits, connectTimeoutMs });
      const roundTripMs = reply.connectMs ?? (reply.reach === 'refused' ? performance.now() - startedAt : undefined);
      if (roundTripMs !== undefined) shared.roundTrips.note(request.address, roundTripMs);
      return reply;
    };
    const first = await once(waitMs);
    if (first.reach !== 'silent' || waitMs >= mostMs || signal.aborted || quiet.gaveUp) return first;
    if (!(await shared.pace.take(request.address, TCP_CONNECT_ONLY_PACKETS, signal))) return first;
    shared.count.packets += TCP_CONNECT_ONLY_PACKETS;
    return once(waitMs);
  };
  return {
    tcp: async (request) =>
      quiet.gaveUp
        ? noTcp('silent')
        : shared.hosts.enter(request.address, () =>
            shared.descriptors.enter('', () =>
              admitted(request.address, TCP_CONNECT_ONLY_PACKETS, 0, noTcp, async () => {
                if (quiet.gaveUp) return noTcp('silent');
                const reply = await connectTwice(request);
                quiet.note(request.port, reply.reach);
                if (reply.connectMs !== undefined) {
                  await shared.pace.take(request.address, TCP_PACKETS - TCP_CONNECT_ONLY_PACKETS, signal);
                  shared.count.packets += TCP_PACKETS - TCP_CONNECT_ONLY_PACKETS;
                  shared.count.bytes += request.send.length;
                }
                return reply;
              }),
            ),
          ),
    udp: (request) =>
      shared.descriptors.enter('', () =>
        admitted(request.address, request.payloads.length, totalLength(request.payloads), noUdp, () => exchangeUdp(request, limits)),
      ),
    segment: async (request) => {
      const allowed = request.destinations.filter(({ address }) => !shared.isExcluded(address));
      const packets = allowed.length * request.payloads.length;
      const times = request.sendAtMs?.length ?? 2;
      return admitted(
        request.localAddress,
        packets,
        totalLength(request.payloads) * allowed.length * times,
        (reach) => ({ reach }),
        () =>
          exchangeSegment(
            {
              ...request,
              destinations: allowed,
              onAnswer: (answer) => !shared.isExcluded(answer.from.address) && request.onAnswer(answer),
            },
            signal,
          ),
      );
    },
    admit: <T>(address: string, packets: number, use: () => Promise<T>) =>
      shared.descriptors.enter('', () => admitted<T | undefined>(address, packets, 0, () => undefined, use)),
  };
}

/**
 * A host that lets connections to several ports run into the void is behind a filter: each further one would cost a time-out
 * and bring nothing. One answer or refusal on any port, and it is asked everything.
 */
class QuietPorts {
  readonly #silent = new Set<number>();
  #spoke = false;

  get gaveUp(): boolean {
    return !this.#spoke && this.#silent.size >= MAX_SILENT_PORTS;
  }

  note(port: number, reach: Reach): void {
    if (reach === 'answered' || reach === 'refused') this.#spoke = true;
    if (reach === 'silent') this.#silent.add(port);
  }
}

/** The usual port of each service asked: web, secure web, stream, vendor SDK. */
const MAX_SILENT_PORTS = 4;

function noTcp(reach: Reach): TcpReply {
  return { reach, ended: 'none', bytes: new Uint8Array() };
}

function noUdp(reach: Reach): UdpReply {
  return { reach, answers: [] };
}

function totalLength(payloads: readonly Uint8Array[]): number {
  return payloads.reduce((sum, { length }) => sum + length, 0);
}
