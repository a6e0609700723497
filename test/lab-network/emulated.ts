/** Hosts of the emulated LAN (`test/lab`) in namespaces: each a process with its own address and the MAC of its data. */
import { fileURLToPath } from 'node:url';
import { findHost, truthOf, type HostTruth } from '../lab/lab.ts';
import type { Link, Network, Started } from './namespace.ts';

const HOST_MAIN = fileURLToPath(new URL('../../dist/test/lab/host-main.js', import.meta.url));
const READY_MS = 60_000;
/** More at once make each other late on a small machine. */
const AT_ONCE = 6;

export interface Emulated {
  readonly id: string;
  readonly segment: string;
  readonly address: string;
  readonly prefixLength?: number;
  /** The MAC on the wire where the device lies about it; default: the one of its data. */
  readonly mac?: string;
}

export function linkOf({ id, segment, address, prefixLength = 24, mac }: Emulated): Link {
  return { segment, address: `${address}/${prefixLength}`, mac: mac ?? dataOf(id).mac };
}

/** What each really is, at its address, with the MAC it has on the wire. */
export function truthsOf(hosts: readonly Emulated[]): HostTruth[] {
  return hosts.map(({ id, address, mac }) => {
    const truth = truthOf(dataOf(id), address);
    return mac === undefined ? truth : { ...truth, mac };
  });
}

export function dataOf(id: string): NonNullable<ReturnType<typeof findHost>> {
  const host = findHost(id);
  if (!host) throw new Error(`the emulated LAN has no host ${id}`);
  return host;
}

/** Starts them all; resolves when every one of them listens. */
export async function startEmulated(network: Network, hosts: readonly Emulated[]): Promise<Map<string, Started>> {
  const started = new Map<string, Started>();
  const waiting = [...hosts];
  const worker = async (): Promise<void> => {
    for (let host = waiting.shift(); host; host = waiting.shift()) {
      started.set(host.id, await network.start(host.id, [process.execPath, HOST_MAIN, host.id, host.address], READY_MS));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return started;
}

/** Ends them and hands over what each saw that a good guest would not have done. */
export async function violationsOf(started: ReadonlyMap<string, Started>): Promise<string[]> {
  await Promise.all([...started.values()].map((host) => host.stop()));
  return [...started].flatMap(([id, host]) =>
    host
      .output()
      .split('\n')
      .filter((line) => line.includes('"violation"'))
      .map((line) => `${id}: ${line}`),
  );
}
