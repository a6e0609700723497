/**
 * The SNMP probe, the neighbour table and the interface list against Debian's snmpd and snmpsim, in namespaces made for
 * the purpose. Linux, root; packages snmpd and snmpsim.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Heard, Result, Task } from './ask-snmp.ts';
import { nodeTypeScript, whyNoNetwork, withNetwork } from './namespace.ts';
import type { Network, NetworkSpec } from './namespace.ts';
import { canBecomeNobody } from './rights.ts';

const SNMP_PORT = 161;
const SNMPD = '/usr/sbin/snmpd';
const SNMPSIMD = '/usr/bin/snmpsimd';
const missing = [SNMPD, SNMPSIMD].filter((file) => !existsSync(file));
const reason = (await whyNoNetwork()) ?? (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined);
if (reason !== undefined) process.stderr.write(`test/lab-network/snmp: skipped, ${reason}\n`);

const SPEC = {
  scanner: [{ segment: 'a', address: '10.62.1.1/24', mac: '00:00:5e:00:53:01' }],
  server: [{ segment: 'a', address: '10.62.1.10/24', mac: '00:00:5e:00:53:10' }],
  camera: [{ segment: 'a', address: '10.62.1.11/24', mac: '44:19:b6:00:00:11' }],
  recorder: [{ segment: 'a', address: '10.62.1.12/24', mac: '44:19:b6:00:00:12' }],
  quiet: [{ segment: 'a', address: '10.62.1.13/24', mac: '00:00:5e:00:53:13' }],
} satisfies NetworkSpec;

const [SERVER, CAMERA, RECORDER, QUIET, DARK] = ['10.62.1.10', '10.62.1.11', '10.62.1.12', '10.62.1.13', '10.62.1.99'] as const;
const READER = { name: 'reader', authProtocol: 'sha256', authKey: 'authentication', privProtocol: 'aes', privKey: 'privacy-key' } as const;

// Built after HIK-DEVICE-MIB and HIKVISION-MIB: nothing in the system group; a recorder under 50001. Sorted, as snmpsim wants it.
const CAMERA_OBJECTS = `1.3.6.1.2.1.2.2.1.6.2|4x|4419b6000011
1.3.6.1.4.1.39165.1.1.0|4|DS-2CD2042WD-I
1.3.6.1.4.1.39165.1.3.0|4|V5.5.0 build 170725
1.3.6.1.4.1.39165.1.4.0|4|44-19-b6-00-00-11
`;
const RECORDER_OBJECTS = `1.3.6.1.2.1.1.1.0|4|Hikvision company products
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.50001
1.3.6.1.4.1.50001.1.3.0|4|0820160719AARR000000000WCVU
1.3.6.1.4.1.50001.1.100.0|2|2
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'camsweep-snmp-'));
  // snmpsim gives up its rights before it reads.
  await chmod(folder, 0o755);
  for (const [host, objects] of [
    ['camera', CAMERA_OBJECTS],
    ['recorder', RECORDER_OBJECTS],
  ] as const) {
    await mkdir(join(folder, host));
    await mkdir(join(folder, `${host}-cache`));
    await chmod(join(folder, `${host}-cache`), 0o777);
    await writeFile(join(folder, host, 'public.snmprec'), objects);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Debian's snmpd with one configuration; `versions` limits nothing unless a community is missing. */
async function snmpd(network: Network, host: string, lines: readonly string[]): Promise<void> {
  const file = join(folder, `${host}.conf`);
  await writeFile(file, ['sysDescr Network Camera', 'sysName lab-camera', 'sysObjectID 1.3.6.1.4.1.368.1.1', ...lines, ''].join('\n'));
  const state = join(folder, `${host}-state`);
  await mkdir(state, { recursive: true });
  const command = `MIBS= SNMP_PERSISTENT_DIR=${state} exec ${SNMPD} -f -Lo -C -c ${file} -I -smux udp:161`;
  await network.bound(host, SNMP_PORT, network.launch(host, ['sh', '-c', command]));
}

async function snmpsim(network: Network, host: string): Promise<void> {
  const flags = `--data-dir=${join(folder, host)} --cache-dir=${join(folder, `${host}-cache`)} --agent-udpv4-endpoint=0.0.0.0:161`;
  const command = `exec ${SNMPSIMD} ${flags} --process-user=nobody --process-group=nogroup`;
  await network.bound(host, SNMP_PORT, network.launch(host, ['sh', '-c', command]));
}

async function ask(network: Network, task: Task): Promise<Result> {
  const { code, stdout, stderr } = await network.run(
    'scanner',
    nodeTypeScript(fileURLToPath(new URL('./ask-snmp.ts', import.meta.url)), JSON.stringify(task)),
  );
  if (code !== 0) throw new Error(`ask-snmp ended with ${code}: ${stderr}`);
  const result: unknown = JSON.parse(stdout);
  if (!isResult(result)) throw new Error('ask-snmp printed no result');
  return result;
}

function isResult(value: unknown): value is Result {
  return typeof value === 'object' && value !== null && 'heard' in value;
}

/** A daemon that has bound its port answers: asked once, as a scan would. */
async function heardFrom(network: Network, address: string, task: Partial<Task> = {}): Promise<Heard | undefined> {
  return (await ask(network, { addresses: [address], ...task })).heard[address];
}

describe.skipIf(reason !== undefined)('test/lab-network/snmp', { timeout: 180_000 }, () => {
  it('reads an agent that speaks v2c, and its engine ID', async () => {
    await withNetwork(SPEC, async (network) => {
      await snmpd(network, 'server', ['rocommunity public']);
      const heard = await heardFrom(network, SERVER);
      expect(heard?.fields).toMatchObject({
        'snmp.sysDescr': ['Network Camera'],
        'snmp.sysName': ['lab-camera'],
        'snmp.sysObjectID': ['1.3.6.1.4.1.368.1.1'],
        'snmp.sysObjectID.enterprise': ['368'],
        'snmp.engineID.enterprise': ['8072'],
        'snmp.interface.mac': ['00:00:5e:00:53:10'],
      });
      expect(heard?.fields).not.toHaveProperty('snmp.enterprise');
    });
  });

  it('finds an agent that speaks v1 only', async () => {
    await withNetwork(SPEC, async (network) => {
      // VACM: the community is known under security model v1 alone.
      await snmpd(network, 'server', [
        'com2sec any default public',
        'group readers v1 any',
        'view all included .1',
        'access readers "" v1 noauth exact all none none',
      ]);
      const heard = await heardFrom(network, SERVER);
      expect(heard?.recordings.map(({ request }) => request?.version)).toContain('1');
      expect(heard?.fields['snmp.sysDescr']).toEqual(['Network Camera']);
    });
  });

  it('reads with a v3 user, and takes a wrong user for presence', async () => {
    await withNetwork(SPEC, async (network) => {
      await snmpd(network, 'server', ['createUser reader SHA-256 authentication AES privacy-key', 'rouser reader priv']);
      const right = await heardFrom(network, SERVER, { settings: { snmpUsers: [READER] } });
      expect(right?.fields).toMatchObject({ 'snmp.sysDescr': ['Network Camera'], 'snmp.interface.mac': ['00:00:5e:00:53:10'] });
      for (const wrong of [
        { ...READER, name: 'nobody' },
        { ...READER, authKey: 'another password' },
      ]) {
        const heard = await heardFrom(network, SERVER, { settings: { snmpUsers: [wrong] } });
        expect(Object.keys(heard?.fields ?? {}).sort()).toEqual(['snmp.engineID', 'snmp.engineID.enterprise']);
      }
    });
  });

  // snmpsim gives up its rights, or does not start.
  it.skipIf(!canBecomeNobody)('identifies a camera with an empty system group and a recorder', async () => {
    await withNetwork(SPEC, async (network) => {
      await snmpsim(network, 'camera');
      await snmpsim(network, 'recorder');
      const camera = await heardFrom(network, CAMERA);
      expect(camera?.fields).toMatchObject({
        'snmp.enterprise': ['39165'],
        'snmp.oid.1.3.6.1.4.1.39165.1.1.0': ['DS-2CD2042WD-I'],
        'snmp.oid.1.3.6.1.4.1.39165.1.3.0': ['V5.5.0 build 170725'],
        'snmp.oid.1.3.6.1.4.1.39165.1.4.0': ['44:19:b6:00:00:11'],
        'snmp.interface.mac': ['44:19:b6:00:00:11'],
      });
      expect(camera?.fields).not.toHaveProperty('snmp.sysDescr');
      const recorder = await heardFrom(network, RECORDER);
      expect(recorder?.fields).toMatchObject({
        'snmp.sysObjectID': ['1.3.6.1.4.1.50001'],
        'snmp.enterprise': ['50001'],
        'snmp.oid.1.3.6.1.4.1.50001.1.3.0': ['0820160719AARR000000000WCVU'],
      });
    });
  });

  it('tells closed, dark and excluded apart, and reads the neighbours it touched', async () => {
    await withNetwork(SPEC, async (network) => {
      await snmpd(network, 'server', ['rocommunity public']);
      await heardFrom(network, SERVER);
      const result = await ask(network, { addresses: [SERVER, QUIET, DARK, RECORDER], excluded: [RECORDER] });
      const outcomes = Object.fromEntries(Object.entries(result.heard).map(([address, { outcome }]) => [address, outcome]));
      expect(outcomes).toMatchObject({ [SERVER]: 'answered', [QUIET]: 'refused', [RECORDER]: 'excluded' });
      expect(['silent', 'unreachable']).toContain(outcomes[DARK]);
      expect(result.problems).toEqual([]);
      expect(result.macs).toEqual({ [SERVER]: '00:00:5e:00:53:10', [QUIET]: '00:00:5e:00:53:13' });
      expect(result.states[DARK]).toBe('unresolved');
      expect(result.states[SERVER]).toBe('reachable');
      expect(result.segments).toEqual(['eth0 10.62.1.1/24']);
      expect(result.attached).toEqual([SERVER, QUIET, DARK, RECORDER]);
    });
  });
});
