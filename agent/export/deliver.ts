/**
 * Brings a target with an API up to the inventory: page by page plan, skip what is equal, write the rest with bounded concurrency. Every
 * result is booked before the next write of that device, so a kill at any moment repeats at most what looks before it writes.
 */
import pLimit from 'p-limit';
import { printable } from '../../probes/text.ts';
import type { Clock } from '../clock.ts';
import { backoffMs, MAX_ATTEMPTS } from './backoff.ts';
import { TargetError } from './errors.ts';
import type { DevicePlan, ExportContext, ExportDevice, TargetSession } from './types.ts';

/** How a delivery stands, as the outbox keeps it. */
export interface DeliveryBooking {
  readonly deviceId: number;
  readonly state: 'queued' | 'delivered' | 'retry' | 'dead' | 'conflict';
  readonly hash: string | null;
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly words: string | null;
}

export interface DeliverItem {
  readonly device: ExportDevice;
  /** Of what would be delivered now. */
  readonly hash: string;
  readonly booked: DeliveryBooking;
}

export interface DeliverOptions {
  readonly session: TargetSession;
  readonly blind: boolean;
  readonly pages: Iterable<readonly DeliverItem[]>;
  readonly book: (bookings: readonly DeliveryBooking[], at: string) => void;
  readonly context: ExportContext;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly dryRun: boolean;
  /** Takes secrets out of words before they are kept. */
  readonly redact: (text: string) => string;
  readonly tell: (plan: DevicePlan) => void;
}

export interface DeliverResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly conflicts: number;
  readonly dead: number;
  readonly retry: number;
  /** Not due yet, or given up and nothing about them has changed. */
  readonly waiting: number;
  /** Why it ended before its time: the target cannot take anything. */
  readonly stopped: TargetError | undefined;
}

/** Tries of one device in one run, and how long a run waits for one of them; after that the next run has it. */
const TRIES_A_RUN = 3;
const MAX_WAIT_MS = 30_000;
/** Devices in a row that could not be delivered for now: the server is down, and the rest would fare no better. */
const MAX_FAILURES_IN_A_ROW = 5;

type Counts = { -readonly [Name in Exclude<keyof DeliverResult, 'stopped'>]: number };

export async function deliver(options: DeliverOptions): Promise<DeliverResult> {
  const run = new DeliveryRun(options);
  for (const page of options.pages) {
    if (run.isOver) break;
    await run.page(page);
  }
  return run.result();
}

class DeliveryRun {
  readonly #options: DeliverOptions;
  readonly #counts: Counts = { created: 0, updated: 0, unchanged: 0, conflicts: 0, dead: 0, retry: 0, waiting: 0 };
  #stopped: TargetError | undefined;
  #failuresInARow = 0;
  /** Monotonic: one device was told to wait, and all wait with it. */
  #pausedUntilMs = 0;

  constructor(options: DeliverOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#stopped !== undefined || this.#options.signal.aborted;
  }

  result(): DeliverResult {
    return { ...this.#counts, stopped: this.#stopped };
  }

  async page(items: readonly DeliverItem[]): Promise<void> {
    const { blind, concurrency, dryRun } = this.#options;
    const due = items.filter((item) => {
      if (dryRun || this.#isDue(item)) return true;
      this.#counts.waiting += 1;
      return false;
    });
    const differing = due.filter(({ booked, hash }) => !(blind && booked.state === 'delivered' && booked.hash === hash));
    this.#counts.unchanged += due.length - differing.length;
    const planned = await this.#plan(differing);
    const limit = pLimit(concurrency);
    if (dryRun) {
      for (const [, plan] of planned) {
        this.#count(plan);
        this.#options.tell(plan);
      }
      return;
    }
    this.#bookPlans(planned);
    const writes = planned.filter(([, { action }]) => action === 'create' || action === 'update');
    await Promise.all(writes.map(([item, plan]) => limit(() => this.#write(item, plan))));
  }

  #isDue({ booked, hash }: DeliverItem): boolean {
    if (booked.state === 'retry') return booked.nextAt === null || booked.nextAt <= this.#options.clock.timestamp();
    // Given up: tried again only when what is to be delivered is another thing.
    return booked.state !== 'dead' || booked.hash !== hash;
  }

  /** Plans a page; where the server refuses one of its devices, each by itself. Books what cannot be planned. */
  async #plan(items: readonly DeliverItem[]): Promise<(readonly [DeliverItem, DevicePlan])[]> {
    if (items.length === 0 || this.isOver) return [];
    const { session, context } = this.#options;
    try {
      const plans = await this.#patiently(() =>
        session.plan(
          items.map(({ device }) => device),
          context,
        ),
      );
      return plans.flatMap((plan, index) => {
        const item = items[index];
        return item ? [[item, this.#asKnown(item, plan)] as const] : [];
      });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.scope === 'device' && items.length > 1) {
        const plans: (readonly [DeliverItem, DevicePlan])[] = [];
        for (const item of items) plans.push(...(await this.#plan([item])));
        return plans;
      }
      if (this.#options.dryRun) {
        this.#stopped ??= failure;
        return [];
      }
      for (const item of items) this.#fail(item, failure);
      if (failure.scope === 'retry') this.#stopped ??= failure;
      return [];
    }
  }

  /**
   * What the outbox knows better. A device that is none any more is aged out where it is, and never made: a cut run may or may not have
   * made it. A blind target cannot tell whether it has one already.
   */
  #asKnown({ booked }: DeliverItem, plan: DevicePlan): DevicePlan {
    if (plan.action !== 'create' && plan.action !== 'update') return plan;
    if (this.#options.blind) return { ...plan, action: booked.hash === null ? 'create' : 'update' };
    return plan.action === 'create' && plan.device.mergedInto !== undefined ? { ...plan, action: 'unchanged' } : plan;
  }

  #count({ action }: DevicePlan): void {
    const name = { create: 'created', update: 'updated', unchanged: 'unchanged', conflict: 'conflicts' } as const;
    this.#counts[name[action]] += 1;
  }

  #bookPlans(planned: readonly (readonly [DeliverItem, DevicePlan])[]): void {
    const { book, clock, redact, tell } = this.#options;
    const bookings = planned.flatMap(([{ booked, hash }, plan]): DeliveryBooking[] => {
      const { action, why } = plan;
      if (action === 'unchanged' || action === 'conflict') this.#count(plan);
      tell(plan);
      if (action === 'unchanged') {
        if (booked.state === 'delivered' && booked.hash === hash) return [];
        return [{ ...booked, state: 'delivered', hash, attempts: 0, nextAt: null, words: null }];
      }
      if (action === 'conflict') {
        const words = redact(printable(why ?? 'several records match', 500));
        return booked.state === 'conflict' && booked.words === words ? [] : [{ ...booked, state: 'conflict', nextAt: null, words }];
      }
      return [{ ...booked, state: 'queued' }];
    });
    if (bookings.length > 0) book(bookings, clock.timestamp());
  }

  async #write(item: DeliverItem, plan: DevicePlan): Promise<void> {
    if (this.isOver) return;
    const { session, context, book, clock } = this.#options;
    try {
      await this.#patiently(() => session.apply(plan, context));
    } catch (error) {
      this.#fail(item, failureOf(error));
      return;
    }
    this.#failuresInARow = 0;
    this.#count(plan);
    book([{ ...item.booked, state: 'delivered', hash: item.hash, attempts: 0, nextAt: null, words: null }], clock.timestamp());
  }

  /** Tries a few times within a run, as long as the waits are short. */
  async #patiently<T>(action: () => Promise<T>): Promise<T> {
    const { clock, random, signal } = this.#options;
    for (let tries = 1; ; tries++) {
      if (this.#pausedUntilMs > clock.nowMs()) await clock.sleep(this.#pausedUntilMs - clock.nowMs(), signal);
      try {
        return await action();
      } catch (error) {
        const failure = failureOf(error);
        const waitMs = backoffMs(tries, random, failure.retryAfterMs);
        if (failure.scope !== 'retry' || tries >= TRIES_A_RUN || waitMs > MAX_WAIT_MS || this.isOver) throw failure;
        // Only what the server asked for holds for everybody; a cut connection is one device's.
        if (failure.retryAfterMs !== undefined) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, clock.nowMs() + waitMs);
        else await clock.sleep(waitMs, signal);
      }
    }
  }

  #fail({ booked, hash }: DeliverItem, failure: TargetError): void {
    const { book, clock, random, redact, signal } = this.#options;
    const words = redact(printable(failure.message, 500));
    if (failure.scope === 'target') {
      this.#stopped ??= failure;
      book([{ ...booked, state: 'queued', words }], clock.timestamp());
      return;
    }
    if (signal.aborted) return;
    const attempts = booked.attempts + 1;
    if (failure.scope === 'device' || attempts >= MAX_ATTEMPTS) {
      this.#counts.dead += 1;
      book([{ ...booked, state: 'dead', hash, attempts, nextAt: null, words }], clock.timestamp());
      return;
    }
    this.#counts.retry += 1;
    const nextAt = new Date(Date.parse(clock.timestamp()) + backoffMs(attempts, random, failure.retryAfterMs)).toISOString();
    book([{ ...booked, state: 'retry', attempts, nextAt, words }], clock.timestamp());
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= MAX_FAILURES_IN_A_ROW) this.#stopped ??= failure;
  }
}

/** What a target throws that is no TargetError is a mistake in it: this device stops, the others go on. */
function failureOf(error: unknown): TargetError {
  if (error instanceof TargetError) return error;
  return new TargetError('device', `mistake in the target: ${error instanceof Error ? error.message : String(error)}`);
}
