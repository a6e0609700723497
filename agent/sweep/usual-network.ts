/**
 * What is assumed of a network nobody has scanned yet. A guess, and said to be one: the first scan puts a measurement in its place.
 */

/** Blocks are laid out with room to grow: two fifths of a small one live, and of a larger one an ever smaller part. */
const MOST_ALIVE = 0.4;
const ALIVE_PER_ROOT = 7;
/** A few hosts have services and are asked more than the many that refuse: by this much an average one costs more than refusals. */
export const COST_OF_SERVICES = 1.3;

/** Part of the addresses of a block that lives; `addresses`: all of the block, also those that are not asked. */
export function usualShareAlive(addresses: number): number {
  return Math.min(MOST_ALIVE, ALIVE_PER_ROOT / Math.sqrt(addresses));
}
