/** Changes to a target that takes them: in order, each once; one that is refused for good is kept as a dead letter, and the next goes on. */
import { printable } from '../../probes/text.ts';
import type { Clock } from '../clock.ts';
import { backoffMs } from './backoff.ts';
import { TargetError } from './errors.ts';
import type { ExportContext, ExportEvent } from './types.ts';

export interface EventOptions {
  readonly send: (event: ExportEvent, context: ExportContext) => Promise<void>;
  readonly events: Iterable<ExportEvent>;
  readonly context: ExportContext;
  readonly moveCursor: (eventId: number) => void;
  readonly bury: (eventId: number, at: string, words: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

export interface EventResult {
  readonly sent: number;
  readonly dead: number;
  /** Why the rest waits for the next run. */
  readonly stopped: TargetError | undefined;
}

const TRIES = 3;
const MAX_WAIT_MS = 30_000;

export async function sendEvents(options: EventOptions): Promise<EventResult> {
  const { events, moveCursor, bury, clock, signal, redact } = options;
  let [sent, dead] = [0, 0];
  for (const event of events) {
    if (signal.aborted) break;
    const failure = await sendOne(event, options);
    if (failure === undefined) {
      moveCursor(event.id);
      sent += 1;
    } else if (failure.scope === 'device') {
      bury(event.id, clock.timestamp(), redact(printable(failure.message, 500)));
      dead += 1;
    } else return { sent, dead, stopped: failure };
  }
  return { sent, dead, stopped: undefined };
}

async function sendOne(event: ExportEvent, { send, context, clock, random, signal }: EventOptions): Promise<TargetError | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      await send(event, context);
      return undefined;
    } catch (error) {
      const failure = error instanceof TargetError ? error : new TargetError('device', `mistake in the target: ${String(error)}`);
      const waitMs = backoffMs(tries, random, failure.retryAfterMs);
      if (failure.scope !== 'retry' || tries >= TRIES || waitMs > MAX_WAIT_MS || signal.aborted) return failure;
      await clock.sleep(waitMs, signal);
    }
  }
}
