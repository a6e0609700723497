/** The networks of the benchmark: a table. Who is on them is in `population.ts`, how they are built in `world.ts`. */
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
  /** Our own profile, where it is not the default. */
  readonly profile?: 'normal' | 'fast' | undefined;
  /** Packets that may leave for one address where nobody is, for one that lives, and for one device, on top of each other. */
  readonly budget: { readonly dark: number; readonly alive: number; readonly device: number };
  readonly peers: readonly ToolId[];
  readonly quick: boolean;
}

const SMALL: Census = { devices: 30, office: 8, closed: 36, quiet: 25, rude: 0 };
const BUDGET = { dark: 8, alive: 30, device: 90 } as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'attached-24',
    title: 'attached /24: 100 live hosts, 30 devices',
    kind: 'attached',
    target: '10.77.0.0/24',
    census: SMALL,
    roundTripMs: 0,
    lossPercent: 0,
    budget: BUDGET,
    peers: ['nmap-sn-root', 'nmap-sn', 'nmap-st', 'nmap-ss-root', 'arp-scan', 'fping', 'masscan', 'nmap-scripts', 'nmap-scripts-root'],
    quick: true,
  },
];
