/**
 * What a scenario's network is made of: `ip` commands by namespace, and who is where. Pure: nothing is made here.
 */
import { dotted, numberOf, populate, type Placed } from './population.ts';
import type { Scenario } from './scenarios.ts';

export interface Names {
  readonly scanner: string;
  readonly hosts: string;
  readonly router: string;
}

export interface Layout {
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

/** Commands and hosts of a scenario. */
export function layoutOf(scenario: Scenario, names: Names): Layout {
  return scenario.kind === 'attached' ? attached(scenario, names) : routed(scenario, names);
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
