/**
 * ISAPI and PSIA recordings (`{xml}`, a whole HTTP answer, or bytes of either) to `isapi.*` and `http.xml.*`, with the HTTP
 * head where there was one. Decoding only: the http probe asks the open endpoints. Pure; never throws; names no maker.
 */
import { headFields } from '../http-fields.ts';
import { bodyText, messageOf, type HttpMessage } from '../http-message.ts';
import { isapiFields, xmlFields } from '../isapi-fields.ts';
import { optionalField, type Field } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { parseXml, XML_LIMITS } from '../xml.ts';

export const decodeIsapi: Decoder = ({ request, response }) => {
  const message = messageOf(response);
  const path = typeof request?.path === 'string' ? request.path : undefined;
  return [
    ...(hasHead(message) ? headFields('http', message) : []),
    ...optionalField('http.path', path),
    ...documentFields(typeof response.xml === 'string' ? response.xml : bodyText(message, XML_LIMITS.maxLength)),
  ];
};

/** Bytes may be the bare document: then there is no head to report. */
function hasHead({ status, headers }: HttpMessage): boolean {
  return status !== undefined || headers.length > 0;
}

function documentFields(xml: string): Field[] {
  const { root } = parseXml(xml);
  return !root || root.local.toLowerCase() === 'html' ? [] : [...isapiFields(root), ...xmlFields(root)];
}
