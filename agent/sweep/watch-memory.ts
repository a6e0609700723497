/**
 * What a listener remembers of each address, bounded however long it listens and whoever talks: the address longest unheard
 * is forgotten first. Pure state; knows nothing of protocols.
 */
import { createHash } from 'node:crypto';

/** Numbers stand for texts: 48 bits of a digest. Who finds two that collide fools us about itself alone. */
export type Fingerprint = number;

export interface Memory {
  /** ISO 8601, of the first word. */
  readonly firstHeardAt: string;
  /** How it was heard, in words for people. */
  readonly heardBy: Set<string>;
  /** It said goodbye and nothing since. */
  left: boolean;
  /** Datagrams lately heard, word for word, and whether each was a goodbye. */
  readonly lately: Map<Fingerprint, boolean>;
  /** What it said, without what changes from copy to copy. */
  readonly said: Set<Fingerprint>;
  cost: number;
}

export interface MemoryLimits {
  readonly hosts: number;
  /** Rough bytes, everything together. */
  readonly bytes: number;
}

export interface Memories {
  get(address: string): Memory | undefined;
  /** The memory of an address, made when there is none; it is now the newest. */
  touch(address: string, at: string): Memory;
  /** Books what was kept, and forgets the oldest addresses until all fits. */
  charge(address: string, bytes: number): void;
  forget(address: string): void;
  entries(): IterableIterator<[string, Memory]>;
  /** How many were forgotten for lack of room. */
  dropped(): number;
}

const MAX_LATELY = 48;
/** An empty memory with its maps. */
const EMPTY_BYTES = 1500;

/** `onForget` is told every address that is forgotten, also the ones asked for. */
export function createMemories(limits: MemoryLimits, onForget: (address: string) => void): Memories {
  const memories = new Map<string, Memory>();
  let bytes = 0;
  let dropped = 0;
  const forget = (address: string): void => {
    const memory = memories.get(address);
    if (!memory) return;
    memories.delete(address);
    bytes -= memory.cost;
    onForget(address);
  };
  const makeRoom = (): void => {
    for (const address of memories.keys()) {
      if (memories.size <= 1 || (memories.size <= limits.hosts && bytes <= limits.bytes)) return;
      forget(address);
      dropped++;
    }
  };
  return {
    get: (address) => memories.get(address),
    touch: (address, at) => {
      const known = memories.get(address);
      const memory = known ?? { firstHeardAt: at, heardBy: new Set(), left: false, lately: new Map(), said: new Set(), cost: EMPTY_BYTES };
      memories.delete(address);
      memories.set(address, memory);
      if (!known) {
        bytes += memory.cost;
        makeRoom();
      }
      return memory;
    },
    charge: (address, kept) => {
      const memory = memories.get(address);
      if (!memory) return;
      memory.cost += kept;
      bytes += kept;
      makeRoom();
    },
    forget,
    entries: () => memories.entries(),
    dropped: () => dropped,
  };
}

export function fingerprint(...parts: readonly (string | Uint8Array)[]): Fingerprint {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest().readUIntBE(0, 6);
}

/** Keeps the newest few: a device repeats itself within minutes or not at all. */
export function rememberDatagram({ lately }: Memory, print: Fingerprint, goodbye: boolean): void {
  lately.set(print, goodbye);
  if (lately.size <= MAX_LATELY) return;
  const [oldest] = lately.keys();
  if (oldest !== undefined) lately.delete(oldest);
}
