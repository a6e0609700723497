/**
 * Bounded work over an iterator: p-limit with at most twice its concurrency queued, because handing it a million targets at
 * once blocks the loop for seconds. Pure apart from time.
 */
import pLimit from 'p-limit';

/** Runs `work` for every item, at most `concurrency` at a time; stops taking items when the signal aborts. */
export async function feed<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const limit = pLimit({ concurrency, rejectOnClear: true });
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    if (signal.aborted) break;
    const task: Promise<void> = limit(work, item).finally(() => running.delete(task));
    running.add(task);
    if (running.size >= 2 * concurrency) await Promise.race(running);
  }
  await Promise.all(running);
}
