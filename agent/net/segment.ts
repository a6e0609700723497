/**
 * Questions to a whole segment: multicast and broadcast out of one named interface, answers from anybody there, also from
 * addresses that do not belong to the subnet (a camera with a factory address answers too). Never rejects.
 */
import { createSocket } from 'node:dgram';
import type { Reach, SegmentRequest } from '../../probes/transport.ts';
import { closeQuietly } from './udp.ts';

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const MAX_ANSWERS = 20_000;
const DEFAULT_SEND_AT_MS: readonly number[] = [0, 250];
/** After the last question answers are listened for at least this long: a WS-Discovery device may wait 500 ms before it speaks. */
const LEAST_LISTEN_MS = 650;
/** Where answers still come in, listening goes on until there was none for this long. */
const QUIET_MS = 300;

export interface SegmentResult {
  readonly reach: Reach;
  readonly problem?: string | undefined;
}

/** Sends at the given times and listens until nobody answers any more, `listenMs` at most. `problem` says why nothing could be sent. */
export function exchangeSegment(request: SegmentRequest, signal: AbortSignal): Promise<SegmentResult> {
  return new Promise((resolve) => {
    const timers: NodeJS.Timeout[] = [];
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    let answers = 0;
    let heardAtMs = 0;
    let done = false;
    let problem: string | undefined;
    const finish = (): void => {
      if (done) return;
      done = true;
      timers.forEach(clearTimeout);
      signal.removeEventListener('abort', finish);
      closeQuietly(socket);
      const reach: Reach = answers > 0 ? 'answered' : signal.aborted ? 'aborted' : problem === undefined ? 'silent' : 'unreachable';
      resolve({ reach, problem });
    };
    const sendAll = (): void => {
      for (const { address, port } of request.destinations) {
        for (const payload of request.payloads) {
          socket.send(payload, port, address, (error) => {
            if (error) problem ??= `${address}:${port}: ${error.message}`;
          });
        }
      }
    };

    if (signal.aborted) return finish();
    signal.addEventListener('abort', finish, { once: true });
    socket.on('error', (error) => {
      problem ??= error.message;
      finish();
    });
    socket.on('message', (bytes, from) => {
      heardAtMs = performance.now();
      if (++answers > MAX_ANSWERS || done) return;
      // Parsing here would make the socket's buffer overflow while a thousand devices answer at once.
      setImmediate(() => request.onAnswer({ bytes: Buffer.from(bytes), from: { address: from.address, port: from.port } }));
    });
    // Bound to the wildcard where a group or broadcast copy is expected: Linux filters those on an address-bound socket.
    const bindAddress = request.joinGroup === undefined && request.localPort === undefined ? request.localAddress : '0.0.0.0';
    socket.bind(request.localPort ?? 0, bindAddress, () => {
      problem ??= prepare(socket, request);
      for (const atMs of request.sendAtMs ?? DEFAULT_SEND_AT_MS) timers.push(setTimeout(sendAll, atMs));
      timers.push(setTimeout(finish, request.listenMs));
      const look = (): void => {
        const quietMs = performance.now() - heardAtMs;
        if (quietMs >= QUIET_MS) setImmediate(finish);
        else timers.push(setTimeout(look, QUIET_MS - quietMs));
      };
      timers.push(setTimeout(look, Math.max(0, ...(request.sendAtMs ?? DEFAULT_SEND_AT_MS)) + LEAST_LISTEN_MS));
    });
  });
}

function prepare(socket: ReturnType<typeof createSocket>, request: SegmentRequest): string | undefined {
  let problem: string | undefined;
  const attempt = (step: () => void, essential: boolean): void => {
    try {
      step();
    } catch (error) {
      if (essential) problem ??= error instanceof Error ? error.message : 'socket option refused';
    }
  };
  attempt(() => socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES), false);
  attempt(() => socket.setBroadcast(true), false);
  attempt(() => socket.setMulticastInterface(request.localAddress), true);
  attempt(() => socket.setMulticastTTL(1), false);
  attempt(() => socket.setMulticastLoopback(false), false);
  const { joinGroup } = request;
  if (joinGroup !== undefined) attempt(() => socket.addMembership(joinGroup, request.localAddress), false);
  return problem;
}
