/**
 * How long a connection takes to come about, learned while the scan goes on: an address in a block where others answer within
 * a millisecond is not waited for a second. Only the kernel's own answers count (a handshake, a refusal), never those of a
 * service, which may think for as long as it likes.
 */
import { isIPv6 } from 'node:net';

export interface RoundTrips {
  /** A handshake or refusal came back after so long. */
  note(address: string, ms: number): void;
  /** How long the next handshake with this address is waited for; never longer than `mostMs`. */
  waitMs(address: string, mostMs: number): number;
}

/** Fewer say nothing of the others in the block. */
const MIN_SAMPLES = 8;
const MAX_SAMPLES = 64;
const MAX_BLOCKS = 4096;
const LEAST_MS = 120;
const SLACK_MS = 50;
/** Spread that a link has by itself: queues, radio, a busy device. */
const TIMES = 3;

export function createRoundTrips(): RoundTrips {
  const blocks = new Map<string, number[]>();
  return {
    note(address, ms) {
      const key = blockOf(address);
      const samples = blocks.get(key) ?? [];
      samples.push(ms);
      if (samples.length > MAX_SAMPLES) samples.shift();
      blocks.delete(key); // the block that was heard last is forgotten last
      blocks.set(key, samples);
      const [oldest] = blocks.keys();
      if (blocks.size > MAX_BLOCKS && oldest !== undefined) blocks.delete(oldest);
    },
    waitMs(address, mostMs) {
      const samples = blocks.get(blockOf(address)) ?? [];
      if (samples.length < MIN_SAMPLES) return mostMs;
      const sorted = [...samples].sort((a, b) => a - b);
      const ninetieth = sorted[Math.floor(0.9 * (sorted.length - 1))] ?? mostMs;
      return Math.min(mostMs, Math.max(LEAST_MS, TIMES * ninetieth + SLACK_MS));
    },
  };
}

/** Neighbours share a path: the /24, or the /64. */
function blockOf(address: string): string {
  return isIPv6(address) ? address.split(':').slice(0, 4).join(':') : address.slice(0, address.lastIndexOf('.'));
}
