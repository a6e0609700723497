/** XiongMai's search asked: a segment by broadcast, one address by unicast. Answers come to the sender or to port 34569. */
import { addressProbe, EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch, isXmQuestion } from './codec.ts';

const described = { title: 'XiongMai search', protocol: 'xm', fields: ['xm.*'], ports: 'xm' } as const;

export const xmSegmentProbe = segmentProbe({
  ...described,
  id: 'xm-segment',
  what: 'XiongMai search (20 bytes) to everybody on the segment',
  isNoise: isXmQuestion,
  legs: (_segment, ports) => [
    ...ports.slice(0, 1).map((port) => listener(port)),
    { destinations: ports.map((port) => ({ address: EVERYBODY, port })), payloads: [encodeSearch()] },
  ],
});

export const xmProbe = addressProbe({
  ...described,
  id: 'xm',
  groupTwin: 'xm-segment',
  what: 'XiongMai search (20 bytes) to one address',
  payloads: () => [encodeSearch()],
  proof: 'xm.present',
});
