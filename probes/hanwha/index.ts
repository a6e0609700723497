/** Hanwha's search asked of a segment. Answers come to port 7711 whatever port asked, so one address cannot be asked alone. */
import { EVERYBODY, listener, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch } from './codec.ts';

export const hanwhaSegmentProbe = segmentProbe({
  id: 'hanwha-segment',
  title: 'Hanwha search',
  protocol: 'hanwha',
  fields: ['hanwha.*'],
  ports: 'hanwha',
  what: 'Hanwha search (262 bytes) to everybody on the segment',
  legs: (_segment, [port = 7701, answers = 7711]) => [
    listener(answers),
    { destinations: [{ address: EVERYBODY, port }], payloads: [encodeSearch()] },
  ],
});
