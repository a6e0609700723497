/**
 * Two conclusions about what may be one device: do they contradict each other, do they agree, and what is known after both.
 * Pure. A device that is starting, busy or behind a filter answers less than yesterday: less is not different.
 */
import type { Verdict } from '../policy/types.ts';
import type { ClaimState, DeviceState } from './types.ts';

const CERTAINTIES: readonly (string | null)[] = ['possible', 'probable', 'confirmed'];

function rank(certainty: string | null | undefined): number {
  return CERTAINTIES.indexOf(certainty ?? null);
}

type Claims = Pick<DeviceState, 'maker' | 'model' | 'surveillance'>;

/** Both say something of the kind, both mean it, and it is not the same. */
function differs(a: ClaimState | null, b: ClaimState | null): boolean {
  return a !== null && b !== null && a.value !== b.value && rank(a.certainty) > 0 && rank(b.certainty) > 0;
}

/** The claims cannot both be of one device. */
export function contradict(a: Claims, b: Claims): boolean {
  if (differs(a.maker, b.maker) || differs(a.model, b.model)) return true;
  return a.surveillance !== null && b.surveillance !== null && a.surveillance !== b.surveillance;
}

/** Makers only: what a serial number is unique within. */
export function sameMaker(a: Pick<Claims, 'maker'>, b: Pick<Claims, 'maker'>): boolean {
  return !differs(a.maker, b.maker);
}

/** How much speaks for one device: 2 = maker and model are the same, 1 = one of them, 0 = nothing. */
export function agreement(a: Claims, b: Claims): 0 | 1 | 2 {
  const maker = a.maker !== null && a.maker.value === b.maker?.value;
  const model = a.model !== null && a.model.value === b.model?.value;
  return maker && model ? 2 : maker || model ? 1 : 0;
}

/**
 * What is known after a new look: the look itself, and where it saw less than before and nothing else, what was known before.
 * A device that answered only ARP today is still the camera it was confirmed to be yesterday.
 */
export function withKnowledge(before: DeviceState | undefined, now: DeviceState): DeviceState {
  if (!before) return now;
  if (rank(now.certainty) >= rank(before.certainty)) {
    if (contradict(before, now)) return now;
    return { ...now, ...details(before, now), verdicts: verdictsOf(now.verdicts, before.verdicts) };
  }
  return { ...before, ...details(before, now), mac: now.mac ?? before.mac, verdicts: verdictsOf(before.verdicts, now.verdicts) };
}

/** Model and serial by certainty, the newer one where that is equal; the newest firmware, because firmware does change. */
function details(before: DeviceState, now: DeviceState): Pick<DeviceState, 'model' | 'firmware' | 'serial'> {
  const surer = (a: ClaimState | null, b: ClaimState | null): ClaimState | null =>
    rank(b?.certainty) >= rank(a?.certainty) ? (b ?? a) : a;
  return {
    model: surer(before.model, now.model),
    firmware: now.firmware ?? before.firmware,
    serial: surer(before.serial, now.serial),
  };
}

/** `first`, and of `second` the policies that `first` does not speak of. */
function verdictsOf(first: readonly Verdict[], second: readonly Verdict[]): Verdict[] {
  return [...first, ...second.filter(({ policy }) => !first.some((verdict) => verdict.policy === policy))];
}

/** `after` is at least as sure as `before` was, and no detail is missing. */
export function knowsAsMuch(after: DeviceState | undefined, before: DeviceState): boolean {
  if (!after || rank(after.certainty) < rank(before.certainty)) return false;
  return (['model', 'firmware', 'serial'] as const).every((detail) => after[detail] !== null || before[detail] === null);
}
