/** The SSDP probes: one searches a whole segment by multicast, one a single address by unicast. */
export { ssdpProbe } from './address.ts';
export { ssdpSegmentProbe } from './segment.ts';
