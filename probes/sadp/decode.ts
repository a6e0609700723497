/**
 * A SADP recording (`{"xml"}` or `{"bytes"}`) to fields: every element of the ProbeMatch by its own name. Pure.
 * Whether the address it claims is the one that answered is judged elsewhere, from `sadp.IPv4Address`.
 */
import { field, optionalField } from '../observation.ts';
import { datagramOf, MAX_DATAGRAM_BYTES } from '../wire.ts';
import { parseProbeMatch } from './codec.ts';
import type { Decoder } from '../probe.ts';

export const decodeSadp: Decoder = ({ response }) => {
  const bytes = typeof response.xml === 'string' ? Buffer.from(response.xml.slice(0, MAX_DATAGRAM_BYTES), 'utf8') : datagramOf(response);
  const elements = bytes && parseProbeMatch(bytes);
  if (!elements) return [];
  return [field('sadp.present', 'true'), ...elements.flatMap(({ name, value }) => optionalField(`sadp.${name}`, value))];
};
