/**
 * Who lives behind a router, as cheaply as it can be told: one datagram and one bare connection an address, and where both met
 * silence, connections to the most usual port of the other services. An answer, a refusal, anything is a sign of life.
 *
 * Nearly all addresses of a large network are nobody's, so an address under way is one small object and what became of a dark one
 * is a range: memory does not grow with them. Waiting is done for all together, not by a timer each.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import Queue from 'yocto-queue';
import type { Clock } from '../clock.ts';
import { Recent } from '../identify/recent.ts';
import type { Knock, KnockReach } from '../net/knocks.ts';
import type { Breaker } from './breaker.ts';

export interface RoutedOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Waits for the turn of so many packets; false when the scan was aborted before. */
  readonly pace: (packets: number) => Promise<boolean>;
  /** Sends the one datagram; nobody waits for its answer here: it comes to `RoutedSearch.answered`. */
  readonly touch: (address: string) => void;
  readonly knock: (address: string, port: number, onReach: (reach: KnockReach) => void) => Knock;
  /** True while no more connections may be opened. */
  readonly isFull: () => boolean;
  /** The port knocked at first, and those knocked at where nothing was heard. */
  readonly firstPort: number | undefined;
  readonly otherPorts: readonly number[];
  /** How long each of the two rounds waits. */
  readonly waitMs: number;
  /** Leaves a /24 alone that a router says there is no way to. */
  readonly breaker?: Breaker | undefined;
  /** An address that showed no life, was spared by the breaker, or that nobody finished asking because the scan was aborted. */
  readonly onDark: (address: string, why: 'silent' | 'unreachable' | 'spared' | 'not-reached') => void;
  /** An address booked as dark has answered after all. */
  readonly onRevived: (address: string, bookedAs: 'silent' | 'unreachable') => void;
}

/** An address that lives, and what its first port did, where that is how it showed. */
export interface Living {
  readonly address: string;
  readonly port?: number | undefined;
  readonly reach?: 'answered' | 'refused' | undefined;
}

interface Entry {
  readonly address: string;
  sentAtMs: number;
  isUnreachable: boolean;
  knocks: Knock[];
}

/**
 * Packets that leave, and connections that are hung up (an address more at most), in one turn of the event loop: answers are looked at
 * in between, however high the rate is. The pace is asked once for all of a turn.
 */
export const SENT_A_TURN = 24;
export const ENDED_A_TURN = 32;
const LOOK_EVERY_MS = 20;
/** Addresses under way at most, however fast they may leave. */
const MAX_PENDING = 8192;
/** Dark addresses remembered for late answers, at least. */
const REMEMBERED = 4096;

export class RoutedSearch {
  readonly #options: RoutedOptions;
  readonly #maxPending: number;
  readonly #pending = new Map<string, Entry>();
  /** Who waits for an answer, in the order in which they were asked. Whoever has shown life meanwhile still stands there. */
  readonly #rounds = { first: new Queue<Entry>(), second: new Queue<Entry>() };
  /** Whom the first round did not show, and who is still to be asked the second. */
  readonly #again = new Queue<Entry>();
  readonly #recentlyDark = new Recent<'silent' | 'unreachable'>(REMEMBERED);
  readonly #found: Living[] = [];
  #wake: () => void = () => undefined;
  #isOver = false;
  #isExpiring = false;

  /** `maxPending` is for tests. */
  constructor(options: RoutedOptions, maxPending = MAX_PENDING) {
    this.#options = options;
    this.#maxPending = maxPending;
  }

  /** Somebody has answered a datagram. */
  answered(address: string): void {
    this.#options.breaker?.lives(address);
    const entry = this.#pending.get(address);
    if (entry) return this.#lives(entry);
    const bookedAs = this.#recentlyDark.get(address);
    if (bookedAs === undefined) return;
    this.#recentlyDark.delete(address);
    this.#options.onRevived(address, bookedAs);
    this.#tell({ address });
  }

  /** Yields each living address as soon as it shows. */
  async *search(addresses: Iterable<string>): AsyncGenerator<Living> {
    const sending = this.#sendAll(addresses[Symbol.iterator]()).finally(() => {
      this.#isOver = true;
      this.#wake();
    });
    for (;;) {
      for (let next = this.#found.shift(); next; next = this.#found.shift()) yield next;
      if (this.#isOver) break;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    await sending;
  }

  async #sendAll(addresses: Iterator<string>): Promise<void> {
    const { signal, pace, clock, isFull, firstPort, otherPorts } = this.#options;
    const packetsEach = { first: firstPort === undefined ? 1 : 2, again: otherPorts.length };
    const looking = setInterval(() => setImmediate(() => this.#isExpiring || this.#expire(clock.nowMs())), LOOK_EVERY_MS);
    try {
      while (!signal.aborted) {
        // Whoever waits for the second round is under way already, and makes room only by it.
        const isFirst = this.#again.size === 0;
        if (isFull() || (isFirst && this.#pending.size >= this.#maxPending)) {
          await clock.sleep(LOOK_EVERY_MS, signal);
          continue;
        }
        const again = take(this.#again.drain(), perTurn(packetsEach.again));
        const fresh = isFirst ? take(addresses, perTurn(packetsEach.first)) : [];
        if (again.length === 0 && fresh.length === 0) {
          if (this.#pending.size === 0) break;
          await clock.sleep(LOOK_EVERY_MS, signal);
          continue;
        }
        await nextTurn();
        const admitted = fresh.filter((address) => this.#admit(address));
        const packets = again.length * packetsEach.again + admitted.length * packetsEach.first;
        if (packets > 0 && !(await pace(packets))) {
          for (const address of admitted) this.#options.onDark(address, 'not-reached');
          break;
        }
        for (const address of admitted) this.#askFirst(address);
        for (const entry of again) if (this.#pending.get(entry.address) === entry) this.#askMore(entry);
      }
    } finally {
      clearInterval(looking);
      this.#abandon();
    }
  }

  #admit(address: string): boolean {
    if (this.#options.breaker?.admit(address) !== false) return true;
    this.#options.onDark(address, 'spared');
    return false;
  }

  #askFirst(address: string): void {
    const { firstPort, touch, clock } = this.#options;
    const entry: Entry = { address, sentAtMs: clock.nowMs(), isUnreachable: false, knocks: [] };
    this.#pending.set(address, entry);
    this.#rounds.first.enqueue(entry);
    touch(address);
    if (firstPort !== undefined) this.#knock(entry, firstPort);
  }

  #askMore(entry: Entry): void {
    entry.sentAtMs = this.#options.clock.nowMs();
    this.#rounds.second.enqueue(entry);
    for (const port of this.#options.otherPorts) this.#knock(entry, port);
  }

  #knock(entry: Entry, port: number): void {
    const knock = this.#options.knock(entry.address, port, (reach) => {
      if (reach === 'unreachable') {
        if (!entry.isUnreachable) this.#options.breaker?.unreachable(entry.address);
        entry.isUnreachable = true;
      } else this.#lives(entry, port, reach);
    });
    entry.knocks.push(knock);
  }

  #lives(entry: Entry, port?: number, reach?: 'answered' | 'refused'): void {
    if (this.#pending.get(entry.address) !== entry) return;
    this.#options.breaker?.lives(entry.address);
    this.#end(entry);
    this.#tell({ address: entry.address, port, reach });
  }

  #tell(living: Living): void {
    this.#found.push(living);
    this.#wake();
  }

  #expire(nowMs: number): void {
    const { waitMs, onDark } = this.#options;
    let ended = 0;
    this.#isExpiring = false;
    for (const round of [this.#rounds.first, this.#rounds.second]) {
      for (let entry = round.peek(); entry && nowMs - entry.sentAtMs >= waitMs; entry = round.peek()) {
        // Closing sockets takes its time, and answers wait meanwhile.
        if (ended >= ENDED_A_TURN) {
          this.#isExpiring = true;
          return void setImmediate(() => this.#expire(this.#options.clock.nowMs()));
        }
        round.dequeue();
        if (this.#pending.get(entry.address) !== entry) continue;
        ended += Math.max(1, entry.knocks.length);
        if (round === this.#rounds.first && this.#isWorthMore(entry)) {
          this.#hangUp(entry);
          this.#again.enqueue(entry);
          continue;
        }
        const why = entry.isUnreachable ? 'unreachable' : 'silent';
        this.#end(entry);
        this.#recentlyDark.set(entry.address, why);
        onDark(entry.address, why);
      }
    }
  }

  #isWorthMore({ address, isUnreachable }: Entry): boolean {
    const { otherPorts, breaker } = this.#options;
    return otherPorts.length > 0 && !isUnreachable && breaker?.hasTripped(address) !== true;
  }

  #end(entry: Entry): void {
    this.#pending.delete(entry.address);
    this.#hangUp(entry);
  }

  #hangUp(entry: Entry): void {
    for (const knock of entry.knocks) knock.giveUp();
    entry.knocks = [];
  }

  #abandon(): void {
    for (const entry of [...this.#pending.values()]) {
      this.#end(entry);
      this.#options.onDark(entry.address, 'not-reached');
    }
  }
}

/** Addresses of so many packets each. */
function perTurn(packets: number): number {
  return Math.max(1, Math.floor(SENT_A_TURN / Math.max(1, packets)));
}

function take<Item>(items: Iterator<Item>, count: number): Item[] {
  const taken: Item[] = [];
  while (taken.length < count) {
    const step = items.next();
    if (step.done === true) break;
    taken.push(step.value);
  }
  return taken;
}
