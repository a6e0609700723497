/**
 * `camsweep watch` as built, run without rights in a namespace, while devices in others speak unasked, answer somebody
 * else, or just turn up. Proves that each is told of, and that nothing was sent. Linux, root.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { camsweep, commandLine } from './command.ts';
import { startEmulated } from './emulated.ts';
import { holdNetwork, type HeldNetwork } from './hold.ts';
import { nodeTypeScript, whyNoNetwork, type Network, type Started } from './namespace.ts';
import { EMULATED, FIRST_WORDS, SPEC, SPEECHES, type Speaker } from './watch-hosts.ts';
import { freshOf, lastOf, linesOf, tellDelays } from './watch-lines.ts';

const reason = await whyNoNetwork();
if (reason !== undefined) process.stderr.write(`test/lab-network/watch: skipped, ${reason}\n`);

/** Until the program listens: loading what it knows takes its time where others work too. */
const START_MS = 60_000;

describe.skipIf(reason !== undefined)('test/lab-network/watch', { timeout: 240_000 }, () => {
  let held: HeldNetwork;
  let network: Network;
  let folder: string;
  /** All that a test started: it ends with the test, so that nobody talks into the next one. */
  let running: Started[];

  beforeAll(async () => {
    held = await holdNetwork(SPEC);
    network = held.network;
  }, 60_000);
  afterAll(() => held.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'camsweep-watch-'));
    await chmod(folder, 0o755);
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  /** Somebody with words, who says them when told to. */
  async function speaker(host: Speaker): Promise<{ say: (index: number) => Promise<void>; told: () => string }> {
    const script = fileURLToPath(new URL('./announcer.ts', import.meta.url));
    const started = await network.start(host, nodeTypeScript(script, JSON.stringify(SPEECHES[host])));
    running.push(started);
    let said = 0;
    const count = (): number => started.output().split('\n').length - 2;
    return {
      say: async (index) => {
        started.tell(String(index));
        said++;
        await started.until(`word ${index} of ${host}`, () => count() >= said);
      },
      told: () => started.output(),
    };
  }

  /** The program, which says itself when it listens. `around` turns its command line into another. */
  async function listening(
    args: readonly string[],
    around: (words: readonly string[]) => readonly string[] = (words) => words,
  ): Promise<Started> {
    const program = network.launch('scanner', around(await commandLine(join(folder, 'data'), ['watch', ...args])));
    running.push(program);
    await program.until('word that it listens', () => /^Listening on .*\n/m.test(program.errors()), START_MS);
    return program;
  }

  it('tells of each device after its first word, in their order, and sends nothing', async () => {
    for (const emulated of (await startEmulated(network, [EMULATED])).values()) running.push(emulated);
    const speakers = new Map(await Promise.all(FIRST_WORDS.map(async ([host]) => [host, await speaker(host)] as const)));
    const asker = await speaker('asker');
    const before = await sentBy(network, 'scanner');
    const program = await listening(['--jsonl', '--all', '--record', join(folder, 'data', 'heard.jsonl')]);

    // Questions of others, which are no devices speaking; then each device when the one before it has been told of.
    for (const question of [0, 1, 2]) await asker.say(question);
    const expected: string[] = [];
    for (const [host, address] of FIRST_WORDS) {
      expected.push(address);
      await speakers.get(host)?.say(0);
      await program.until(`line about ${address}`, () => freshOf(linesOf(program)).includes(address));
      expect(freshOf(linesOf(program))).toEqual(expected);
    }
    // Nothing new: the same device, started again.
    await speakers.get('upnp')?.say(1);
    await speakers.get('onvif')?.say(1);
    await program.until('goodbye of 10.63.1.10', () => lastOf(linesOf(program), '10.63.1.10')?.event === 'left');
    // It answers the question of somebody else.
    await asker.say(3);
    await program.until(`line about ${EMULATED.address}`, () => freshOf(linesOf(program)).includes(EMULATED.address));
    await program.until(`maker of ${EMULATED.address}`, () => lastOf(linesOf(program), EMULATED.address)?.maker === 'Axis');

    const { code, stderr } = await program.end('SIGINT');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Listening on eth0 \(10\.63\.1\.1\/24\), eth1 \(10\.63\.2\.1\/24\), sending nothing: .*\nStopping with .*\n$/);
    const lines = linesOf(program);
    expect(freshOf(lines)).toEqual([...expected, EMULATED.address]);
    expect(lines.filter(({ event }) => event === 'left').map(({ address }) => address)).toEqual(['10.63.1.10']);
    expect(lastOf(lines, '10.63.1.10')).toMatchObject({ surveillance: true, heardBy: ['WS-Discovery'] });
    expect(lastOf(lines, '192.168.1.64')).toMatchObject({ maker: 'Hikvision', flagged: true, heardBy: ['SADP'] });
    expect(lastOf(lines, '10.63.1.13')).toMatchObject({ maker: 'Dahua', heardBy: ['DHIP'] });
    expect(lastOf(lines, '10.63.1.14')).toMatchObject({ mac: '44:19:b6:00:00:14', heardBy: ['neighbour table'] });
    expect(lastOf(lines, '10.63.2.12')).toMatchObject({ maker: 'Axis', heardBy: ['mDNS'] });
    expect(lastOf(lines, EMULATED.address)).toMatchObject({ maker: 'Axis', heardBy: ['mDNS'] });

    // The kernel of the scanner answered ARP and told the groups it joined; of UDP and TCP, nothing left it.
    expect(await sentBy(network, 'scanner')).toEqual(before);
    expect(before).toEqual({ datagrams: 0, connections: 0 });
    expect((await sentBy(network, 'asker')).datagrams).toBeGreaterThanOrEqual(SPEECHES.asker.length);
    tellDelays(lines, [...speakers.values()].map(({ told }) => told()).join(''));

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
    const sadp = await speaker('sadp');
    const program = await listening([]);
    await sadp.say(0);
    await program.until('line heard by SADP', () => program.output().includes('(heard by SADP)\n'));
    const { code, stdout, stderr } = await program.end('SIGINT');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^! \d\d:\d\d:\d\d {2}192\.168\.1\.64 .*made by Hikvision.*\(heard by SADP\)$/m);
    expect(stdout).toMatch(/^FLAGGED {2}1 device$/m);
    expect(stdout).toMatch(/1 heard in .*1 flagged/);
    expect(stderr).toContain('Stopping');
  });

  it('ends when nobody reads it any more', async () => {
    const [sadp, dhip] = [await speaker('sadp'), await speaker('dhip')];
    // Whether `head` has gone, and with it the last who reads, is said by the shell.
    const oneLine = (words: readonly string[]) => ['sh', '-c', '"$@" | { head -n 1; exec 0<&-; echo gone >&2; }', 'sh', ...words];
    const program = await listening(['--jsonl'], oneLine);
    await sadp.say(0);
    await program.until('end of its reader', () => program.errors().includes('gone\n'));
    await dhip.say(0);
    const { code, stdout } = await program.end();
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  it('ends by itself when its time is over, and is incomplete when it was cut short', async () => {
    const whole = await listening(['--for', '0.5']);
    expect((await whole.end()).code).toBe(0);
    const cut = await listening(['--for', '3600']);
    expect((await cut.end('SIGINT')).code).toBe(3);
  });

  it('listens on the interface that was named, and on no other', async () => {
    const [upnp, mdns] = [await speaker('upnp'), await speaker('mdns')];
    const program = await listening(['--jsonl', '--interface', 'eth1']);
    // What it must not hear comes first.
    for (const index of [0, 1]) await upnp.say(index);
    await mdns.say(0);
    await program.until('line about 10.63.2.12', () => lastOf(linesOf(program), '10.63.2.12') !== undefined);
    expect((await program.end('SIGINT')).code).toBe(0);
    expect([...new Set(linesOf(program).map(({ address }) => address))]).toEqual(['10.63.2.12']);
  });

  it('says which port another program holds, and hears the rest', async () => {
    const hold = "const s = require('node:dgram').createSocket('udp4'); s.bind(1900, () => console.log('held'));";
    running.push(await network.start('scanner', [process.execPath, '-e', hold]));
    const onvif = await speaker('onvif');
    const program = await listening(['--jsonl']);
    await onvif.say(0);
    await program.until('line about 10.63.1.10', () => program.output().includes('"address":"10.63.1.10"'));
    const { code, stderr } = await program.end('SIGINT');
    expect(stderr.split('\n').filter((line) => line.startsWith('note:'))).toEqual([
      'note: SSDP (UDP 1900): not listened to, another program holds the port and does not share it',
    ]);
    expect(code).toBe(0);
  });

  it('refuses in one line where there is nothing to listen on', async () => {
    await network.run('asker', ['ip', 'address', 'flush', 'dev', 'eth0']);
    const { code, stdout, stderr } = await camsweep(network, 'asker', join(folder, 'data'), ['watch', '--for', '1']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^camsweep: no interface to listen on/);
  });
});

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
