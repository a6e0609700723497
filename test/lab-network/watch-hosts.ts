/** Who stands on the network of `watch.test.ts`, and what each says there. */
import { writeQuery } from '../../probes/mdns/codec.ts';
import { buildProbe } from '../../probes/onvif/wsdiscovery-codec.ts';
import { encodeInquiry } from '../../probes/sadp/codec.ts';
import { writeSearch } from '../../probes/ssdp/codec.ts';
import { discovery, notify, SADP_HELLO } from '../probes/chatter-samples.ts';
import { announce, AXIS } from '../probes/mdns/packets.ts';
import { SAMPLES } from '../probes/vendor-samples.ts';
import type { SpokenWord } from './announcer.ts';
import { linkOf, type Emulated } from './emulated.ts';
import type { NetworkSpec } from './namespace.ts';

export const EMULATED = { id: 'axis-camera', segment: 'a', address: '10.63.1.40' } as const satisfies Emulated;
export const SPEC = {
  scanner: [
    { segment: 'a', address: '10.63.1.1/24', mac: '00:1b:21:00:00:01' },
    { segment: 'b', address: '10.63.2.1/24', mac: '00:1b:21:00:00:02' },
  ],
  onvif: [{ segment: 'a', address: '10.63.1.10/24', mac: '44:19:b6:00:00:11' }],
  upnp: [{ segment: 'a', address: '10.63.1.11/24', mac: '44:19:b6:00:00:12' }],
  mdns: [{ segment: 'b', address: '10.63.2.12/24', mac: 'b8:a4:4f:00:00:01' }],
  // A factory address: on the wire of segment b, in no subnet of it.
  sadp: [{ segment: 'b', address: '192.168.1.64/24', mac: '58:50:ed:1f:e3:85' }],
  dhip: [{ segment: 'a', address: '10.63.1.13/24', mac: '08:ed:ed:00:11:22' }],
  quiet: [{ segment: 'a', address: '10.63.1.14/24', mac: '44:19:b6:00:00:14' }],
  // Another program on the network, asking as a scan of ours would.
  asker: [{ segment: 'a', address: '10.63.1.20/24', mac: '00:1b:21:00:00:20' }],
  'axis-camera': [linkOf(EMULATED)],
} satisfies NetworkSpec;

const [GROUP, SSDP_PORT] = ['239.255.255.250', 1900] as const;
const word = (by: string, to: string, port: number, bytes: Uint8Array): SpokenWord => ({
  by,
  to,
  port,
  bytes: Buffer.from(bytes).toString('base64'),
});

/** Who says what. */
export const SPEECHES = {
  onvif: [
    word('10.63.1.10', GROUP, 3702, discovery('Hello', { address: '10.63.1.10' })),
    word('10.63.1.10', GROUP, 3702, discovery('Bye')),
  ],
  upnp: [word('10.63.1.11', GROUP, SSDP_PORT, notify()), word('10.63.1.11', GROUP, SSDP_PORT, notify({ bootId: 2 }))],
  mdns: [word('10.63.2.12', '224.0.0.251', 5353, announce(AXIS))],
  sadp: [word('192.168.1.64', GROUP, 37020, SADP_HELLO)],
  dhip: [word('10.63.1.13', '10.63.1.255', 37810, SAMPLES.dhip)],
  // Talks to us about something else: the kernel learns its MAC by answering.
  quiet: [word('10.63.1.14', '10.63.1.1', 9, Buffer.from('x'))],
  asker: [
    word('10.63.1.20', GROUP, 3702, buildProbe('untyped', 'urn:uuid:00000000-0000-4000-8000-000000000001')),
    word('10.63.1.20', GROUP, SSDP_PORT, writeSearch({ target: 'ssdp:all', host: `${GROUP}:1900`, mxSeconds: 1, userAgent: 'x' })),
    word('10.63.1.20', GROUP, 37020, encodeInquiry('inquiry', '00000000-0000-4000-8000-000000000002')),
    // From the mDNS port, as whole stacks ask: then the answer goes to everybody.
    { ...word('10.63.1.20', '224.0.0.251', 5353, writeQuery([{ name: '_axis-video._tcp.local', type: 'PTR' }])), fromPort: 5353 },
  ],
} as const satisfies Partial<Record<keyof typeof SPEC, readonly SpokenWord[]>>;
export type Speaker = keyof typeof SPEECHES;

/** In the order in which they first speak. */
export const FIRST_WORDS = [
  ['onvif', '10.63.1.10'],
  ['upnp', '10.63.1.11'],
  ['mdns', '10.63.2.12'],
  ['sadp', '192.168.1.64'],
  ['dhip', '10.63.1.13'],
  ['quiet', '10.63.1.14'],
] as const satisfies readonly (readonly [Speaker, string])[];
