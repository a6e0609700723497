/**
 * What really crosses an interface: a capture by tcpdump (pcap file, nanosecond or microsecond), read packet by packet.
 * Only as much of each packet as the tests ask about: who, to whom, which protocol and port.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Network, Started } from './namespace.ts';
import { canBecomeNobody } from './rights.ts';

export interface Packet {
  readonly kind: 'arp' | 'tcp' | 'udp' | 'other';
  /** IPv4 addresses; of an ARP packet, the sender's and the one asked for. */
  readonly source: string;
  readonly destination: string;
  /** Where the frame goes, lower-case colon form. */
  readonly destinationMac: string;
  /** Destination port of TCP and UDP. */
  readonly port?: number;
}

export interface Capture {
  /** Ends the capture and hands over what it saw; nothing where there is no tcpdump. */
  finish(): Promise<Packet[]>;
}

/** False without tcpdump, or where it cannot give up its rights, which it insists on: tests that count packets are then skipped. */
export const canCapture =
  canBecomeNobody && (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'tcpdump')));

const SNAP_BYTES = 96;

/** Captures on a host's interface: what it sends (`out`), or what reaches it (`in`). */
export async function capture(
  network: Network,
  where: { readonly host: string; readonly direction: 'in' | 'out'; readonly interfaceName?: string },
  file: string,
): Promise<Capture> {
  if (!canCapture) return { finish: () => Promise.resolve([]) };
  const { host, direction, interfaceName = 'eth0' } = where;
  const flags = `-i ${interfaceName} -Q ${direction} -n -U -s ${SNAP_BYTES} -B 16384 -Z root -w ${file}`;
  // It says on standard error when it listens.
  const started = await network.start(host, ['sh', '-c', `exec tcpdump ${flags} 2>&1`]);
  if (!started.output().includes('listening on')) throw new Error(`tcpdump on ${host}: ${started.output()}`);
  return { finish: async () => finish(started, file) };
}

async function finish(started: Started, file: string): Promise<Packet[]> {
  await sleep(200); // the kernel hands packets over in batches
  await started.stop();
  return readCapture(await readFile(file));
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const MAGIC = [0xa1b2c3d4, 0xa1b23c4d];

/** Every packet of a little-endian pcap file with Ethernet frames. */
export function readCapture(file: Buffer): Packet[] {
  if (file.length < FILE_HEADER || !MAGIC.includes(file.readUInt32LE(0))) throw new Error('not a little-endian pcap file');
  const packets: Packet[] = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= file.length;) {
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
    if (frame.length >= 42) packets.push(packetOf(frame));
    at += RECORD_HEADER + length;
  }
  return packets;
}

function packetOf(frame: Buffer): Packet {
  const destinationMac = frame.toString('hex', 0, 6).replace(/(..)(?=.)/g, '$1:');
  const type = frame.readUInt16BE(12);
  if (type === 0x0806) return { kind: 'arp', source: dotted(frame, 28), destination: dotted(frame, 38), destinationMac };
  if (type !== 0x0800) return { kind: 'other', source: '', destination: '', destinationMac };
  const [source, destination] = [dotted(frame, 26), dotted(frame, 30)];
  const kind = frame[23] === 6 ? 'tcp' : frame[23] === 17 ? 'udp' : 'other';
  const transportAt = 14 + 4 * ((frame[14] ?? 0) & 15);
  if (kind === 'other' || transportAt + 4 > frame.length) return { kind, source, destination, destinationMac };
  return { kind, source, destination, destinationMac, port: frame.readUInt16BE(transportAt + 2) };
}

function dotted(frame: Buffer, at: number): string {
  return [...frame.subarray(at, at + 4)].join('.');
}
