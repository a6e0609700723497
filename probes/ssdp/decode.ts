/**
 * One SSDP recording to fields. Pure. A response or NOTIFY gives `ssdp.*`; a device description (UPnP Device Architecture
 * 1.1, section 2.3), known by its request or by its XML, gives `upnp.*` of the root device. What a description says of
 * embedded devices is about those and is left out.
 */
import { bodyText, headerValue, messageOf } from '../http-message.ts';
import type { HttpMessage } from '../http-message.ts';
import { field, optionalField } from '../observation.ts';
import type { Field } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { responseBytes } from '../recording.ts';
import { findNode, parseXml } from '../xml.ts';
import type { XmlNode } from '../xml.ts';
import { readSsdp } from './codec.ts';

const MAX_ELEMENTS = 100;
const MAX_SERVICES = 32;

export const decodeSsdp: Decoder = ({ request, response }) => {
  const described = request?.operation === 'description' || typeof request?.path === 'string';
  const message = messageFrom(response, described);
  if (!message) return [];
  const xml = typeof response.xml === 'string' ? response.xml : bodyText(message);
  const description = xml.includes('<') ? descriptionFields(xml) : [];
  return [...(described ? serverField(message) : announcementFields(message)), ...description];
};

function messageFrom(response: Readonly<Record<string, unknown>>, described: boolean): HttpMessage | undefined {
  const bytes = responseBytes(response);
  return bytes && !described ? (readSsdp(bytes) ?? xmlOnly(response)) : messageOf(response);
}

/** Bytes that are a bare description, without the HTTP in front of it. */
function xmlOnly(response: Readonly<Record<string, unknown>>): HttpMessage | undefined {
  const message = messageOf(response);
  return message.status === undefined && /^\s*(?:\ufeff)?</.test(bodyText(message, 64)) ? message : undefined;
}

/** The description comes from the same stack as the answer: its Server header belongs to the same field. */
function serverField({ headers }: HttpMessage): Field[] {
  return optionalField('ssdp.header.server', headerValue(headers, 'server'));
}

function announcementFields({ headers }: HttpMessage): Field[] {
  const location = headerValue(headers, 'location');
  return [
    ...headers.flatMap(([name, value]) => (isToken(name) ? optionalField(`ssdp.header.${name.toLowerCase()}`, value) : [])),
    ...optionalField('ssdp.st', headerValue(headers, 'st') ?? headerValue(headers, 'nt')),
    ...optionalField('ssdp.usn', headerValue(headers, 'usn')),
    ...optionalField('ssdp.location.path', location === undefined ? undefined : pathOf(location)),
  ];
}

function pathOf(location: string): string | undefined {
  const match = /^[a-z][a-z0-9+.-]{0,9}:\/\/[^/?#\s]*([^\s]*)/i.exec(location.slice(0, 2048));
  return match ? match[1] || '/' : undefined;
}

function descriptionFields(xml: string): Field[] {
  const { root } = parseXml(xml);
  const device = root && findNode(root, 'device');
  if (!device || (root.local !== 'root' && root !== device)) return [];
  const own = device.children.flatMap(leafField);
  const services = (device.children.find(({ local }) => local === 'serviceList')?.children ?? [])
    .slice(0, MAX_SERVICES)
    .flatMap((service) => service.children.filter(({ local }) => local === 'serviceType').flatMap(leafField));
  return [...own.slice(0, MAX_ELEMENTS), ...services];
}

function leafField({ local, text, children }: XmlNode): Field[] {
  return children.length === 0 && text !== '' && isToken(local) ? [field(`upnp.${local}`, text)] : [];
}

function isToken(name: string): boolean {
  return /^[A-Za-z0-9_.!#$%&'*+^`|~-]{1,64}$/.test(name);
}
