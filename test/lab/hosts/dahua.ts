/**
 * Dahua and two of its rebrands (nmap-service-probes and captures in retina and gortsplib, nmap-service-probes, public UPnP captures, LibreNMS and GLPI, UniversalScanner doc/protocols.html).
 */
import type { DhipService, GreetingService, HttpAnswer, HttpRoute, HttpService, LabHost, RtspService, Truth } from '../host.ts';
import { onvif, wsDiscovery } from '../parts/onvif.ts';
import { upnpDescription } from '../parts/web.ts';

const DAHUA = {
  maker: 'dahua',
  hikvisionMade: false,
  mustBeFlagged: false,
  mustNotBeFlagged: true,
  surveillance: true,
} as const satisfies Partial<Truth>;

/** Header names in upper case and the P3P line (nmap 10444/5); the title differs by label. */
function web(title: string, routes: readonly HttpRoute[] = []): HttpService {
  const index: HttpAnswer = {
    head: 'HTTP/1.1 200 OK\nCONNECTION: close\nDate: {{date}}\nLast-Modified: Tue, 09 Apr 2019 08:11:09 GMT\nEtag: "1554797469:1a2b"\nCONTENT-LENGTH: {{length}}\nP3P: CP=CAO PSA OUR\nX-Frame-Options: SAMEORIGIN\nCONTENT-TYPE: text/html',
    body: `\uFEFF<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">\n<head>\n<title>${title}</title>\n</head>\n<body></body>\n</html>\n`,
  };
  return {
    kind: 'http',
    port: 80,
    routes: [...routes, { path: '/', answer: index }],
    otherwise: {
      head: 'HTTP/1.1 404 Not Found\nCONNECTION: close\nCONTENT-LENGTH: {{length}}\nCONTENT-TYPE: text/html',
      body: '<h1>404 Not Found</h1>',
    },
  };
}

/** RTSP of newer firmware (nmap-service-probes and captures in retina and gortsplib, retina dahua_options). */
function rtsp(serial: string): RtspService {
  return {
    kind: 'rtsp',
    port: 554,
    options:
      'RTSP/1.0 200 OK\nCSeq: {{cseq}}\nServer: Rtsp Server/3.0\nPublic: OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, TEARDOWN, SET_PARAMETER, GET_PARAMETER',
    describe: `RTSP/1.0 401 Unauthorized\nCSeq: {{cseq}}\nWWW-Authenticate: Digest realm="Login to ${serial}", nonce="{{nonce:hex32}}"`,
  };
}

/** DVRIP on 37777: the realm question gets a text challenge; a login (a0 05) is noted. */
function dvrip(serial: string): GreetingService {
  const text = Buffer.from(`Realm:Login to ${serial}\r\nRandom:625605629\r\n\r\n`, 'latin1');
  const header = Buffer.alloc(32);
  header.set([0xb0, 0x01, 0x00, 0x78]);
  header.writeUInt32LE(text.length, 4);
  return { kind: 'greeting', port: 37777, ifAsked: 'a001', reply: Buffer.concat([header, text]), allowed: /^\xa0\x01/ };
}

interface Device {
  readonly class: string;
  readonly type: string;
  readonly serial: string;
  readonly vendor: string;
  readonly version: string;
  readonly channels: number;
}

function dhip(device: Device): DhipService {
  const info = {
    AlarmInputChannels: 0,
    AlarmOutputChannels: 0,
    DeviceClass: device.class,
    DeviceType: device.type,
    Find: 'BD',
    HttpPort: 80,
    IPv4Address: { DefaultGateway: '{{address}}', DhcpEnable: true, IPAddress: '{{address}}', SubnetMask: '255.255.255.0' },
    Init: 2714,
    MachineName: device.serial,
    Manufacturer: device.vendor,
    Port: 37777,
    RemoteVideoInputChannels: 0,
    SerialNo: device.serial,
    Vendor: device.vendor,
    Version: device.version,
    VideoInputChannels: device.channels,
    VideoOutputChannels: 1,
  };
  return { kind: 'dhip', answer: JSON.stringify({ mac: '{{mac}}', method: 'client.notifyDevInfo', params: { deviceInfo: info } }) };
}

export const dahuaHosts = [
  {
    // UniversalScanner doc/protocols.html (DHIP answer), 2.10, 2.9, 3.1
    id: 'dahua-camera',
    at: 50,
    mac: '08:ed:ed:3c:11:9a',
    truth: {
      ...DAHUA,
      what: 'Dahua turret camera',
      brand: 'dahua',
      deviceType: 'camera',
      model: 'IPC-HDW1431T1-S4',
      firmware: '2.800.0000000.13.R',
      serial: '6C01E93PAG69A7D',
    },
    services: [
      web('WEB SERVICE', [onvif({ dialect: 'dahua' })]),
      rtsp('6C01E93PAG69A7D'),
      dvrip('6C01E93PAG69A7D'),
      dhip({
        class: 'IPC',
        type: 'IPC-HDW1431T1-S4',
        serial: '6C01E93PAG69A7D',
        vendor: 'Dahua',
        version: '2.800.0000000.13.R',
        channels: 1,
      }),
      wsDiscovery({
        dialect: 'dahua',
        epr: 'uuid:e8c5c8e8-0c75-4d01-9e8a-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/location/country/china',
          'onvif://www.onvif.org/name/Dahua',
          'onvif://www.onvif.org/hardware/IPC-HDW1431T1-S4',
          'onvif://www.onvif.org/Profile/Streaming',
          'onvif://www.onvif.org/type/Network_Video_Transmitter',
          'onvif://www.onvif.org/extension/unique_identifier/1',
        ],
      }),
    ],
  },
  {
    // LibreNMS and GLPI (sysDescr = model, 1004849), 5 (home-assistant/core#46822)
    id: 'dahua-recorder',
    at: 51,
    mac: '3c:ef:8c:51:20:6d',
    truth: {
      ...DAHUA,
      what: 'Dahua 8-channel recorder',
      brand: 'dahua',
      deviceType: 'recorder',
      model: 'DH-NVR4108HS-8P-4KS2',
      firmware: '3.212.0000.1',
      serial: '3F05B0APAZHKSHZ',
    },
    services: [
      web('WEB SERVICE', [
        {
          path: '/upnp_device_desc.xml',
          answer: upnpDescription(
            [],
            [
              ['deviceType', 'urn:schemas-upnp-org:device:3.0-3F05B0APAZHKSHZ'],
              ['friendlyName', '3F05B0APAZHKSHZ'],
              ['manufacturer', 'ZheJiang Dahua Technology CO.,LTD.'],
              ['modelName', 'NVR'],
              ['modelNumber', '3.0'],
              ['serialNumber', '3F05B0APAZHKSHZ'],
              ['UDN', 'uuid:www.dahuatech.com.device_3_0-3F05B0APAZHKSHZ'],
            ],
          ),
        },
      ]),
      rtsp('3F05B0APAZHKSHZ'),
      dvrip('3F05B0APAZHKSHZ'),
      dhip({
        class: 'NVR',
        type: 'DHI-NVR4108HS-8P-4KS2',
        serial: '3F05B0APAZHKSHZ',
        vendor: 'Private',
        version: '3.212.0000.1',
        channels: 8,
      }),
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:device:3.0-3F05B0APAZHKSHZ', 'urn:schemas-upnp-org:service:Dummy:1'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1800\nDATE: {{date}}\nEXT:\nLOCATION: http://{{address}}:{{port:80}}/upnp_device_desc.xml\nSERVER: Linux/3.8.8, UPnP/1.0, ZheJiang Dahua Technology CO.,LTD. Upnp SDK\nST: {{st}}\nUSN: uuid:www.dahuatech.com.device_3_0-3F05B0APAZHKSHZ::{{st}}',
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'DH-NVR4108HS-8P-4KS2',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.1004849.3.2.10' },
          '1.3.6.1.4.1.1004849.2.1.1.1.0': '3.212.0000.1',
          '1.3.6.1.4.1.1004849.2.1.2.4.0': '3F05B0APAZHKSHZ',
          '1.3.6.1.4.1.1004849.2.1.2.6.0': 'DH-NVR4108HS-8P-4KS2',
        },
      },
    ],
  },
  {
    // public UPnP captures (uuid:device_3_0-AMC…), 7 (Amcrest OUI 9C8ECD)
    id: 'amcrest-camera',
    at: 52,
    mac: '9c:8e:cd:0b:7f:22',
    truth: {
      ...DAHUA,
      what: 'Amcrest bullet camera, made by Dahua',
      brand: 'amcrest',
      deviceType: 'camera',
      model: 'IP8M-2496E',
      firmware: '2.622.00AC000.0.R',
      serial: 'AMC0171A3B29D5E7F8',
    },
    services: [
      web('Amcrest Technologies'),
      rtsp('AMC0171A3B29D5E7F8'),
      dvrip('AMC0171A3B29D5E7F8'),
      dhip({
        class: 'IPC',
        type: 'IP8M-2496E',
        serial: 'AMC0171A3B29D5E7F8',
        vendor: 'Amcrest',
        version: '2.622.00AC000.0.R',
        channels: 1,
      }),
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1800\nEXT:\nLOCATION: http://{{address}}:{{port:80}}/upnp_device_desc.xml\nSERVER: Linux, UPnP/1.0, Private Upnp SDK\nST: {{st}}\nUSN: uuid:device_3_0-AMC0171A3B29D5E7F8::{{st}}',
      },
    ],
  },
  {
    // UniversalScanner doc/protocols.html (Vendor Intelbras in DHIP), 6.3 (GLPI reads the Dahua MIB on it)
    id: 'intelbras-camera',
    at: 53,
    mac: '24:fd:0d:77:a1:04',
    truth: {
      ...DAHUA,
      what: 'Intelbras dome camera, made by Dahua',
      brand: 'intelbras',
      deviceType: 'camera',
      model: 'VIP-1230-D-G4',
      firmware: '2.800.00IB00A.0.R',
      serial: 'HTLQ3800512ZV',
    },
    services: [
      web('WEB SERVICE'),
      dhip({
        class: 'IPC',
        type: 'VIP-1230-D-G4',
        serial: 'HTLQ3800512ZV',
        vendor: 'Intelbras',
        version: '2.800.00IB00A.0.R',
        channels: 1,
      }),
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'VIP-1230-D-G4',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.1004849.3.2.10' },
          '1.3.6.1.4.1.1004849.2.1.2.4.0': 'HTLQ3800512ZV',
          '1.3.6.1.4.1.1004849.2.1.2.6.0': 'VIP-1230-D-G4',
        },
      },
    ],
  },
] as const satisfies readonly LabHost[];
