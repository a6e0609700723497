/**
 * RTSP recordings to `rtsp.*`: head, challenges, Public, the form of Date, Content-Base path, SDP lines. Pure; never throws;
 * names no maker. Fields: signatures/vocabulary/fields.yaml; facts: nmap-service-probes and captures in retina and gortsplib.
 */
import { headFields } from '../http-fields.ts';
import { bodyText, headerValue, messageOf, type HttpMessage } from '../http-message.ts';
import { field, optionalField, type Field } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { dateForm, parseSdp, urlPath } from './codec.ts';

const MAX_SDP_BYTES = 16_384;

export const decodeRtsp: Decoder = ({ response }) => {
  const message = messageOf(response);
  if (!isRtsp(message)) return [];
  return [
    ...headFields('rtsp', message),
    ...optionalField('rtsp.public', headerValue(message.headers, 'public')?.replace(/\s+/g, ' ')),
    ...dateFields(message),
    ...optionalField('rtsp.content-base.path', urlPath(headerValue(message.headers, 'content-base') ?? '')),
    ...parseSdp(bodyText(message, MAX_SDP_BYTES)).map(({ letter, value }) => field(`rtsp.sdp.${letter}`, value)),
  ];
};

/** Bytes must say RTSP; a structured response has no version and is taken at its word. */
function isRtsp({ version, status, headers, body }: HttpMessage): boolean {
  if (version !== '') return /^RTSP/i.test(version);
  return status !== undefined || headers.length > 0 || body.length > 0;
}

/** From the header as it stands: `headerValue` trims, and the second blank is what identifies. */
function dateFields({ headers }: HttpMessage): Field[] {
  const line = headers.find(([name]) => name.toLowerCase() === 'date');
  return line ? [field('rtsp.date-form', dateForm(line[1]))] : [];
}
