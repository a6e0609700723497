/** A Sony search answer (`{"bytes"}`) to fields: items by their own names. Pure. */
import { field, optionalField } from '../observation.ts';
import { datagramOf } from '../wire.ts';
import { parseAnswer } from './codec.ts';
import type { Decoder } from '../probe.ts';

export const decodeSony: Decoder = ({ response }) => {
  const bytes = datagramOf(response);
  const members = bytes && parseAnswer(bytes);
  if (!members) return [];
  return [field('sony.present', 'true'), ...members.flatMap(({ name, value }) => optionalField(`sony.${name}`, value))];
};
