/** The neighbour table on macOS: `arp -an` (IPv4) and `ndp -an` (IPv6). Neither tells how fresh an IPv4 entry is. */
import { isIPv4, isIPv6 } from 'node:net';
import { normaliseMac } from '../../probes/text.ts';
import type { NeighbourEntry, NeighbourQuestion, NeighbourState } from './neighbours.ts';
import { runCommand } from './run-command.ts';

export async function readMacos({ detailed, onProblem }: NeighbourQuestion): Promise<NeighbourEntry[]> {
  const arp = await runCommand('/usr/sbin/arp', ['-an']);
  if (!arp.ok) onProblem?.(arp.problem);
  const ndp = detailed === true ? await runCommand('/usr/sbin/ndp', ['-an']) : undefined;
  if (ndp?.ok === false) onProblem?.(ndp.problem);
  return [...(arp.ok ? parseBsdArp(arp.stdout) : []), ...(ndp?.ok === true ? parseNdp(ndp.stdout) : [])];
}

/** Lines such as `? (192.0.2.1) at 0:11:22:33:44:55 on en0 ifscope [ethernet]` or `… at (incomplete) on en0 …`. */
export function parseBsdArp(text: string): NeighbourEntry[] {
  return text.split('\n').flatMap((line): NeighbourEntry[] => {
    const match = /\(([0-9.]+)\) at (\S+)(?: on (\S+))?(.*)$/.exec(line);
    const address = match?.[1] ?? '';
    if (!isIPv4(address)) return [];
    const mac = macWithoutZeros(match?.[2] ?? '');
    if (mac === undefined) return [{ address, state: 'unresolved' }];
    return [{ address, mac, state: /\bpermanent\b/.test(match?.[4] ?? '') ? 'permanent' : 'resolved' }];
  });
}

// ndp(8): R reachable, S stale, D delay, P probe, N no state (nostate), W waiting for deletion, I incomplete
const STATES: Readonly<Record<string, NeighbourState>> = { R: 'reachable', S: 'stale', D: 'stale', P: 'stale', I: 'unresolved' };

/** Columns: neighbour, link-layer address, interface, expiry, state, flags. The expiry may hold a blank-free time or `permanent`. */
export function parseNdp(text: string): NeighbourEntry[] {
  return text.split('\n').flatMap((line): NeighbourEntry[] => {
    const [zoned = '', spelled = '', , expire = '', letter = ''] = line.trim().split(/\s+/);
    const address = zoned.split('%')[0] ?? '';
    if (!isIPv6(address)) return [];
    const mac = macWithoutZeros(spelled);
    if (mac === undefined) return [{ address, state: 'unresolved' }];
    return [{ address, mac, state: expire === 'permanent' ? 'permanent' : (STATES[letter] ?? 'resolved') }];
  });
}

/** BSD prints `0:1:2:a:b:c`. */
function macWithoutZeros(text: string): string | undefined {
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(text)) return undefined;
  const parts = text.split(':').map((part) => part.padStart(2, '0'));
  return normaliseMac(parts.join(':'));
}
