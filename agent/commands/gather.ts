/**
 * Several answers of one device arrive together, and each makes the last conclusion old: telling waits a moment for the rest, so
 * that a device is concluded once and not once an answer. Short enough that nobody sees it.
 */
export interface Gatherer<T> {
  readonly add: (item: T) => void;
  /** Tells what is still waiting. */
  readonly flush: () => void;
}

const WAIT_MS = 30;

export function gather<T extends object>(tell: (item: T) => void): Gatherer<T> {
  const waiting = new Set<T>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const items = [...waiting];
    waiting.clear();
    items.forEach(tell);
  };
  return {
    add: (item) => {
      waiting.add(item);
      timer ??= setTimeout(flush, WAIT_MS);
    },
    flush,
  };
}
