/**
 * The one datagram that touches an address to see whether it lives: the inquiry of the vendor protocol this project looks for
 * first. Whoever speaks it answers; for everybody else it is a datagram to a closed port.
 */
import { encodeInquiry } from './sadp/codec.ts';
import type { ProbeSettings } from './probe.ts';
import type { Protocol } from './recording.ts';

export interface TouchQuestion {
  readonly protocol: Protocol;
  readonly port: number;
  readonly payload: Uint8Array;
}

/** Port 9 (discard, RFC 863) where the user has switched the protocol off: the kernel resolves the address all the same. */
const DISCARD_PORT = 9;

export function touchQuestion({ ports }: ProbeSettings, uuid: () => string): TouchQuestion {
  const [port] = ports.sadp;
  if (port === undefined) return { protocol: 'sadp', port: DISCARD_PORT, payload: new Uint8Array([0]) };
  return { protocol: 'sadp', port, payload: encodeInquiry('inquiry', uuid().toUpperCase()) };
}
