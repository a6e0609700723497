/**
 * A recording of Dahua's search to fields: DHIP (`{"json"}` as text or object, or `{"bytes"}`) as `dhip.*`, the older
 * protocol (`{"bytes"}` only) as `dahua1.*`. Pure.
 */
import { field, optionalField } from '../observation.ts';
import { datagramOf, present } from '../wire.ts';
import { parseAnswer, parseRecorded } from './codec.ts';
import { parseLegacyAnswer } from './legacy.ts';
import type { Decoder } from '../probe.ts';

export const decodeDhip: Decoder = ({ response }) => {
  const bytes = datagramOf(response);
  const legacy = bytes && parseLegacyAnswer(bytes);
  if (legacy) return present('dahua1', { ...legacy });
  const members = bytes ? parseAnswer(bytes) : parseRecorded(response.json);
  if (!members) return [];
  return [field('dhip.present', 'true'), ...members.flatMap(({ name, value }) => optionalField(`dhip.${name}`, value))];
};
