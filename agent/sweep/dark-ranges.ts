/**
 * Addresses that showed no life, kept as ranges while they are booked one by one in almost any order: a dark /16 costs a few
 * ranges. Pure.
 */
import { ascending, without, type Bounds } from './bounds.ts';
import { formatAddress, mergeRanges, parseAddress, type Family, type TargetRange } from './targets.ts';

export type DarkState = 'silent' | 'excluded' | 'not-reached';

/** First to last address, both included. */
export interface DarkRange {
  readonly first: string;
  readonly last: string;
  readonly state: DarkState;
}

/** Both ends of each range, so that a neighbour is found at once. */
class Ranges {
  readonly #lastOf = new Map<bigint, bigint>();
  readonly #firstOf = new Map<bigint, bigint>();

  add(value: bigint): void {
    const first = this.#firstOf.get(value - 1n) ?? value;
    const last = this.#lastOf.get(value + 1n) ?? value;
    this.#firstOf.delete(value - 1n);
    this.#lastOf.delete(value + 1n);
    this.#lastOf.set(first, last);
    this.#firstOf.set(last, first);
  }

  /** False when the value was not in. */
  remove(value: bigint): boolean {
    for (const [first, last] of this.#lastOf) {
      if (value < first || value > last) continue;
      this.#lastOf.delete(first);
      this.#firstOf.delete(last);
      for (const [from, to] of [
        [first, value - 1n],
        [value + 1n, last],
      ] as const) {
        if (from > to) continue;
        this.#lastOf.set(from, to);
        this.#firstOf.set(to, from);
      }
      return true;
    }
    return false;
  }

  all(): [first: bigint, last: bigint][] {
    return [...this.#lastOf];
  }
}

export class DarkRanges {
  readonly #ranges = new Map<string, Ranges>();

  add(address: string, state: DarkState): void {
    const parsed = parseAddress(address);
    if (!parsed) return;
    const key = `${parsed.family} ${state}`;
    const ranges = this.#ranges.get(key) ?? new Ranges();
    ranges.add(parsed.value);
    this.#ranges.set(key, ranges);
  }

  /** Takes an address out again; false when it was not in with that state. */
  remove(address: string, state: DarkState): boolean {
    const parsed = parseAddress(address);
    return parsed !== undefined && (this.#ranges.get(`${parsed.family} ${state}`)?.remove(parsed.value) ?? false);
  }

  #bounds(): (Bounds & { readonly state: DarkState })[] {
    return [...this.#ranges].flatMap(([key, ranges]) => {
      const family: Family = key.startsWith('4') ? 4 : 6;
      const state = (['silent', 'excluded', 'not-reached'] as const).find((word) => key.endsWith(word)) ?? 'not-reached';
      return ranges.all().map(([first, last]) => ({ family, first, last, state }));
    });
  }

  /** Ascending; what was booked. */
  booked(): DarkRange[] {
    return this.#bounds().sort(ascending).map(inWords);
  }

  /** Ascending; what of the targets was never booked, dark or alive, counts as not reached. */
  within(targets: readonly TargetRange[], alive: Iterable<string>): DarkRange[] {
    const dark = this.#bounds();
    const lit = [...alive].flatMap((address): Bounds[] => {
      const parsed = parseAddress(address);
      return parsed ? [{ family: parsed.family, first: parsed.value, last: parsed.value }] : [];
    });
    const open = without(mergeRanges(targets), [...dark, ...lit]).map((bounds) => ({ ...bounds, state: 'not-reached' as const }));
    return [...dark, ...open].sort(ascending).map(inWords);
  }
}

function inWords({ family, first, last, state }: Bounds & { readonly state: DarkState }): DarkRange {
  return { first: formatAddress(family, first), last: formatAddress(family, last), state };
}
