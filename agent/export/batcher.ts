/**
 * Puts calls that were made together into one request: a contract of one call a device, and an API that takes lists. Nothing is sent that
 * nobody asked for, and nobody waits for a time: a batch is what was asked for before the first of it could be sent.
 */
export type Batcher<Item, Answer> = (item: Item) => Promise<Answer>;

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** `send` answers in the order of the items, an error in the place of one that failed; where it rejects, all of the batch do. */
export function createBatcher<Item, Answer>(
  size: number,
  send: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
): Batcher<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  const flush = async (): Promise<void> => {
    const batch = waiting.splice(0, size);
    if (batch.length === 0) return;
    try {
      const sending = send(batch.map(({ item }) => item));
      if (waiting.length > 0) void flush();
      const answers = await sending;
      batch.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer === undefined) reject(new Error('no answer for an item of the batch'));
        else if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { item, resolve, reject }];
      // After everything that runs before the next turn of the event loop has had its say.
      if (waiting.length === 1) setImmediate(() => void flush());
    });
}
