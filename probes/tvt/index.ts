/** TVT's search asked of a segment. Newer firmware answers to a second group, older to the first, both on port 23456. */
import { listener, segmentProbe } from '../vendor-probe.ts';
import { encodeSearch, isTvtQuestion, TVT_ANSWER_GROUP, TVT_GROUP } from './codec.ts';

export const tvtSegmentProbe = segmentProbe({
  id: 'tvt-segment',
  title: 'TVT search',
  protocol: 'tvt',
  fields: ['tvt.*'],
  ports: 'tvt',
  what: 'TVT search (140 bytes) to the group',
  isNoise: isTvtQuestion,
  legs: (_segment, ports) =>
    ports
      .slice(0, 1)
      .flatMap((port) => [
        listener(port, TVT_ANSWER_GROUP),
        listener(port, TVT_GROUP),
        { destinations: [{ address: TVT_GROUP, port }], payloads: [encodeSearch()] },
      ]),
});
