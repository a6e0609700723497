/** What a run found, held against the truth. Pure. */
import { findHost } from '../../test/lab/lab.ts';
import type { OurDocument } from './ours.ts';
import type { Placed } from './population.ts';
import type { Found } from './tools.ts';

export interface Score {
  readonly devices: number;
  readonly live: number;
  /** Devices whose maker was named, and named right; undefined for tools that name none. */
  readonly makers?: number | undefined;
  /** Ours only: addresses, so that a miss can be looked at. */
  readonly falseFlags: readonly string[];
  readonly missedFlags: readonly string[];
  readonly missed: readonly string[];
  readonly wrongMakers: readonly string[];
}

/** Names a maker or brand id goes by, folded. */
export type NamesOf = (id: string) => ReadonlySet<string>;

export const fold = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

export function scorePeer(found: Found, hosts: readonly Placed[], namesOf: NamesOf): Score {
  const devices = hosts.filter(({ role }) => role === 'device');
  const missed = devices.filter(({ address }) => !found.live.has(address));
  const named = devices.filter((device) => {
    const text = fold(found.words.get(device.address) ?? '');
    const { maker, brand } = truthOf(device);
    return text !== '' && [maker, brand].some((id) => id !== undefined && [...namesOf(id)].some((name) => text.includes(name)));
  });
  return {
    devices: devices.length - missed.length,
    live: hosts.filter(({ address }) => found.live.has(address)).length,
    makers: found.words.size > 0 ? named.length : undefined,
    falseFlags: [],
    missedFlags: [],
    missed: missed.map(label),
    wrongMakers: [],
  };
}

/**
 * `attached`: every living host has an entry, for its MAC. Behind a router a host that only refuses has none, and is in the
 * count of the coverage alone.
 */
export function scoreOurs(document: OurDocument | undefined, hosts: readonly Placed[], namesOf: NamesOf, isAttached: boolean): Score {
  const shown = new Map(document?.devices.map((device) => [device.address, device]));
  const devices = hosts.filter(({ role }) => role === 'device');
  const missed = devices.filter(({ address }) => shown.get(address)?.surveillance !== true);
  const wrong = devices.filter((device) => {
    const maker = shown.get(device.address)?.maker ?? undefined;
    return maker === undefined || !namesOf(truthOf(device).maker ?? '').has(fold(maker));
  });
  const flagged = (host: Placed): boolean => shown.get(host.address)?.flagged === true;
  return {
    devices: devices.length - missed.length,
    live: isAttached ? hosts.filter(({ address }) => shown.has(address)).length : Math.min(hosts.length, document?.coverage.alive ?? 0),
    makers: devices.length - wrong.length,
    falseFlags: hosts.filter((host) => flagged(host) && !truthOf(host).mustBeFlagged).map(label),
    missedFlags: devices.filter((host) => !flagged(host) && truthOf(host).mustBeFlagged).map(label),
    missed: missed.map(label),
    wrongMakers: wrong.map((host) => `${label(host)}: ${shown.get(host.address)?.maker ?? 'none'}`),
  };
}

interface ShortTruth {
  readonly maker?: string | undefined;
  readonly brand?: string | undefined;
  readonly mustBeFlagged: boolean;
}

export function truthOf({ lab }: Placed): ShortTruth {
  return (lab === undefined ? undefined : findHost(lab)?.truth) ?? { mustBeFlagged: false };
}

function label({ address, lab, mute }: Placed): string {
  return `${address} ${lab ?? ''}${mute === undefined ? '' : ` without ${mute}`}`;
}
