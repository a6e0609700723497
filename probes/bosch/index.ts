/** Bosch's search asked of a segment. Answers come to port 1758 whatever port asked, so one address cannot be asked alone. */
import { randomInt } from 'node:crypto';
import { EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch, isBoschQuestion } from './codec.ts';

export const boschSegmentProbe = segmentProbe({
  id: 'bosch-segment',
  title: 'Bosch search',
  protocol: 'bosch',
  fields: ['bosch.*'],
  ports: 'bosch',
  what: 'Bosch search (12 bytes) to everybody on the segment',
  isNoise: isBoschQuestion,
  legs: (_segment, [port = 1757, answers = 1758]) => [
    listener(answers),
    { destinations: [{ address: EVERYBODY, port }], payloads: [encodeSearch(randomInt(0x1_0000_0000))] },
  ],
});
