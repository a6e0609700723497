/**
 * An office LAN in namespaces, scanned by the built command as a user without rights would: emulated devices with their own
 * MACs, real daemons beside them, one camera with a factory address. Linux, root; Debian packages where they are installed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostTruth } from '../lab/lab.ts';
import { camsweep, lastScan, scan, startCamsweep, type FoundDevice, type Scanned } from './command.ts';
import { lacking, startDaemon, type Daemon } from './daemons.ts';
import { startEmulated, truthsOf, violationsOf } from './emulated.ts';
import { holdNetwork, type HeldNetwork } from './hold.ts';
import { whyNoNetwork } from './namespace.ts';
import type { Started } from './namespace.ts';
import {
  ABSENT,
  DARK,
  EMULATED,
  FACTORY_ADDRESS,
  FACTORY_HOST,
  mustAnswer,
  OFFICE,
  OFFICE_SPEC,
  PRESENT,
  SECOND_ADDRESS,
  SIMULATOR,
  SIMULATOR_MAC,
} from './office-hosts.ts';
import { capture, canCapture, type Packet } from './packets.ts';

const reason = await whyNoNetwork();
if (reason !== undefined) process.stderr.write(`test/lab-network/office: skipped, ${reason}\n`);
for (const daemon of ABSENT) process.stderr.write(`test/lab-network/office: without ${daemon.what}: no ${lacking(daemon).join(', ')}\n`);

/** Until a scan has heard something: start-up and all, on a machine that does other things too. */
const RECORDED_MS = 60_000;
/** Sold under a name that nothing they send tells, on a MAC of the maker. */
const UNLABELLED: readonly string[] = ['laview-camera'];
/** Their brand stands in the registry of MACs and nowhere else. */
const BRAND_BY_MAC: readonly string[] = ['lts-recorder', 'prama-recorder', 'luma-recorder'];

describe.skipIf(reason !== undefined)('test/lab-network/office', () => {
  const truths = truthsOf(EMULATED);
  let folder: string;
  let held: HeldNetwork | undefined;
  let started: ReadonlyMap<string, Started>;
  let scanned: Scanned;
  let sent: Packet[];
  const running: Daemon[] = [];
  const broken: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'camsweep-office-'));
    await chmod(folder, 0o755);
    held = await holdNetwork(OFFICE_SPEC);
    const { network } = held;
    // A second address of one's own in the same subnet: nobody's neighbour, and no sign of trouble.
    await network.run('scanner', ['ip', 'address', 'add', `${SECOND_ADDRESS}/24`, 'dev', 'eth0']);
    [started] = await Promise.all([
      startEmulated(network, [...EMULATED, FACTORY_HOST]),
      ...PRESENT.map(async (daemon) =>
        startDaemon(network, daemon, folder).then(
          () => running.push(daemon),
          (error: unknown) => broken.push(String(error)),
        ),
      ),
    ]);
    const watched = await capture(network, { host: 'scanner', direction: 'out' }, join(folder, 'sent.pcap'));
    scanned = await scan(network, 'scanner', join(folder, 'data'));
    sent = await watched.finish();
  }, 180_000);

  afterAll(async () => {
    await held?.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const found = (address: string): FoundDevice | undefined => scanned.devices.get(address);
  /** Those of the emulated hosts for which the test does not hold, with what the scan said of them. */
  const wrong = (wanted: (truth: HostTruth) => boolean, holds: (device: FoundDevice, truth: HostTruth) => boolean): string[] =>
    truths.filter(wanted).flatMap((truth) => {
      const device = found(truth.address);
      return device && holds(device, truth) ? [] : [`${truth.id}: ${JSON.stringify(device)}`];
    });

  it('starts every daemon that is installed', () => {
    expect(broken).toEqual([]);
  });

  it('asks every address of the attached subnet and ends by itself, in seconds', () => {
    expect(scanned.code, scanned.stderr).toBe(0);
    const { coverage, scan: run } = scanned.document;
    // Everybody there, and the scanner itself with both its addresses.
    const alive = EMULATED.length + PRESENT.length + 2;
    expect(coverage).toMatchObject({ addresses: 254, asked: 254, alive, silent: 254 - alive, excluded: 0, notReached: 0, complete: true });
    expect(run).toMatchObject({ interrupted: false, problems: [] });
    expect(run.elapsedMs).toBeLessThan(60_000);
    expect(scanned.stderr).not.toContain('Warning');
  });

  it('flags every host Hikvision made, as made by Hikvision', () => {
    const missed = wrong(
      ({ mustBeFlagged }) => mustBeFlagged,
      ({ flagged, owner }) => flagged && owner === 'Hikvision',
    );
    expect(missed).toEqual([]);
  });

  it('flags nothing else', () => {
    const wronged = wrong(
      ({ mustNotBeFlagged }) => mustNotBeFlagged,
      ({ flagged }) => !flagged,
    );
    expect(wronged).toEqual([]);
    const known = new Set([...EMULATED, FACTORY_HOST].map(({ address }) => address));
    const real = running.filter(({ hikvision }) => hikvision).map(({ at }) => `${OFFICE}.${at}`);
    const strangers = scanned.document.devices.filter(({ flagged, address }) => flagged && !known.has(address) && !real.includes(address));
    expect(strangers).toEqual([]);
  });

  it('shows the brand of rebrands, also where only the registry of MACs knows it', () => {
    const nameless = wrong(
      ({ id, hikvisionMade, brand }) => hikvisionMade && brand !== undefined && brand !== 'hikvision' && !UNLABELLED.includes(id),
      (device, { brand = '' }) => fold(device.brand).includes(brand.slice(0, 4)),
    );
    expect(nameless).toEqual([]);
    const withoutMac = wrong(
      ({ id }) => BRAND_BY_MAC.includes(id),
      ({ evidence }) => evidence.some(({ field }) => field === 'link.mac'),
    );
    expect(withoutMac).toEqual([]);
  });

  it('names the maker of the other surveillance devices', () => {
    const mistaken = wrong(
      ({ maker, surveillance }) => maker !== undefined && surveillance === true,
      (device, { maker = '' }) =>
        device.surveillance === true && (device.maker === null || fold(device.maker).includes(fold(maker).slice(0, 4))),
    );
    expect(mistaken).toEqual([]);
  });

  it('knows the MAC of every host on the wire', () => {
    const mistaken = wrong(
      () => true,
      ({ mac }, truth) => mac === truth.mac,
    );
    expect(mistaken).toEqual([]);
    const daemons = running.map(({ at, mac }) => ({ mac, seen: found(`${OFFICE}.${at}`)?.mac }));
    expect(daemons.filter(({ mac, seen }) => mac !== seen)).toEqual([]);
  });

  it('reports a device whose MAC on the wire is not the one it claims', () => {
    const simulator = truths.find(({ id }) => id === SIMULATOR);
    expect(found(simulator?.address ?? '')?.contradictions.join()).toContain(`the neighbour table shows ${SIMULATOR_MAC}`);
    const others = scanned.document.devices.filter(({ mac }) => mac !== SIMULATOR_MAC);
    expect(others.filter(({ contradictions }) => contradictions.join().includes('neighbour table')).map(({ address }) => address)).toEqual(
      [],
    );
  });

  it('hears a camera with a factory address by multicast', () => {
    expect(found(FACTORY_ADDRESS)).toMatchObject({ flagged: true, maker: 'Hikvision', mac: truthsOf([FACTORY_HOST])[0]?.mac });
  });

  it('books how each question to each host ended', () => {
    const unanswered = EMULATED.flatMap(({ id, address }) => {
      const outcomes = found(address)?.coverage ?? {};
      return mustAnswer(id).flatMap((probe) => (outcomes[probe] === 'answered' ? [] : [`${id}: ${probe}: ${String(outcomes[probe])}`]));
    });
    expect(unanswered).toEqual([]);
    const daemons = running.flatMap(({ id, at, answers }) => {
      const outcomes = found(`${OFFICE}.${at}`)?.coverage ?? {};
      return answers.flatMap((probe) => (outcomes[probe] === 'answered' ? [] : [`${id}: ${probe}: ${String(outcomes[probe])}`]));
    });
    expect(daemons).toEqual([]);
  });

  it('calls no real daemon a surveillance device, and finds the real agents of one', () => {
    const mistaken = running.flatMap(({ id, at, hikvision }) => {
      const device = found(`${OFFICE}.${at}`);
      const right = hikvision
        ? device?.flagged === true && device.evidence.some(({ field }) => field.startsWith('snmp.'))
        : device !== undefined && !device.flagged && device.surveillance !== true;
      return right ? [] : [`${id}: ${JSON.stringify(device)}`];
    });
    expect(mistaken).toEqual([]);
  });

  it('calls no printer, computer, storage, switch or telephone a surveillance device', () => {
    const mistaken = wrong(
      ({ surveillance }) => surveillance === false,
      (device) => device.surveillance !== true,
    );
    expect(mistaken.filter((text) => !text.startsWith('hikvision-switch'))).toEqual([]);
  });

  it.skipIf(!canCapture)('sends nothing but ARP for addresses where nobody is', () => {
    const present = new Set([...EMULATED.map(({ address }) => address), ...running.map(({ at }) => `${OFFICE}.${at}`)]);
    const dark = sent.filter(({ destination }) => destination.startsWith(`${OFFICE}.`) && !present.has(destination));
    const broadcast = dark.filter(({ destination }) => destination === `${OFFICE}.255`);
    expect(new Set(dark.filter((packet) => !broadcast.includes(packet)).map(({ kind }) => kind))).toEqual(new Set(['arp']));
    for (const address of DARK) expect(dark.map(({ destination }) => destination)).toContain(address);
  });

  it.skipIf(!canCapture)('sends nothing off the subnet but to groups, and no print port, and no multicast past the router', () => {
    const beyond = sent.filter(({ kind, destination }) => kind !== 'other' && !destination.startsWith(`${OFFICE}.`));
    const strange = beyond.filter(({ destination }) => !isGroup(destination));
    expect(strange).toEqual([]);
    expect(sent.filter(({ port }) => port === 9100)).toEqual([]);
    expect(sent.filter(({ kind, destination }) => kind === 'tcp' && isGroup(destination))).toEqual([]);
  });

  it('leaves a readable scan when it is killed half-way', async () => {
    const network = held?.network;
    if (!network) throw new Error('no network');
    const data = join(folder, 'killed');
    const running = await startCamsweep(network, 'scanner', data, ['scan', '--jsonl']);
    const recordings = (): string[] => (existsSync(lastScan(data)) ? readFileSync(lastScan(data), 'utf8').split('\n').slice(1, -1) : []);
    const startMs = performance.now();
    while (recordings().length < 40 && !running.ended() && performance.now() - startMs < RECORDED_MS) await sleep(25);
    await running.end('SIGKILL');
    const kept = recordings();
    expect(kept.length).toBeGreaterThanOrEqual(40);
    expect(kept.at(-1)).not.toContain('"end"');
    const [address = ''] = kept.flatMap((line) => /"address":"([\d.]+)"/.exec(line)?.[1] ?? []);
    const explained = await camsweep(network, 'scanner', data, ['explain', address]);
    expect(explained.code, explained.stderr).toBe(0);
    expect(explained.stdout).toContain('scan did not end');
  });

  it('explains a device by its MAC', async () => {
    const network = held?.network;
    if (!network) throw new Error('no network');
    const explained = await camsweep(network, 'scanner', join(folder, 'data'), ['explain', SIMULATOR_MAC]);
    expect(explained.code, explained.stderr).toBe(0);
    expect(explained.stdout).toMatch(/MAKER {2}Hikvision/);
  });

  // Last: it ends the hosts.
  it('does nothing a good guest would not do', async () => {
    expect(await violationsOf(started)).toEqual([]);
  });
});

function fold(name: string | null): string {
  return (name ?? '').toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Multicast and broadcast. */
function isGroup(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return (first >= 224 && first < 240) || address === '255.255.255.255';
}
