/** Vivotek's search asked: a segment by broadcast, one address by unicast. Answers come to the sender. */
import { randomInt } from 'node:crypto';
import { addressProbe, EVERYBODY, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch } from './codec.ts';

const described = { title: 'Vivotek search', protocol: 'vivotek', fields: ['vivotek.*'], ports: 'vivotek' } as const;

export const vivotekSegmentProbe = segmentProbe({
  ...described,
  id: 'vivotek-segment',
  what: 'Vivotek search (5 bytes) to everybody on the segment',
  legs: (_segment, ports) => [
    { destinations: ports.map((port) => ({ address: EVERYBODY, port })), payloads: [encodeSearch(randomInt(256))] },
  ],
});

export const vivotekProbe = addressProbe({
  ...described,
  id: 'vivotek',
  groupTwin: 'vivotek-segment',
  what: 'Vivotek search (5 bytes) to one address',
  payloads: () => [encodeSearch(randomInt(256))],
  proof: 'vivotek.present',
});
