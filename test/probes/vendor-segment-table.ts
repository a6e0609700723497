/** The vendor questions to a segment: where each goes, from which ports, in how many packets, and an answer to it. */
import { boschSegmentProbe } from '../../probes/bosch/index.ts';
import { decodeBosch } from '../../probes/bosch/decode.ts';
import { dahua1SegmentProbe, dhipSegmentProbe } from '../../probes/dhip/index.ts';
import { decodeDhip } from '../../probes/dhip/decode.ts';
import { foscamSegmentProbe } from '../../probes/foscam/index.ts';
import { decodeFoscam } from '../../probes/foscam/decode.ts';
import { hanwhaSegmentProbe } from '../../probes/hanwha/index.ts';
import { decodeHanwha } from '../../probes/hanwha/decode.ts';
import { panasonicSegmentProbe } from '../../probes/panasonic/index.ts';
import { decodePanasonic } from '../../probes/panasonic/decode.ts';
import { reolinkSegmentProbe } from '../../probes/reolink/index.ts';
import { decodeReolink } from '../../probes/reolink/decode.ts';
import { sadpSegmentProbe } from '../../probes/sadp/index.ts';
import { decodeSadp } from '../../probes/sadp/decode.ts';
import { sonySegmentProbe } from '../../probes/sony/index.ts';
import { decodeSony } from '../../probes/sony/decode.ts';
import { tvtSegmentProbe } from '../../probes/tvt/index.ts';
import { decodeTvt } from '../../probes/tvt/decode.ts';
import { ubiquitiSegmentProbe } from '../../probes/ubiquiti/index.ts';
import { decodeUbiquiti } from '../../probes/ubiquiti/decode.ts';
import { vivotekSegmentProbe } from '../../probes/vivotek/index.ts';
import { decodeVivotek } from '../../probes/vivotek/decode.ts';
import { xmSegmentProbe } from '../../probes/xm/index.ts';
import { decodeXm } from '../../probes/xm/decode.ts';
import type { Decoder, Segment, SegmentProbe, ServicePorts } from '../../probes/probe.ts';
import { SAMPLES } from './vendor-samples.ts';

export const SEGMENT: Segment = { interfaceName: 'eth9', address: '192.0.2.1', prefixLength: 24, broadcast: '192.0.2.255' };
const ALL = '255.255.255.255';

export interface Row {
  readonly probe: SegmentProbe;
  readonly decoder: Decoder;
  readonly answer: Uint8Array;
  readonly present: string;
  /** `address:port` of everything sent, in order; packets of the silent case. */
  readonly to: readonly string[];
  readonly packets: number;
  /** `port` or `port@group` of the sockets with a fixed port. */
  readonly bound: readonly string[];
  readonly key: keyof ServicePorts;
}

export const SEGMENT_TABLE: readonly Row[] = [
  {
    probe: sadpSegmentProbe,
    decoder: decodeSadp,
    answer: SAMPLES.sadp,
    present: 'sadp.present',
    to: ['239.255.255.250:37020', '239.255.255.250:37020', `${ALL}:37020`, '192.0.2.255:37020'],
    packets: 13,
    bound: ['37020@239.255.255.250'],
    key: 'sadp',
  },
  {
    probe: dhipSegmentProbe,
    decoder: decodeDhip,
    answer: SAMPLES.dhip,
    present: 'dhip.present',
    to: ['239.255.255.251:37810', `${ALL}:37810`],
    packets: 2,
    bound: [],
    key: 'dhip',
  },
  {
    probe: dahua1SegmentProbe,
    decoder: decodeDhip,
    answer: SAMPLES.dahua1,
    present: 'dahua1.present',
    to: [`${ALL}:5050`],
    packets: 1,
    bound: ['5050'],
    key: 'dahua1',
  },
  {
    probe: xmSegmentProbe,
    decoder: decodeXm,
    answer: SAMPLES.xm,
    present: 'xm.present',
    to: [`${ALL}:34569`],
    packets: 1,
    bound: ['34569'],
    key: 'xm',
  },
  {
    probe: hanwhaSegmentProbe,
    decoder: decodeHanwha,
    answer: SAMPLES.hanwha,
    present: 'hanwha.present',
    to: [`${ALL}:7701`],
    packets: 1,
    bound: ['7711'],
    key: 'hanwha',
  },
  {
    probe: boschSegmentProbe,
    decoder: decodeBosch,
    answer: SAMPLES.bosch,
    present: 'bosch.present',
    to: [`${ALL}:1757`],
    packets: 1,
    bound: ['1758'],
    key: 'bosch',
  },
  {
    probe: vivotekSegmentProbe,
    decoder: decodeVivotek,
    answer: SAMPLES.vivotek,
    present: 'vivotek.present',
    to: [`${ALL}:10000`],
    packets: 1,
    bound: [],
    key: 'vivotek',
  },
  {
    probe: foscamSegmentProbe,
    decoder: decodeFoscam,
    answer: SAMPLES.foscam,
    present: 'foscam.present',
    to: [`${ALL}:10000`],
    packets: 1,
    bound: ['10000'],
    key: 'foscam',
  },
  {
    probe: sonySegmentProbe,
    decoder: decodeSony,
    answer: SAMPLES.sony,
    present: 'sony.present',
    to: ['192.0.2.255:2380'],
    packets: 1,
    bound: ['2380'],
    key: 'sony',
  },
  {
    probe: panasonicSegmentProbe,
    decoder: decodePanasonic,
    answer: SAMPLES.panasonic,
    present: 'panasonic.present',
    to: [`${ALL}:10670`, `${ALL}:10669`],
    packets: 2,
    bound: ['10670', '10669'],
    key: 'panasonic',
  },
  {
    probe: ubiquitiSegmentProbe,
    decoder: decodeUbiquiti,
    answer: SAMPLES.ubiquiti,
    present: 'ubiquiti.present',
    to: ['233.89.188.1:10001', `${ALL}:10001`],
    packets: 4,
    bound: ['10001@233.89.188.1'],
    key: 'ubiquiti',
  },
  {
    probe: reolinkSegmentProbe,
    decoder: decodeReolink,
    answer: SAMPLES.reolink,
    present: 'reolink.present',
    to: [`${ALL}:2000`],
    packets: 1,
    bound: ['3000'],
    key: 'reolink',
  },
  {
    probe: tvtSegmentProbe,
    decoder: decodeTvt,
    answer: SAMPLES.tvt,
    present: 'tvt.present',
    to: ['234.55.55.55:23456'],
    packets: 1,
    bound: ['23456@234.55.55.56', '23456@234.55.55.55'],
    key: 'tvt',
  },
];
