/** Plans and writes devices: looks at a page at once, and looks again before each write, together with the writes of that moment. */
import { createBatcher, type Batcher } from '../batcher.ts';
import { TargetError } from '../errors.ts';
import type { DevicePlan, ExportDevice, TargetSession, TargetTools } from '../types.ts';
import { createNetBoxApi, type NetBoxApi } from './api.ts';
import { createCatalogue, type Catalogue } from './catalogue.ts';
import { findAll, groupedBy, INTERFACES, type Found } from './lookup.ts';
import { wantedOf, type Wanted } from './payload.ts';
import type { InterfaceRow, NetBoxSettings } from './schema.ts';
import { missingError, readInstance, setUpInstance, SITES, type Instance } from './setup.ts';
import { strangerAt, todoOf } from './todo.ts';
import { writeDevice } from './write.ts';

export type NetBoxSession = TargetSession<null>;

/** Devices that are looked for together before they are written. */
const LOOKED_FOR = 50;

interface Room {
  readonly api: NetBoxApi;
  readonly settings: NetBoxSettings;
  readonly catalogue: Catalogue;
  readonly instance: () => Promise<Instance>;
  readonly siteId: (slug: string) => Promise<number>;
  readonly look: Batcher<Wanted, Found>;
  readonly portsOf: Batcher<number, readonly InterfaceRow[]>;
  /** Devices that wait for an address another one still has; they get it when that one is written. */
  readonly waiting: Map<string, ExportDevice>;
  /** Addresses of the devices that are being written, by key: of two that claim one, the other waits. */
  readonly claims: Map<string, string>;
  /** One write of a device at a time. */
  readonly turns: Map<string, Promise<unknown>>;
}

export function connectNetBox(settings: NetBoxSettings, { http, exportName = 'netbox' }: TargetTools): NetBoxSession {
  const api = createNetBoxApi(http);
  const sites = new Map<string, Promise<number>>();
  let instance: Promise<Instance> | undefined;
  const room: Room = {
    api,
    settings,
    catalogue: createCatalogue(api),
    instance: () => {
      instance ??= readInstance(api, settings, exportName).catch((error: unknown) => {
        instance = undefined;
        throw error;
      });
      return instance;
    },
    siteId: (slug) => {
      const known = sites.get(slug) ?? readSite(api, slug, exportName);
      sites.set(slug, known);
      known.catch(() => sites.delete(slug));
      return known;
    },
    look: createBatcher(LOOKED_FOR, (wanted: readonly Wanted[]) => findAll(api, settings, wanted)),
    portsOf: createBatcher(LOOKED_FOR, async (devices: readonly number[]) => {
      const ports = groupedBy(await api.find(INTERFACES, 'device_id', devices), ({ device }) => device.id);
      return devices.map((id) => ports.get(id) ?? []);
    }),
    waiting: new Map(),
    claims: new Map(),
    turns: new Map(),
  };
  return {
    plan: (devices) => planAll(room, devices),
    apply: ({ device }) => applyOne(room, device),
    setup: async (context) => {
      const made = await setUpInstance(api, settings, context);
      instance = undefined;
      return made;
    },
  };
}

async function readSite(api: NetBoxApi, slug: string, exportName: string): Promise<number> {
  const [site] = (await api.find(SITES, 'slug', [slug])).filter((row) => row.slug === slug);
  if (!site) throw missingError([`site ${slug}`], exportName);
  return site.id;
}

async function planAll(room: Room, devices: readonly ExportDevice[]): Promise<readonly DevicePlan<null>[]> {
  const { tagIds } = await room.instance();
  const { settings } = room;
  const wanted = devices.map((device) => wantedOf(device, settings));
  const found = devices.length === 0 ? [] : await findAll(room.api, settings, wanted);
  const plans = devices.map((device, index) => {
    const [want, around] = [wanted[index], found[index]];
    if (!want || !around) throw new TargetError('retry', 'a device was asked for and not looked for');
    return planOf(room, device, want, around, { tagIds, settings });
  });
  // A site that is missing stops a dry run too, and not only the first write. Records that are there may be at any.
  const sites = new Set(plans.flatMap(({ action }, index) => (action === 'create' ? (wanted[index]?.site ?? []) : [])));
  for (const slug of sites) await room.siteId(slug);
  return plans;
}

function planOf(room: Room, device: ExportDevice, wanted: Wanted, found: Found, rules: Parameters<typeof todoOf>[2]): DevicePlan<null> {
  const why = found.match.kind === 'conflict' ? found.match.why : undefined;
  if (why !== undefined) return { device, action: 'conflict', changes: [], why, work: null };
  // What is gone and never was there needs no record to say so.
  if (found.match.kind === 'none' && wanted.gone) return { device, action: 'unchanged', changes: [], work: null };
  const stranger = strangerAt(wanted, found);
  if (stranger !== undefined) return { device, action: 'conflict', changes: [], why: stranger, work: null };
  const { row, changes, contested } = todoOf(wanted, found, rules);
  for (const host of contested) room.waiting.set(host, device);
  return { device, action: row ? (changes.length === 0 ? 'unchanged' : 'update') : 'create', changes, work: null };
}

async function applyOne(room: Room, device: ExportDevice): Promise<void> {
  const before = room.turns.get(device.key);
  const turn = (async () => {
    await before?.catch(() => undefined);
    return writeOne(room, device);
  })();
  room.turns.set(device.key, turn);
  let free: readonly string[];
  try {
    free = await turn;
  } finally {
    if (room.turns.get(device.key) === turn) room.turns.delete(device.key);
  }
  for (const host of free) {
    const next = room.waiting.get(host);
    if (!next || next.key === device.key) continue;
    room.waiting.delete(host);
    await applyOne(room, next).catch((error: unknown) => {
      // A refusal is that device's own, and its next plan meets it again.
      if (error instanceof TargetError && error.scope === 'device') return;
      room.waiting.set(host, next);
      throw error;
    });
  }
}

/** Returns the addresses another device may ask for again: those it gave up, and those nobody else could be given meanwhile. */
async function writeOne(room: Room, device: ExportDevice): Promise<readonly string[]> {
  const { api, settings, catalogue, siteId, portsOf, claims } = room;
  const instance = await room.instance();
  const wanted = wantedOf(device, settings);
  const mine = wanted.addresses.filter((host) => !claims.has(host));
  for (const host of wanted.addresses) {
    if (mine.includes(host)) claims.set(host, wanted.key);
    else room.waiting.set(host, device);
  }
  try {
    const found = await room.look(wanted);
    if (found.match.kind === 'conflict') throw new TargetError('device', found.match.why);
    if (found.match.kind === 'none' && wanted.gone) return [];
    const stranger = strangerAt(wanted, found);
    if (stranger !== undefined) throw new TargetError('device', stranger);
    const claimed = (host: string): boolean => !mine.includes(host);
    const released = await writeDevice({ api, settings, instance, catalogue, siteId, portsOf, claimed }, wanted, found);
    return [...released, ...mine];
  } finally {
    for (const host of mine) claims.delete(host);
  }
}
