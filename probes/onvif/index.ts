/** The ONVIF family: WS-Discovery to a segment and to an address, and the SOAP device service. */
import { wsDiscoveryProbe, wsDiscoverySegmentProbe } from './discovery.ts';
import { onvifProbe } from './onvif-probe.ts';
import type { Probe } from '../probe.ts';

export { onvifProbe, wsDiscoveryProbe, wsDiscoverySegmentProbe };

export const onvifProbes: readonly Probe[] = [wsDiscoverySegmentProbe, wsDiscoveryProbe, onvifProbe];
