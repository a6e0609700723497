/**
 * Building blocks of ONVIF answers: the Envelope of each firmware family with its namespaces in wire order, the operations
 * ONVIF Core leaves open (PRE_AUTH), the refusal of the others, and the ProbeMatch of WS-Discovery in the family's dialect.
 */
import type { HttpRoute, WsDiscoveryService } from '../host.ts';

const SOAP = 'http://www.w3.org/2003/05/soap-envelope';

/** The envelope all firmware of this family shares; what follows `trp` tells branded from neutral. */
const HIK_COMMON = [
  ['env', SOAP],
  ['soapenc', 'http://www.w3.org/2003/05/soap-encoding'],
  ['xsi', 'http://www.w3.org/2001/XMLSchema-instance'],
  ['xs', 'http://www.w3.org/2001/XMLSchema'],
  ['tt', 'http://www.onvif.org/ver10/schema'],
  ['tds', 'http://www.onvif.org/ver10/device/wsdl'],
  ['trt', 'http://www.onvif.org/ver10/media/wsdl'],
  ['timg', 'http://www.onvif.org/ver20/imaging/wsdl'],
  ['tev', 'http://www.onvif.org/ver10/events/wsdl'],
  ['tptz', 'http://www.onvif.org/ver20/ptz/wsdl'],
  ['tan', 'http://www.onvif.org/ver20/analytics/wsdl'],
  ['tst', 'http://www.onvif.org/ver10/storage/wsdl'],
  ['ter', 'http://www.onvif.org/ver10/error'],
  ['dn', 'http://www.onvif.org/ver10/network/wsdl'],
  ['tns1', 'http://www.onvif.org/ver10/topics'],
  ['tmd', 'http://www.onvif.org/ver10/deviceIO/wsdl'],
  ['wsdl', 'http://schemas.xmlsoap.org/wsdl'],
  ['wsoap12', 'http://schemas.xmlsoap.org/wsdl/soap12'],
  ['http', 'http://schemas.xmlsoap.org/wsdl/http'],
  ['d', 'http://schemas.xmlsoap.org/ws/2005/04/discovery'],
  ['wsadis', 'http://schemas.xmlsoap.org/ws/2004/08/addressing'],
  ['wsnt', 'http://docs.oasis-open.org/wsn/b-2'],
  ['wsa', 'http://www.w3.org/2005/08/addressing'],
  ['wstop', 'http://docs.oasis-open.org/wsn/t-1'],
  ['wsrf-bf', 'http://docs.oasis-open.org/wsrf/bf-2'],
  ['wsntw', 'http://docs.oasis-open.org/wsn/bw-2'],
  ['wsrf-rw', 'http://docs.oasis-open.org/wsrf/rw-2'],
  ['wsaw', 'http://www.w3.org/2006/05/addressing/wsdl'],
  ['wsrf-r', 'http://docs.oasis-open.org/wsrf/r-2'],
  ['trc', 'http://www.onvif.org/ver10/recording/wsdl'],
  ['tse', 'http://www.onvif.org/ver10/search/wsdl'],
  ['trp', 'http://www.onvif.org/ver10/replay/wsdl'],
] as const;

function envelope(namespaces: readonly (readonly [prefix: string, uri: string])[]): string {
  return `<${namespaces[0]?.[0] ?? 'env'}:Envelope ${namespaces.map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`).join(' ')}>`;
}

export const ENVELOPES = {
  hikvision: envelope([
    ...HIK_COMMON,
    ['tnshik', 'http://www.hikvision.com/2011/event/topics'],
    ['hikwsd', 'http://www.onvifext.com/onvif/ext/ver10/wsdl'],
    ['hikxsd', 'http://www.onvifext.com/onvif/ext/ver10/schema'],
  ]),
  neutral: envelope([
    ...HIK_COMMON,
    ['tnsn', 'http://www.eventextension.com/2011/event/topics'],
    ['extwsd', 'http://www.onvifext.com/onvif/ext/ver10/wsdl'],
    ['extxsd', 'http://www.onvifext.com/onvif/ext/ver10/schema'],
  ]),
  dahua: envelope([
    ['s', SOAP],
    ['sc', 'http://www.w3.org/2003/05/soap-encoding'],
    ['tt', 'http://www.onvif.org/ver10/schema'],
    ['tds', 'http://www.onvif.org/ver10/device/wsdl'],
  ]),
  gsoap: envelope([
    ['SOAP-ENV', SOAP],
    ['SOAP-ENC', 'http://www.w3.org/2003/05/soap-encoding'],
    ['xsi', 'http://www.w3.org/2001/XMLSchema-instance'],
    ['xsd', 'http://www.w3.org/2001/XMLSchema'],
    ['wsa', 'http://schemas.xmlsoap.org/ws/2004/08/addressing'],
    ['d', 'http://schemas.xmlsoap.org/ws/2005/04/discovery'],
    ['dn', 'http://www.onvif.org/ver10/network/wsdl'],
    ['tt', 'http://www.onvif.org/ver10/schema'],
    ['tds', 'http://www.onvif.org/ver10/device/wsdl'],
    ['trt', 'http://www.onvif.org/ver10/media/wsdl'],
    ['ter', 'http://www.onvif.org/ver10/error'],
  ]),
} as const;

export type Dialect = keyof typeof ENVELOPES;

export interface OnvifDevice {
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly serial: string;
  readonly hardware: string;
}

interface OnvifOptions {
  readonly dialect: Dialect;
  /** Header lines of every answer, without type and length. */
  readonly headers?: readonly string[] | undefined;
  /** Answered without credentials: contrary to ONVIF Core, but common on cheap cameras. */
  readonly device?: OnvifDevice | undefined;
  /** Standard port of the endpoint. */
  readonly port?: number | undefined;
  readonly path?: string | undefined;
}

/** The device service: open questions answered, the rest refused with ter:NotAuthorized. */
export function onvif({ dialect, headers = [], device, port = 80, path = '/onvif/device_service' }: OnvifOptions): HttpRoute {
  const prefix = /^<([\w-]+):/.exec(ENVELOPES[dialect])?.[1] ?? 'env';
  const origin = port === 80 ? '{{origin}}' : `http://{{address}}:{{port:${port}}}`;
  const lines = [...headers, 'Content-Type: application/soap+xml; charset=utf-8', 'Content-Length: {{length}}'].join('\n');
  const service = (namespace: string, where: string): string =>
    `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${origin}${where}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`;
  return {
    path,
    soap: {
      head: `HTTP/1.1 200 OK\n${lines}`,
      envelope: ENVELOPES[dialect],
      operations: {
        GetSystemDateAndTime: `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime>{{clock}}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
        GetServices: `<tds:GetServicesResponse>${service('http://www.onvif.org/ver10/device/wsdl', path)}${service('http://www.onvif.org/ver10/media/wsdl', mediaPath(dialect))}</tds:GetServicesResponse>`,
        GetCapabilities: `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>${origin}${path}</tt:XAddr></tt:Device><tt:Media><tt:XAddr>${origin}${mediaPath(dialect)}</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`,
        ...(device ? { GetDeviceInformation: deviceInformation(device) } : {}),
      },
      refusedHead: `HTTP/1.1 400 Bad Request\n${lines}`,
      refused: `<${prefix}:Fault><${prefix}:Code><${prefix}:Value>${prefix}:Sender</${prefix}:Value><${prefix}:Subcode><${prefix}:Value xmlns:ter="http://www.onvif.org/ver10/error">ter:NotAuthorized</${prefix}:Value></${prefix}:Subcode></${prefix}:Code><${prefix}:Reason><${prefix}:Text xml:lang="en">Sender not Authorized</${prefix}:Text></${prefix}:Reason></${prefix}:Fault>`,
    },
  };
}

function mediaPath(dialect: Dialect): string {
  return dialect === 'hikvision' || dialect === 'neutral' ? '/onvif/Media' : '/onvif/media_service';
}

function deviceInformation({ manufacturer, model, firmware, serial, hardware }: OnvifDevice): string {
  const leaves = [
    ['Manufacturer', manufacturer],
    ['Model', model],
    ['FirmwareVersion', firmware],
    ['SerialNumber', serial],
    ['HardwareId', hardware],
  ] as const;
  const text = leaves.map(([name, value]) => `<tds:${name}>${value}</tds:${name}>`).join('');
  return `<tds:GetDeviceInformationResponse>${text}</tds:GetDeviceInformationResponse>`;
}

interface MatchOptions {
  readonly dialect: Dialect;
  readonly epr: string;
  readonly scopes: readonly string[];
  readonly types?: string | undefined;
  /** Template; default the device service on port 80. */
  readonly xaddrs?: string | undefined;
  readonly answersTo?: readonly string[] | undefined;
  readonly ignoresLineBreaks?: boolean | undefined;
}

/** A WS-Discovery service with one ProbeMatch. Default: answers NetworkVideoTransmitter, Device and untyped Probes. */
export function wsDiscovery(options: MatchOptions): WsDiscoveryService {
  const { dialect, epr, scopes, answersTo = ['NetworkVideoTransmitter', 'Device', ''], ignoresLineBreaks } = options;
  const prefix = /^<([\w-]+):/.exec(ENVELOPES[dialect])?.[1] ?? 'env';
  const a = dialect === 'hikvision' || dialect === 'neutral' ? 'wsadis' : 'wsa';
  const declared = dialect === 'dahua' ? DAHUA_DISCOVERY : ENVELOPES[dialect];
  const answer = `<?xml version="1.0" encoding="UTF-8"?>
${declared}<${prefix}:Header><${a}:MessageID>urn:uuid:{{uuid}}</${a}:MessageID>
<${a}:RelatesTo>{{relates-to}}</${a}:RelatesTo>
<${a}:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</${a}:To>
<${a}:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</${a}:Action>
<d:AppSequence InstanceId="1637072188" MessageNumber="17"/>
</${prefix}:Header>
<${prefix}:Body><d:ProbeMatches>
<d:ProbeMatch><${a}:EndpointReference><${a}:Address>${epr}</${a}:Address></${a}:EndpointReference>
<d:Types>${options.types ?? 'dn:NetworkVideoTransmitter tds:Device'}</d:Types>
<d:Scopes>${scopes.join(' ')}</d:Scopes>
<d:XAddrs>${options.xaddrs ?? '{{origin}}/onvif/device_service'}</d:XAddrs>
<d:MetadataVersion>10</d:MetadataVersion>
</d:ProbeMatch>
</d:ProbeMatches></${prefix}:Body>
</${prefix}:Envelope>
`;
  return { kind: 'ws-discovery', answersTo, ignoresLineBreaks, answer };
}

const DAHUA_DISCOVERY = envelope([
  ['s', SOAP],
  ['sc', 'http://www.w3.org/2003/05/soap-encoding'],
  ['d', 'http://schemas.xmlsoap.org/ws/2005/04/discovery'],
  ['wsa', 'http://schemas.xmlsoap.org/ws/2004/08/addressing'],
  ['tds', 'http://www.onvif.org/ver10/device/wsdl'],
  ['dn', 'http://www.onvif.org/ver10/network/wsdl'],
]);
