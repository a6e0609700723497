/**
 * A scanner with two interfaces and a subnet behind a router, in namespaces: what multicast reaches and what it does not,
 * routed addresses asked one by one, and hosts that must be left alone. The built command, without rights. Linux, root.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scan } from './command.ts';
import { dataOf, linkOf, startEmulated, truthsOf, type Emulated } from './emulated.ts';
import { holdNetwork, type HeldNetwork } from './hold.ts';
import { whyNoNetwork } from './namespace.ts';
import type { Network, NetworkSpec } from './namespace.ts';
import { canCapture, capture, type Packet } from './packets.ts';

const reason = await whyNoNetwork();
if (reason !== undefined) process.stderr.write(`test/lab-network/branch: skipped, ${reason}\n`);

const small = { prefixLength: 28 };
const FIRST_FLOOR = [
  { id: 'hikvision-camera-v56', segment: 'first', address: '10.72.1.5', ...small },
  { id: 'hp-printer', segment: 'first', address: '10.72.1.6', ...small },
  // On the wire of this floor with its factory address: nothing but multicast can find it.
  { id: 'hikvision-camera-factory-address', segment: 'first', address: '192.168.1.64' },
] as const satisfies readonly Emulated[];
const SECOND_FLOOR = [
  // Answers SADP by multicast only.
  { id: 'hikvision-camera-v52', segment: 'second', address: '10.72.2.5', ...small },
  { id: 'dahua-camera', segment: 'second', address: '10.72.2.6', ...small },
  { id: 'axis-camera', segment: 'second', address: '10.72.2.7', ...small },
] as const satisfies readonly Emulated[];
const BEHIND_ROUTER = [
  { id: 'hikvision-camera-v57', segment: 'far', address: '10.73.5.5', ...small },
  // SADP is all it speaks.
  { id: 'unbranded-sadp-camera', segment: 'far', address: '10.73.5.6', ...small },
  { id: 'synology-nas', segment: 'far', address: '10.73.5.7', ...small },
] as const satisfies readonly Emulated[];
const HOSTS: readonly Emulated[] = [...FIRST_FLOOR, ...SECOND_FLOOR, ...BEHIND_ROUTER];

const ROUTER = '10.72.2.14';
const ROUTER_MAC = '00:0d:b9:00:00:14';
const FAR = '10.73.5.0/28';

const SPEC: NetworkSpec = {
  scanner: [
    { segment: 'first', address: '10.72.1.1/28', mac: '00:1b:21:3a:01:01' },
    { segment: 'second', address: '10.72.2.1/28', mac: '00:1b:21:3a:02:01' },
  ],
  router: [
    { segment: 'second', address: `${ROUTER}/28`, mac: ROUTER_MAC },
    { segment: 'far', address: '10.73.5.1/28', mac: '00:0d:b9:00:05:01' },
  ],
  ...Object.fromEntries(HOSTS.map((host) => [host.id, [linkOf(host)]])),
};

describe.skipIf(reason !== undefined)('test/lab-network/branch', () => {
  let folder: string;
  let held: HeldNetwork | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'camsweep-branch-'));
    await chmod(folder, 0o755);
    held = await holdNetwork(SPEC);
    await route(held.network);
    await startEmulated(held.network, HOSTS);
  }, 120_000);

  afterAll(async () => {
    await held?.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const network = (): Network => {
    if (!held) throw new Error('no network');
    return held.network;
  };
  /** A scan with a folder of its own, and what left the scanner meanwhile on each interface. */
  const watch = async (name: string, args: readonly string[]) => {
    const captures = await Promise.all(
      ['eth0', 'eth1'].map(async (interfaceName) =>
        capture(network(), { host: 'scanner', direction: 'out', interfaceName }, join(folder, `${name}-${interfaceName}.pcap`)),
      ),
    );
    const scanned = await scan(network(), 'scanner', join(folder, name), args);
    const [first = [], second = []] = await Promise.all(captures.map(async (each) => each.finish()));
    return { ...scanned, first, second };
  };

  it('asks the subnets of both interfaces, and hears multicast answers on both', async () => {
    const { code, document, devices, stderr } = await scan(network(), 'scanner', join(folder, 'both'));
    expect(code, stderr).toBe(0);
    expect(document.coverage).toMatchObject({ addresses: 28, asked: 28, complete: true });
    expect(document.scan.problems).toEqual([]);
    const here = truthsOf([...FIRST_FLOOR, ...SECOND_FLOOR]);
    const flagged = [...devices.values()].filter(({ flagged: isFlagged }) => isFlagged).map(({ address }) => address);
    expect(flagged.sort()).toEqual(
      here
        .filter(({ mustBeFlagged }) => mustBeFlagged)
        .map(({ address }) => address)
        .sort(),
    );
    for (const { address, mac } of here) expect(devices.get(address)?.mac, address).toBe(mac);
    // SADP by multicast is the only way to these, one on each interface.
    for (const address of ['192.168.1.64', '10.72.2.5'])
      expect(
        devices.get(address)?.evidence.map(({ field }) => field),
        address,
      ).toContain('sadp.present');
    expect(devices.get('192.168.1.64')?.coverage).toEqual({});
  });

  it('finds by multicast alone what answers it, without a packet to any single host', async () => {
    const probes = ['sadp-segment', 'dhip-segment', 'ws-discovery-segment'].flatMap((id) => ['--probe', id]);
    const { devices, first, second } = await watch('multicast', probes);
    for (const address of ['192.168.1.64', '10.72.1.5', '10.72.2.5', '10.72.2.6', '10.72.2.7'])
      expect([...devices.keys()]).toContain(address);
    const single = [...first, ...second].filter(({ kind, destination }) => (kind === 'tcp' || kind === 'udp') && isSingle(destination));
    // Those that live are touched once, to learn their MAC.
    expect(single.filter(({ kind }) => kind === 'tcp')).toEqual([]);
    const touches = single.map(({ destination }) => destination);
    expect(touches.length).toBe(new Set(touches).size);
  });

  it.skipIf(!canCapture)('keeps to the interface it was told', async () => {
    // The scan before has ended; the kernel would go on asking for the dark addresses it was told to look for.
    await network().run('scanner', ['ip', 'neigh', 'flush', 'all']);
    const { document, devices, first, second } = await watch('one', ['--interface', 'eth1']);
    expect(document.coverage).toMatchObject({ addresses: 14, complete: true });
    expect([...devices.keys()]).not.toContain('10.72.1.5');
    // The kernel's own: IGMP says twice which groups the scan before left, ARP confirms whom it knew. Nobody new is looked for.
    const here: readonly string[] = FIRST_FLOOR.map(({ address }) => address);
    expect(first.filter(({ kind, destination }) => kind !== 'other' && !(kind === 'arp' && here.includes(destination)))).toEqual([]);
    expect(second.length).toBeGreaterThan(50);
  });

  it('finds hosts behind a router by asking each, though multicast does not get there', async () => {
    const { code, document, devices, stderr, first, second } = await watch('far', [FAR]);
    expect(code, stderr).toBe(0);
    expect(document.coverage).toMatchObject({ addresses: 14, asked: 14, complete: true });
    for (const { address, id, mustBeFlagged } of truthsOf(BEHIND_ROUTER))
      expect(devices.get(address)?.flagged, `${id}: ${JSON.stringify(devices.get(address))}`).toBe(mustBeFlagged);
    expect(devices.get('10.73.5.6')).toMatchObject({ maker: 'Hikvision', coverage: { sadp: 'answered' } });
    // The MAC in the neighbour table is the router's, and nobody else's.
    expect([...devices.values()].filter(({ mac }) => mac === ROUTER_MAC)).toEqual([]);
    expect(devices.get('10.73.5.6')?.mac).toBe(dataOf('unbranded-sadp-camera').mac);
    expect([...first, ...second].filter(({ kind, destination }) => kind === 'udp' && !isSingle(destination))).toEqual([]);
  });

  it.skipIf(!canCapture)('leaves excluded hosts alone', async () => {
    const dahua = dataOf('dahua-camera').mac;
    const exclude = ['--interface', 'eth1', '--exclude', '10.72.2.5', '--exclude', dahua];
    await network().run('scanner', ['ip', 'neigh', 'flush', 'all']);
    const { document, devices, second } = await watch('excluded', exclude);
    expect(document.coverage).toMatchObject({ addresses: 14, excluded: 2, complete: true });
    expect([...devices.keys()].sort()).toEqual(['10.72.2.14', '10.72.2.7']);
    // By address: nothing, not even a question for its MAC.
    expect(to(second, '10.72.2.5')).toEqual([]);
    // By MAC: one datagram makes the kernel resolve an address nobody knew; whose it is shows only then.
    const packets = to(second, '10.72.2.6').filter(({ kind }) => kind !== 'arp');
    expect(packets.map(({ kind }) => kind)).toEqual(packets.length === 0 ? [] : ['udp']);
  });

  it.skipIf(!canCapture)('sends nothing at all to an excluded MAC that the neighbour table knows', async () => {
    const dahua = dataOf('dahua-camera').mac;
    await network().run('scanner', ['ip', 'neigh', 'replace', '10.72.2.6', 'lladdr', dahua, 'dev', 'eth1', 'nud', 'reachable']);
    const { devices, second } = await watch('excluded-mac', ['--interface', 'eth1', '--exclude', dahua.replaceAll(':', '-').toUpperCase()]);
    expect([...devices.keys()]).not.toContain('10.72.2.6');
    expect([...devices.keys()]).toContain('10.72.2.5');
    expect(to(second, '10.72.2.6').filter(({ kind }) => kind !== 'arp')).toEqual([]);
  });
});

/** Makes the router one, and tells everybody the way. */
async function route(network: Network): Promise<void> {
  const must = async (host: string, command: readonly string[]): Promise<void> => {
    const { code, stderr } = await network.run(host, command);
    if (code !== 0) throw new Error(`${host}: ${command.join(' ')}: ${stderr}`);
  };
  await must('router', ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
  await must('scanner', ['ip', 'route', 'add', FAR, 'via', ROUTER]);
  for (const { id } of BEHIND_ROUTER) await must(id, ['ip', 'route', 'add', 'default', 'via', '10.73.5.1']);
}

function to(packets: readonly Packet[], address: string): Packet[] {
  return packets.filter(({ destination }) => destination === address);
}

function isSingle(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return first < 224 && !address.endsWith('.15');
}
