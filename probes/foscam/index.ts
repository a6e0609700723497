/** Foscam's search asked of a segment. Answers are broadcast to port 10000, so one address cannot be asked alone. */
import { EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch, isFoscamNoise } from './codec.ts';

export const foscamSegmentProbe = segmentProbe({
  id: 'foscam-segment',
  title: 'Foscam search',
  protocol: 'foscam',
  fields: ['foscam.*'],
  ports: 'foscam',
  what: 'Foscam search (27 bytes) to everybody on the segment',
  isNoise: isFoscamNoise,
  legs: (_segment, ports) => [
    ...ports.slice(0, 1).map((port) => listener(port)),
    { destinations: ports.map((port) => ({ address: EVERYBODY, port })), payloads: [encodeSearch()] },
  ],
});
