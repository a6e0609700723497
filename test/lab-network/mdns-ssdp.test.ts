/** The mDNS and SSDP probes against responders on two segments, in namespaces made for the purpose. Linux, root. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeTypeScript, whyNoNetwork, withNetwork } from './namespace.ts';
import type { Network, NetworkSpec } from './namespace.ts';
import type { Result, Task } from './scan-segments.ts';

const reason = await whyNoNetwork();
if (reason !== undefined) process.stderr.write(`test/lab-network/mdns-ssdp: skipped, ${reason}\n`);

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const device = (kind: string, name: string): string[] => nodeTypeScript(file('./devices.ts'), kind, name);

const SPEC = {
  scanner: [
    { segment: 'a', address: '10.61.1.1/24' },
    { segment: 'b', address: '10.61.2.1/24' },
  ],
  first: [{ segment: 'a', address: '10.61.1.10/24' }],
  second: [{ segment: 'b', address: '10.61.2.10/24' }],
  // A camera with a factory address: on the wire of segment b, in no subnet of it.
  foreign: [{ segment: 'b', address: '192.0.2.64/24' }],
} satisfies NetworkSpec;

const SEGMENTS: Task['segments'] = [
  { interfaceName: 'eth0', address: '10.61.1.1', prefixLength: 24 },
  { interfaceName: 'eth1', address: '10.61.2.1', prefixLength: 24 },
];

async function scan(network: Network, task: Partial<Task> = {}): Promise<Result> {
  const command = nodeTypeScript(file('./scan-segments.ts'), JSON.stringify({ segments: SEGMENTS, ...task }));
  const { code, stdout, stderr } = await network.run('scanner', command);
  if (code !== 0) throw new Error(`scan ended with ${code}: ${stderr}`);
  const result: unknown = JSON.parse(stdout);
  if (!isResult(result)) throw new Error('scan printed no result');
  return result;
}

function isResult(value: unknown): value is Result {
  return typeof value === 'object' && value !== null && 'answers' in value && 'maxBlockedMs' in value;
}

/** `address instance` of every mDNS recording that has an instance. */
function instances({ answers }: Result): string[] {
  return answers
    .filter(({ protocol, response }) => protocol === 'mdns' && typeof response.instance === 'string')
    .map(({ from, response }) => `${from.address} ${String(response.instance)}`)
    .sort();
}

function addresses({ answers }: Result, protocol: string): string[] {
  return [...new Set(answers.filter((answer) => answer.protocol === protocol).map(({ from }) => from.address))].sort();
}

describe.skipIf(reason !== undefined)('test/lab-network/mdns-ssdp', { timeout: 180_000 }, () => {
  it('hears mDNS responders on both interfaces, whole stacks and sparse ones, each service once', async () => {
    await withNetwork(SPEC, async (network) => {
      await network.start('first', device('bonjour', 'Camera One'));
      await network.start('second', device('sparse', 'Same Name'));
      const result = await scan(network);
      expect(instances(result)).toEqual(['10.61.1.10 Camera One', '10.61.2.10 Same Name']);
      const sparse = result.answers.find(({ response }) => response.instance === 'Same Name');
      expect(sparse?.response).toMatchObject({ type: '_psia._tcp', host: 'camera.local', port: 8080, txt: { serial: '0001' } });
      const types = result.answers.filter(({ response }) => response.type === '_odd-thing._tcp');
      expect(types.map(({ from }) => from.address)).toEqual(['10.61.2.10']);
    });
  });

  it('hears them by legacy unicast too, when another program holds UDP 5353', async () => {
    await withNetwork(SPEC, async (network) => {
      await network.start('first', device('sparse', 'Same Name'));
      await network.start('second', device('sparse', 'Same Name'));
      const result = await scan(network, { holdPort: true });
      expect(instances(result)).toEqual(['10.61.1.10 Same Name', '10.61.2.10 Same Name']);
    });
  });

  it('keeps equal names on different hosts apart, foreign addresses in, excluded ones out', async () => {
    await withNetwork(SPEC, async (network) => {
      for (const host of ['first', 'second', 'foreign']) await network.start(host, device('sparse', 'Same Name'));
      const all = await scan(network);
      expect(instances(all)).toEqual(['10.61.1.10 Same Name', '10.61.2.10 Same Name', '192.0.2.64 Same Name']);
      const fewer = await scan(network, { excluded: ['10.61.2.10'] });
      expect(instances(fewer)).toEqual(['10.61.1.10 Same Name', '192.0.2.64 Same Name']);
    });
  });

  it('stays awake under packets of 150 and 1000 records, and still hears the others', async () => {
    await withNetwork(SPEC, async (network) => {
      await network.start('first', device('hostile', ''));
      await network.start('second', device('sparse', 'Camera'));
      const result = await scan(network);
      expect(instances(result)).toEqual(['10.61.2.10 Camera']);
      const unread = result.answers.filter(({ protocol, from }) => protocol === 'mdns' && from.address === '10.61.1.10');
      // Once an interface at the most: sockets on one machine hear each other's groups.
      expect(new Set(unread.map(({ response }) => Object.keys(response).join()))).toEqual(new Set(['bytes']));
      expect(unread.length).toBeLessThanOrEqual(SEGMENTS.length);
      // The library alone is blocked for seconds by one of them; the other side of the bound is a busy test machine.
      expect(result.maxBlockedMs).toBeLessThan(1000);
    });
  });

  it('hands over what it heard when aborted half-way', async () => {
    await withNetwork(SPEC, async (network) => {
      await network.start('first', device('bonjour', 'Camera'));
      const result = await scan(network, { abortAfter: 1 });
      expect(instances(result)).toEqual(['10.61.1.10 Camera']);
    });
  });

  it('finds UPnP devices on both interfaces and reads their descriptions, and no other address', async () => {
    await withNetwork(SPEC, async (network) => {
      const first = await network.start('first', device('upnp', '10.61.1.10'));
      const second = await network.start('second', device('upnp', '10.61.1.10'));
      const result = await scan(network);
      expect(addresses(result, 'ssdp')).toEqual(['10.61.1.10', '10.61.2.10']);
      const described = result.answers.filter(({ request }) => request?.operation === 'description');
      expect(described.map(({ from }) => from.address)).toEqual(['10.61.1.10']);
      expect(first.output().match(/GET/g)).toHaveLength(1);
      // It answered with the first device's LOCATION: nobody may be sent there on its word.
      expect(second.output()).not.toContain('GET');
    });
  });

  it('asks single addresses by unicast', async () => {
    await withNetwork(SPEC, async (network) => {
      await network.start('first', device('sparse', 'Camera'));
      await network.start('second', device('upnp', '10.61.2.10'));
      const result = await scan(network, { segments: [], addresses: ['10.61.1.10', '10.61.2.10'] });
      expect(instances(result)).toEqual(['10.61.1.10 Camera']);
      expect(result.outcomes[0]).toBe('answered');
      expect(result.outcomes[3]).toBe('answered');
      expect(result.answers.some(({ request }) => request?.operation === 'description')).toBe(true);
    });
  });
});
