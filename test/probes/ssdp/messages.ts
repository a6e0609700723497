/**
 * SSDP messages for tests. The header block follows the form of Portable SDK for UPnP devices (its own headers included);
 * values are invented, addresses are those of RFC 5737. None is recorded.
 */
export interface Reply {
  readonly st?: string;
  readonly location?: string;
  readonly server?: string;
  readonly usn?: string;
}

export const NVR_ST = 'urn:schemas-upnp-org:service:EmbeddedNetDeviceControl:1';

export function reply({
  st = NVR_ST,
  location,
  server = 'Linux/3.10.0, UPnP/1.0, Portable SDK for UPnP devices/1.6.18',
  usn,
}: Reply = {}): Uint8Array {
  const lines = [
    'HTTP/1.1 200 OK',
    'CACHE-CONTROL: max-age=1800',
    'DATE: Thu, 01 Jan 1970 00:10:00 GMT',
    'EXT:',
    ...(location === undefined ? [] : [`LOCATION: ${location}`]),
    'OPT: "http://schemas.upnp.org/upnp/1/0/"; ns=01',
    '01-NLS: 00000000-0000-0000-0000-000000000001',
    `SERVER: ${server}`,
    'X-User-Agent: redsonic',
    `ST: ${st}`,
    `USN: ${usn ?? `uuid:00000000-0000-0000-0000-0000000000aa::${st}`}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

export function notify(nts: string): Uint8Array {
  const lines = [
    'NOTIFY * HTTP/1.1',
    'HOST: 239.255.255.250:1900',
    `NTS: ${nts}`,
    'NT: upnp:rootdevice',
    'USN: uuid:1::upnp:rootdevice',
    'SERVER: Cam/1',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\nLOCATION: http://192.0.2.10/d.xml\r\n\r\n`, 'latin1');
}

/** After the schema in UPnP Device Architecture 1.1, section 2.3, with an embedded device that must not count. */
export const DESCRIPTION = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0">
  <specVersion><major>1</major><minor>0</minor></specVersion>
  <device>
    <deviceType>urn:schemas-upnp-org:device:EmbeddedNetDevice:1</deviceType>
    <friendlyName>Recorder &amp; friend</friendlyName>
    <manufacturer>Example Corp</manufacturer>
    <modelName>R-1</modelName>
    <serialNumber>0001</serialNumber>
    <UDN>uuid:00000000-0000-0000-0000-0000000000aa</UDN>
    <iconList><icon><url>/i.png</url></icon></iconList>
    <serviceList><service><serviceType>urn:x:service:One:1</serviceType><controlURL>/c</controlURL></service></serviceList>
    <deviceList><device><manufacturer>Somebody Else</manufacturer></device></deviceList>
    <presentationURL>http://192.0.2.10/</presentationURL>
  </device>
</root>`;

export function httpReply(body: string, head = 'HTTP/1.1 200 OK\r\nServer: Linux UPnP/1.0'): Uint8Array {
  return Buffer.from(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, 'utf8');
}
