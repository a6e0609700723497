/** A Bosch search answer (`{"bytes"}`, 32 bytes or XML) to fields. Pure. */
import { datagramOf, present } from '../wire.ts';
import { parseAnswer } from './codec.ts';
import type { Decoder } from '../probe.ts';

export const decodeBosch: Decoder = ({ response }) => {
  const bytes = datagramOf(response);
  const answer = bytes && parseAnswer(bytes);
  return answer ? present('bosch', { ...answer }) : [];
};
