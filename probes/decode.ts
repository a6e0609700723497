/**
 * Recordings to observations: one table, one pure decoder a protocol. `judge` and a live scan both come through here, so
 * what a scan says can be said again from its recordings.
 */
import type { Observation } from './observation.ts';
import type { Decoder } from './probe.ts';
import type { Protocol, Recording } from './recording.ts';

const DECODERS: Partial<Record<Protocol, Decoder>> = {};

const MAX_FIELDS = 400;

/** All observations in one recording. A decoder's own fault is caught by its tests, not here. */
export function decode(recording: Recording): Observation[] {
  const fields = DECODERS[recording.protocol]?.(recording) ?? [];
  return fields.slice(0, MAX_FIELDS).map(({ field, value }) => ({
    field,
    value,
    recording: recording.id,
    protocol: recording.protocol,
    address: recording.from.address,
    port: recording.from.port,
    at: recording.at,
  }));
}
