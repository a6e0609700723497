/**
 * Coverage: for each address and probe one outcome out of the closed list. Without it "none found" means nothing.
 * Memory is flat in dark addresses: for an address that showed no sign of life only the counts are kept.
 */
import { OUTCOMES, type Outcome } from '../../probes/probe.ts';
import type { BegunScan, DarkOutcomes } from './begun.ts';
import { DarkRanges, type DarkRange, type DarkState } from './dark-ranges.ts';
import { parseTarget, walk, type TargetRange } from './targets.ts';

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
  /** Addresses where every probe met the same, by how they stand. */
  readonly #alike: Record<DarkState, Map<Outcome, number>> = { silent: new Map(), excluded: new Map(), 'not-reached': new Map() };
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
    add(this.#alike[state], outcome, 1);
  }

  /** Takes back that an address was dark, booked with this outcome: it has answered after all, and is finished once more as alive. */
  revive(address: string, bookedAs: Outcome): void {
    if (!this.#dark.remove(address, 'silent')) return;
    this.#states.silent--;
    add(this.#alike.silent, bookedAs, -1);
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

  /** What was asked to the end, of dark addresses: for continuing a scan that is cut off. */
  darkSoFar(): { readonly ranges: DarkRange[]; readonly outcomes: DarkOutcomes } {
    const { silent, excluded } = this.#alike;
    return {
      ranges: this.#dark.booked().filter(({ state }) => state !== 'not-reached'),
      outcomes: { silent: Object.fromEntries(silent), excluded: Object.fromEntries(excluded) },
    };
  }

  /** Books what an earlier scan, cut off, had asked to the end. */
  takeUp({ dark, outcomes, live }: BegunScan): void {
    for (const { first, last, state } of dark) {
      for (const address of walk([parseTarget(`${first}-${last}`)].flatMap((range) => range ?? []))) {
        this.#states[state]++;
        this.#dark.add(address, state);
      }
    }
    for (const state of ['silent', 'excluded'] as const)
      for (const outcome of OUTCOMES) add(this.#alike[state], outcome, outcomes[state][outcome] ?? 0);
    for (const host of live) this.finish(host.address, host.outcomes, 'alive');
  }

  #countsByProbe(): Record<string, OutcomeCounts> {
    const alike = Object.values(this.#alike).flatMap((counts) => [...counts]);
    const probes = new Set([...(alike.length > 0 ? this.#probes : []), ...this.#byProbe.keys()]);
    return Object.fromEntries(
      [...probes].map((probe) => {
        const counts = { ...(this.#byProbe.get(probe) ?? emptyCounts()) };
        for (const [outcome, count] of alike) counts[outcome] += count;
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

function add(counts: Map<Outcome, number>, outcome: Outcome, count: number): void {
  if (count !== 0) counts.set(outcome, (counts.get(outcome) ?? 0) + count);
}

export function emptyCounts(): Record<Outcome, number> {
  const counts = { answered: 0, refused: 0, silent: 0, unreachable: 0, 'not-understood': 0, spared: 0, excluded: 0, aborted: 0 };
  return counts satisfies Record<(typeof OUTCOMES)[number], number>;
}
