/**
 * How fast packets may leave: a token bucket for everything and one a host. Injected clock, so that tests need no waiting.
 * A burst of at most a tenth of a second keeps timers coarse without letting a rate become a flood.
 */

import type { Clock } from '../clock.ts';
import type { BackOff } from './back-off.ts';

export interface Pace {
  /** Resolves when this many packets to the address may leave; false when aborted before. */
  take(address: string, packets: number, signal: AbortSignal): Promise<boolean>;
  /** The same for packets to many addresses, of which each gets only a few. */
  takeForMany(packets: number, signal: AbortSignal): Promise<boolean>;
}

export interface PaceOptions {
  /** Packets a second in all. */
  readonly rate: number;
  /** Packets a second to one host. */
  readonly hostRate: number;
}

class Bucket {
  /** Long ago: nothing has left yet, and a clock may begin with the program, when a burst's time has not gone by. */
  #readyAtMs = Number.NEGATIVE_INFINITY;
  readonly #intervalMs: number;
  readonly #burstMs: number;
  constructor(rate: number, burstMs: number) {
    this.#intervalMs = 1000 / rate;
    this.#burstMs = burstMs;
  }

  /** Books the packets and returns how long to wait for the last of them. */
  book(packets: number, nowMs: number): number {
    this.#readyAtMs = Math.max(this.#readyAtMs, nowMs - this.#burstMs) + packets * this.#intervalMs;
    return Math.max(0, this.#readyAtMs - nowMs);
  }

  idleAt(nowMs: number): boolean {
    return this.#readyAtMs < nowMs - this.#burstMs;
  }
}

const BURST_MS = 100;
const HOST_BURST_MS = 1000;
const MAX_HOSTS_REMEMBERED = 4096;

/** One pace for a whole scan. `backOff` knows whom to ask more slowly. */
export function createPace({ rate, hostRate }: PaceOptions, clock: Clock, backOff?: BackOff): Pace {
  const all = new Bucket(rate, BURST_MS);
  const hosts = new Map<string, Bucket>();
  /** Shares of the /24s that are slowed, and of no others. */
  const subnets = new Map<string, Bucket>();
  const subnetWaitMs = (address: string, packets: number, nowMs: number): number => {
    const slowness = backOff?.subnetSlowness(address) ?? 1;
    const subnet = address.slice(0, Math.max(address.lastIndexOf('.'), address.lastIndexOf(':')));
    if (slowness === 1) {
      subnets.delete(subnet);
      return 0;
    }
    const bucket = subnets.get(subnet) ?? new Bucket(rate, BURST_MS);
    subnets.set(subnet, bucket);
    return bucket.book(packets * slowness, nowMs);
  };
  const hostBucket = (address: string, nowMs: number): Bucket => {
    const known = hosts.get(address);
    if (known) return known;
    if (hosts.size >= MAX_HOSTS_REMEMBERED) {
      for (const [other, bucket] of hosts) if (bucket.idleAt(nowMs)) hosts.delete(other);
    }
    const made = new Bucket(hostRate, HOST_BURST_MS);
    hosts.set(address, made);
    return made;
  };
  const wait = async (waitMs: number, signal: AbortSignal): Promise<boolean> => {
    if (waitMs >= 1) await clock.sleep(waitMs, signal);
    return !signal.aborted;
  };
  return {
    take(address, packets, signal) {
      const now = clock.nowMs();
      const hostPackets = packets * (backOff?.hostSlowness(address) ?? 1);
      const waits = [all.book(packets, now), hostBucket(address, now).book(hostPackets, now), subnetWaitMs(address, packets, now)];
      return wait(Math.max(...waits), signal);
    },
    takeForMany: (packets, signal) => wait(all.book(packets, clock.nowMs()), signal),
  };
}
