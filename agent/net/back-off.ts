/**
 * Who gets slower under our questions gets fewer of them. Trouble is a handshake that takes several times what it took at first, or
 * established connections that are reset; a closed port that refuses is none. A host in trouble is asked half as fast, several
 * hosts of one /24 slow their /24 too, and both recover by and by.
 */
import type { Clock } from '../clock.ts';

/** Exchanges a host is judged by: its first, and its last. */
const SAMPLES = 4;
const RISE = 4;
/** A rise by less than this is noise, however many times it is. */
const LEAST_RISE_MS = 20;
const RESETS = 3;
/** Exchanges between two halvings, and trouble-free ones before a step back. */
const EXCHANGES_BETWEEN = 8;
const EXCHANGES_TO_RECOVER = 16;
/** A rate is halved at most so many times. */
const MAX_HALVINGS = 3;
/** So many hosts of a /24 within that time slow the /24; it recovers a step after so long without another. */
const HOSTS_TOGETHER = 3;
const TOGETHER_MS = 10_000;
const SUBNET_RECOVERS_MS = 30_000;
const MAX_REMEMBERED = 4096;

export interface Exchange {
  /** Time from SYN to the established connection, without our own part; undefined where that cannot be told. */
  readonly roundTripMs: number | undefined;
  readonly wasReset: boolean;
}

interface Host {
  readonly first: number[];
  readonly last: number[];
  /** Of the last exchanges, which were reset. */
  resets: boolean[];
  halvings: number;
  exchanges: number;
}

interface Subnet {
  /** When hosts were slowed lately. */
  readonly lately: Map<string, number>;
  readonly slower: Set<string>;
  readonly resetting: Set<string>;
  fromMs: number;
  toMs: number;
  halvings: number;
  changedAtMs: number;
  wasSlowed: boolean;
}

export class BackOff {
  readonly #clock: Clock;
  readonly #hosts = new Map<string, Host>();
  readonly #subnets = new Map<string, Subnet>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Books an exchange over a connection that stood. Refusals and silence are not to be booked. */
  note(address: string, { roundTripMs, wasReset }: Exchange): void {
    const host = this.#hosts.get(address) ?? { first: [], last: [], resets: [], halvings: 0, exchanges: 0 };
    this.#hosts.set(address, host);
    forgetOldest(this.#hosts);
    host.exchanges++;
    if (roundTripMs !== undefined) {
      if (host.first.length < SAMPLES) host.first.push(roundTripMs);
      else keep(host.last, roundTripMs, SAMPLES);
    }
    keep(host.resets, wasReset, EXCHANGES_BETWEEN);
    const [fromMs, toMs] = [medianOf(host.first), medianOf(host.last)];
    const isSlower = host.last.length === SAMPLES && toMs >= RISE * fromMs && toMs - fromMs >= LEAST_RISE_MS;
    const isResetting = host.resets.filter(Boolean).length >= RESETS;
    if (isSlower || isResetting) {
      if (host.halvings > 0 && host.exchanges < EXCHANGES_BETWEEN) return;
      host.exchanges = 0;
      host.resets = [];
      host.halvings = Math.min(MAX_HALVINGS, host.halvings + 1);
      this.#noteSubnet(address, isSlower ? { fromMs, toMs } : undefined);
    } else if (host.exchanges >= EXCHANGES_TO_RECOVER) {
      host.exchanges = 0;
      host.halvings = Math.max(0, host.halvings - 1);
    }
  }

  /** How many times slower than usual the host is to be asked; 1 is the usual rate. */
  hostSlowness(address: string): number {
    return 2 ** (this.#hosts.get(address)?.halvings ?? 0);
  }

  /** The same for all hosts of its /24 together. */
  subnetSlowness(address: string): number {
    const subnet = this.#subnets.get(prefixOf(address));
    if (!subnet) return 1;
    const nowMs = this.#clock.nowMs();
    while (subnet.halvings > 0 && nowMs - subnet.changedAtMs >= SUBNET_RECOVERS_MS) {
      subnet.halvings--;
      subnet.changedAtMs += SUBNET_RECOVERS_MS;
    }
    return 2 ** subnet.halvings;
  }

  /** What was slowed, one sentence a /24. */
  notes(): string[] {
    return [...this.#subnets].map(([prefix, { slower, resetting, fromMs, toMs, wasSlowed }]) => {
      const name = prefix.includes(':') ? `${prefix}:` : `${prefix}.0/24`;
      const reasons = [
        ...(slower.size > 0 ? [`round trips rose from ${ms(fromMs)} to ${ms(toMs)} ms at ${hosts(slower.size)}`] : []),
        ...(resetting.size > 0 ? [`connections were reset at ${hosts(resetting.size)}`] : []),
      ];
      return `${wasSlowed ? name : `hosts of ${name}`} slowed down: ${reasons.join(', ')}`;
    });
  }

  #noteSubnet(address: string, rise: { readonly fromMs: number; readonly toMs: number } | undefined): void {
    const nowMs = this.#clock.nowMs();
    const prefix = prefixOf(address);
    const subnet = this.#subnets.get(prefix) ?? {
      ...{ lately: new Map<string, number>(), slower: new Set<string>(), resetting: new Set<string>() },
      ...{ fromMs: 0, toMs: 0, halvings: 0, changedAtMs: Number.NEGATIVE_INFINITY, wasSlowed: false },
    };
    this.#subnets.set(prefix, subnet);
    forgetOldest(this.#subnets);
    (rise ? subnet.slower : subnet.resetting).add(address);
    // The worst rise stands for the others.
    if (rise && rise.toMs > subnet.toMs) Object.assign(subnet, rise);
    subnet.lately.set(address, nowMs);
    for (const [other, atMs] of subnet.lately) if (nowMs - atMs > TOGETHER_MS) subnet.lately.delete(other);
    if (subnet.lately.size < HOSTS_TOGETHER) return;
    subnet.lately.clear();
    subnet.halvings = Math.min(MAX_HALVINGS, subnet.halvings + 1);
    subnet.changedAtMs = nowMs;
    subnet.wasSlowed = true;
  }
}

function keep<T>(items: T[], item: T, count: number): void {
  items.push(item);
  if (items.length > count) items.shift();
}

function forgetOldest(items: Map<string, unknown>): void {
  if (items.size > MAX_REMEMBERED) for (const key of items.keys()) return void items.delete(key);
}

function medianOf(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function prefixOf(address: string): string {
  return address.slice(0, Math.max(address.lastIndexOf('.'), address.lastIndexOf(':')));
}

const ms = (time: number): string => String(Math.max(1, Math.round(time)));
const hosts = (count: number): string => `${String(count)} ${count === 1 ? 'host' : 'hosts'}`;
