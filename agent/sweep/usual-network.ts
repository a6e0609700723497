/**
 * What is assumed of a network nobody has scanned yet. A guess, and said to be one: the first scan puts a measurement in its place.
 */

/** Blocks are laid out with room to grow: two fifths of a small one live, and of a larger one an ever smaller part. */
const MOST_ALIVE = 0.4;
const ALIVE_PER_ROOT = 7;
/** A few hosts have services and are asked more than the many that refuse: by this much an average one costs more than refusals. */
export const COST_OF_SERVICES = 1.3;

/** Hosts of a block of so many addresses that lies together. */
export function usuallyAlive(addresses: number): number {
  return Math.min(addresses * MOST_ALIVE, ALIVE_PER_ROOT * Math.sqrt(addresses));
}
/** What a living host costs this program in time of its own, however fast it may send: a few milliseconds. */
export const OWN_MS_A_HOST = 5;
