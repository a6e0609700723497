/**
 * Panasonic's search asked of a segment, both ways round: sources disagree on which of the two ports asks. Answers are
 * broadcast to the other one.
 */
import { EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch, isPanasonicQuestion } from './codec.ts';

export const panasonicSegmentProbe = segmentProbe({
  id: 'panasonic-segment',
  title: 'Panasonic and i-PRO search',
  protocol: 'panasonic',
  fields: ['panasonic.*'],
  ports: 'panasonic',
  what: 'Panasonic search (52 bytes) to everybody on the segment',
  isNoise: isPanasonicQuestion,
  legs: (segment, ports) => [
    ...ports.map((port) => listener(port)),
    { destinations: ports.map((port) => ({ address: EVERYBODY, port })), payloads: [encodeSearch(segment.address)] },
  ],
});
