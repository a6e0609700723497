/**
 * Bare connections in great number, to see who lives: no data, no time-out of their own, one small object each. Whoever knocks
 * waits for its own time and then gives up. Never throws for what the network does.
 */
import { connect, type Socket } from 'node:net';
import type { Reach } from '../../probes/transport.ts';
import { reachOfError } from './reach.ts';

/** How a knock was answered: somebody listens, nobody listens, or a router says that there is no way. */
export type KnockReach = Extract<Reach, 'answered' | 'refused' | 'unreachable'>;

export interface Knock {
  /** Ends the connection; nothing is heard of it any more. */
  giveUp(): void;
}

export class Knocks {
  #open = 0;

  /** Sockets under way. */
  get open(): number {
    return this.#open;
  }

  /** Connects and hangs up. `onReach` is called once, or never: silence is for the caller to tell. `startedAtMs` is when the SYN left. */
  knock(address: string, port: number, onReach: (reach: KnockReach, startedAtMs: number) => void): Knock {
    const startedAtMs = performance.now();
    const socket = connect({ host: address, port });
    this.#open++;
    let over = false;
    const end = (reach: Reach | undefined): void => {
      if (over) return;
      over = true;
      this.#open--;
      hangUp(socket);
      if (reach === 'answered' || reach === 'refused' || reach === 'unreachable') onReach(reach, startedAtMs);
    };
    socket.once('connect', () => end('answered'));
    socket.on('error', (error) => end(reachOfError(error)));
    return { giveUp: () => end(undefined) };
  }
}

function hangUp(socket: Socket): void {
  socket.destroy();
}
