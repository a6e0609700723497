/** The networks of the benchmark, and what is promised for each: two tables. How networks are built is in `world.ts`. */
import type { Census } from './population.ts';
import type { ToolId } from './tools.ts';

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly kind: 'attached' | 'routed';
  readonly target: string;
  readonly census: Census;
  /** Added on the way; 0 is what the kernel needs. */
  readonly roundTripMs: number;
  /** Each way. */
  readonly lossPercent: number;
  /** Entries the kernel's neighbour table is made to hold; otherwise what this machine has. */
  readonly tableLimit?: number | undefined;
  /** Our own profile, where it is not the default. */
  readonly profile?: 'gentle' | 'normal' | 'fast' | undefined;
  /** Packets that may leave for an address where nobody is, for one that lives, and for a device on top of that. */
  readonly budget: { readonly dark: number; readonly alive: number; readonly device: number };
  readonly peers: readonly ToolId[];
  readonly promises: readonly Promised[];
  /** Where one run takes minutes, and nobody's time is compared. */
  readonly mostRounds?: number | undefined;
  /** Part of `--quick`. */
  readonly quick: boolean;
  readonly quickPeers?: readonly ToolId[] | undefined;
}

/** Ours against a peer, in one run. `wall`: the peer's time is at least so many times ours. */
export type Promised =
  | { readonly what: 'wall'; readonly peer: ToolId; readonly atLeast: number }
  | { readonly what: 'live-as' | 'devices-as'; readonly peer: ToolId }
  | { readonly what: 'all-devices' | 'all-makers' | 'all-live' | 'no-false-flag' | 'no-overflow' | 'packets' | 'estimate' }
  /** At most so many times what the packets take at the profile's rate. */
  | { readonly what: 'paced'; readonly atMost: number }
  /** Reported, never failed: a machine may be slow. */
  | { readonly what: 'first-flag' | 'first-packet' | 'identified-90' | 'whole' | 'memory' | 'loop'; readonly atMost: number };

const SMALL: Census = { devices: 30, office: 8, closed: 36, quiet: 25, rude: 0 };
const BUDGET = { dark: 4, alive: 25, device: 60 } as const;
const ROUTED_BUDGET = { dark: 9, alive: 25, device: 60 } as const;

const FOUND = [
  { what: 'all-devices' },
  { what: 'all-makers' },
  { what: 'no-false-flag' },
  { what: 'packets' },
  { what: 'estimate' },
] as const;
const SOON = [
  { what: 'first-flag', atMost: 100 },
  { what: 'first-packet', atMost: 400 },
] as const;

const small = {
  kind: 'attached',
  target: '10.77.0.0/24',
  census: SMALL,
  roundTripMs: 0,
  lossPercent: 0,
  budget: BUDGET,
} as const;

const MEDIUM: Census = { devices: 200, office: 40, closed: 159, quiet: 100, rude: 0 };
const LARGE: Census = { devices: 1000, office: 100, closed: 1400, quiet: 0, rude: 0 };

export const SCENARIOS: readonly Scenario[] = [
  {
    ...small,
    id: 'attached-24',
    title: 'Attached /24: 100 live hosts, 30 devices',
    peers: ['nmap-sn-root', 'nmap-sn', 'nmap-st', 'nmap-ss-root', 'arp-scan', 'fping', 'masscan', 'nmap-scripts', 'nmap-scripts-root'],
    promises: [
      ...FOUND,
      { what: 'all-live' },
      { what: 'wall', peer: 'nmap-st', atLeast: 2.5 },
      { what: 'wall', peer: 'nmap-sn-root', atLeast: 1 },
      { what: 'wall', peer: 'nmap-scripts', atLeast: 40 },
      ...SOON,
    ],
    quick: true,
    quickPeers: ['nmap-sn-root', 'nmap-st', 'arp-scan'],
  },
  {
    ...small,
    id: 'attached-24-2ms',
    title: 'Attached /24, 2 ms round trip',
    roundTripMs: 2,
    peers: ['nmap-sn-root', 'nmap-st', 'arp-scan'],
    promises: [...FOUND, { what: 'all-live' }, { what: 'wall', peer: 'nmap-sn-root', atLeast: 1 }, ...SOON],
    quick: false,
  },
  {
    ...small,
    id: 'attached-24-20ms',
    title: 'Attached /24, 20 ms round trip',
    roundTripMs: 20,
    peers: ['nmap-sn-root', 'nmap-st', 'arp-scan'],
    promises: [...FOUND, { what: 'all-live' }, { what: 'wall', peer: 'nmap-sn-root', atLeast: 1 }, ...SOON],
    quick: false,
  },
  {
    ...small,
    id: 'attached-24-loss',
    title: 'Attached /24, 3 % of frames lost each way',
    lossPercent: 3,
    peers: ['nmap-sn-root', 'nmap-st', 'arp-scan'],
    promises: [
      { what: 'devices-as', peer: 'nmap-sn-root' },
      { what: 'live-as', peer: 'nmap-sn-root' },
      { what: 'no-false-flag' },
      { what: 'packets' },
    ],
    quick: true,
    quickPeers: ['nmap-sn-root'],
  },
  {
    ...small,
    id: 'attached-24-rude',
    title: 'Attached /24 with tarpits, drips, endless answers and a flood',
    census: { ...SMALL, rude: 6 },
    // Endless answers are acknowledged for as long as the byte cap allows.
    budget: { ...BUDGET, alive: 60 },
    peers: ['nmap-sn-root', 'nmap-st'],
    promises: [...FOUND, { what: 'all-live' }],
    quick: true,
    quickPeers: [],
  },
  {
    ...small,
    id: 'attached-22',
    title: 'Attached /22: 250 live hosts, 80 devices',
    target: '10.77.0.0/22',
    census: { devices: 80, office: 20, closed: 89, quiet: 60, rude: 0 },
    peers: ['nmap-sn-root', 'nmap-st', 'arp-scan'],
    promises: [...FOUND, { what: 'all-live' }, { what: 'no-overflow' }, { what: 'wall', peer: 'nmap-sn-root', atLeast: 1 }, ...SOON],
    quick: false,
  },
  {
    ...small,
    id: 'attached-20',
    title: 'Attached /20: 500 live hosts, 200 devices',
    target: '10.77.0.0/20',
    census: MEDIUM,
    peers: ['nmap-sn-root', 'nmap-sn', 'nmap-st', 'arp-scan', 'masscan', 'fping'],
    promises: [
      ...FOUND,
      { what: 'all-live' },
      { what: 'no-overflow' },
      { what: 'wall', peer: 'nmap-st', atLeast: 2.3 },
      { what: 'wall', peer: 'nmap-sn', atLeast: 2.3 },
      { what: 'identified-90', atMost: 1000 },
      ...SOON,
    ],
    quick: false,
  },
  {
    ...small,
    id: 'attached-20-raised',
    title: 'Attached /20, where the neighbour table holds 8,192, profile fast',
    target: '10.77.0.0/20',
    census: MEDIUM,
    tableLimit: 8192,
    profile: 'fast',
    peers: ['nmap-sn-root', 'nmap-st'],
    promises: [
      ...FOUND,
      { what: 'all-live' },
      { what: 'no-overflow' },
      { what: 'wall', peer: 'nmap-st', atLeast: 2.3 },
      { what: 'whole', atMost: 2000 },
      ...SOON,
    ],
    quick: false,
  },
  {
    id: 'routed-16-fast',
    title: 'Routed /16, profile fast: 2,500 live hosts, 1,000 devices',
    kind: 'routed',
    target: '10.60.0.0/16',
    census: LARGE,
    roundTripMs: 0,
    lossPercent: 0,
    profile: 'fast',
    budget: ROUTED_BUDGET,
    peers: ['zmap', 'masscan-three', 'nmap-ss-one-root', 'nmap-st-one'],
    promises: [
      ...FOUND,
      { what: 'wall', peer: 'nmap-ss-one-root', atLeast: 2 },
      { what: 'wall', peer: 'masscan-three', atLeast: 0.8 },
      { what: 'memory', atMost: 200 },
      { what: 'loop', atMost: 50 },
      ...SOON,
    ],
    quick: false,
  },
  {
    id: 'routed-16',
    title: 'Routed /16, default profile: 2,500 live hosts, 1,000 devices',
    kind: 'routed',
    target: '10.60.0.0/16',
    census: LARGE,
    roundTripMs: 0,
    lossPercent: 0,
    budget: ROUTED_BUDGET,
    peers: [],
    promises: [...FOUND, { what: 'paced', atMost: 1.1 }, { what: 'memory', atMost: 200 }, { what: 'loop', atMost: 50 }, ...SOON],
    mostRounds: 1,
    quick: false,
  },
];
