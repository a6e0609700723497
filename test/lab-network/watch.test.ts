/**
 * `camsweep watch` as built, run without rights in a namespace, while devices in others speak unasked, answer somebody
 * else, or just turn up. Proves that each is told of, and that nothing was sent. Linux, root.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { discovery, notify, SADP_HELLO } from '../probes/chatter-samples.ts';
import { announce, AXIS } from '../probes/mdns/packets.ts';
import { buildProbe } from '../../probes/onvif/wsdiscovery-codec.ts';
import { writeQuery } from '../../probes/mdns/codec.ts';
import { encodeInquiry } from '../../probes/sadp/codec.ts';
import { writeSearch } from '../../probes/ssdp/codec.ts';
import { SAMPLES } from '../probes/vendor-samples.ts';
import type { SpokenWord } from './announcer.ts';
import { camsweep, commandLine } from './command.ts';
import { linkOf, startEmulated, type Emulated } from './emulated.ts';
import { holdNetwork, type HeldNetwork } from './hold.ts';
import { nodeTypeScript, whyNoNetwork, type Finished, type Network, type NetworkSpec, type Started } from './namespace.ts';

const reason = await whyNoNetwork();
if (reason !== undefined) process.stderr.write(`test/lab-network/watch: skipped, ${reason}\n`);

const EMULATED = { id: 'axis-camera', segment: 'a', address: '10.63.1.40' } as const satisfies Emulated;
const SPEC = {
  scanner: [
    { segment: 'a', address: '10.63.1.1/24', mac: '00:1b:21:00:00:01' },
    { segment: 'b', address: '10.63.2.1/24', mac: '00:1b:21:00:00:02' },
  ],
  onvif: [{ segment: 'a', address: '10.63.1.10/24', mac: '44:19:b6:00:00:11' }],
  upnp: [{ segment: 'a', address: '10.63.1.11/24', mac: '44:19:b6:00:00:12' }],
  mdns: [{ segment: 'b', address: '10.63.2.12/24', mac: 'b8:a4:4f:00:00:01' }],
  // A factory address: on the wire of segment b, in no subnet of it.
  sadp: [{ segment: 'b', address: '192.168.1.64/24', mac: '58:50:ed:1f:e3:85' }],
  dhip: [{ segment: 'a', address: '10.63.1.13/24', mac: '08:ed:ed:00:11:22' }],
  quiet: [{ segment: 'a', address: '10.63.1.14/24', mac: '44:19:b6:00:00:14' }],
  // Another program on the network, asking as a scan of ours would.
  asker: [{ segment: 'a', address: '10.63.1.20/24', mac: '00:1b:21:00:00:20' }],
  'axis-camera': [linkOf(EMULATED)],
} satisfies NetworkSpec;

const lineSchema = z.object({
  event: z.enum(['new', 'surer', 'changed', 'left', 'back']),
  at: z.string(),
  heardBy: z.array(z.string()),
  address: z.string(),
  flagged: z.boolean(),
  maker: z.string().nullable(),
  mac: z.string().nullable(),
  surveillance: z.boolean().nullable(),
});
type Line = z.infer<typeof lineSchema>;
const sentSchema = z.object({ from: z.string(), port: z.number(), atMs: z.number() });

const [GROUP, SSDP_PORT] = ['239.255.255.250', 1900] as const;
const say = (afterMs: number, by: string, to: string, port: number, bytes: Uint8Array): SpokenWord => ({
  afterMs,
  by,
  to,
  port,
  bytes: Buffer.from(bytes).toString('base64'),
});

/** Who says what, in this order: half a second apart, so that the order is theirs and not the machine's. */
const SPEECHES = {
  onvif: [
    say(0, '10.63.1.10', GROUP, 3702, discovery('Hello', { address: '10.63.1.10' })),
    say(3000, '10.63.1.10', GROUP, 3702, discovery('Bye')),
  ],
  upnp: [say(500, '10.63.1.11', GROUP, SSDP_PORT, notify()), say(600, '10.63.1.11', GROUP, SSDP_PORT, notify({ bootId: 2 }))],
  mdns: [say(1000, '10.63.2.12', '224.0.0.251', 5353, announce(AXIS))],
  sadp: [say(1500, '192.168.1.64', GROUP, 37020, SADP_HELLO)],
  dhip: [say(2000, '10.63.1.13', '10.63.1.255', 37810, SAMPLES.dhip)],
  // Talks to us about something else: the kernel learns its MAC by answering.
  quiet: [say(2500, '10.63.1.14', '10.63.1.1', 9, Buffer.from('x'))],
} as const satisfies Partial<Record<keyof typeof SPEC, readonly SpokenWord[]>>;
const ADDRESSES = ['10.63.1.10', '10.63.1.11', '10.63.2.12', '192.168.1.64', '10.63.1.13', '10.63.1.14'] as const;

const QUESTIONS = [
  say(100, '10.63.1.20', GROUP, 3702, buildProbe('untyped', 'urn:uuid:00000000-0000-4000-8000-000000000001')),
  say(200, '10.63.1.20', GROUP, SSDP_PORT, writeSearch({ target: 'ssdp:all', host: `${GROUP}:1900`, mxSeconds: 1, userAgent: 'x' })),
  say(300, '10.63.1.20', GROUP, 37020, encodeInquiry('inquiry', '00000000-0000-4000-8000-000000000002')),
  // From the mDNS port, as whole stacks ask: then the answer goes to everybody.
  { ...say(3500, '10.63.1.20', '224.0.0.251', 5353, writeQuery([{ name: '_axis-video._tcp.local', type: 'PTR' }])), fromPort: 5353 },
];

describe.skipIf(reason !== undefined)('test/lab-network/watch', { timeout: 120_000 }, () => {
  let held: HeldNetwork;
  let network: Network;
  let folder: string;
  let trigger: string;

  beforeAll(async () => {
    held = await holdNetwork(SPEC);
    network = held.network;
  }, 60_000);
  afterAll(() => held.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'camsweep-watch-'));
    await chmod(folder, 0o755);
    trigger = join(folder, 'now');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const announcer = (host: string, words: readonly SpokenWord[]): Promise<Started> =>
    network.start(host, nodeTypeScript(fileURLToPath(new URL('./announcer.ts', import.meta.url)), trigger, JSON.stringify(words)), 30_000);

  /** Runs it to its end; the trigger is pulled as soon as it listens on the interface. */
  async function listening(args: readonly string[], interfaceName: string): Promise<Finished> {
    const running = camsweep(network, 'scanner', join(folder, 'data'), ['watch', ...args]);
    await joined(network, interfaceName);
    await writeFile(trigger, '');
    return running;
  }

  it('tells of each device after its first word, in their order, and sends nothing', async () => {
    await startEmulated(network, [EMULATED]);
    const speakers = await Promise.all(Object.entries(SPEECHES).map(async ([host, words]) => announcer(host, words)));
    const asker = await announcer('asker', QUESTIONS);
    const before = await sentBy(network, 'scanner');
    const { code, stdout, stderr } = await listening(
      ['--for', '12', '--jsonl', '--all', '--record', join(folder, 'data', 'heard.jsonl')],
      'eth1',
    );
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => lineSchema.parse(JSON.parse(line)));

    const fresh = lines.filter(({ event }) => event === 'new').map(({ address }) => address);
    expect(fresh).toEqual([...ADDRESSES, EMULATED.address]);
    expect(lines.filter(({ event }) => event === 'left').map(({ address }) => address)).toEqual(['10.63.1.10']);
    const last = (address: string): Line | undefined => lines.filter((line) => line.address === address).at(-1);
    expect(last('10.63.1.10')).toMatchObject({ surveillance: true, heardBy: ['WS-Discovery'] });
    expect(last('192.168.1.64')).toMatchObject({ maker: 'Hikvision', flagged: true, heardBy: ['SADP'] });
    expect(last('10.63.1.13')).toMatchObject({ maker: 'Dahua', heardBy: ['DHIP'] });
    expect(last('10.63.1.14')).toMatchObject({ mac: '44:19:b6:00:00:14', heardBy: ['neighbour table'] });
    expect(last('10.63.2.12')).toMatchObject({ maker: 'Axis', heardBy: ['mDNS'] });
    expect(last(EMULATED.address)).toMatchObject({ maker: 'Axis', heardBy: ['mDNS'] });

    // The kernel of the scanner answered ARP and told the groups it joined; of UDP and TCP, nothing left it.
    expect(await sentBy(network, 'scanner')).toEqual(before);
    expect(before).toEqual({ datagrams: 0, connections: 0 });
    expect((await sentBy(network, 'asker')).datagrams).toBeGreaterThanOrEqual(QUESTIONS.length);
    tellDelays(lines, [...speakers, asker]);

    const judged = await network.run('scanner', await commandLine(join(folder, 'data'), ['judge', join(folder, 'data', 'heard.jsonl')]));
    expect(judged.code).toBe(0);
    const makers = judged.stdout
      .trim()
      .split('\n')
      .map((line) => z.object({ id: z.string(), maker: z.string().nullable() }).parse(JSON.parse(line)));
    expect(makers.find(({ id }) => id.startsWith('192.168.1.64/'))?.maker).toBe('Hikvision');
    expect((await readFile(join(folder, 'data', 'heard.jsonl'), 'utf8')).trim().split('\n').length).toBe(makers.length);
  });

  it('prints lines and the table of a scan when it is stopped, flagged devices with a mark', async () => {
    await announcer('sadp', [say(0, '192.168.1.64', GROUP, 37020, SADP_HELLO)]);
    const words = await commandLine(join(folder, 'data'), ['watch']);
    const running = network.run('scanner', ['timeout', '--preserve-status', '--signal=INT', '8', ...words]);
    await joined(network, 'eth1');
    await writeFile(trigger, '');
    const { code, stdout, stderr } = await running;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^! \d\d:\d\d:\d\d {2}192\.168\.1\.64 .*made by Hikvision.*\(heard by SADP\)$/m);
    expect(stdout).toMatch(/^FLAGGED {2}1 device$/m);
    expect(stdout).toMatch(/1 heard in .*1 flagged/);
    expect(stderr).toContain('Stopping');
  });

  it('ends when nobody reads it any more, and is incomplete when it was cut short', async () => {
    await announcer('sadp', [say(0, '192.168.1.64', GROUP, 37020, SADP_HELLO)]);
    await announcer('dhip', [say(1000, '10.63.1.13', '10.63.1.255', 37810, SAMPLES.dhip)]);
    const words = await commandLine(join(folder, 'data'), ['watch', '--jsonl']);
    const unread = network.run('scanner', ['sh', '-c', '"$@" | head -n 1', 'sh', ...words], 30_000);
    await joined(network, 'eth1');
    await writeFile(trigger, '');
    const { code, stdout } = await unread;
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);

    const cut = await commandLine(join(folder, 'data'), ['watch', '--for', '60']);
    const running = await network.run('scanner', ['timeout', '--preserve-status', '--signal=INT', '4', ...cut]);
    expect(running.code).toBe(3);
  });

  it('listens on the interface that was named, and on no other', async () => {
    await announcer('upnp', SPEECHES.upnp);
    await announcer('mdns', SPEECHES.mdns);
    const { code, stdout } = await listening(['--for', '7', '--jsonl', '--interface', 'eth1'], 'eth1');
    expect(code).toBe(0);
    const addresses = new Set(
      stdout
        .trim()
        .split('\n')
        .map((line) => lineSchema.parse(JSON.parse(line)).address),
    );
    expect([...addresses]).toEqual(['10.63.2.12']);
  });

  it('says which port another program holds, and hears the rest', async () => {
    const hold = "const s = require('node:dgram').createSocket('udp4'); s.bind(1900, () => console.log('held'));";
    const holder = await network.start('scanner', [process.execPath, '-e', hold]);
    await announcer('onvif', SPEECHES.onvif.slice(0, 1));
    const { code, stdout, stderr } = await listening(['--for', '6', '--jsonl'], 'eth1');
    await holder.stop();
    expect(stderr).toBe('note: SSDP (UDP 1900): not listened to, another program holds the port and does not share it\n');
    expect(code).toBe(0);
    expect(stdout).toContain('"address":"10.63.1.10"');
  });

  it('refuses in one line where there is nothing to listen on', async () => {
    await network.run('asker', ['ip', 'address', 'flush', 'dev', 'eth0']);
    const { code, stdout, stderr } = await camsweep(network, 'asker', join(folder, 'data'), ['watch', '--for', '1']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^camsweep: no interface to listen on/);
  });
});

/** Groups joined on an interface, out of /proc/net/igmp: a line an interface, then one a group. */
function groupsOf(igmp: string, interfaceName: string): string[] {
  const lines = igmp.split('\n');
  const start = lines.findIndex((line) => line.split(/\s+/)[1] === interfaceName);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\d/.test(line));
  return start < 0 ? [] : rest.slice(0, end < 0 ? undefined : end).filter((line) => /^\s+[0-9A-F]{8}/.test(line));
}

/** All systems, mDNS, two for SSDP and its like, Ubiquiti, two of TVT. */
const GROUPS = 7;

async function joined(network: Network, interfaceName: string): Promise<void> {
  for (let round = 0; round < 500; round++) {
    const { stdout } = await network.run('scanner', ['cat', '/proc/net/igmp']);
    if (groupsOf(stdout, interfaceName).length >= GROUPS) return;
    await sleep(20);
  }
  throw new Error('it does not listen');
}

/** UDP datagrams and TCP connections that ever left a host. */
async function sentBy(network: Network, host: string): Promise<{ datagrams: number; connections: number }> {
  const { stdout } = await network.run(host, ['cat', '/proc/net/snmp']);
  const counter = (protocol: string, name: string): number => {
    const [names = [], values = []] = stdout
      .split('\n')
      .filter((line) => line.startsWith(`${protocol}: `))
      .map((line) => line.split(' '));
    const index = names.indexOf(name);
    if (index < 0) throw new Error(`the kernel counts no ${protocol} ${name}`);
    return Number(values[index]);
  };
  return { datagrams: counter('Udp', 'OutDatagrams'), connections: counter('Tcp', 'ActiveOpens') };
}

/** How long from a device's first word to its line: measured and told, not judged. */
function tellDelays(lines: readonly Line[], speakers: readonly Started[]): void {
  const sent = speakers.flatMap((speaker) =>
    speaker
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => sentSchema.parse(JSON.parse(line))),
  );
  const delays = ADDRESSES.map((address) => {
    const line = lines.find((candidate) => candidate.address === address);
    const first = Math.min(...sent.filter(({ from }) => from === address).map(({ atMs }) => atMs));
    return `${address} ${line?.heardBy.join() ?? ''} ${line ? Date.parse(line.at) - first : '-'} ms`;
  });
  process.stderr.write(`first word to line: ${delays.join(', ')}\n`);
}
