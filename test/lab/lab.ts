/**
 * The emulated office LAN: every host of `hosts/` on its own loopback address, with real sockets. Serves `camsweep lab`,
 * the end-to-end tests, and, host by host, network namespaces. It answers questions and never starts a conversation.
 */
import type { ServicePorts } from '../../probes/probe.ts';
import type { LabHost, Truth } from './host.ts';
import { LAB_HOSTS } from './hosts/index.ts';
import { portsOf, type PortRange } from './ports.ts';
import { serve } from './servers/index.ts';
import { openStage, type LabTraffic, type LabViolation, type Stage } from './stage.ts';

export { LabError, type LabTraffic, type LabViolation } from './stage.ts';
export { bindablePorts, type PortRange } from './ports.ts';

export const DEFAULT_NETWORK = '127.77.0.0/24';

export interface LabOptions {
  /** A /24; default 127.77.0.0/24. All its addresses must be the machine's own. */
  readonly network?: string | undefined;
  readonly ports: PortRange;
  /** Joins multicast groups on the interface with this address; for namespaces, never for a real office network. */
  readonly interfaceAddress?: string | undefined;
  /** Only these hosts, by id; default all. */
  readonly only?: readonly string[] | undefined;
  /** Not these. */
  readonly without?: readonly string[] | undefined;
  /** Hosts at another place than their data says, as after a new lease: id to last number of the address. */
  readonly moved?: Readonly<Record<string, number>> | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

export interface HostTruth extends Truth {
  readonly id: string;
  readonly address: string;
  readonly mac: string;
}

export interface Lab {
  readonly network: string;
  readonly hosts: readonly { readonly address: string; readonly host: LabHost }[];
  /** Service to ports actually used; hand it to the scan. */
  readonly ports: ServicePorts;
  readonly truth: readonly HostTruth[];
  /** Grows while the lab runs: everything a well-behaved scan would not have done. */
  readonly violations: readonly LabViolation[];
  /** By address. */
  traffic(): ReadonlyMap<string, Readonly<LabTraffic>>;
  stop(): Promise<void>;
}

/** Resolves when every socket is bound. Rejects with a LabError that names address and port, with nothing left open. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const network = options.network ?? DEFAULT_NETWORK;
  const prefix = /^((?:\d{1,3}\.){3})0\/24$/.exec(network)?.[1];
  if (prefix === undefined) throw new TypeError(`emulated LAN: expected a /24 such as ${DEFAULT_NETWORK}, got ${network}`);
  const { only, without = [], moved = {} } = options;
  const chosen = LAB_HOSTS.filter(({ id }) => (only === undefined || only.includes(id)) && !without.includes(id));
  const violations: LabViolation[] = [];
  const running = await startAll(
    chosen.map((host) => ({ host, address: `${prefix}${moved[host.id] ?? host.at}` })),
    options,
    violations,
  );
  return {
    network,
    hosts: running.map(({ host, address }) => ({ host, address })),
    ports: portsOf(options.ports),
    truth: running.map(({ host, address }) => truthOf(host, address)),
    violations,
    traffic: () => new Map(running.map(({ address, traffic }) => [address, traffic])),
    stop: async () => stopAll(running),
  };
}

export interface StartedHost {
  readonly truth: HostTruth;
  readonly violations: readonly LabViolation[];
  stop(): Promise<void>;
}

export interface HostOptions {
  readonly address: string;
  /** The MAC the namespace really gave it, where that differs from the data. */
  readonly mac?: string | undefined;
  readonly ports?: PortRange | undefined;
  readonly interfaceAddress?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

/** One host on a real address of its own, for a network namespace; its answers quote that address and MAC. */
export async function startHost(host: LabHost, options: HostOptions): Promise<StartedHost> {
  const violations: LabViolation[] = [];
  const placed = { host: options.mac === undefined ? host : { ...host, mac: options.mac }, address: options.address };
  const running = await startAll([placed], { ...options, ports: options.ports ?? 'standard' }, violations);
  return { truth: truthOf(placed.host, placed.address), violations, stop: async () => stopAll(running) };
}

export function findHost(id: string): LabHost | undefined {
  return LAB_HOSTS.find((host) => host.id === id);
}

export function truthOf(host: LabHost, address: string): HostTruth {
  return { id: host.id, address, mac: host.mac, ...host.truth };
}

interface Placed {
  readonly host: LabHost;
  readonly address: string;
}

async function startAll(placed: readonly Placed[], options: Omit<LabOptions, 'network'>, violations: LabViolation[]): Promise<Stage[]> {
  const { ports: range, interfaceAddress, log } = options;
  const stages = placed.map(({ host, address }) => openStage({ host, address, range, interfaceAddress, violations, log }));
  const starts = stages.flatMap((stage) => stage.host.services.map(async (service) => serve(service, stage)));
  const results = await Promise.allSettled(starts);
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return stages;
  await stopAll(stages);
  throw failed.reason;
}

async function stopAll(stages: readonly Stage[]): Promise<void> {
  await Promise.all(stages.map(async (stage) => stage.close()));
}
