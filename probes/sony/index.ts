/** Sony's search asked of a segment. Answers are broadcast to the port that asked: the socket has to be open to everybody. */
import { EVERYBODY, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch, isSonyQuestion } from './codec.ts';

export const sonySegmentProbe = segmentProbe({
  id: 'sony-segment',
  title: 'Sony search',
  protocol: 'sony',
  fields: ['sony.*'],
  ports: 'sony',
  what: 'Sony search (14 bytes) to everybody on the segment',
  isNoise: isSonyQuestion,
  legs: (segment, ports) =>
    ports.slice(0, 1).map((port) => ({
      localPort: port,
      // A socket bound to every address may leave by another interface when it asks 255.255.255.255; the subnet's own cannot.
      destinations: [{ address: segment.broadcast ?? EVERYBODY, port }],
      payloads: [encodeSearch()],
    })),
});
