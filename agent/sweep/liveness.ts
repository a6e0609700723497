/**
 * Who lives on an attached subnet, found by the kernel's own ARP: one datagram an address, then the neighbour table. No raw
 * socket, no root, and nothing but that datagram for an address nobody has.
 *
 * The table is one limit for the whole kernel (gc_thresh3). When it overflows nothing fails, hosts are just missing: so
 * addresses the kernel is still resolving are kept well below it, and an address that never showed up in the table was never
 * asked and is asked again.
 */
import type { Clock } from '../clock.ts';
import { countLostQuestions, ENOUGH_WITHOUT_LOSS } from './lost-questions.ts';
import type { Neighbours } from './neighbours.ts';

export interface LivenessOptions {
  readonly neighbours: Neighbours;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Waits for its turn and sends the one datagram; false when the scan was aborted before. */
  readonly touch: (address: string) => Promise<boolean>;
  /** Called for every address that stays dark, and for those an abort left unasked. */
  readonly onDark: (address: string, why: 'silent' | 'not-reached') => void;
  /** Called once when the neighbour table overflowed and the sweep slows down. */
  readonly onOverflow: () => void;
  /** How long an unresolved address is waited for; longer where the living missed questions of the kernel. */
  readonly darkWaitMs: number;
  /** The kernel's limit of neighbour entries. */
  readonly tableLimit: number;
  /** Entries others filled before: traffic of this machine, and other scans. */
  readonly othersInTable?: number | undefined;
}

/** The kernel gives an unresolved address up after three tries a second apart; so long it fills a place in the table. */
export const HELD_MS = 3100;
/** An entry shows at once after the send; half a table read later it would be there. */
const ABSENT_AFTER_MS = 60;
/** How often the table is looked at, and as long as nothing happens. */
const POLL_MS = 12;
const IDLE_POLL_MS = 48;
/** A full table gives up what lives and was not used for 5 s, but a few entries at a time: seen to fill up with them for so long. */
export const FRESH_MS = 20_000;
/** Part of the table that may be full, with what others hold already; the rest is for whoever comes meanwhile. */
const SHARE_OF_TABLE = 0.88;
const MAX_TRIES = 6;
/** After an overflow nothing is touched for so long: all that was refused belongs to one overflow, and the kernel may tidy up. */
const OVERFLOW_PAUSE_MS = 500;
/** So few may have a route of their own and never show in the table, unless it is half full. */
const FEW = 2;
/** Without another one the share grows back, by this part of it each time the places of one round are free again. */
const REGAIN = 1 / 8;
const LEAST_CUT = 1 / 8;
/** The kernel repeats its question after this long: who answers only then shows that questions are lost here. */
const REPEAT_MS = 1000;
const QUESTIONS_A_TOUCH = 3;
/** An answer so shortly before a repetition is taken for one to it, and one to the last repetition may take as long. */
const LEEWAY_MS = 150;
/** Who was seen silent for so long did not answer that question: where one is answered, it takes milliseconds. */
const SILENCE_MS = 30;
/** The kernel has surely given up by then, so that a datagram makes it ask anew. */
const REST_MS = HELD_MS + 100;
/** A /24: the questions to its first hosts would otherwise use up the rate, and its last hosts be found a second later. */
const TOUCHES_IN_A_ROW = 256;

interface Pending {
  readonly address: string;
  readonly sentAtMs: number;
  readonly tries: number;
  /** Questions it missed in an earlier round. */
  readonly missed: number;
}

/** Entries a sweep fills at most in a table of this size, of which others fill some. */
export function placesOf(tableLimit: number, others = 0): number {
  return Math.max(16, Math.floor(tableLimit * SHARE_OF_TABLE) - others);
}

/** Yields each living address as soon as the table shows it. Memory: at most one table of pending addresses. */
export async function* livingNeighbours(addresses: Iterable<string>, options: LivenessOptions): AsyncGenerator<string> {
  const { neighbours, clock, signal, touch, onDark, onOverflow, darkWaitMs } = options;
  const iterator = addresses[Symbol.iterator]();
  const pending = new Map<string, Pending>();
  const again: Pending[] = [];
  const resting: Pending[] = []; // to be asked anew when the kernel has given them up
  const held: number[] = []; // when each given-up address leaves the table
  const fresh: number[] = []; // until when each living one is sure to fill a place
  const fullBudget = placesOf(options.tableLimit, options.othersInTable ?? 0);
  const state = {
    budget: fullBudget,
    exhausted: false,
    pollMs: POLL_MS,
    /** The table before the one just read. */
    readBeforeMs: Number.NEGATIVE_INFINITY,
    /** After an overflow nothing is touched before; 0 as long as there was none. */
    resumeAtMs: 0,
    regainAtMs: Number.POSITIVE_INFINITY,
  };
  const lost = countLostQuestions();
  const stopped = (): boolean => signal.aborted;

  while (!stopped()) {
    regain();
    const room = (): boolean => clock.nowMs() >= state.resumeAtMs && occupied() < state.budget;
    for (const queue of [held, fresh]) while (queue.length > 0 && (queue[0] ?? 0) <= clock.nowMs()) queue.shift();
    while (!stopped()) {
      // Who rested has kept its place: it is asked anew also where no other place is left.
      const next = rested() ?? (room() ? (again.shift() ?? take()) : undefined);
      if (!next) break;
      if (!(await touch(next.address))) break;
      pending.set(next.address, { ...next, sentAtMs: clock.nowMs(), tries: next.tries + 1 });
      // A burst is not waited for to its end: who answered its first packets is asked on meanwhile.
      if (pending.size % TOUCHES_IN_A_ROW === 0) break;
    }
    if (state.exhausted && pending.size === 0 && again.length === 0 && resting.length === 0) return;
    state.readBeforeMs = neighbours.asOfMs();
    await neighbours.refresh();
    const living: string[] = [];
    const absentBefore = again.length;
    // Judged by when the table was read: on a busy machine that may be long ago, and would make the living look dark.
    // The living first: what their answers tell of lost questions holds for those who have not answered.
    for (const entry of pending.values()) if (neighbours.state(entry.address) === 'resolved') settle(entry, neighbours.asOfMs(), living);
    for (const entry of pending.values()) settle(entry, neighbours.asOfMs(), living);
    const refused = again.length - absentBefore;
    if (refused > FEW || (refused > 0 && occupied() > state.budget / 2)) slowDown(refused);
    for (const address of living) yield address;
    state.pollMs = living.length > 0 ? POLL_MS : Math.min(2 * state.pollMs, IDLE_POLL_MS);
    if (living.length === 0 && (!room() || (state.exhausted && again.length === 0))) await clock.sleep(pauseMs(), signal);
  }
  for (const { address } of [...pending.values(), ...again, ...resting]) onDark(address, 'not-reached');

  /** Until the next look, or until the oldest of the pending is due, where that comes before. A timer cuts fractions off: it would ring too early. */
  function pauseMs(): number {
    for (const entry of pending.values()) return Math.min(state.pollMs, Math.max(POLL_MS, Math.ceil(dueAtMs(entry) - clock.nowMs()) + 1));
    return state.pollMs;
  }

  function take(): Pending | undefined {
    const step = iterator.next();
    if (step.done === true) {
      state.exhausted = true;
      return undefined;
    }
    return { address: step.value, sentAtMs: 0, tries: 0, missed: 0 };
  }

  function rested(): Pending | undefined {
    const [first] = resting;
    const nowMs = clock.nowMs();
    return first && nowMs >= state.resumeAtMs && nowMs - first.sentAtMs >= REST_MS ? resting.shift() : undefined;
  }

  /** So many found no place: that many fewer are tried at a time, and an eighth at the least. */
  function slowDown(refused: number): void {
    const nowMs = clock.nowMs();
    if (state.resumeAtMs === 0) onOverflow();
    const isSameOverflow = nowMs < state.resumeAtMs;
    state.budget = Math.max(16, Math.floor(state.budget - Math.max(refused, isSameOverflow ? 0 : state.budget * LEAST_CUT)));
    state.resumeAtMs = nowMs + OVERFLOW_PAUSE_MS;
    state.regainAtMs = nowMs + HELD_MS;
  }

  /** Places by our own count. Who lives takes at most half of what we take: the kernel makes room among them in the end. */
  function occupied(): number {
    return pending.size + held.length + resting.length + Math.min(fresh.length, state.budget / 2);
  }

  function regain(): void {
    if (clock.nowMs() < state.regainAtMs) return;
    state.budget = Math.min(fullBudget, Math.ceil(state.budget + fullBudget * REGAIN));
    state.regainAtMs = state.budget === fullBudget ? Number.POSITIVE_INFINITY : clock.nowMs() + HELD_MS;
  }

  function settle(entry: Pending, asOfMs: number, living: string[]): void {
    const { address, sentAtMs, tries, missed } = entry;
    const seen = neighbours.state(address);
    const ageMs = asOfMs - sentAtMs;
    if (seen === 'resolved') {
      pending.delete(address);
      fresh.push(asOfMs + FRESH_MS);
      lost.answered(missed + answeredQuestion(sentAtMs));
      living.push(address);
      return;
    }
    if (seen === 'absent' && ageMs >= ABSENT_AFTER_MS && tries < MAX_TRIES) {
      pending.delete(address);
      again.push(entry);
      return;
    }
    if (asOfMs < dueAtMs(entry)) return;
    pending.delete(address);
    if (questionsLeft(missed) > QUESTIONS_A_TOUCH) {
      resting.push({ ...entry, tries: 0, missed: QUESTIONS_A_TOUCH });
      return;
    }
    held.push(sentAtMs + HELD_MS);
    onDark(address, 'silent');
  }

  /** How many more questions it has to miss. */
  function questionsLeft(missed: number): number {
    return Math.max(lost.enough() - missed, 1);
  }

  /** When its silence has lasted long enough for now. */
  function dueAtMs({ sentAtMs, missed }: Pending): number {
    return sentAtMs + waitMs(Math.min(questionsLeft(missed), QUESTIONS_A_TOUCH), missed > 0);
  }

  /** Which of the kernel's questions was answered at the latest. Not the second only because the table was not looked at since the first. */
  function answeredQuestion(sentAtMs: number): number {
    const unansweredMs = Math.max(0, state.readBeforeMs - sentAtMs);
    const byAge = Math.floor((neighbours.endedAtMs() - sentAtMs + LEEWAY_MS) / REPEAT_MS);
    const bySilence = Math.floor((unansweredMs + REPEAT_MS - SILENCE_MS) / REPEAT_MS);
    return 1 + Math.min(byAge, bySilence, QUESTIONS_A_TOUCH - 1);
  }

  /** For an answer to so many questions. The profile says what is waited for where none is lost. */
  function waitMs(questions: number, isSecondRound: boolean): number {
    if (isSecondRound) return (questions - 1) * REPEAT_MS + LEEWAY_MS;
    return darkWaitMs + (questions - ENOUGH_WITHOUT_LOSS) * REPEAT_MS;
  }
}
