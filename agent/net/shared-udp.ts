/**
 * Many questions from few sockets: for touching every address of a subnet, where a socket each would cost more than the
 * question. Answers come back with their sender; which question they belong to is the caller's to tell, by the sender's port.
 *
 * The kernel holds datagrams back while it resolves an address, and counts them against the socket: one socket stalls at
 * some 277 small ones. So the questions are spread over a socket for every 128 addresses.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { UdpAnswer } from '../../probes/transport.ts';
import { closeQuietly } from './udp.ts';

const QUESTIONS_PER_SOCKET = 128;
const MAX_SOCKETS = 16;
const BUFFER_BYTES = 4 * 1024 * 1024;

export interface SharedUdp {
  /** Sends one datagram; an error of one address is no error of the rest. */
  send(address: string, port: number, payload: Uint8Array): void;
  close(): void;
}

/** Opens sockets for about `questions` datagrams. Resolves when all are bound; rejects when none can be. */
export async function openSharedUdp(
  questions: number,
  onAnswer: (answer: UdpAnswer) => void,
  family: 'udp4' | 'udp6' = 'udp4',
): Promise<SharedUdp> {
  const wanted = Math.min(MAX_SOCKETS, Math.max(1, Math.ceil(questions / QUESTIONS_PER_SOCKET)));
  const opened = await Promise.allSettled(Array.from({ length: wanted }, () => openOne(onAnswer, family)));
  const sockets = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = opened.find((result) => result.status === 'rejected');
  if (sockets.length === 0 && failure) throw failure.reason;
  let next = 0;
  return {
    send(address, port, payload) {
      const socket = sockets[next++ % sockets.length];
      socket?.send(payload, port, address, ignore);
    },
    close: () => sockets.forEach(closeQuietly),
  };
}

// EHOSTUNREACH for one address and the like: silence is what the caller sees, and that is what it is.
function ignore(): void {}

function openOne(onAnswer: (answer: UdpAnswer) => void, family: 'udp4' | 'udp6'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Addresses are numbers already: Node's own look-up would take a third of the time of each send.
    const socket = createSocket({
      type: family,
      lookup: (address, _options, callback) => callback(null, address, family === 'udp4' ? 4 : 6),
    });
    socket.once('error', reject);
    socket.on('message', (bytes, from) => {
      const answer = { bytes: Buffer.from(bytes), from: { address: from.address, port: from.port } };
      setImmediate(() => onAnswer(answer));
    });
    socket.bind(0, () => {
      socket.off('error', reject);
      socket.on('error', ignore);
      for (const size of [() => socket.setRecvBufferSize(BUFFER_BYTES), () => socket.setSendBufferSize(BUFFER_BYTES)]) {
        try {
          size();
        } catch {
          // the kernel's limit: what it gives is what we have
        }
      }
      resolve(socket);
    });
  });
}
