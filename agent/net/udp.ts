/**
 * UDP questions: one connected socket a question, so that answers come from the asked address only and an ICMP
 * "port unreachable" is seen at once as a refusal. Never rejects.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Reach, UdpAnswer, UdpReply, UdpRequest } from '../../probes/transport.ts';
import { reachOfError } from './reach.ts';
import type { TcpLimits } from './tcp.ts';

const MAX_ANSWERS = 64;

/** Sends the payloads and collects answers until enough, refused, or the time is over. */
export function exchangeUdp(request: UdpRequest, limits: TcpLimits): Promise<UdpReply> {
  return new Promise((resolve) => {
    const answers: UdpAnswer[] = [];
    const wanted = Math.min(request.maxAnswers ?? 1, MAX_ANSWERS);
    const socket = createSocket(isIPv6(request.address) ? 'udp6' : 'udp4');
    let done = false;
    const finish = (reach: Reach): void => {
      if (done) return;
      done = true;
      clearTimeout(deadline);
      clearTimeout(repeat);
      clearTimeout(quiet);
      limits.signal.removeEventListener('abort', abort);
      closeQuietly(socket);
      resolve({ reach: answers.length > 0 ? 'answered' : reach, answers });
    };
    const abort = (): void => finish('aborted');
    const send = (): void => {
      for (const payload of request.payloads) socket.send(payload, (error) => error && finish(reachOfError(error)));
    };
    // In the check phase: on a busy machine an answer may have come before the timer, and not been looked at yet.
    const endLate = (): void => void setImmediate(finish, 'silent');
    let quiet: NodeJS.Timeout | undefined;
    const deadline = setTimeout(endLate, request.timeoutMs ?? limits.timeoutMs);
    const repeat =
      request.repeatAfterMs === undefined ? undefined : setTimeout(() => answers.length === 0 && !done && send(), request.repeatAfterMs);

    if (limits.signal.aborted) return finish('aborted');
    limits.signal.addEventListener('abort', abort, { once: true });
    socket.on('error', (error) => finish(reachOfError(error)));
    socket.on('message', (bytes, from) => {
      answers.push({ bytes: Buffer.from(bytes), from: { address: from.address, port: from.port } });
      if (answers.length >= wanted) return finish('answered');
      clearTimeout(quiet);
      if (request.quietMs !== undefined) quiet = setTimeout(endLate, request.quietMs);
    });
    // The callback gets an error where the address cannot be one host's (a broadcast address, for example); the types do not say so.
    socket.connect(request.port, request.address, (error?: unknown) => {
      if (error !== undefined && error !== null) finish(reachOfError(error));
      else if (!done) send();
    });
  });
}

export function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // already closed by its own error
  }
}
