/**
 * What is known of each address that answered: observations, evidence and the identity they add up to, kept current while
 * the sweep goes on. An address that never answered is not here: memory is flat in dark space.
 */
import { decode } from '../../probes/decode.ts';
import { field as makeField, type Observation } from '../../probes/observation.ts';
import type { Answer } from '../../probes/probe.ts';
import type { Recording } from '../../probes/recording.ts';
import type { Clock } from '../clock.ts';
import type { CompiledSignatures } from '../identify/compile.ts';
import { conclude } from '../identify/identify.ts';
import { matchSignatures } from '../identify/match.ts';
import type { Evidence, Identity } from '../identify/types.ts';
import { TextPool } from './text-pool.ts';

/** One address that answered. */
export interface Host {
  readonly address: string;
  readonly observations: readonly Observation[];
  readonly recordings: number;
  identity(): Identity;
}

export interface HostTable {
  readonly report: (answer: Answer) => readonly Observation[];
  /** Takes an answer that was recorded before, as if it came now; its time and MAC stay. */
  readonly replay: (recording: Recording) => void;
  get(address: string): Host | undefined;
  all(): Host[];
  size(): number;
  /** Drops all that is known of an address: somebody who listens for days must forget, and addresses change hands. */
  forget(address: string): void;
}

/** A host that floods us with answers is cut off here: later answers say nothing new. */
const MAX_RECORDINGS_PER_HOST = 200;
const MAX_OBSERVATIONS_PER_HOST = 4000;

interface Entry extends Host {
  /** In front of the number of a recording: no id is given twice, also not after forgetting. */
  readonly prefix: string;
  observations: Observation[];
  recordings: number;
  evidence: Evidence[];
  cached: Identity | undefined;
}

export interface HostTableOptions {
  readonly signatures: CompiledSignatures;
  readonly clock: Clock;
  readonly macOf: (address: string) => string | undefined;
  /** Called with every recording before it is judged: what was written down is not lost, whatever happens next. */
  readonly onRecording: (recording: Recording) => void;
  /** Called when something new is known of a host. */
  readonly onHost: (host: Host) => void;
}

export function createHostTable({ signatures, clock, macOf, onRecording, onHost }: HostTableOptions): HostTable {
  const hosts = new Map<string, Entry>();
  const texts = new TextPool();
  let forgotten = 0;
  const entryOf = (address: string): Entry => {
    const known = hosts.get(address);
    if (known) return known;
    const entry: Entry = {
      address,
      prefix: forgotten === 0 ? address : `${address}+${forgotten}`,
      observations: [],
      recordings: 0,
      evidence: [],
      cached: undefined,
      identity: () => (entry.cached ??= conclude(entry.evidence, entry.observations, signatures)),
    };
    hosts.set(address, entry);
    return entry;
  };
  const take = (entry: Entry, recording: Recording): Observation[] => {
    onRecording(recording);
    const fresh = observationsOf(recording)
      .slice(0, MAX_OBSERVATIONS_PER_HOST - entry.observations.length)
      .map((seen) => ({ ...seen, field: texts.keep(seen.field), value: texts.keep(seen.value) }));
    entry.observations.push(...fresh);
    entry.evidence.push(...matchSignatures(fresh, signatures));
    entry.cached = undefined;
    onHost(entry);
    return fresh;
  };
  return {
    report(answer) {
      const entry = entryOf(answer.from.address);
      if (entry.recordings >= MAX_RECORDINGS_PER_HOST) return [];
      const recording: Recording = {
        id: `${entry.prefix}/${++entry.recordings}`,
        at: clock.timestamp(),
        from: { ...answer.from, mac: macOf(answer.from.address) },
        protocol: answer.protocol,
        request: answer.request,
        response: answer.response,
      };
      return take(entry, recording);
    },
    replay(recorded) {
      const entry = entryOf(recorded.from.address);
      if (entry.recordings < MAX_RECORDINGS_PER_HOST) take(entry, { ...recorded, id: `${entry.prefix}/${++entry.recordings}` });
    },
    get: (address) => hosts.get(address),
    all: () => [...hosts.values()],
    size: () => hosts.size,
    forget: (address) => {
      if (hosts.delete(address)) forgotten++;
    },
  };
}

/** Observations of a recording, the sender's MAC included where the neighbour table knew it. */
export function observationsOf(recording: Recording): Observation[] {
  const decoded = decode(recording);
  const { mac } = recording.from;
  if (mac === undefined || recording.protocol === 'arp') return decoded;
  const { id, protocol, from, at } = recording;
  return [...decoded, { ...makeField('link.mac', mac), recording: id, protocol, address: from.address, port: from.port, at }];
}
