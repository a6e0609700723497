/**
 * The kernel's neighbour table as the sweep needs it: who has answered ARP, read at most every few milliseconds however
 * many hosts ask. Reading it costs less than a packet and tells liveness and MAC on attached subnets.
 */

/** `pending`: the kernel is asking, or has given up asking. `absent`: nobody has asked it to, or the table was full. */
export type NeighbourState = 'resolved' | 'pending' | 'absent';

export interface Neighbours {
  /** MAC known for the address as of the last read. */
  known(address: string): string | undefined;
  state(address: string): NeighbourState;
  /** Entries of addresses that `isOurs` does not know, as of the last read: places in the table that others fill. */
  countOthers(isOurs: (address: string) => boolean): number;
  /** When the last read began: what was sent later cannot show in it, however late it is looked at. */
  asOfMs(): number;
  /** When the last read ended. A busy event loop may lie between: what shows in the table came before this, and perhaps long after `asOfMs`. */
  endedAtMs(): number;
  /** Reads the table again, unless that just happened. */
  refresh(): Promise<void>;
  /** True when the address lies on a directly attached subnet, so that the table must show it if it lives. */
  attached(address: string): boolean;
}

export interface NeighbourSource {
  /** Address to entry; an entry without a MAC is one the kernel has not resolved. */
  readonly read: () => Promise<ReadonlyMap<string, { readonly mac?: string | undefined }>>;
  readonly attached: (address: string) => boolean;
  /** One of this machine's own addresses: alive, and never in its own table. */
  readonly isOwn: (address: string) => boolean;
  readonly nowMs: () => number;
}

const MIN_INTERVAL_MS = 8;

export function createNeighbours({ read, attached, isOwn, nowMs }: NeighbourSource): Neighbours {
  let table: ReadonlyMap<string, { readonly mac?: string | undefined }> = new Map();
  let readAtMs = Number.NEGATIVE_INFINITY;
  let asOfMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  return {
    known: (address) => table.get(address)?.mac,
    state: (address) => {
      if (isOwn(address)) return 'resolved';
      const entry = table.get(address);
      if (!entry) return 'absent';
      return entry.mac === undefined ? 'pending' : 'resolved';
    },
    countOthers: (isOurs) => [...table.keys()].filter((address) => !isOurs(address)).length,
    asOfMs: () => asOfMs,
    endedAtMs: () => readAtMs,
    attached,
    async refresh() {
      // A read that began before the caller's last packet may miss its answer: wait for it, then read once more.
      if (reading) await reading;
      if (nowMs() - readAtMs < MIN_INTERVAL_MS) return;
      reading ??= readOnce(nowMs()).finally(() => (reading = undefined));
      await reading;
    },
  };

  async function readOnce(beganAtMs: number): Promise<void> {
    table = await read();
    asOfMs = beganAtMs;
    readAtMs = nowMs();
  }
}
