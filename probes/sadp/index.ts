/**
 * SADP asked: everybody on a segment by multicast and broadcast, and one address by unicast.
 *
 * Firmware differs in where it answers: to the sender, or to the group on port 37020. So one socket listens there, joined
 * on the interface, and one has a port of its own. Facts: public SADP captures (sergei.nz, mhzhuji.com).
 */
import { randomUUID } from 'node:crypto';
import { addressProbe, EVERYBODY, segmentProbe } from '../vendor-probe.ts';
import { encodeInquiry, isSadpQuestion, SADP_GROUP, SADP_INQUIRIES, sadpEssence } from './codec.ts';
import type { SadpInquiry } from './codec.ts';

const described = {
  title: 'SADP (Hikvision-made firmware)',
  protocol: 'sadp',
  fields: ['sadp.*'],
  ports: 'sadp',
} as const;

const question = (type: SadpInquiry): Uint8Array => encodeInquiry(type, randomUUID().toUpperCase());

export const sadpSegmentProbe = segmentProbe({
  ...described,
  id: 'sadp-segment',
  what: 'SADP inquiry (XML) to the group and everybody on the segment',
  isNoise: isSadpQuestion,
  essence: sadpEssence,
  legs: (segment, ports) => {
    const to = (address: string): { address: string; port: number }[] => ports.map((port) => ({ address, port }));
    const broadcasts = [EVERYBODY, ...(segment.broadcast === undefined ? [] : [segment.broadcast])];
    return [
      {
        // Some clients ask from 37020 itself, and firmware may expect it.
        localPort: ports[0],
        joinGroup: SADP_GROUP,
        destinations: to(SADP_GROUP),
        payloads: [question('inquiry')],
        sendAtMs: [0],
      },
      {
        destinations: [SADP_GROUP, ...broadcasts].flatMap(to),
        payloads: SADP_INQUIRIES.map(question),
        sendAtMs: [0, 250],
      },
    ];
  },
});

export const sadpProbe = addressProbe({
  ...described,
  id: 'sadp',
  groupTwin: 'sadp-segment',
  waitsForSign: false,
  what: 'SADP inquiry (XML) to one address',
  payloads: () => [question('inquiry')],
  proof: 'sadp.present',
});
