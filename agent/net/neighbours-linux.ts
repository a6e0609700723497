/** The neighbour table on Linux: /proc/net/arp (under 1 ms, IPv4, no freshness), and `ip -j neigh` (IPv6, freshness). */
import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { normaliseMac } from '../../probes/text.ts';
import type { NeighbourEntry, NeighbourQuestion, NeighbourState } from './neighbours.ts';
import { runCommand } from './run-command.ts';

const ARP_FILE = '/proc/net/arp';
const LIMIT_FILE = '/proc/sys/net/ipv4/neigh/default/gc_thresh3';
/** The kernel's default, and what holds in a network namespace, where the file is not to be seen. */
const USUAL_LIMIT = 1024;

// include/uapi/linux/if_arp.h
const COMPLETE = 0x02;
const PERMANENT = 0x04;

/** The table is read many times a second, and mostly nothing has changed: then the same entries are given again. */
let last: { readonly text: string; readonly entries: readonly NeighbourEntry[] } = { text: '', entries: [] };

export async function readLinux({ detailed, onProblem }: NeighbourQuestion): Promise<readonly NeighbourEntry[]> {
  // Not at once, though no disk is behind it: hosts would be asked before the loop has seen what their group's question brought.
  const text = await readFile(ARP_FILE, 'utf8');
  if (text !== last.text) last = { text, entries: parseProcArp(text) };
  const arp = last.entries;
  if (detailed !== true) return arp;
  const command = await runCommand('ip', ['-j', 'neigh', 'show']);
  if (!command.ok) onProblem?.(command.problem);
  return command.ok ? [...arp, ...parseIpNeigh(command.stdout)] : arp;
}

/** Columns: address, hardware type, flags, MAC, mask, device. */
export function parseProcArp(text: string): NeighbourEntry[] {
  return text.split('\n').flatMap((line): NeighbourEntry[] => {
    const [address = '', , flags = '', spelled = ''] = line.trim().split(/\s+/);
    if (!isIPv4(address) || !/^0x[0-9a-f]+$/i.test(flags)) return [];
    const bits = parseInt(flags, 16);
    const mac = (bits & COMPLETE) === 0 ? undefined : normaliseMac(spelled);
    if (mac === undefined) return [{ address, state: 'unresolved' }];
    return [{ address, mac, state: (bits & PERMANENT) === 0 ? 'resolved' : 'permanent' }];
  });
}

// ip-neighbour(8). NOARP entries (loopback, tunnels, groups) are no neighbours.
const STATES: Readonly<Record<string, NeighbourState>> = {
  REACHABLE: 'reachable',
  STALE: 'stale',
  DELAY: 'stale',
  PROBE: 'stale',
  PERMANENT: 'permanent',
  INCOMPLETE: 'unresolved',
  FAILED: 'unresolved',
};

const neighSchema = z.array(z.object({ dst: z.string(), lladdr: z.string().optional(), state: z.array(z.string()).optional() }));

/** Output of `ip -j neigh`. A FAILED entry may still show the MAC it once had: it is dropped. */
export function parseIpNeigh(text: string): NeighbourEntry[] {
  return parseJson(text).flatMap(({ dst, lladdr, state }): NeighbourEntry[] => {
    const known = STATES[state?.[0] ?? ''];
    if (known === undefined) return [];
    const mac = known === 'unresolved' ? undefined : normaliseMac(lladdr ?? '');
    return [mac === undefined ? { address: dst, state: 'unresolved' } : { address: dst, mac, state: known }];
  });
}

function parseJson(text: string): z.infer<typeof neighSchema> {
  try {
    return neighSchema.parse(JSON.parse(text.trim() === '' ? '[]' : text));
  } catch {
    return [];
  }
}

/** How many neighbours the kernel holds, over all namespaces; beyond it new ones are dropped without a word. */
export async function neighbourLimit(): Promise<number> {
  if (process.platform !== 'linux') return USUAL_LIMIT;
  const text = await readFile(LIMIT_FILE, 'utf8').catch(() => '');
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : USUAL_LIMIT;
}
