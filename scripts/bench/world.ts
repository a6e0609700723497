/**
 * The network of a scenario: a namespace for the scanner, one that has the addresses of all hosts, a router between them
 * where the scenario says so, and a relay that makes the way long. Nothing leads out of it, and all of it is taken away
 * again. Linux, root.
 */
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dotted, numberOf, populate, type Placed } from './population.ts';
import type { Scenario } from './scenarios.ts';
import { may, must, start, type Running } from './shell.ts';

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
  /** Round trip as ping sees it. */
  roundTripMs(): number;
  close(): Promise<readonly string[]>;
}

/** Core of the tool under test, and core of everything else. */
export const TOOL_CORE = '0';
export const OTHER_CORE = '1';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
let worlds = 0;

/** Builds the network and starts its hosts. Leaves nothing behind when that fails. */
export async function openWorld(scenario: Scenario): Promise<World> {
  const prefix = `cs-${process.pid}-bench${++worlds}`;
  const names = { scanner: `${prefix}-scanner`, hosts: `${prefix}-hosts`, router: `${prefix}-router` };
  const folder = mkdtempSync(join(tmpdir(), 'camsweep-bench-'));
  chmodSync(folder, 0o777);
  const running: Running[] = [];
  const close = async (): Promise<readonly string[]> => {
    const said: string[] = [];
    for (const program of running.reverse()) said.push(await program.stop());
    for (const name of Object.values(names)) removeNamespace(name);
    rmSync(folder, { recursive: true, force: true });
    return said;
  };
  try {
    for (const name of Object.values(names)) must(['ip', 'netns', 'add', name]);
    for (const name of Object.values(names)) settings(name);
    const layout = scenario.kind === 'attached' ? attached(scenario, names) : routed(scenario, names);
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
      roundTripMs: () => roundTrip(names.scanner, layout.pingable),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Names {
  readonly scanner: string;
  readonly hosts: string;
  readonly router: string;
}

interface Layout {
  readonly lines: Readonly<Record<string, readonly string[]>>;
  readonly placed: readonly Placed[];
  readonly scannerAddress: string;
  readonly nextHop: string;
  readonly pingable: string;
  readonly interfaceAddress?: string | undefined;
  readonly broadcast?: string | undefined;
  readonly relay: boolean;
}

interface Block {
  readonly network: number;
  readonly length: number;
  readonly last: number;
}

function blockOf(target: string): Block {
  const [base = '', length = ''] = target.split('/');
  const network = numberOf(base);
  return { network, length: Number(length), last: network + 2 ** (32 - Number(length)) - 2 };
}

/** Everybody on one cable: the scanner has the first address, the namespace of the hosts the last. */
function attached(scenario: Scenario, names: Names): Layout {
  const { network, length, last } = blockOf(scenario.target);
  const [scannerAddress, interfaceAddress] = [dotted(network + 1), dotted(last)];
  const others = populate(scenario.census, { first: network + 2, last: last - 1 });
  const placed: Placed[] = [...others, { address: interfaceAddress, role: 'closed' }];
  const relay = scenario.roundTripMs > 0;
  const cables = relay ? longCable(names) : { scanner: [cable(names.scanner, 'eth0', names.hosts, 'eth0')], hosts: [], router: [] };
  const lines = {
    [names.scanner]: [...cables.scanner, ...up('eth0', `${scannerAddress}/${length}`)],
    [names.router]: [...cables.router, 'link set lo up'],
    [names.hosts]: [
      ...cables.hosts,
      ...up('eth0', `${interfaceAddress}/${length}`),
      ...others.map(({ address }) => `address add ${address}/32 dev eth0`),
      ...others.filter(({ role }) => role === 'quiet').map(({ address }) => `rule add from ${address} blackhole`),
    ],
  };
  const broadcast = dotted(last + 1);
  return { lines, placed, scannerAddress, interfaceAddress, broadcast, nextHop: interfaceAddress, pingable: interfaceAddress, relay };
}

/** The hosts behind a router. What nobody has is dropped without a word, as a firewall on the way does. */
function routed(scenario: Scenario, names: Names): Layout {
  const { network, last } = blockOf(scenario.target);
  const placed = populate(scenario.census, { first: network + 1, last });
  const [scannerAddress, nextHop] = ['10.250.0.2', '10.250.0.1'];
  const pingable = placed.find(({ role }) => role === 'closed')?.address ?? nextHop;
  const relay = scenario.roundTripMs > 0;
  const lines = {
    [names.scanner]: [
      cable(names.scanner, 'eth0', names.router, 'eth0'),
      ...up('eth0', `${scannerAddress}/24`),
      `route add ${scenario.target} via ${nextHop}`,
    ],
    [names.router]: [
      cable(names.router, 'eth1', names.hosts, 'eth0'),
      ...up('eth0', `${nextHop}/24`, false),
      ...up('eth1', '10.250.1.1/24', false),
      `route add ${scenario.target} via 10.250.1.2`,
    ],
    [names.hosts]: [
      ...up('eth0', '10.250.1.2/24'),
      'route add 10.250.0.0/24 via 10.250.1.1',
      `route add blackhole ${scenario.target}`,
      ...placed.map(({ address }) => `address add ${address}/32 dev lo`),
      ...placed.filter(({ role }) => role === 'quiet').map(({ address }) => `rule add from ${address} blackhole`),
    ],
  };
  if (relay) throw new Error('a long way to a routed network is not built here');
  return { lines, placed, scannerAddress, nextHop, pingable, relay };
}

function cable(near: string, nearName: string, far: string, farName: string): string {
  return `link add ${nearName} netns ${near} mtu 1600 type veth peer name ${farName} netns ${far} mtu 1600`;
}

function up(name: string, address: string, groups = true): string[] {
  const lines = ['link set lo up', `link set ${name} mtu 1500`, `address add ${address} dev ${name}`, `link set ${name} up`];
  return groups ? [...lines, `route add 224.0.0.0/4 dev ${name}`] : lines;
}

/**
 * Ethernet in UDP (VXLAN, RFC 7348) through the relay in the middle namespace, which holds every frame for half the round
 * trip. Not every kernel has netem; all have this.
 */
function longCable({ scanner, hosts, router }: Names): Record<'scanner' | 'hosts' | 'router', string[]> {
  const endpoint = (net: number): string[] => [
    `address add 198.18.${net}.1/30 dev under`,
    'link set under up',
    `link add eth0 type vxlan id 7 remote 198.18.${net}.2 dstport 4789 dev under`,
  ];
  return {
    scanner: [cable(scanner, 'under', router, 'near'), ...endpoint(1)],
    router: [
      cable(router, 'far', hosts, 'under'),
      ...['near', 'far'].flatMap((name, index) => [`address add 198.18.${index + 1}.2/30 dev ${name}`, `link set ${name} up`]),
    ],
    hosts: endpoint(2),
  };
}

function settings(namespace: string): void {
  const values: Readonly<Record<string, string>> = {
    'net/ipv6/conf/all/disable_ipv6': '1',
    'net/ipv6/conf/default/disable_ipv6': '1',
    'net/ipv4/ip_forward': namespace.endsWith('-router') ? '1' : '0',
    // Thousands of hosts share these kernels: what limits one host in the world must not limit all of them here.
    'net/ipv4/icmp_ratelimit': '0',
    'net/ipv4/icmp_msgs_per_sec': '1000000',
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
  return start(inside(namespace, OTHER_CORE, [process.execPath, here('./emulator.js'), file]), 'ready\n');
}

async function startRelay(namespace: string, roundTripMs: number): Promise<Running> {
  return start(inside(namespace, OTHER_CORE, [process.execPath, here('./relay.js'), String(roundTripMs / 2)]), 'ready\n');
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
