/**
 * The kernel's neighbour table as the sweep needs it: who has answered ARP, read at most every few milliseconds however
 * many hosts ask. Reading it costs less than a packet and tells liveness and MAC on attached subnets.
 */
export interface Neighbours {
  /** MAC known for the address as of the last read. */
  known(address: string): string | undefined;
  /** Reads the table again, unless that just happened. */
  refresh(): Promise<void>;
  /** True when the address lies on a directly attached subnet, so that the table must show it if it lives. */
  attached(address: string): boolean;
}

export interface NeighbourSource {
  /** Address to MAC, complete entries only. */
  readonly read: () => Promise<ReadonlyMap<string, string>>;
  readonly attached: (address: string) => boolean;
  readonly nowMs: () => number;
}

const MIN_INTERVAL_MS = 20;

export function createNeighbours({ read, attached, nowMs }: NeighbourSource): Neighbours {
  let table: ReadonlyMap<string, string> = new Map();
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  return {
    known: (address) => table.get(address),
    attached,
    async refresh() {
      // A read that began before the caller's last packet may miss its answer: wait for it, then read once more.
      if (reading) await reading;
      if (nowMs() - readAtMs < MIN_INTERVAL_MS) return;
      reading ??= read()
        .then((fresh) => {
          table = fresh;
          readAtMs = nowMs();
        })
        .finally(() => (reading = undefined));
      await reading;
    },
  };
}
