/**
 * Bounded work over an iterator: p-limit with at most twice its concurrency queued, because handing it a million targets at
 * once blocks the loop for seconds. A counter says when to take the next; racing thousands of promises would cost their square.
 */
import pLimit from 'p-limit';

/** Runs `work` for every item, at most `concurrency` at a time; stops taking items when the signal aborts. Rejects as `work` does. */
export async function feed<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const limit = pLimit({ concurrency, rejectOnClear: true });
  const most = 2 * concurrency;
  const state: { outstanding: number; failure: { readonly error: unknown } | undefined } = { outstanding: 0, failure: undefined };
  let wake: (() => void) | undefined;
  const changed = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const finished = (): void => {
    state.outstanding--;
    wake?.();
  };

  for await (const item of items) {
    if (signal.aborted || state.failure) break;
    state.outstanding++;
    limit(work, item).then(finished, (error: unknown) => {
      state.failure ??= { error };
      finished();
    });
    while (state.outstanding >= most) await changed();
  }
  while (state.outstanding > 0) await changed();
  if (state.failure) throw state.failure.error;
}
