/** The mDNS probes: one asks a whole segment by multicast, one asks a single address by unicast. */
export { mdnsProbe } from './address.ts';
export { mdnsSegmentProbe } from './segment.ts';
