/**
 * Recordings to observations: one table, one pure decoder a protocol. `judge` and a live scan both come through here, so
 * what a scan says can be said again from its recordings.
 */
import { decodeFtp, decodeTelnet } from './banner/decode.ts';
import { decodeBosch } from './bosch/decode.ts';
import { decodeDhip } from './dhip/decode.ts';
import { decodeFoscam } from './foscam/decode.ts';
import { decodeHanwha } from './hanwha/decode.ts';
import { decodeHttp } from './http/decode.ts';
import { decodeIsapi } from './isapi/decode.ts';
import { decodeArp } from './link/decode.ts';
import { decodeMdns } from './mdns/decode.ts';
import type { Observation } from './observation.ts';
import { decodeOnvif, decodeWsDiscovery } from './onvif/decode.ts';
import { decodePanasonic } from './panasonic/decode.ts';
import type { Decoder } from './probe.ts';
import type { Protocol, Recording } from './recording.ts';
import { decodeReolink } from './reolink/decode.ts';
import { decodeRtsp } from './rtsp/decode.ts';
import { decodeSadp } from './sadp/decode.ts';
import { decodeSdk } from './sdk/decode.ts';
import { decodeSnmp } from './snmp/decode.ts';
import { decodeSony } from './sony/decode.ts';
import { decodeSsdp } from './ssdp/decode.ts';
import { decodeTls } from './tls/decode.ts';
import { decodeTvt } from './tvt/decode.ts';
import { decodeUbiquiti } from './ubiquiti/decode.ts';
import { decodeVivotek } from './vivotek/decode.ts';
import { decodeXm } from './xm/decode.ts';

export const DECODERS = {
  arp: decodeArp,
  bosch: decodeBosch,
  dhip: decodeDhip,
  foscam: decodeFoscam,
  ftp: decodeFtp,
  hanwha: decodeHanwha,
  http: decodeHttp,
  https: decodeHttp,
  isapi: decodeIsapi,
  mdns: decodeMdns,
  onvif: decodeOnvif,
  panasonic: decodePanasonic,
  reolink: decodeReolink,
  rtsp: decodeRtsp,
  sadp: decodeSadp,
  sdk: decodeSdk,
  snmp: decodeSnmp,
  sony: decodeSony,
  ssdp: decodeSsdp,
  telnet: decodeTelnet,
  tls: decodeTls,
  tvt: decodeTvt,
  ubiquiti: decodeUbiquiti,
  vivotek: decodeVivotek,
  'ws-discovery': decodeWsDiscovery,
  xm: decodeXm,
} as const satisfies Record<Protocol, Decoder>;

const MAX_FIELDS = 800;

/** All observations in one recording. A decoder's own fault is caught by its tests, not here. */
export function decode(recording: Recording): Observation[] {
  const decoder: Decoder = DECODERS[recording.protocol];
  return decoder(recording)
    .slice(0, MAX_FIELDS)
    .map(({ field, value }) => ({
      field,
      value,
      recording: recording.id,
      protocol: recording.protocol,
      address: recording.from.address,
      port: recording.from.port,
      at: recording.at,
    }));
}
