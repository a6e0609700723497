/** How long the kernel's neighbour table makes a sweep wait, foretold: what it holds at a time is less than a large subnet has addresses. */
import { FRESH_MS, HELD_MS, placesOf } from './liveness.ts';

/** Who lives keeps its place for so many rounds. */
const ROUNDS_KEPT = Math.ceil(FRESH_MS / HELD_MS);

/** Waits before the last address is touched, in milliseconds. `addresses` attached ones, of which `alive` live; `tableLimit`: entries. */
export function tableWaitMs(addresses: number, alive: number, tableLimit: number): number {
  const places = placesOf(tableLimit);
  const touched: number[] = [places];
  // Dark ones leave the table after each round, and the living take half of it at most.
  for (let left = addresses - places; left > 0;) {
    const kept = touched.slice(-ROUNDS_KEPT).reduce((sum, count) => sum + count, 0) * (alive / addresses);
    const next = places - Math.min(kept, places / 2);
    touched.push(next);
    left -= next;
  }
  return (touched.length - 1) * HELD_MS;
}
