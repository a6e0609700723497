/**
 * A network that is known: devices with their true number, histories drawn from a seed. What a scan sees of them is drawn too:
 * routed or attached, a serial today and none tomorrow. Tests compare what the rules made of it with the truth.
 */
import type { Sighting } from '../../../agent/inventory/types.ts';
import { macOf, sighting } from './material.ts';

export interface Thing {
  readonly number: number;
  macs: string[];
  readonly serial: string | undefined;
  readonly endpoint: string | undefined;
  readonly maker: string;
  readonly model: string;
  readonly type: 'camera' | 'recorder';
  host: number;
  second: number | undefined;
  on: boolean;
  /** A scan has seen this network card and the honest serial together. */
  told: boolean;
}

export type Random = () => number;

const MAKERS = ['hikvision', 'dahua', 'axis', 'uniview'] as const;
/** Values that identify nobody and that real firmware shows. */
const JUNK_SERIALS = ['N/A', '000000000', '123456789', 'default', '11111111', 'XXXXXXXXXX', 'none'] as const;

export interface WorldOptions {
  readonly devices: number;
  /** Share of devices that show a serial which others of their batch show too. */
  readonly cloned: number;
  readonly junk: number;
  readonly dualHomed: number;
  readonly anonymous: number;
}

export interface World {
  readonly things: Thing[];
  /** One round of life: leases, power, network cards. */
  live(): void;
  /** What a scan sees now: address and true number. `attached` decides whether MACs are seen. */
  scan(attached: boolean, complete: boolean): { readonly sighting: Sighting; readonly truth: number }[];
}

export function createWorld(random: Random, options: WorldOptions): World {
  const pick = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(random() * list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const chance = (share: number): boolean => random() < share;
  const free = Array.from({ length: 250 }, (_, index) => index + 1);
  const takeHost = (): number => free.splice(Math.floor(random() * free.length), 1)[0] ?? 0;
  let nextMac = 1;
  const newMac = (): string => macOf(0x1000 * nextMac++);

  const things = Array.from({ length: options.devices }, (_, index): Thing => {
    const dual = chance(options.dualHomed);
    const anonymous = !dual && chance(options.anonymous);
    const serial = `SN${String(20230000 + index * 7919)}AAWR${index}`;
    return {
      number: index,
      macs: dual ? [newMac(), newMac()] : [newMac()],
      // Two ports of one box have nothing in common but an honest serial.
      serial: anonymous
        ? undefined
        : dual
          ? serial
          : chance(options.junk)
            ? pick(JUNK_SERIALS)
            : chance(options.cloned)
              ? 'CLONE20190101BBWR5'
              : serial,
      endpoint: anonymous || chance(0.5) ? undefined : `urn:uuid:0000${index}abc-1234-11b2-8000-00000000${String(1000 + index)}`,
      maker: pick(MAKERS),
      model: `M${Math.floor(random() * 5)}`,
      type: dual ? 'recorder' : 'camera',
      host: takeHost(),
      second: dual ? takeHost() : undefined,
      on: true,
      told: false,
    };
  });
  return {
    things,
    live() {
      for (const thing of things) {
        if (chance(0.25)) {
          const host = takeHost();
          free.push(thing.host);
          thing.host = host;
        }
        thing.on = chance(0.85);
        // A card that came and went without its MAC and the serial ever being seen together is nobody's to anybody.
        if (thing.macs.length > 1 || !thing.told || !chance(0.05)) continue;
        thing.macs = [newMac()];
        thing.told = false;
      }
    },
    scan(attached, complete) {
      const seen: { sighting: Sighting; truth: number }[] = [];
      for (const thing of things) {
        if (!thing.on && !complete) continue;
        const homes = [thing.host, ...(thing.second === undefined ? [] : [thing.second])];
        for (const [index, host] of homes.entries()) {
          const shown = {
            maker: thing.maker,
            model: thing.model,
            type: thing.type,
            surveillance: true,
            mac: attached ? thing.macs[index] : undefined,
            // A recorder's ports answer alike; a camera is sometimes too busy to tell its serial. Across a router it is all there is.
            serial: thing.type === 'recorder' || complete || !attached || chance(0.8) ? thing.serial : undefined,
            onvif: thing.endpoint,
          };
          if (attached && shown.serial?.startsWith('SN') === true) thing.told = true;
          seen.push({ sighting: sighting(`192.0.2.${host}`, shown), truth: thing.number });
        }
      }
      return seen;
    },
  };
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const [a, b] = [result[index], result[other]];
    if (a !== undefined && b !== undefined) [result[index], result[other]] = [b, a];
  }
  return result;
}
