/**
 * Messages for the tests of the ONVIF probes. None is a recording: each is built after the source its comment names, with
 * addresses, serials and MACs of our own where the source did not publish them as documentation.
 */
import type { Operation } from '../../../probes/onvif/request-writer.ts';

const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const DISCOVERY = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';

/** Built after the ProbeMatches of an OEM camera in edgex-docs, ws-discovery.md: prefixes, EPR form, scopes, stray token. */
export function oemProbeMatches({ address = '192.0.2.10', relatesTo = 'urn:uuid:00000000-0000-4000-8000-000000000001' } = {}): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="${SOAP}" xmlns:soapenc="http://www.w3.org/2003/05/soap-encoding" ` +
    `xmlns:wsadis="${ADDRESSING}" xmlns:d="${DISCOVERY}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" ` +
    `xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><env:Header>` +
    `<wsadis:MessageID>urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d</wsadis:MessageID>` +
    `<wsadis:RelatesTo>${relatesTo}</wsadis:RelatesTo>` +
    `<wsadis:To>${ADDRESSING}/role/anonymous</wsadis:To><wsadis:Action>${DISCOVERY}/ProbeMatches</wsadis:Action>` +
    `<d:AppSequence InstanceId="1637072188" MessageNumber="17"/></env:Header><env:Body><d:ProbeMatches><d:ProbeMatch>` +
    `<wsadis:EndpointReference><wsadis:Address>urn:uuid:cea94000-fb96-11b3-8260-686dbc5cb15d</wsadis:Address></wsadis:EndpointReference>` +
    `<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>` +
    `<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming ` +
    `onvif://www.onvif.org/MAC/68:6d:bc:5c:b1:5d onvif://www.onvif.org/hardware/DFI6256TE http:123</d:Scopes>` +
    `<d:XAddrs>http://${address}/onvif/device_service</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion>` +
    `</d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>`
  );
}

export interface MatchParts {
  readonly endpoint?: string;
  readonly types?: string;
  readonly scopes?: string;
  readonly xaddrs?: string;
}

/** One ProbeMatch by WS-Discovery 2005/04 section 5.3. */
export function probeMatch({
  endpoint = 'urn:uuid:3fa1fe68-b915-4053-a3e1-c006c3afec0e',
  types = 'tdn:NetworkVideoTransmitter',
  ...rest
}: MatchParts): string {
  const xaddrs = rest.xaddrs === undefined ? '' : `<w:XAddrs>${rest.xaddrs}</w:XAddrs>`;
  const scopes = rest.scopes === undefined ? '' : `<w:Scopes>${rest.scopes}</w:Scopes>`;
  return (
    `<w:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference>` +
    `<w:Types>${types}</w:Types>${scopes}${xaddrs}<w:MetadataVersion>1</w:MetadataVersion></w:ProbeMatch>`
  );
}

export function probeMatches(matches: readonly string[], relatesTo = 'uuid:00000000-0000-4000-8000-000000000002'): string {
  return (
    `<E:Envelope xmlns:E="${SOAP}" xmlns:a="${ADDRESSING}" xmlns:w="${DISCOVERY}"><E:Header><a:MessageID>uuid:1</a:MessageID>` +
    `<a:RelatesTo>${relatesTo}</a:RelatesTo></E:Header><E:Body><w:ProbeMatches>${matches.join('')}</w:ProbeMatches></E:Body></E:Envelope>`
  );
}

/** ONVIF answer in an envelope with the `env` spelling. */
export function onvifEnvelope(body: string): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="${SOAP}" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" ` +
    `xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" ` +
    `xmlns:ter="http://www.onvif.org/ver10/error"><env:Body>${body}</env:Body></env:Envelope>`
  );
}

export function httpAnswer(
  body: string,
  { status = '200 OK', headers = [] as readonly string[], type = 'application/soap+xml; charset=utf-8' } = {},
): string {
  return [`HTTP/1.1 ${status}`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');
}

/** All that is ever asked. */
export const OPERATIONS = [
  'GetSystemDateAndTime',
  'GetCapabilities',
  'GetServices',
  'GetScopes',
  'GetDeviceInformation',
  'GetNetworkInterfaces',
] as const satisfies readonly Operation[];

/** Bodies by the ONVIF Core specification, device service; all values are made up. */
export const BODIES = {
  GetSystemDateAndTime:
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>' +
    '<tt:TimeZone><tt:TZ>CST-8:00:00</tt:TZ></tt:TimeZone><tt:UTCDateTime><tt:Time><tt:Hour>3</tt:Hour><tt:Minute>4</tt:Minute><tt:Second>5</tt:Second></tt:Time>' +
    '<tt:Date><tt:Year>2020</tt:Year><tt:Month>1</tt:Month><tt:Day>31</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>',
  GetDeviceInformation:
    '<tds:GetDeviceInformationResponse><tds:Manufacturer>Example &amp; Sons</tds:Manufacturer><tds:Model>CAM-1</tds:Model>' +
    '<tds:FirmwareVersion>V1.2.3 build 200101</tds:FirmwareVersion><tds:SerialNumber>SN0001</tds:SerialNumber><tds:HardwareId>88</tds:HardwareId></tds:GetDeviceInformationResponse>',
  /** Vendor capability inside Extension: layout of a GetCapabilities answer quoted in a public client's source. */
  GetCapabilities:
    '<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>http://192.0.2.10/onvif/device_service</tt:XAddr></tt:Device>' +
    '<tt:Media><tt:XAddr>http://192.0.2.10/onvif/Media</tt:XAddr></tt:Media><tt:Extension><hikxsd:hikCapabilities ' +
    'xmlns:hikxsd="http://www.onvifext.com/onvif/ext/ver10/schema"><hikxsd:XAddr>http://192.0.2.10/onvif/hik_ext</hikxsd:XAddr>' +
    '</hikxsd:hikCapabilities></tt:Extension></tds:Capabilities></tds:GetCapabilitiesResponse>',
  GetServices:
    '<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/device/wsdl</tds:Namespace>' +
    '<tds:XAddr>http://192.0.2.10/onvif/device_service</tds:XAddr></tds:Service><tds:Service><tds:Namespace>http://www.onvif.org/ver20/ptz/wsdl</tds:Namespace>' +
    '<tds:XAddr>http://192.0.2.10:8899/onvif/PTZ</tds:XAddr></tds:Service></tds:GetServicesResponse>',
  GetScopes:
    '<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>onvif://www.onvif.org/hardware/CAM-1</tt:ScopeItem></tds:Scopes>' +
    '<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>onvif://www.onvif.org/name/Front%20door</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>',
  GetNetworkInterfaces:
    '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name>' +
    '<tt:HwAddress>00-00-5E-00-53-01</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>',
} as const;

/** SOAP 1.2 fault, ONVIF Core specification section "Faults". */
export const NOT_AUTHORIZED = onvifEnvelope(
  '<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:NotAuthorized</env:Value></env:Subcode></env:Code>' +
    '<env:Reason><env:Text xml:lang="en">Sender not Authorized</env:Text></env:Reason></env:Fault>',
);

/** Entity bomb: nothing of it may be expanded. */
export const XML_BOMB =
  '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>' +
  `<E:Envelope xmlns:E="${SOAP}"><E:Body><GetDeviceInformationResponse><Manufacturer>&c;</Manufacturer></GetDeviceInformationResponse></E:Body></E:Envelope>`;
