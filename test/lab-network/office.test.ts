/**
 * An office LAN in namespaces, scanned by the built command as a user without rights would: emulated devices with their own
 * MACs, real daemons beside them, one camera with a factory address. Linux, root; Debian packages where they are installed.
 */
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastScan, scan, startCamsweep, camsweep, type FoundDevice, type Scanned } from './command.ts';
import { lacking, startDaemon } from './daemons.ts';
import { startEmulated, truthsOf, violationsOf } from './emulated.ts';
import { holdNetwork, type HeldNetwork } from './hold.ts';
import { whyNoNetwork } from './namespace.ts';
import type { Started } from './namespace.ts';
import { ABSENT, DARK, EMULATED, FACTORY_ADDRESS, FACTORY_HOST, OFFICE, OFFICE_SPEC, PRESENT, SCANNER } from './office-hosts.ts';
import { capture, type Packet } from './packets.ts';

const reason = await whyNoNetwork();
if (reason !== undefined) process.stderr.write(`test/lab-network/office: skipped, ${reason}\n`);
for (const daemon of ABSENT) process.stderr.write(`test/lab-network/office: without ${daemon.what}: ${lacking(daemon).join(', ')} missing\n`);

describe.skipIf(reason !== undefined)('test/lab-network/office', () => {
  let folder: string;
  let held: HeldNetwork;
  let started: Map<string, Started>;
  let scanned: Scanned;
  let sent: Packet[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'camsweep-office-'));
    await chmod(folder, 0o755);
    const t0 = Date.now();
    held = await holdNetwork(OFFICE_SPEC);
    console.error('net', Date.now() - t0);
    const { network } = held;
    [started] = await Promise.all([
      startEmulated(network, [...EMULATED, FACTORY_HOST]),
      ...PRESENT.map(async (daemon) => startDaemon(network, daemon, folder)),
    ]);
    console.error('hosts', Date.now() - t0);
    const watched = await capture(network, { host: 'scanner', direction: 'out' }, join(folder, 'sent.pcap'));
    scanned = await scan(network, 'scanner', join(folder, 'data'));
    console.error('scan', Date.now() - t0);
    sent = await watched.finish();
    console.error(scanned.stderr.slice(0, 3000), JSON.stringify({ ...scanned.document, devices: 0 }, null, 1));
    (await import('node:fs')).writeFileSync('/tmp/office.json', JSON.stringify(scanned.document, null, 1));
    (await import('node:fs')).writeFileSync('/tmp/office-sent.json', JSON.stringify(sent));
  }, 180_000);

  afterAll(async () => {
    await held.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('runs', async () => {
    expect(scanned.code).toBe(0);
    const v = await violationsOf(started);
    expect(v).toEqual([]);
  });
});
