/**
 * The transport probes get: the one place where packets leave. Exclusions, pace, places per host and the descriptor budget
 * are checked here and nowhere else, so no probe can forget them.
 */
import type { Reach, TcpReply, TcpRequest, Transport, UdpReply } from '../../probes/transport.ts';
import type { BackOff } from './back-off.ts';
import type { HostGate } from './host-gate.ts';
import type { Pace } from './pace.ts';
import { PortMemory } from './port-memory.ts';
import type { RoundTrips } from './round-trips.ts';
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
  /** Longest wait for one answer; shorter where answers are known to come sooner. */
  readonly timeoutMs: number;
  readonly roundTrips: RoundTrips;
  /** How long an answer took without our own part; absent: all of the time is the network's. */
  readonly roundTripOf?: ((startedAtMs: number) => number | undefined) | undefined;
  /** Told of every connection that stood; the pace asks it whom to slow. */
  readonly backOff?: BackOff | undefined;
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

/**
 * A transport whose exchanges end when `signal` aborts: one for each host, so that a host's time cap reaches every socket. What is
 * known of its ports already need not be found out again.
 */
export function createTransport(shared: TransportShared, signal: AbortSignal, ports = new PortMemory()): Transport {
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
  const patience = (address: string, kind: 'connect' | 'service'): number => shared.roundTrips.patienceMs(address, kind, shared.timeoutMs);

  /** A lost SYN is repeated by a fresh connection: the kernel would wait a second. */
  const connect = async (request: TcpRequest, settled: () => void): Promise<TcpReply> => {
    const foreseen = ports.foresee(request.port);
    if (foreseen !== undefined) return noTcp(foreseen);
    const { address, port } = request;
    return shared.hosts.enter(address, () =>
      shared.descriptors.enter('', async () => {
        for (let last = false; ; last = true) {
          // A knock is not repeated, so it gets all of its time.
          const connectPatienceMs = (): number => (request.connectOnly === true ? shared.timeoutMs : patience(address, 'connect'));
          const reply = await admitted(address, TCP_CONNECT_ONLY_PACKETS, 0, noTcp, async () => {
            const foreseenNow = ports.foresee(port);
            if (foreseenNow !== undefined) return noTcp(foreseenNow);
            return exchangeTcp(request, {
              timeoutMs: shared.timeoutMs,
              connectPatienceMs,
              signal,
              roundTripOf: shared.roundTripOf,
              onConnect: () => opened(port, settled),
            });
          });
          if (
            !last &&
            request.connectOnly !== true &&
            reply.reach === 'silent' &&
            connectPatienceMs() < shared.timeoutMs &&
            ports.isWorthRepeating(port)
          )
            continue;
          await book(request, reply);
          return reply;
        }
      }),
    );
  };
  const opened = (port: number, settled: () => void): void => {
    ports.note(port, 'answered', true);
    settled();
  };
  const book = async (
    { address, port, send, connectOnly }: TcpRequest,
    { reach, ended, connectMs, roundTripMs }: TcpReply,
  ): Promise<void> => {
    // One bare connection may have been lost: its silence settles nothing.
    if (connectOnly !== true || reach !== 'silent') ports.note(port, reach, connectMs !== undefined);
    if (roundTripMs !== undefined) shared.roundTrips.note(address, roundTripMs);
    if (connectMs === undefined) return;
    shared.backOff?.note(address, { roundTripMs, wasReset: ended === 'reset' });
    await shared.pace.take(address, TCP_PACKETS - TCP_CONNECT_ONLY_PACKETS, signal);
    shared.count.packets += TCP_PACKETS - TCP_CONNECT_ONLY_PACKETS;
    shared.count.bytes += send.length;
  };
  return {
    tcp: (request) => ports.explore(request.port, (settled) => connect(request, settled)),
    udp: (request) =>
      shared.descriptors.enter('', () =>
        admitted(request.address, request.payloads.length, totalLength(request.payloads), noUdp, () =>
          // A service may think for as long as the user allows: only the kernel's answers are waited for less.
          exchangeUdp(request, { timeoutMs: shared.timeoutMs, signal }),
        ),
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
    patienceMs: (address) => patience(address, 'service'),
    admit: <T>(address: string, packets: number, use: () => Promise<T>) =>
      shared.descriptors.enter('', () => admitted<T | undefined>(address, packets, 0, () => undefined, use)),
  };
}

function noTcp(reach: Reach): TcpReply {
  return { reach, ended: 'none', bytes: new Uint8Array() };
}

function noUdp(reach: Reach): UdpReply {
  return { reach, answers: [] };
}

function totalLength(payloads: readonly Uint8Array[]): number {
  return payloads.reduce((sum, { length }) => sum + length, 0);
}
