/**
 * ONVIF responses to fields, one reader an operation (Core specification, device and media services). Pure.
 *
 * Only GetDeviceInformation speaks of the device itself. Everything else a recorder may say of its channels, so texts
 * found elsewhere go to `onvif.text` and are never taken for manufacturer or model.
 */
import { field, optionalField, type Field } from '../observation.ts';
import { normaliseMac } from '../text.ts';
import { findNode, findNodes, leaves, textAt, type XmlNode } from '../xml.ts';
import { scopeFields } from './scopes.ts';
import { pathOf, portOf } from './xaddr.ts';

const MAX_TEXTS = 40;
const MAX_SERVICES = 40;

const DEVICE_INFORMATION = ['Manufacturer', 'Model', 'FirmwareVersion', 'SerialNumber', 'HardwareId'] as const;

const READERS: ReadonlyMap<string, (response: XmlNode) => Field[]> = new Map([
  ['GetDeviceInformationResponse', deviceInformation],
  // Side-by-side elements without a root, as partial recordings hold them.
  ['Fragment', deviceInformation],
  ['GetScopesResponse', scopes],
  ['GetCapabilitiesResponse', capabilities],
  ['GetServicesResponse', services],
  ['GetSystemDateAndTimeResponse', clock],
  ['GetNetworkInterfacesResponse', networkInterfaces],
  ['GetHostnameResponse', hostname],
]);

/** `onvif.*` fields of the first Body child. */
export function responseFields(operation: XmlNode | undefined): Field[] {
  if (!operation || operation.local === 'Fault') return [];
  const read = READERS.get(operation.local);
  if (read) return read(operation);
  if (isDeviceInformation(operation.local)) return optionalField(`onvif.${operation.local}`, operation.text);
  return [...uris(operation), ...texts(operation)];
}

function isDeviceInformation(name: string): boolean {
  return DEVICE_INFORMATION.some((known) => known === name);
}

function deviceInformation(response: XmlNode): Field[] {
  return response.children
    .filter(({ local }) => isDeviceInformation(local))
    .flatMap(({ local, text }) => optionalField(`onvif.${local}`, text));
}

function scopes(response: XmlNode): Field[] {
  return scopeFields(findNodes(response, 'ScopeItem').map(({ text }) => text));
}

/** A capability is any element with an XAddr. Vendors put their own into Extension, in their own namespace. */
function capabilities(response: XmlNode): Field[] {
  const holders: XmlNode[] = [];
  const visit = (node: XmlNode): void => {
    if (node.children.some(({ local }) => local === 'XAddr')) holders.push(node);
    node.children.forEach(visit);
  };
  visit(response);
  return holders.slice(0, MAX_SERVICES).flatMap((holder) => {
    const foreign = holder.namespace !== '' && !holder.namespace.includes('//www.onvif.org/');
    return [
      field('onvif.service', holder.local),
      ...(foreign ? [field('onvif.service', holder.namespace)] : []),
      ...placeOf(textAt(holder, 'XAddr') ?? ''),
    ];
  });
}

function services(response: XmlNode): Field[] {
  return response.children
    .filter(({ local }) => local === 'Service')
    .slice(0, MAX_SERVICES)
    .flatMap((service) => [...optionalField('onvif.service', textAt(service, 'Namespace')), ...placeOf(textAt(service, 'XAddr') ?? '')]);
}

function clock(response: XmlNode): Field[] {
  const utc = findNode(response, 'UTCDateTime');
  const number = (name: string): number => {
    const text = textAt(utc, name) ?? '';
    return /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  };
  const ms = Date.UTC(number('Year'), number('Month') - 1, number('Day'), number('Hour'), number('Minute'), number('Second'));
  return Number.isNaN(ms) ? [] : [field('onvif.clock', new Date(ms).toISOString().replace('.000Z', 'Z'))];
}

function networkInterfaces(response: XmlNode): Field[] {
  return findNodes(response, 'Info')
    .slice(0, MAX_SERVICES)
    .flatMap((info) => [
      ...optionalField('onvif.interface.mac', normaliseMac(textAt(info, 'HwAddress') ?? '')),
      ...optionalField('onvif.interface.name', textAt(info, 'Name')),
    ]);
}

function hostname(response: XmlNode): Field[] {
  return optionalField('onvif.hostname', textAt(findNode(response, 'HostnameInformation'), 'Name'));
}

/** Stream, snapshot and service addresses inside any other answer. Evidence only: never fetched. */
function uris(response: XmlNode): Field[] {
  return leaves(response)
    .filter(({ local }) => local === 'Uri' || local === 'XAddr')
    .slice(0, MAX_SERVICES)
    .flatMap(({ local, text }) => [...(local === 'Uri' ? [field('onvif.uri', text)] : []), ...placeOf(text)]);
}

function placeOf(uri: string): Field[] {
  return [...optionalField('onvif.service.path', pathOf(uri)), ...optionalField('onvif.service.port', portOf(uri))];
}

/** Names and tokens of profiles, encoders and sources: firmwares number and name them each in their own way. */
function texts(response: XmlNode): Field[] {
  const found = new Set<string>();
  const visit = (node: XmlNode): void => {
    if (found.size >= MAX_TEXTS) return;
    const token = node.attributes.token;
    if (token !== undefined && token !== '') found.add(token);
    if (node.local === 'Name' && node.text !== '') found.add(node.text);
    node.children.forEach(visit);
  };
  visit(response);
  return [...found].slice(0, MAX_TEXTS).map((text) => field('onvif.text', text));
}
