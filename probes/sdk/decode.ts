/**
 * A greeting of an SDK port (`{"banner"}` as text, hex or base64, or `{"bytes"}`) to fields. Pure.
 * An open port is no evidence: without bytes there are no fields.
 */
import { optionalField } from '../observation.ts';
import { datagramOf } from '../wire.ts';
import { bannerBytes, parseGreeting } from './codec.ts';
import type { Decoder } from '../probe.ts';

export const decodeSdk: Decoder = ({ response, from }) => {
  const bytes = datagramOf(response) ?? (typeof response.banner === 'string' ? bannerBytes(response.banner) : undefined);
  if (!bytes || bytes.length === 0) return [];
  const { hello, text, realm } = parseGreeting(bytes);
  return [
    ...optionalField('sdk.hello', hello),
    ...optionalField('sdk.banner', text),
    ...optionalField('sdk.realm', realm),
    ...optionalField('sdk.port', from.port),
  ];
};
