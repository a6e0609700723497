/** A Foscam search answer (`{"bytes"}`) to fields. Pure. */
import { datagramOf, present } from '../wire.ts';
import { parseAnswer } from './codec.ts';
import type { Decoder } from '../probe.ts';

export const decodeFoscam: Decoder = ({ response }) => {
  const bytes = datagramOf(response);
  const answer = bytes && parseAnswer(bytes);
  return answer ? present('foscam', { ...answer }) : [];
};
