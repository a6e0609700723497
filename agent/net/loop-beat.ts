/**
 * How much of a measured time is our own: a busy event loop looks at an answer long after it came, and a network judged by that
 * would seem slow. A beat every few milliseconds tells when the loop last came round.
 */
const BEAT_MS = 5;
/** Below this what the loop adds does not matter. */
const SHORT_MS = 20;

export class LoopBeat {
  #lastMs = performance.now();
  readonly #timer = setInterval(() => (this.#lastMs = performance.now()), BEAT_MS);

  constructor() {
    this.#timer.unref();
  }

  /**
   * How long an answer that is looked at now took at least, when it was asked for at `startedAtMs` (both as `performance.now()`): it
   * had not come when the loop last came round. Undefined where the loop has not come round since.
   */
  leastMs(startedAtMs: number, nowMs = performance.now()): number | undefined {
    const elapsedMs = nowMs - startedAtMs;
    if (elapsedMs <= SHORT_MS) return elapsedMs;
    return this.#lastMs > startedAtMs ? this.#lastMs - startedAtMs : undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
