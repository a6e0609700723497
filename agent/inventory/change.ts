/** Before and after → what changed, each change once. Pure. */
import { wasAsked, type Ageing } from './ageing.ts';
import type { CoverageIndex } from './coverage-ranges.ts';
import type { Change, DeviceState } from './types.ts';

/** A device as it was known before the scan. */
export interface Before extends Ageing {
  readonly site: string;
  readonly addresses: readonly string[];
  readonly state: DeviceState | undefined;
  /** Network ports it was ever seen with: one that has several is not "moved" when another port answers. */
  readonly macs: number;
}

export interface After {
  readonly site: string;
  /** Where it answered in this scan. */
  readonly seenAt: readonly string[];
  readonly state: DeviceState;
}

const NOTHING = { topic: null, before: null, after: null } as const;

export function newDevice({ seenAt, site }: After): Change[] {
  return [{ ...NOTHING, kind: 'new', after: places(site, seenAt) }];
}

/** Changes of a device that was seen. */
export function changesOf(before: Before, after: After, coverage: CoverageIndex): Change[] {
  const changes: Change[] = before.status === 'gone' ? [{ ...NOTHING, kind: 'back', after: places(after.site, after.seenAt) }] : [];
  if (hasMoved(before, after, coverage)) {
    const elsewhere = before.site !== after.site;
    changes.push({
      kind: 'moved',
      topic: null,
      before: elsewhere ? places(before.site, before.addresses) : before.addresses.join(', '),
      after: elsewhere ? places(after.site, after.seenAt) : after.seenAt.join(', '),
    });
  }
  return [...changes, ...stateChanges(before.state, after.state)];
}

function places(site: string, addresses: readonly string[]): string {
  return `${site}:${addresses.join(', ')}`;
}

/** Firmware and verdicts that are known before and after and are not the same. */
export function stateChanges(before: DeviceState | undefined, after: DeviceState): Change[] {
  if (!before) return [];
  const changes: Change[] = [];
  if (before.firmware && after.firmware && before.firmware.value !== after.firmware.value) {
    changes.push({ kind: 'firmware-changed', topic: null, before: before.firmware.value, after: after.firmware.value });
  }
  for (const { policy, verdict } of after.verdicts) {
    const was = before.verdicts.find((item) => item.policy === policy);
    if (was && was.verdict !== verdict) changes.push({ kind: 'verdict-changed', topic: policy, before: was.verdict, after: verdict });
  }
  return changes;
}

/** Policies that are judged only before or only after, where they name the device: what choosing other policies changes. */
export function policyChanges(before: DeviceState, after: DeviceState): Change[] {
  const only = (list: DeviceState, other: DeviceState): DeviceState['verdicts'] =>
    list.verdicts.filter(
      ({ policy, verdict }) =>
        verdict !== 'no-match' && verdict !== 'unknown' && !other.verdicts.some((verdictThere) => verdictThere.policy === policy),
    );
  return [
    ...only(after, before).map(
      ({ policy, verdict }) => ({ kind: 'verdict-changed', topic: policy, before: null, after: verdict }) as const,
    ),
    ...only(before, after).map(
      ({ policy, verdict }) => ({ kind: 'verdict-changed', topic: policy, before: verdict, after: null }) as const,
    ),
  ];
}

function hasMoved(before: Before, { site, seenAt }: After, coverage: CoverageIndex): boolean {
  if (before.site !== site) return true;
  const isFresh = seenAt.some((address) => !before.addresses.includes(address));
  const left = before.addresses.filter((address) => !seenAt.includes(address));
  if (!isFresh || left.length === 0) return false;
  return left.some((address) => wasAsked(address, coverage)) || before.macs < 2;
}

/** Where it is to be found after the scan: where it answered, and other ports of it that nobody asked this time. */
export function addressesAfter(before: Before, { site, seenAt }: After, coverage: CoverageIndex): string[] {
  if (before.site !== site || (before.macs < 2 && before.addresses.length < 2)) return [...seenAt];
  const unasked = before.addresses.filter((address) => !seenAt.includes(address) && !wasAsked(address, coverage));
  return [...seenAt, ...unasked];
}
