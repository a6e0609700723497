/**
 * Every probe there is, listed by hand: nothing registers itself. A new protocol is one folder and one line here (and one
 * in `decode.ts`). Order within a wave is the order of asking: what tells most for least comes first.
 */
import { bannerProbe } from './banner/index.ts';
import { boschSegmentProbe } from './bosch/index.ts';
import { dahua1Probe, dahua1SegmentProbe, dhipProbe, dhipSegmentProbe } from './dhip/index.ts';
import { foscamSegmentProbe } from './foscam/index.ts';
import { hanwhaSegmentProbe } from './hanwha/index.ts';
import { httpProbe } from './http/index.ts';
import { isapiProbe } from './isapi/index.ts';
import { mdnsProbe, mdnsSegmentProbe } from './mdns/index.ts';
import { onvifProbes } from './onvif/index.ts';
import { panasonicSegmentProbe } from './panasonic/index.ts';
import type { Probe } from './probe.ts';
import { reolinkSegmentProbe } from './reolink/index.ts';
import { rtspProbe } from './rtsp/index.ts';
import { sadpProbe, sadpSegmentProbe } from './sadp/index.ts';
import { sdkProbe } from './sdk/index.ts';
import { snmpProbe } from './snmp/index.ts';
import { sonySegmentProbe } from './sony/index.ts';
import { ssdpProbe, ssdpSegmentProbe } from './ssdp/index.ts';
import { tvtSegmentProbe } from './tvt/index.ts';
import { ubiquitiProbe, ubiquitiSegmentProbe } from './ubiquiti/index.ts';
import { vivotekProbe, vivotekSegmentProbe } from './vivotek/index.ts';
import { xmProbe, xmSegmentProbe } from './xm/index.ts';

export const PROBES: readonly Probe[] = [
  sadpSegmentProbe,
  sadpProbe,
  dhipSegmentProbe,
  dhipProbe,
  dahua1SegmentProbe,
  dahua1Probe,
  isapiProbe,
  ...onvifProbes,
  snmpProbe,
  mdnsSegmentProbe,
  mdnsProbe,
  ssdpSegmentProbe,
  ssdpProbe,
  httpProbe,
  sdkProbe,
  rtspProbe,
  hanwhaSegmentProbe,
  boschSegmentProbe,
  vivotekSegmentProbe,
  vivotekProbe,
  foscamSegmentProbe,
  sonySegmentProbe,
  panasonicSegmentProbe,
  ubiquitiSegmentProbe,
  ubiquitiProbe,
  xmSegmentProbe,
  xmProbe,
  reolinkSegmentProbe,
  tvtSegmentProbe,
  bannerProbe,
];
