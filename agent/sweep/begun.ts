/**
 * A scan that was cut off, as the one that continues it needs it: what was asked to the end and how that came out, and every answer
 * there was. Pure. Hosts it had only begun with are asked again.
 */
import type { Outcome } from '../../probes/probe.ts';
import type { Recording } from '../../probes/recording.ts';
import { addressTest, intersect, sizeOf, without } from './bounds.ts';
import type { DarkRange } from './dark-ranges.ts';
import { formatAddress, mergeRanges, parseTarget, type TargetRange } from './targets.ts';

/** How many dark addresses ended with which outcome, the same for every probe. */
export type DarkOutcomes = Readonly<Record<'silent' | 'excluded', Readonly<Partial<Record<Outcome, number>>>>>;

export interface LiveAddress {
  readonly address: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

export interface BegunScan {
  readonly dark: readonly DarkRange[];
  readonly outcomes: DarkOutcomes;
  readonly live: readonly LiveAddress[];
  readonly recordings: readonly Recording[];
}

/** The addresses that need not be asked again. */
export function doneRanges({ dark, live }: BegunScan): TargetRange[] {
  return mergeRanges([...rangesOf(dark), ...live.flatMap(({ address }) => parseTarget(address) ?? [])]);
}

/**
 * The answers of hosts that need not be asked again, and of the others. Those come back last: probes leave out what they see was
 * answered already, and of a host cut off in the middle more than that may be missing.
 */
export function splitRecordings(
  begun: BegunScan,
  left: readonly TargetRange[],
): { readonly done: Recording[]; readonly open: Recording[] } {
  const addresses = new Set(begun.recordings.map(({ from }) => from.address));
  const openOnes = new Set([...addresses].filter(addressTest(left)));
  const isOpen = ({ from }: Recording): boolean => openOnes.has(from.address);
  return { done: begun.recordings.filter((one) => !isOpen(one)), open: begun.recordings.filter(isOpen) };
}

/** What of the targets is still to be asked. */
export function leftOf(targets: readonly TargetRange[], begun: BegunScan | undefined): TargetRange[] {
  return begun === undefined ? [...targets] : without(mergeRanges(targets), doneRanges(begun));
}

/**
 * What of a stored scan holds. A host that was cut off in the middle, or answered after it had been booked as dark, is asked again;
 * where counts and ranges contradict each other all dark addresses are.
 */
export function begunScan({ dark, outcomes, live, recordings }: BegunScan): BegunScan {
  const finished = live.filter(({ outcomes: of }) => Object.keys(of).length > 0 && !Object.values(of).includes('aborted'));
  const done = dark.filter(({ state }) => state !== 'not-reached');
  const isSound = (['silent', 'excluded'] as const).every(
    (state) => sizeOf(rangesOf(done.filter((range) => range.state === state))) === sumOf(outcomes[state]),
  );
  if (!isSound) return { dark: [], outcomes: { silent: {}, excluded: {} }, live: finished, recordings };
  const silent = rangesOf(done.filter(({ state }) => state === 'silent'));
  const spoke = intersect(
    mergeRanges([...new Set(recordings.map(({ from }) => from.address))].flatMap((address) => parseTarget(address) ?? [])),
    silent,
  );
  return {
    dark: spoke.length === 0 ? done : [...done.filter(({ state }) => state !== 'silent'), ...toDark(without(mergeRanges(silent), spoke))],
    outcomes: { ...outcomes, silent: less(outcomes.silent, sizeOf(spoke)) },
    live: finished,
    recordings,
  };
}

function rangesOf(dark: readonly DarkRange[]): TargetRange[] {
  return dark.flatMap(({ first, last }) => parseTarget(`${first}-${last}`) ?? []);
}

function toDark(ranges: readonly TargetRange[]): DarkRange[] {
  return ranges.map(({ family, first, last }) => ({
    first: formatAddress(family, first),
    last: formatAddress(family, last),
    state: 'silent',
  }));
}

function sumOf(counts: Readonly<Partial<Record<Outcome, number>>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Less so many, taken from `silent` first: what else a late answer had been booked as is not known. */
function less(counts: Readonly<Partial<Record<Outcome, number>>>, count: number): Partial<Record<Outcome, number>> {
  const { silent = 0, unreachable = 0 } = counts;
  const fromSilent = Math.min(silent, count);
  return { ...counts, silent: silent - fromSilent, unreachable: unreachable - (count - fromSilent) };
}
