/**
 * The one datagram an address gets before anything is known of it: a vendor's discovery question, so that the devices looked for
 * answer it at once, and for everybody else a datagram to a closed port.
 */
import { randomUUID } from 'node:crypto';
import { bytesResponse } from '../../probes/recording.ts';
import { touchQuestion } from '../../probes/touch.ts';
import { openSharedUdp, type SharedUdp } from '../net/shared-udp.ts';
import type { StageDependencies } from './stages.ts';

export interface Touch {
  /** Sends it, unless the address is excluded; the pace is the caller's to ask before. */
  readonly send: (address: string) => void;
  readonly close: () => void;
}

/** Sockets are opened for so many touches under way at once; more of them share. */
const TOUCHES_AT_ONCE = 1024;

/** Answers are reported, and `onAnswer` told whose they are. Rejects when no socket can be opened. */
export async function openTouch(
  { plan, shared, table, isExcluded }: StageDependencies,
  onAnswer: (address: string) => void,
): Promise<Touch> {
  const question = touchQuestion(plan.settings, randomUUID);
  const hear = ({
    bytes,
    from,
  }: {
    readonly bytes: Uint8Array;
    readonly from: { readonly address: string; readonly port: number };
  }): void => {
    if (from.port !== question.port || isExcluded(from.address)) return;
    // Who has answered the same question to the group says nothing new.
    const isKnown = table.get(from.address)?.observations.some(({ protocol }) => protocol === question.protocol) ?? false;
    if (!isKnown) table.report({ protocol: question.protocol, from, response: bytesResponse(bytes) });
    onAnswer(from.address);
  };
  const sockets = new Map<4 | 6, SharedUdp>();
  for (const family of new Set(plan.ranges.map((range) => range.family)))
    sockets.set(family, await openSharedUdp(TOUCHES_AT_ONCE, hear, family === 4 ? 'udp4' : 'udp6'));
  return {
    send: (address) => {
      if (isExcluded(address)) return;
      sockets.get(address.includes(':') ? 6 : 4)?.send(address, question.port, question.payload);
      shared.count.packets++;
      shared.count.bytes += question.payload.length;
    },
    close: () => sockets.forEach((socket) => socket.close()),
  };
}
