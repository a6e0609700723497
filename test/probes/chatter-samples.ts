/**
 * Unasked words of devices, and questions of programs. None is recorded: Hello and Bye are built after WS-Discovery
 * (April 2005) sections 4.1 and 4.2, NOTIFY after UPnP Device Architecture 1.1 section 1.2, the SADP Hello after a public
 * implementation of the protocol for a Hikvision terminal. Addresses, serials and ids are made up.
 */
import { encode } from 'dns-packet';
import { CHATTER, type ChatterChannel } from '../../probes/chatter.ts';
import { encodeSearch } from '../../probes/dhip/codec.ts';
import { writeQuery } from '../../probes/mdns/codec.ts';
import { buildProbe } from '../../probes/onvif/wsdiscovery-codec.ts';
import type { Protocol } from '../../probes/recording.ts';
import { encodeInquiry } from '../../probes/sadp/codec.ts';
import { writeSearch } from '../../probes/ssdp/codec.ts';
import { announce, AXIS } from './mdns/packets.ts';
import { SADP_XML, SAMPLES } from './vendor-samples.ts';

export function channel(protocol: Protocol, port?: number): ChatterChannel {
  const found = CHATTER.find((candidate) => candidate.protocol === protocol && (port === undefined || candidate.port === port));
  if (!found) throw new Error(`nothing is listened to for ${protocol}`);
  return found;
}

interface Endpoint {
  readonly uuid?: string;
  readonly messageId?: string;
  readonly address?: string;
}

export function discovery(
  operation: 'Hello' | 'Bye' | 'Resolve',
  {
    uuid = '11b1a000-0000-11b3-8a00-4419b6000011',
    messageId = '00000000-0000-4000-8000-000000000001',
    address = '192.0.2.10',
  }: Endpoint = {},
): Uint8Array {
  const more =
    operation === 'Hello'
      ? '<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/DS-2CD2042WD-I ' +
        `onvif://www.onvif.org/name/HIKVISION%20DS-2CD2042WD-I</d:Scopes><d:XAddrs>http://${address}/onvif/device_service</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion>`
      : '';
  return Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
      'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ' +
      `xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header><a:MessageID>urn:uuid:${messageId}</a:MessageID>` +
      `<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/${operation}</a:Action>` +
      `<d:AppSequence InstanceId="1" MessageNumber="1"/></s:Header><s:Body><d:${operation}><a:EndpointReference><a:Address>urn:uuid:${uuid}</a:Address>` +
      `</a:EndpointReference>${more}</d:${operation}></s:Body></s:Envelope>`,
  );
}

interface Notice {
  readonly nts?: 'ssdp:alive' | 'ssdp:byebye';
  readonly nt?: string;
  readonly date?: string;
  readonly bootId?: number;
}

export function notify({
  nts = 'ssdp:alive',
  nt = 'upnp:rootdevice',
  date = 'Thu, 01 Jan 1970 00:10:00 GMT',
  bootId = 1,
}: Notice = {}): Uint8Array {
  const lines = [
    'NOTIFY * HTTP/1.1',
    'HOST: 239.255.255.250:1900',
    'CACHE-CONTROL: max-age=1800',
    `DATE: ${date}`,
    'LOCATION: http://192.0.2.10:49152/upnpdevicedesc.xml',
    'SERVER: Linux/3.0.8, UPnP/1.0, Portable SDK for UPnP devices/1.6.18',
    `NTS: ${nts}`,
    `NT: ${nt}`,
    `USN: uuid:Upnp-Device-1_0-4419b6000011::${nt}`,
    `BOOTID.UPNP.ORG: ${bootId}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

export const SADP_HELLO = Buffer.from(
  SADP_XML.replace(/<Uuid>.*<\/Uuid>\n/, '')
    .replaceAll('ProbeMatch>', 'Hello>')
    .replace('<Types>inquiry<', '<Types>hello<'),
);

/** Two services of one camera in one packet, as responders announce themselves. */
export function twoServices(): Uint8Array {
  const camera = 'AXIS P1375 - B8A44F000001';
  const record = (type: string, txt: readonly string[], port: number): { name: string; type: string; ttl: number; data: unknown }[] => [
    { name: `${type}.local`, type: 'PTR', ttl: 120, data: `${camera}.${type}.local` },
    { name: `${camera}.${type}.local`, type: 'SRV', ttl: 120, data: { port, target: 'axis-b8a44f000001.local' } },
    { name: `${camera}.${type}.local`, type: 'TXT', ttl: 120, data: txt.map((entry) => Buffer.from(entry)) },
  ];
  const answers = [...record('_axis-video._tcp', ['macaddress=B8A44F000001', 'bare'], 80), ...record('_http._tcp', ['path=/'], 8080)];
  return encode({ type: 'response', flags: 0x400, answers });
}

/** A camera that comes up and asks for its names, after RFC 6762 section 8.2: the proposed records are the authority. */
export function claim(): Uint8Array {
  const name = 'AXIS P1375 - B8A44F000001._axis-video._tcp.local';
  const packet = encode({
    type: 'query',
    questions: [{ name, type: 'ANY' }],
    answers: [
      { name, type: 'SRV', ttl: 120, data: { port: 80, target: 'axis-b8a44f000001.local' } },
      { name, type: 'TXT', ttl: 120, data: [Buffer.from('macaddress=B8A44F000001')] },
    ],
  });
  packet.writeUInt16BE(0, 6);
  packet.writeUInt16BE(2, 8);
  return packet;
}

/** The address of a host and nothing more: also a first word. */
export function addressOnly(): Uint8Array {
  return encode({ type: 'response', flags: 0x400, answers: [{ name: 'camera.local', type: 'A', ttl: 120, data: '192.0.2.10' }] });
}

export const WORDS: readonly (readonly [what: string, where: ChatterChannel, bytes: Uint8Array])[] = [
  ['a WS-Discovery Hello', channel('ws-discovery'), discovery('Hello')],
  ['a WS-Discovery Bye', channel('ws-discovery'), discovery('Bye')],
  ['an SSDP NOTIFY', channel('ssdp'), notify()],
  ['an mDNS announcement', channel('mdns'), announce(AXIS)],
  ['an mDNS claim of names', channel('mdns'), claim()],
  ['an mDNS address', channel('mdns'), addressOnly()],
  ['a SADP Hello', channel('sadp'), SADP_HELLO],
  ['a SADP answer to somebody else', channel('sadp'), SAMPLES.sadp],
  ['a DHIP answer to somebody else', channel('dhip', 37810), SAMPLES.dhip],
  ['an answer to the older Dahua search', channel('dhip', 5050), SAMPLES.dahua1],
  ['an XM answer', channel('xm'), SAMPLES.xm],
  ['a Hanwha answer', channel('hanwha'), SAMPLES.hanwha],
  ['a Bosch answer', channel('bosch'), SAMPLES.bosch],
  ['a Sony answer', channel('sony'), SAMPLES.sony],
  ['a Panasonic answer', channel('panasonic'), SAMPLES.panasonic],
  ['a Foscam answer', channel('foscam'), SAMPLES.foscam],
  ['a Ubiquiti answer', channel('ubiquiti'), SAMPLES.ubiquiti],
  ['a TVT answer', channel('tvt'), SAMPLES.tvt],
];

const UUID = '00000000-0000-4000-8000-000000000009';

/** What our own scan and other programs ask, and what belongs to no protocol. */
export const QUESTIONS: readonly (readonly [what: string, where: ChatterChannel, bytes: Uint8Array])[] = [
  ['a Probe', channel('ws-discovery'), buildProbe('untyped', `urn:uuid:${UUID}`)],
  ['a typed Probe', channel('ws-discovery'), buildProbe('transmitter', `urn:uuid:${UUID}`)],
  ['a Resolve', channel('ws-discovery'), discovery('Resolve')],
  ['an M-SEARCH', channel('ssdp'), writeSearch({ target: 'ssdp:all', host: '239.255.255.250:1900', mxSeconds: 1, userAgent: 'x' })],
  ['an mDNS query', channel('mdns'), writeQuery([{ name: '_axis-video._tcp.local', type: 'PTR' }])],
  ['an mDNS query with an answer known', channel('mdns'), encodeKnownAnswer()],
  ['an mDNS response without a record', channel('mdns'), Buffer.from('000084000000000000000000', 'hex')],
  ['a SADP inquiry', channel('sadp'), encodeInquiry('inquiry', UUID)],
  ['a SADP command', channel('sadp'), Buffer.from('<?xml version="1.0"?><Probe><Types>update</Types><MAC>44-19-b6-00-00-11</MAC></Probe>')],
  ['a DHIP search', channel('dhip', 37810), encodeSearch()],
  ['an empty DHIP frame', channel('dhip', 37810), Buffer.from(`2000000044484950${'00'.repeat(24)}7b7d`, 'hex')],
  ['bytes of no protocol', channel('sadp'), Buffer.from([1, 2, 3])],
  ['nothing', channel('ws-discovery'), new Uint8Array()],
];

function encodeKnownAnswer(): Uint8Array {
  return encode({
    type: 'query',
    questions: [{ name: '_axis-video._tcp.local', type: 'PTR' }],
    answers: [{ name: '_axis-video._tcp.local', type: 'PTR', ttl: 120, data: 'Camera._axis-video._tcp.local' }],
  });
}
