/**
 * How long an answer takes here, measured: patience is three times what nine of ten answers need, and never more than the
 * user's timeout. Kept for each subnet, because a branch behind a slow line must not be judged by the local network.
 */

const LEAST_SAMPLES = 8;
const SAMPLES_KEPT = 64;
const MAX_SUBNETS = 4096;
const SPREAD = 3;
const MARGIN_MS = 50;

/** Shortest patience: with a kernel, which answers a SYN at once, and with a service, which may have to think. */
export const LEAST_PATIENCE_MS = { connect: 120, service: 400 } as const;

export class RoundTrips {
  readonly #subnets = new Map<string, Samples>();

  /** Books the time from a SYN to its answer, whatever the answer was. */
  note(address: string, elapsedMs: number): void {
    const subnet = subnetOf(address);
    const known = this.#subnets.get(subnet);
    if (!known && this.#subnets.size >= MAX_SUBNETS) this.#forgetOldest();
    const samples = known ?? { times: [], p90: undefined };
    if (samples.times.length >= SAMPLES_KEPT) samples.times.shift();
    samples.times.push(elapsedMs);
    samples.p90 = undefined;
    if (!known) this.#subnets.set(subnet, samples);
  }

  /** How long to wait for this address; `limitMs` where too little is known of its subnet. */
  patienceMs(address: string, kind: keyof typeof LEAST_PATIENCE_MS, limitMs: number): number {
    const samples = this.#subnets.get(subnetOf(address));
    if (!samples || samples.times.length < LEAST_SAMPLES) return limitMs;
    samples.p90 ??= ninetiethOf(samples.times);
    return Math.min(limitMs, Math.max(LEAST_PATIENCE_MS[kind], SPREAD * samples.p90 + MARGIN_MS));
  }

  #forgetOldest(): void {
    for (const subnet of this.#subnets.keys()) return void this.#subnets.delete(subnet);
  }
}

interface Samples {
  readonly times: number[];
  /** Worked out when it is asked for. */
  p90: number | undefined;
}

function ninetiethOf(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.9)] ?? 0;
}

/** The /24 of an IPv4 address; what stands before the last group of an IPv6 address. */
function subnetOf(address: string): string {
  return address.slice(0, Math.max(address.lastIndexOf('.'), address.lastIndexOf(':')));
}
