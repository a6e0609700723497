/**
 * Listening: what is heard becomes recordings, recordings become hosts, and hosts are told of as soon as they have finished
 * their sentence. Asks nobody anything. A device that repeats itself yields nothing new; memory is bounded over days.
 */
import { CHATTER, readChatter, type ChatterChannel } from '../../probes/chatter.ts';
import type { Observation } from '../../probes/observation.ts';
import type { Answer } from '../../probes/probe.ts';
import type { Recording } from '../../probes/recording.ts';
import { createDeadline, type Clock } from '../clock.ts';
import type { CompiledSignatures } from '../identify/compile.ts';
import type { HeardDatagram, ListenEvents, Listener } from '../net/listen.ts';
import { createHostTable, type Host, type HostTable } from './hosts.ts';
import { createMemories, fingerprint, rememberDatagram, type Memories, type Memory } from './watch-memory.ts';

/** The network as the watch hears it; tests bring their own. */
export interface WatchSource {
  readonly listen: (channels: readonly ChatterChannel[], events: ListenEvents) => Promise<Listener>;
  /** Address to MAC, on the interfaces that are listened to. Read, never changed. */
  readonly neighbours: () => Promise<ReadonlyMap<string, string>>;
  /** False for senders that are not to be heard: what another program's membership on another interface brings in. */
  readonly accepts: (address: string) => boolean;
}

export interface WatchedHost {
  readonly host: Host;
  readonly firstHeardAt: string;
  readonly heardBy: readonly string[];
  /** It said goodbye and nothing since. */
  readonly left: boolean;
}

export interface WatchEvents {
  readonly onListening: (channels: readonly ChatterChannel[]) => void;
  readonly onRecording: (recording: Recording) => void;
  /** Hosts of which something new is known, a moment after it was heard. */
  readonly onHosts: (hosts: readonly WatchedHost[]) => void;
  readonly onProblem: (problem: string) => void;
}

export interface WatchLimits {
  readonly hosts: number;
  readonly bytes: number;
  readonly recordingsPerHost: number;
}

export interface WatchDependencies {
  readonly clock: Clock;
  readonly signatures: CompiledSignatures;
  readonly limits?: WatchLimits | undefined;
}

export interface WatchResult {
  readonly hosts: readonly WatchedHost[];
  readonly channels: readonly ChatterChannel[];
  /** Addresses dropped for lack of room. */
  readonly forgotten: number;
}

export const WATCH_LIMITS: WatchLimits = { hosts: 20_000, bytes: 256 * 1024 * 1024, recordingsPerHost: 60 };

/** A device says several things at once: its line waits this long for the rest of the sentence. */
const SENTENCE_MS = 200;
const NEIGHBOURS_EVERY_MS = 250;
/** An address that two devices fight over changes hands all the time: believed once a minute. */
const HANDOVER_MS = 60_000;
const NEIGHBOUR_TABLE = 'neighbour table';
/** What an observation costs besides its value, in bytes. */
const OBSERVATION_BYTES = 250;

/** Listens until the signal aborts. Rejects only when an event handler throws. */
export async function watch(
  source: WatchSource,
  dependencies: WatchDependencies,
  events: WatchEvents,
  signal: AbortSignal,
): Promise<WatchResult> {
  const { clock } = dependencies;
  const fault = new AbortController();
  const { signal: ending, release } = createDeadline(undefined, signal, fault.signal);
  const guard = (work: () => void): void => {
    try {
      if (!fault.signal.aborted) work();
    } catch (error) {
      fault.abort(error);
    }
  };
  let speaking: Promise<void> | undefined;
  const watcher = new Watcher(source.accepts, dependencies, events.onRecording, () => {
    speaking ??= clock.sleep(SENTENCE_MS, ending).then(tell);
  });
  const tell = (): void => {
    speaking = undefined;
    const hosts = watcher.news();
    if (hosts.length > 0) guard(() => events.onHosts(hosts));
  };

  const listener = await source.listen(CHATTER, {
    onDatagram: (datagram) => guard(() => watcher.hear(datagram)),
    onProblem: events.onProblem,
  });
  guard(() => events.onListening(listener.channels));
  for (let first = true; !ending.aborted; first = false) {
    const startMs = clock.nowMs();
    const table = await source.neighbours();
    guard(() => watcher.see(table, first));
    // Where reading the table costs a process, it is read less often.
    await clock.sleep(Math.max(NEIGHBOURS_EVERY_MS, 4 * (clock.nowMs() - startMs)), ending);
  }
  release();
  listener.close();
  tell();
  fault.signal.throwIfAborted();
  return { hosts: watcher.hosts(), channels: listener.channels, forgotten: watcher.forgotten };
}

/** What has been heard of whom. No timer, no socket: it is told. */
class Watcher {
  readonly #accepts: WatchSource['accepts'];
  readonly #clock: Clock;
  readonly #limits: WatchLimits;
  readonly #onNews: () => void;
  readonly #table: HostTable;
  readonly #memories: Memories;
  readonly #macs = new Map<string, { readonly mac: string; readonly changedAtMs: number }>();
  readonly #fresh = new Set<string>();

  constructor(
    accepts: WatchSource['accepts'],
    { clock, signatures, limits = WATCH_LIMITS }: WatchDependencies,
    onRecording: WatchEvents['onRecording'],
    onNews: () => void,
  ) {
    this.#accepts = accepts;
    this.#clock = clock;
    this.#limits = limits;
    this.#onNews = onNews;
    const macOf = (address: string): string | undefined => this.#macs.get(address)?.mac;
    this.#table = createHostTable({ signatures, clock, macOf, onRecording, onHost: () => undefined });
    this.#memories = createMemories(limits, (address) => {
      this.#table.forget(address);
      this.#fresh.delete(address);
    });
  }

  hear({ channel, bytes, from }: HeardDatagram): void {
    const { address } = from;
    if (!this.#accepts(address)) return;
    const print = fingerprint(String(channel.port), bytes);
    const repeated = this.#memories.get(address)?.lately.get(print);
    if (repeated === undefined && this.#isFull(address)) return;
    const chatter = repeated === undefined ? readChatter(channel, bytes, from) : { words: [], goodbye: repeated };
    if (repeated === undefined && chatter.words.length === 0) return;

    const memory = this.#memories.touch(address, this.#clock.timestamp());
    rememberDatagram(memory, print, chatter.goodbye);
    memory.heardBy.add(channel.title);
    for (const { answer, essence } of chatter.words) this.#record(memory, answer, essence);
    if (memory.left === chatter.goodbye) return;
    memory.left = chatter.goodbye;
    this.#mark(address);
  }

  /** A reading of the neighbour table. What stood there at the first is no news, unless it has spoken. */
  see(neighbours: ReadonlyMap<string, string>, first: boolean): void {
    for (const [address, mac] of neighbours) {
      const known = this.#macs.get(address);
      if (known?.mac === mac) continue;
      const nowMs = this.#clock.nowMs();
      if (known && nowMs - known.changedAtMs < HANDOVER_MS) continue;
      this.#setMac(address, mac, known ? nowMs : Number.NEGATIVE_INFINITY);
      // Another device has the address now: nothing that was known holds for it.
      if (known) this.#memories.forget(address);
      if (first && !this.#memories.get(address)) continue;
      const memory = this.#memories.touch(address, this.#clock.timestamp());
      memory.heardBy.add(NEIGHBOUR_TABLE);
      this.#record(memory, { protocol: 'arp', from: { address }, response: { mac } }, `arp ${mac}`);
    }
  }

  /** Hosts with something new since the last call. */
  news(): WatchedHost[] {
    const hosts = [...this.#fresh].flatMap((address) => this.#view(address, this.#memories.get(address)));
    this.#fresh.clear();
    return hosts;
  }

  hosts(): WatchedHost[] {
    return [...this.#memories.entries()].flatMap(([address, memory]) => this.#view(address, memory));
  }

  get forgotten(): number {
    return this.#memories.dropped();
  }

  #record(memory: Memory, answer: Answer, essence: string): void {
    const { address } = answer.from;
    const print = fingerprint(essence);
    if (memory.said.has(print) || this.#isFull(address)) return;
    memory.said.add(print);
    this.#memories.charge(address, costOf(this.#table.report(answer)));
    this.#mark(address);
  }

  #isFull(address: string): boolean {
    return (this.#table.get(address)?.recordings ?? 0) >= this.#limits.recordingsPerHost;
  }

  #mark(address: string): void {
    this.#fresh.add(address);
    this.#onNews();
  }

  #setMac(address: string, mac: string, changedAtMs: number): void {
    this.#macs.delete(address);
    this.#macs.set(address, { mac, changedAtMs });
    const [oldest] = this.#macs.keys();
    if (this.#macs.size > this.#limits.hosts && oldest !== undefined) this.#macs.delete(oldest);
  }

  #view(address: string, memory: Memory | undefined): WatchedHost[] {
    const host = this.#table.get(address);
    if (!host || !memory) return [];
    return [{ host, firstHeardAt: memory.firstHeardAt, heardBy: [...memory.heardBy], left: memory.left }];
  }
}

function costOf(observations: readonly Observation[]): number {
  return observations.reduce((sum, { value }) => sum + OBSERVATION_BYTES + 2 * value.length, 0);
}
