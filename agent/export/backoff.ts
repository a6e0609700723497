/** How long to wait before trying again, and when to give up. Pure: chance is handed in. */

const BASE_MS = 1000;
const MAX_MS = 60 * 60 * 1000;
/** Tries over all runs after which a device is a dead letter. */
export const MAX_ATTEMPTS = 8;

/** Doubling from a second to an hour, half of it by chance; never less than the server asked for. `random` from 0 to below 1. */
export function backoffMs(attempt: number, random: () => number, retryAfterMs = 0): number {
  const full = Math.min(BASE_MS * 2 ** Math.max(0, attempt - 1), MAX_MS);
  return Math.max(retryAfterMs, Math.round(full * (0.5 + random() / 2)));
}
