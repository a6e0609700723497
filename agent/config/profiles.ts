/**
 * How hard a scan may push, as one table. A profile only sets defaults: a value the user names beats its row.
 * `gentle` is what runs when nothing is said; `fast` is for networks known to bear it.
 */
export interface Profile {
  /** Packets a second in all, and to one host. */
  readonly rate: number;
  readonly hostRate: number;
  /** Hosts asked at the same time. */
  readonly concurrency: number;
  /** Longest wait for one answer, and most time spent on one host. */
  readonly timeoutMs: number;
  readonly hostTimeMs: number;
  /** How long answers to a multicast question are listened for. WS-Discovery devices wait up to 0.5 s by themselves. */
  readonly settleMs: number;
  /** How long an attached address may stay unresolved. The kernel repeats a lost ARP question after a second. */
  readonly darkWaitMs: number;
  /** Behind a router, where the first port and a datagram met silence: how many more ports are tried before an address counts as dark. */
  readonly otherKnocks: number;
}

export const PROFILES = {
  gentle: {
    rate: 2000,
    hostRate: 60,
    concurrency: 256,
    timeoutMs: 1000,
    hostTimeMs: 6000,
    settleMs: 1200,
    darkWaitMs: 1150,
    otherKnocks: 3,
  },
  normal: {
    rate: 5000,
    hostRate: 150,
    concurrency: 384,
    timeoutMs: 800,
    hostTimeMs: 5000,
    settleMs: 1000,
    darkWaitMs: 1150,
    otherKnocks: 3,
  },
  fast: { rate: 20_000, hostRate: 500, concurrency: 512, timeoutMs: 400, hostTimeMs: 4000, settleMs: 600, darkWaitMs: 350, otherKnocks: 1 },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;

export const PROFILE_NAMES = ['gentle', 'normal', 'fast'] as const satisfies readonly ProfileName[];
