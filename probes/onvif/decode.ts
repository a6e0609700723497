/**
 * Recordings of WS-Discovery datagrams and ONVIF SOAP answers to fields. Pure; takes hostile input; never throws.
 *
 * A refusal counts as much as an answer: some firmwares answer every ONVIF request with an HTTP challenge in HTML, and the
 * challenge is then what identifies them.
 */
import { field, optionalField, type Field } from '../observation.ts';
import { headFields } from '../http-fields.ts';
import { messageOf } from '../http-message.ts';
import { responseBytes } from '../recording.ts';
import type { Decoder } from '../probe.ts';
import { envelopeFields, readEnvelope } from './envelope.ts';
import { responseFields } from './responses.ts';
import { scopeFields } from './scopes.ts';
import { parseDiscovery, readEndpoint, type Discovery, type Match } from './wsdiscovery-codec.ts';
import { hostOf, pathOf } from './xaddr.ts';

/** Fields of the probes in this folder, for `--explain-traffic` and coverage. */
export const DISCOVERY_FIELDS = ['wsd.*', 'onvif.scope.*', 'soap.*'] as const;
export const ONVIF_FIELDS = ['onvif.*', 'wsd.scope', 'soap.*', 'http.status', 'http.header.*', 'http.header-names', 'http.auth.*'] as const;

/** `ws-discovery` recordings: `{xml}` or the datagram's bytes. */
export const decodeWsDiscovery: Decoder = ({ from, request, response }) => {
  const content = typeof response.xml === 'string' ? response.xml : responseBytes(response);
  if (content === undefined) return [];
  const discovery = parseDiscovery(content);
  const matches = discovery.matches.flatMap((match) =>
    speaksOfSender(match, discovery, from.address) ? matchFields(match) : xaddrFields(match),
  );
  return [...matches, ...relates(discovery, request), ...envelopeFields(discovery.envelope)];
};

/**
 * A discovery proxy, and some recorders, answer for others. Where one match names the sender's address, those that only
 * name other hosts are about those hosts and say nothing of the sender but where they point.
 */
function speaksOfSender(match: Match, { matches }: Discovery, sender: string): boolean {
  const names = (candidate: Match): boolean => candidate.xaddrs.some((xaddr) => hostOf(xaddr) === sender.toLowerCase());
  return matches.length < 2 || match.xaddrs.length === 0 || names(match) || !matches.some(names);
}

function matchFields(match: Match): Field[] {
  const { form, mac } = readEndpoint(match.endpoint, match.scopes);
  return [
    ...(match.endpoint === '' ? [] : [field('wsd.epr', match.endpoint), ...optionalField('wsd.epr.mac', mac), field('wsd.epr.form', form)]),
    ...optionalField('wsd.types', match.types.join(' ')),
    ...scopeFields(match.scopes),
    ...xaddrFields(match),
    ...optionalField('wsd.metadataVersion', match.metadataVersion),
  ];
}

function xaddrFields({ xaddrs }: Match): Field[] {
  return xaddrs.flatMap((xaddr) => [field('wsd.xaddrs', xaddr), ...optionalField('wsd.xaddrs.path', pathOf(xaddr))]);
}

/** Only where the recording kept what was asked. Answers are never dropped for a foreign RelatesTo: devices get it wrong. */
function relates({ relatesTo }: Discovery, request: Readonly<Record<string, unknown>> | undefined): Field[] {
  const ids: readonly unknown[] = Array.isArray(request?.messageIds) ? request.messageIds : [request?.messageId];
  const asked = ids.filter((id) => typeof id === 'string');
  return relatesTo === undefined || asked.length === 0 ? [] : [field('wsd.relates', String(asked.some((id) => sameId(id, relatesTo))))];
}

/** Message ids without their `urn:uuid:` or `uuid:`, which some responders strip or add. */
export function sameId(one: string, other: string): boolean {
  const bare = (id: string): string =>
    id
      .trim()
      .toLowerCase()
      .replace(/^(?:urn:)?(?:uuid:)?/, '');
  return bare(one) === bare(other);
}

/** `onvif` recordings: `{xml}`, `{status, headers, body}`, or the bytes of the HTTP answer. */
export const decodeOnvif: Decoder = ({ response }) => {
  const message = messageOf(response);
  const envelope = readEnvelope(typeof response.xml === 'string' ? response.xml : message.body);
  const soap = envelope.envelope !== undefined || typeof response.xml === 'string';
  const status = message.status === undefined && typeof response.status === 'number' ? response.status : undefined;
  return [
    ...(soap ? responseFields(envelope.operation) : []),
    ...optionalField('http.status', status),
    ...headFields('http', message),
    ...(soap ? envelopeFields(envelope) : []),
  ];
};
