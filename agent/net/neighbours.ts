/**
 * The machine's neighbour table: which MAC the link layer shows for an address. Read, never changed; no packet is sent.
 * One file a platform (`neighbours-linux.ts`, `-macos.ts`, `-windows.ts`): how it is read there, and pure parsers.
 */
import { readLinux } from './neighbours-linux.ts';
import { readMacos } from './neighbours-macos.ts';
import { readWindows } from './neighbours-windows.ts';
import { isUnicastMac } from './oui.ts';

/**
 * `unresolved`: asked for and not answered yet, or no longer; never with a MAC. `stale`: answered before, not confirmed
 * of late. `permanent`: entered by hand or by the system. `resolved`: has a MAC, and the source does not say how fresh.
 */
export type NeighbourState = 'reachable' | 'stale' | 'resolved' | 'permanent' | 'unresolved';

export interface Neighbour {
  /** Lower-case colon form. */
  readonly mac?: string | undefined;
  readonly state: NeighbourState;
}

/** By address; IPv6 in the form the system prints, without zone. */
export type NeighbourTable = ReadonlyMap<string, Neighbour>;

export interface NeighbourQuestion {
  /** Also IPv6 and the freshness of entries: a process start (7 ms on Linux, several 100 ms on Windows) instead of a file. */
  readonly detailed?: boolean | undefined;
  /** Told once when a source cannot be read; its entries are then missing from the table. */
  readonly onProblem?: ((problem: string) => void) | undefined;
}

export interface NeighbourEntry extends Neighbour {
  readonly address: string;
}

/** What came of the same entries before. */
let last: { readonly entries: readonly NeighbourEntry[]; readonly table: NeighbourTable } | undefined;

/** Reads the table. An unreadable source gives an empty table and a word through `onProblem`; never rejects. */
export async function readNeighbours(question: NeighbourQuestion = {}): Promise<NeighbourTable> {
  const read = READERS[process.platform] ?? readLinux;
  try {
    const entries = await read(question);
    if (entries !== last?.entries) last = { entries, table: tableOf(entries) };
    return last.table;
  } catch (error) {
    question.onProblem?.(error instanceof Error ? error.message : String(error));
    return new Map();
  }
}

/** Address to MAC, of the entries that have one: the cheap question, for often. */
export async function readNeighbourMacs(onProblem?: (problem: string) => void): Promise<Map<string, string>> {
  const table = await readNeighbours({ onProblem });
  return new Map([...table].flatMap(([address, { mac }]) => (mac === undefined ? [] : [[address, mac]])));
}

type Reader = (question: NeighbourQuestion) => Promise<readonly NeighbourEntry[]>;

const READERS: Partial<Record<NodeJS.Platform, Reader>> = { linux: readLinux, darwin: readMacos, win32: readWindows };

const RANK: Readonly<Record<NeighbourState, number>> = { reachable: 4, permanent: 3, resolved: 2, stale: 1, unresolved: 0 };

/** Entries to a table. An address on several interfaces keeps its surest entry; group and broadcast MACs are no neighbours. */
export function tableOf(entries: readonly NeighbourEntry[]): NeighbourTable {
  const table = new Map<string, Neighbour>();
  for (const { address, mac, state } of entries) {
    if (mac !== undefined && !isUnicastMac(mac)) continue;
    const entry: Neighbour = mac === undefined ? { state: 'unresolved' } : { mac, state };
    const before = table.get(address);
    const same = before?.mac === entry.mac;
    // The same MAC from a second, more detailed source: that source knows better how fresh it is.
    if (before && !same && RANK[before.state] >= RANK[entry.state]) continue;
    table.set(address, entry);
  }
  return table;
}
