/**
 * Coverage: for each address and probe one outcome out of the closed list. Without it "none found" means nothing.
 * Memory is flat in dark addresses: for an address that showed no sign of life only the counts are kept.
 */
import { OUTCOMES, type Outcome } from '../../probes/probe.ts';
import { DarkRanges, type DarkRange } from './dark-ranges.ts';
import type { TargetRange } from './targets.ts';

export type OutcomeCounts = Readonly<Record<Outcome, number>>;

export interface CoverageSummary {
  readonly addresses: number;
  readonly asked: number;
  readonly alive: number;
  readonly excluded: number;
  /** Asked, and nothing at all came back: absent, switched off or filtered. A scan cannot tell which. */
  readonly silent: number;
  /** Not asked at all, or cut off before an answer could come. */
  readonly notReached: number;
  /** Per probe id, how many addresses ended with each outcome. */
  readonly byProbe: Readonly<Record<string, OutcomeCounts>>;
  readonly complete: boolean;
}

/** How an address stands after its last question. */
export type AddressState = 'alive' | 'silent' | 'excluded' | 'not-reached';

export class Coverage {
  readonly #byProbe = new Map<string, Record<Outcome, number>>();
  readonly #states: Record<AddressState, number> = { alive: 0, silent: 0, excluded: 0, 'not-reached': 0 };
  readonly #alive = new Map<string, Readonly<Record<string, Outcome>>>();
  readonly #dark = new DarkRanges();
  /** Addresses where every probe met the same. */
  readonly #alike = new Map<Outcome, number>();
  readonly #probes: readonly string[];
  readonly #total: number;

  /** `probes`: ids of those that are meant for every address. */
  constructor(total: number, probes: readonly string[] = []) {
    this.#total = total;
    this.#probes = probes;
  }

  /** Books one address that showed no life, where all probes met the same. */
  finishDark(address: string, outcome: Outcome, state: Exclude<AddressState, 'alive'>): void {
    this.#states[state]++;
    this.#dark.add(address, state);
    this.#alike.set(outcome, (this.#alike.get(outcome) ?? 0) + 1);
  }

  /** Takes back that an address was silent: it has answered after all, and is finished once more as alive. */
  revive(address: string): void {
    if (!this.#dark.remove(address, 'silent')) return;
    this.#states.silent--;
    this.#alike.set('silent', (this.#alike.get('silent') ?? 0) - 1);
  }

  /** Books one finished address with the outcome of every probe that was meant for it. */
  finish(address: string, outcomes: Readonly<Record<string, Outcome>>, state: AddressState): void {
    this.#states[state]++;
    if (state === 'alive') this.#alive.set(address, outcomes);
    else this.#dark.add(address, state);
    for (const [probe, outcome] of Object.entries(outcomes)) {
      const counts = this.#byProbe.get(probe) ?? emptyCounts();
      counts[outcome]++;
      this.#byProbe.set(probe, counts);
    }
  }

  get finished(): number {
    return Object.values(this.#states).reduce((sum, count) => sum + count, 0);
  }

  /** Outcomes at an address that showed a sign of life. */
  outcomesOf(address: string): Readonly<Record<string, Outcome>> | undefined {
    return this.#alive.get(address);
  }

  /** Addresses that showed a sign of life, with their outcomes. */
  live(): IterableIterator<[address: string, outcomes: Readonly<Record<string, Outcome>>]> {
    return this.#alive.entries();
  }

  /** Everything else of the targets, as ranges. */
  dark(targets: readonly TargetRange[]): DarkRange[] {
    return this.#dark.within(targets, this.#alive.keys());
  }

  #countsByProbe(): Record<string, OutcomeCounts> {
    const probes = new Set([...(this.#alike.size > 0 ? this.#probes : []), ...this.#byProbe.keys()]);
    return Object.fromEntries(
      [...probes].map((probe) => {
        const counts = { ...(this.#byProbe.get(probe) ?? emptyCounts()) };
        for (const [outcome, count] of this.#alike) counts[outcome] += count;
        return [probe, counts];
      }),
    );
  }

  summary(): CoverageSummary {
    const { alive, silent, excluded } = this.#states;
    const notReached = this.#states['not-reached'] + Math.max(0, this.#total - this.finished);
    return {
      addresses: this.#total,
      asked: alive + silent,
      alive,
      excluded,
      silent,
      notReached,
      byProbe: this.#countsByProbe(),
      complete: notReached === 0,
    };
  }
}

export function emptyCounts(): Record<Outcome, number> {
  const counts = { answered: 0, refused: 0, silent: 0, unreachable: 0, 'not-understood': 0, spared: 0, excluded: 0, aborted: 0 };
  return counts satisfies Record<(typeof OUTCOMES)[number], number>;
}
