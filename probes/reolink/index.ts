/** Reolink's search asked of a segment. Answers come to port 3000 whatever port asked, so one address cannot be asked alone. */
import { EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch } from './codec.ts';

export const reolinkSegmentProbe = segmentProbe({
  id: 'reolink-segment',
  title: 'Reolink search',
  protocol: 'reolink',
  fields: ['reolink.*'],
  ports: 'reolink',
  what: 'Reolink search (4 bytes) to everybody on the segment',
  legs: (_segment, [port = 2000, answers = 3000]) => [
    listener(answers),
    { destinations: [{ address: EVERYBODY, port }], payloads: [encodeSearch()] },
  ],
});
