/**
 * The neighbour table on Windows: `arp -a` (IPv4, 20 ms, words in the system's language) and Get-NetNeighbor (IPv6 and
 * freshness, a PowerShell start of several 100 ms).
 */
import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { normaliseMac } from '../../probes/text.ts';
import type { NeighbourEntry, NeighbourQuestion, NeighbourState } from './neighbours.ts';
import { runCommand } from './run-command.ts';

const GET_NET_NEIGHBOR =
  'Get-NetNeighbor | Select-Object IPAddress,LinkLayerAddress,@{n="State";e={[string]$_.State}} | ConvertTo-Json -Compress';

export async function readWindows({ detailed, onProblem }: NeighbourQuestion): Promise<NeighbourEntry[]> {
  const arp = await runCommand('arp.exe', ['-a']);
  if (!arp.ok) onProblem?.(arp.problem);
  const entries = arp.ok ? parseWindowsArp(arp.stdout) : [];
  if (detailed !== true) return entries;
  const shell = await runCommand('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', GET_NET_NEIGHBOR]);
  if (!shell.ok) onProblem?.(shell.problem);
  return shell.ok ? [...entries, ...parseNetNeighbor(shell.stdout)] : entries;
}

/** Lines such as `  192.0.2.1   00-11-22-33-44-55   dynamic`. The third word is translated, so it is not read. */
export function parseWindowsArp(text: string): NeighbourEntry[] {
  return text.split(/\r?\n/).flatMap((line): NeighbourEntry[] => {
    const [address = '', spelled = ''] = line.trim().split(/\s+/);
    if (!isIPv4(address) || !/^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/i.test(spelled)) return [];
    const mac = normaliseMac(spelled);
    return mac === undefined ? [] : [{ address, mac, state: 'resolved' }];
  });
}

// MSFT_NetNeighbor: names, and the numbers older PowerShell versions print instead.
const STATES: Readonly<Record<string, NeighbourState>> = {
  unreachable: 'unresolved',
  incomplete: 'unresolved',
  probe: 'stale',
  delay: 'stale',
  stale: 'stale',
  reachable: 'reachable',
  permanent: 'permanent',
  '0': 'unresolved',
  '1': 'unresolved',
  '2': 'stale',
  '3': 'stale',
  '4': 'stale',
  '5': 'reachable',
  '6': 'permanent',
};

const row = z.object({
  IPAddress: z.string(),
  LinkLayerAddress: z.string().nullish(),
  State: z.union([z.string(), z.number()]).nullish(),
});
const rowsSchema = z.union([z.array(row), row.transform((one) => [one])]);

/** Output of Get-NetNeighbor as JSON; one entry alone comes without its array. */
export function parseNetNeighbor(text: string): NeighbourEntry[] {
  return parseJson(text).flatMap(({ IPAddress, LinkLayerAddress, State }): NeighbourEntry[] => {
    const address = IPAddress.split('%')[0] ?? '';
    const state = STATES[String(State ?? '').toLowerCase()];
    if (isIP(address) === 0 || state === undefined) return [];
    const mac = state === 'unresolved' ? undefined : normaliseMac(LinkLayerAddress ?? '');
    return [mac === undefined ? { address, state: 'unresolved' } : { address, mac, state }];
  });
}

function parseJson(text: string): z.infer<typeof rowsSchema> {
  try {
    return rowsSchema.parse(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch {
    return [];
  }
}
