/**
 * A recording: one exchange with one device, kept so that it can be judged again offline.
 *
 * This is the unit of truth. A probe hands over recordings, `decode.ts` turns them into observations, and `judge`
 * does the same with a file of them: what a scan concludes can always be concluded again without a packet.
 * Nothing here opens a socket or a file. Format: JSON Lines, documented in the README ("Recordings").
 */
import { z } from 'zod';

/** Every protocol a recording may carry. Adding a probe for a new one adds its name here and its decoder in decode.ts. */
export const PROTOCOLS = [
  'arp',
  'bosch',
  'dhip',
  'foscam',
  'ftp',
  'hanwha',
  'http',
  'https',
  'isapi',
  'mdns',
  'onvif',
  'panasonic',
  'reolink',
  'rtsp',
  'sadp',
  'sdk',
  'snmp',
  'sony',
  'ssdp',
  'telnet',
  'tls',
  'tvt',
  'ubiquiti',
  'vivotek',
  'ws-discovery',
  'xm',
] as const;

export type Protocol = (typeof PROTOCOLS)[number];

/** Name and value of one header line, in wire order, spelled as sent. */
export type HeaderLine = readonly [name: string, value: string];

/** Where an answer came from. `address` is the sender of the packet, never what the device claims. */
export interface Origin {
  readonly address: string;
  readonly port?: number | undefined;
  /** Lower-case colon form, as the neighbour table showed it. */
  readonly mac?: string | undefined;
}

/** One exchange. `response` has the shape of its protocol, or only `bytes` (base64); both may be partial. */
export interface Recording {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at?: string | undefined;
  readonly from: Origin;
  readonly protocol: Protocol;
  readonly request?: Readonly<Record<string, unknown>> | undefined;
  readonly response: Readonly<Record<string, unknown>>;
  /** Groups recordings of one device in golden sets; absent in scans, where the address does it. */
  readonly device?: string | undefined;
}

const record = z.record(z.string(), z.unknown());

/** Strict about what a recording is, permissive about what is inside `response`: that part came from a device. */
export const recordingSchema = z.object({
  id: z.string().min(1).optional(),
  device: z.string().min(1).optional(),
  at: z.string().optional(),
  from: z
    .object({ address: z.string(), port: z.number().int().min(0).max(65535).optional(), mac: z.string().optional() })
    .default({ address: '' }),
  protocol: z.enum(PROTOCOLS),
  request: record.optional(),
  response: record,
});

/** The bytes of a `{"bytes": base64}` response, or undefined when the response is in its structured form. */
export function responseBytes(response: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  return typeof response.bytes === 'string' ? Buffer.from(response.bytes, 'base64') : undefined;
}

/** A response made of raw bytes: the form probes use wherever the protocol has bytes to keep. */
export function bytesResponse(bytes: Uint8Array): { bytes: string } {
  return { bytes: Buffer.from(bytes).toString('base64') };
}
