/** How delivering to a target fails. The server's own words travel in the message. */

/**
 * `retry`: the same again later may work (429, 5xx, time-out, cut). `device`: this device cannot be delivered as it is (a refusal of its
 * fields). `target`: nothing can be delivered (wrong login, wrong address, something missing there): stop and say so.
 */
export type FailureScope = 'retry' | 'device' | 'target';

export class TargetError extends Error {
  readonly scope: FailureScope;
  /** From Retry-After. */
  readonly retryAfterMs: number | undefined;
  constructor(scope: FailureScope, message: string, retryAfterMs?: number) {
    super(message);
    this.scope = scope;
    this.retryAfterMs = retryAfterMs;
  }
}
