/**
 * The network of a scenario: a namespace for the scanner, one that has the addresses of all hosts, a router between them
 * where the scenario says so, and a relay that makes the way long. Nothing leads out of it, and all of it is taken away
 * again. Linux, root.
 */
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layoutOf, type Layout } from './layout.ts';
import type { Placed } from './population.ts';
import type { Scenario } from './scenarios.ts';
import { may, must, start, type Running } from './shell.ts';
import { raiseTableLimit } from './table-limit.ts';

export interface World {
  readonly scanner: string;
  readonly hosts: readonly Placed[];
  /** CIDR to hand to every tool. */
  readonly target: string;
  readonly scannerAddress: string;
  /** MAC the next hop has: tools with a stack of their own must be told. */
  readonly nextHopMac: string;
  readonly nextHop: string;
  readonly emulatorPid: number;
  /** A folder that anybody may write into. */
  readonly folder: string;
  flushNeighbours(): void;
  /** An echo request to the scanner every 200 ms until it is stopped. */
  startHeartbeat(): Promise<Running>;
  /** Round trip as ping sees it. */
  roundTripMs(): number;
  close(): Promise<readonly string[]>;
}

/** Core of the tool under test, and core of everything else. */
export const TOOL_CORE = '0';
export const OTHER_CORE = '1';

/** The network must not be what waits when the machine has other work too. */
const AHEAD = ['nice', '-n', '-10'] as const;

/** A timer is late by half of this on the average. */
const TIMER_MS = 1;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
let worlds = 0;

/** Builds the network and starts its hosts. Leaves nothing behind when that fails. */
export async function openWorld(scenario: Scenario): Promise<World> {
  const prefix = `cs-${process.pid}-bench${++worlds}`;
  const names = { scanner: `${prefix}-scanner`, hosts: `${prefix}-hosts`, router: `${prefix}-router` };
  const folder = mkdtempSync(join(tmpdir(), 'camsweep-bench-'));
  chmodSync(folder, 0o777);
  const running: Running[] = [];
  let lowerTable: (() => void) | undefined;
  const close = async (): Promise<readonly string[]> => {
    const said: string[] = [];
    lowerTable?.();
    for (const program of running.reverse()) said.push(await program.stop());
    for (const name of Object.values(names)) removeNamespace(name);
    rmSync(folder, { recursive: true, force: true });
    return said;
  };
  try {
    if (scenario.tableLimit !== undefined) {
      lowerTable = raiseTableLimit(scenario.tableLimit);
      if (!lowerTable) throw new Error(`${scenario.id}: the neighbour table's limit (gc_thresh3) cannot be raised from here`);
    }
    for (const name of Object.values(names)) must(['ip', 'netns', 'add', name]);
    for (const name of Object.values(names)) settings(name);
    const layout = layoutOf(scenario, names);
    for (const [namespace, lines] of Object.entries(layout.lines)) must(['ip', '-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
    if (layout.relay) running.push(await startRelay(names.router, scenario.roundTripMs));
    if (scenario.lossPercent > 0) for (const name of [names.scanner, names.hosts]) lose(name, scenario.lossPercent);
    const emulator = await startEmulator(names.hosts, folder, layout);
    running.push(emulator);
    const mac = macOf(scenario.kind === 'attached' ? names.hosts : names.router);
    return {
      scanner: names.scanner,
      hosts: layout.placed,
      target: scenario.target,
      scannerAddress: layout.scannerAddress,
      nextHop: layout.nextHop,
      nextHopMac: mac,
      emulatorPid: emulator.pid,
      folder,
      flushNeighbours: () => {
        for (const name of Object.values(names)) may(['ip', '-n', name, 'neigh', 'flush', 'all']);
      },
      startHeartbeat: () => start(inside(names.hosts, OTHER_CORE, ['fping', '-l', '-p', '200', layout.scannerAddress]), ''),
      roundTripMs: () => roundTrip(names.scanner, layout.pingable),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function settings(namespace: string): void {
  const values: Readonly<Record<string, string>> = {
    'net/ipv6/conf/all/disable_ipv6': '1',
    'net/ipv6/conf/default/disable_ipv6': '1',
    'net/ipv4/ip_forward': namespace.endsWith('-router') ? '1' : '0',
    // Thousands of hosts share these kernels: what limits one host in the world must not limit all of them here.
    ...(namespace.endsWith('-scanner')
      ? {}
      : { 'net/ipv4/icmp_ratelimit': '0', 'net/ipv4/icmp_msgs_per_sec': '1000000', 'net/ipv4/icmp_msgs_burst': '100000' }),
    'net/core/somaxconn': '4096',
  };
  for (const [file, value] of Object.entries(values)) {
    may(['ip', 'netns', 'exec', namespace, 'sh', '-c', `echo ${value} > /proc/sys/${file}`]);
  }
}

/**
 * Loses frames on their way in, ARP included: a classic BPF program that draws a random number. Needs cls_bpf, which is
 * more often built in than netem.
 */
function lose(namespace: string, percent: number): void {
  const threshold = Math.floor((percent / 100) * 2 ** 32);
  const program = `4,32 0 0 4294963256,53 1 0 ${threshold},6 0 0 2,6 0 0 0`;
  must(['ip', 'netns', 'exec', namespace, 'tc', 'qdisc', 'add', 'dev', 'eth0', 'clsact']);
  must(['ip', 'netns', 'exec', namespace, 'tc', 'filter', 'add', 'dev', 'eth0', 'ingress', 'bpf', 'da', 'bytecode', program]);
}

async function startEmulator(namespace: string, folder: string, layout: Layout): Promise<Running> {
  const { placed: hosts, interfaceAddress, broadcast } = layout;
  const file = join(folder, 'population.json');
  const flooder = hosts.some(({ role }) => role === 'rude') ? hosts.find(({ role }) => role === 'closed')?.address : undefined;
  writeFileSync(file, JSON.stringify({ hosts, interfaceAddress, broadcast, flooder }));
  return start(inside(namespace, OTHER_CORE, [...AHEAD, process.execPath, here('./emulator.js'), file]), 'ready\n');
}

async function startRelay(namespace: string, roundTripMs: number): Promise<Running> {
  return start(
    inside(namespace, OTHER_CORE, [...AHEAD, process.execPath, here('./relay.js'), String(Math.max(0, roundTripMs / 2 - TIMER_MS / 2))]),
    'ready\n',
  );
}

export function inside(namespace: string, core: string, command: readonly string[]): string[] {
  return ['ip', 'netns', 'exec', namespace, 'taskset', '-c', core, ...command];
}

function macOf(namespace: string): string {
  return /link\/ether ([0-9a-f:]{17})/.exec(must(['ip', '-n', namespace, 'link', 'show', 'dev', 'eth0']))?.[1] ?? '';
}

/** Median of ten echoes; NaN where fping is not installed. */
function roundTrip(namespace: string, address: string): number {
  try {
    const said = must(['ip', 'netns', 'exec', namespace, 'sh', '-c', `fping -q -C 10 -p 50 ${address} 2>&1`]);
    const times = (said.split(' : ')[1] ?? '').split(' ').map(Number).filter(Number.isFinite);
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
  } catch {
    return Number.NaN;
  }
}

/** Only what runs in this namespace of ours is ended. */
function removeNamespace(name: string): void {
  try {
    for (const pid of must(['ip', 'netns', 'pids', name]).split('\n')) if (/^\d+$/.test(pid)) process.kill(Number(pid), 'SIGKILL');
  } catch {
    // It was never made, or what ran in it is gone.
  }
  may(['ip', 'netns', 'del', name]);
}
