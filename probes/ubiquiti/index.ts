/** Ubiquiti's discovery asked: a segment by multicast and broadcast, one address by unicast. Some firmware answers to the group. */
import { addressProbe, EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { encodeDiscovery, isUbiquitiQuestion, UBIQUITI_GROUP } from './codec.ts';

const described = { title: 'Ubiquiti discovery', protocol: 'ubiquiti', fields: ['ubiquiti.*'], ports: 'ubiquiti' } as const;

export const ubiquitiSegmentProbe = segmentProbe({
  ...described,
  id: 'ubiquiti-segment',
  what: 'Ubiquiti discovery (4 bytes, two versions) to the group and everybody on the segment',
  isNoise: isUbiquitiQuestion,
  legs: (_segment, ports) => [
    ...ports.slice(0, 1).map((port) => listener(port, UBIQUITI_GROUP)),
    {
      destinations: ports.flatMap((port) => [
        { address: UBIQUITI_GROUP, port },
        { address: EVERYBODY, port },
      ]),
      payloads: encodeDiscovery(),
    },
  ],
});

export const ubiquitiProbe = addressProbe({
  ...described,
  id: 'ubiquiti',
  groupTwin: 'ubiquiti-segment',
  what: 'Ubiquiti discovery (4 bytes, two versions) to one address',
  payloads: encodeDiscovery,
  proof: 'ubiquiti.present',
});
