/** A XiongMai search answer (`{"bytes"}` or `{"json"}`) to fields: members of NetWork.NetCommon by their own names. Pure. */
import { field, optionalField } from '../observation.ts';
import { datagramOf } from '../wire.ts';
import { parseAnswer, parseRecorded } from './codec.ts';
import type { Decoder } from '../probe.ts';

export const decodeXm: Decoder = ({ response }) => {
  const bytes = datagramOf(response);
  const members = bytes ? parseAnswer(bytes) : parseRecorded(response.json);
  if (!members) return [];
  return [field('xm.present', 'true'), ...members.flatMap(({ name, value }) => optionalField(`xm.${name}`, value))];
};
