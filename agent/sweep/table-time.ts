/** How long the kernel's neighbour table makes a sweep wait, foretold: what it holds at a time is less than a large subnet has addresses. */
import { HELD_MS, SHARE_OF_TABLE } from './liveness.ts';

/** Waits before the last address is touched, in milliseconds. `addresses` attached ones, of which `alive` live; `tableLimit`: entries. */
export function tableWaitMs(addresses: number, alive: number, tableLimit: number): number {
  const places = Math.max(1, Math.floor(tableLimit * SHARE_OF_TABLE));
  let touched = places;
  let rounds = 0;
  // Dark ones leave the table after each round; the living stay, and take half of it at most.
  for (; touched < addresses; rounds++) touched += places - Math.min((touched * alive) / addresses, places / 2);
  return rounds * HELD_MS;
}
