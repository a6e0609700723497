/** The identity rules with nothing behind them but maps: what the store does, small enough to trust by reading. */
import { withKnowledge } from '../../../agent/inventory/claims.ts';
import { groupSightings } from '../../../agent/inventory/group.ts';
import { identifierText } from '../../../agent/inventory/identifiers.ts';
import { resolveGroups, type Known, type KnownDevice } from '../../../agent/inventory/resolve.ts';
import type { DeviceState, Identifier, Sighting } from '../../../agent/inventory/types.ts';

interface Member {
  readonly id: number;
  into: number | undefined;
  /** What the merge stood on. */
  because: string | undefined;
  readonly identifiers: Map<string, Identifier>;
  addresses: readonly string[];
  state: DeviceState | undefined;
  readonly sightings: Sighting[];
}

export interface Memory {
  /** Takes a scan of one site; returns how many devices were new. */
  take(sightings: readonly Sighting[]): number;
  /** Sightings by device. */
  partition(): Sighting[][];
  merges(): string[];
}

export function createMemory(): Memory {
  const members = new Map<number, Member>();
  const shared = new Set<string>();
  const holders = new Map<string, { member: number; order: number }>();
  const reasons: string[] = [];
  let order = 0;

  const rootOf = (id: number): number => {
    const into = members.get(id)?.into;
    return into === undefined ? id : rootOf(into);
  };
  const family = (root: number): Member[] => [...members.values()].filter(({ id }) => rootOf(id) === root);
  const known = (root: number): KnownDevice => ({
    id: root,
    status: 'present',
    identifiers: family(root)
      .flatMap(({ identifiers }) => [...identifiers.values()])
      .filter((identifier) => !shared.has(identifierText(identifier))),
    state: members.get(root)?.state,
  });
  const view: Known = {
    byIdentifier: (identifier) =>
      [...members.values()]
        .filter(({ identifiers }) => identifiers.has(identifierText(identifier)))
        .map(({ id }) => ({ device: known(rootOf(id)), member: id })),
    at(address) {
      const holder = holders.get(address);
      if (!holder) return undefined;
      const root = rootOf(holder.member);
      return members.get(root)?.addresses.includes(address) === true ? known(root) : undefined;
    },
    isShared: (identifier) => shared.has(identifierText(identifier)),
    apart: () => false,
  };
  return {
    take(sightings) {
      const grouping = groupSightings(sightings, (identifier) => view.isShared(identifier));
      const resolution = resolveGroups(grouping.groups, view);
      for (const { identifier } of [...grouping.shared, ...resolution.shared]) {
        shared.add(identifierText(identifier));
        for (const member of members.values()) {
          if (member.because !== identifierText(identifier)) continue;
          member.into = undefined;
          member.because = undefined;
        }
      }
      for (const { from, into, reason, identifier } of resolution.merges) {
        const [young, old] = [Math.max(rootOf(from), rootOf(into)), Math.min(rootOf(from), rootOf(into))];
        const [one, other] = [members.get(young), members.get(old)];
        if (!one || !other || young === old) continue;
        one.into = old;
        one.because = identifierText(identifier);
        if (one.state) other.state = withKnowledge(other.state, one.state);
        reasons.push(reason);
      }
      let fresh = 0;
      for (const { group, device, member, learn } of resolution.assignments) {
        const root = device === undefined ? members.size + 1 : rootOf(device);
        if (device === undefined) {
          fresh++;
          members.set(root, {
            id: root,
            into: undefined,
            because: undefined,
            identifiers: new Map(),
            addresses: [],
            state: undefined,
            sightings: [],
          });
        }
        const [holder, top] = [members.get(member ?? root), members.get(root)];
        if (!holder || !top) throw new Error('no such device');
        for (const identifier of learn) {
          const carrier = family(root).find(({ identifiers }) => identifiers.has(identifierText(identifier))) ?? holder;
          carrier.identifiers.set(identifierText(identifier), identifier);
        }
        top.addresses = group.sightings.map(({ address }) => address);
        for (const seen of group.sightings) {
          holder.sightings.push(seen);
          top.state = withKnowledge(top.state, seen.state);
          holders.set(seen.address, { member: holder.id, order: ++order });
        }
      }
      return fresh;
    },
    partition: () =>
      [...members.keys()]
        .filter((id) => rootOf(id) === id)
        .map((root) => family(root).flatMap(({ sightings }) => sightings))
        .filter((list) => list.length > 0),
    merges: () => reasons,
  };
}
