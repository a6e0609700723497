/** Time, injected wherever something waits or stamps: tests bring their own. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** ISO 8601, UTC. */
  timestamp(): string;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  timestamp: () => new Date().toISOString(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    }),
};

export interface Deadline {
  readonly signal: AbortSignal;
  /** Lets go of timer and parents. Afterwards the signal aborts no more. */
  readonly release: () => void;
}

/**
 * Aborts with the first of its parents, or after `ms` (undefined: never by itself). Not AbortSignal.timeout and .any: in
 * Node.js 20 and 22 a signal made of others does not hold them, so a collected timeout never fires and its waiter never ends.
 */
export function createDeadline(ms: number | undefined, ...parents: readonly AbortSignal[]): Deadline {
  const controller = new AbortController();
  const timer = ms === undefined ? undefined : setTimeout(() => end('time is over'), ms).unref();
  const listeners = parents.map((parent) => ({ parent, end: () => end(parent.reason) }));
  const release = (): void => {
    clearTimeout(timer);
    for (const listener of listeners) listener.parent.removeEventListener('abort', listener.end);
  };
  const end = (reason: unknown): void => {
    release();
    controller.abort(reason);
  };
  for (const listener of listeners) {
    if (listener.parent.aborted) listener.end();
    else listener.parent.addEventListener('abort', listener.end, { once: true });
  }
  if (controller.signal.aborted) release();
  return { signal: controller.signal, release };
}
