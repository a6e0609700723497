/**
 * Surveillance devices of other makers (nmap-service-probes and captures in retina and gortsplib, nmap-service-probes, public ONVIF captures to 6, 8): none is Hikvision, all must be recognised
 * as surveillance.
 */
import type { LabHost, RtspService, Truth } from '../host.ts';
import { onvif, wsDiscovery } from '../parts/onvif.ts';
import { answer, at, notFound, page, titled, upnpDescription } from '../parts/web.ts';

const CAMERA = {
  hikvisionMade: false,
  mustBeFlagged: false,
  mustNotBeFlagged: true,
  surveillance: true,
  deviceType: 'camera',
} as const satisfies Partial<Truth>;

interface RtspWords {
  readonly server?: string;
  readonly methods?: string;
  readonly challenge: string;
}

function rtsp({ server, methods = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN', challenge }: RtspWords): RtspService {
  const serverLine = server === undefined ? '' : `\nServer: ${server}`;
  return {
    kind: 'rtsp',
    port: 554,
    options: `RTSP/1.0 200 OK\nCSeq: {{cseq}}${serverLine}\nPublic: ${methods}`,
    describe: `RTSP/1.0 401 Unauthorized\nCSeq: {{cseq}}${serverLine}\nWWW-Authenticate: ${challenge}`,
  };
}

/** Header of 20 bytes (message 1531, length little endian), then JSON and a NUL. */
function xiongMaiAnswer(common: Readonly<Record<string, string | number>>): Buffer {
  const json = Buffer.from(`${JSON.stringify({ 'NetWork.NetCommon': common })}\n\0`, 'latin1');
  const header = Buffer.from('ff0100000000000000000000' + '0000fb05' + '00000000', 'hex');
  header.writeUInt32LE(json.length, 16);
  return Buffer.concat([header, json]);
}

const AXIS_WEB = ['Date: {{date}}', 'Server: Apache', 'X-Content-Type-Options: nosniff'];

export const cameraHosts = [
  {
    // public mDNS captures, public UPnP captures, LibreNMS and GLPI (sysDescr form), 2.7, 2.9 (realm AXIS_<MAC>, stale=FALSE unquoted)
    id: 'axis-camera',
    at: 54,
    mac: 'ac:cc:8e:3c:04:19',
    truth: {
      ...CAMERA,
      what: 'Axis dome camera',
      maker: 'axis',
      brand: 'axis',
      model: 'M5014',
      firmware: '5.50.3',
      serial: 'ACCC8E3C0419',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', answer('302 Found', [...AXIS_WEB, 'Location: {{origin}}/view/viewer_index.shtml'])),
          at(
            '/view/*',
            answer('401 Unauthorized', [
              ...AXIS_WEB,
              'WWW-Authenticate: Digest realm="AXIS_{{MAC-BARE}}", nonce="{{nonce:axis}}", algorithm=MD5, qop="auth"',
            ]),
          ),
          at(
            '/axis-cgi/*',
            answer('401 Unauthorized', [
              ...AXIS_WEB,
              'WWW-Authenticate: Digest realm="AXIS_{{MAC-BARE}}", nonce="{{nonce:axis}}", algorithm=MD5, qop="auth"',
            ]),
          ),
          at(
            '/rootdesc1.xml',
            upnpDescription(
              ['Server: Apache'],
              [
                ['deviceType', 'urn:schemas-upnp-org:device:Basic:1'],
                ['friendlyName', 'AXIS M5014 - {{MAC-BARE}}'],
                ['manufacturer', 'AXIS'],
                ['manufacturerURL', 'http://www.axis.com/'],
                ['modelDescription', 'AXIS M5014 PTZ Dome Network Camera'],
                ['modelName', 'AXIS M5014'],
                ['modelNumber', 'M5014'],
                ['serialNumber', '{{MAC-BARE}}'],
                ['UDN', 'uuid:Upnp-BasicDevice-1_0-{{MAC-BARE}}'],
              ],
            ),
          ),
          onvif({ dialect: 'gsoap' }),
        ],
        otherwise: notFound(AXIS_WEB),
      },
      {
        kind: 'http',
        port: 443,
        certificate: 'axis',
        routes: [],
        otherwise: answer('401 Unauthorized', [
          ...AXIS_WEB,
          'WWW-Authenticate: Digest realm="AXIS_{{MAC-BARE}}", nonce="{{nonce:axis}}", algorithm=MD5, qop="auth"',
        ]),
      },
      rtsp({
        methods: 'DESCRIBE, GET_PARAMETER, PAUSE, PLAY, SETUP, TEARDOWN',
        challenge: 'Digest realm="AXIS_{{MAC-BARE}}", nonce="{{nonce:hex32}}", stale=FALSE',
      }),
      {
        kind: 'mdns',
        hostName: 'axis-{{mac-bare}}',
        instances: [
          { type: '_axis-video._tcp', name: 'AXIS M5014 - {{MAC-BARE}}', port: 80, txt: ['macaddress={{MAC-BARE}}'] },
          { type: '_http._tcp', name: 'AXIS M5014 - {{MAC-BARE}}', port: 80, txt: [''] },
          { type: '_rtsp._tcp', name: 'AXIS M5014 - {{MAC-BARE}}', port: 554, txt: ['path=mpeg4/1/media.amp'] },
        ],
      },
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:device:Basic:1', 'urn:axis-com:service:BasicService:1'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1800\nEXT:\nLOCATION: http://{{address}}:{{port:80}}/rootdesc1.xml\nSERVER: Linux/4.9.94-axis5, UPnP/1.0, Portable SDK for UPnP devices/1.6.22\nST: {{st}}\nUSN: uuid:Upnp-BasicDevice-1_0-{{MAC-BARE}}::{{st}}',
      },
      {
        kind: 'snmp',
        communities: ['public'],
        engineId: '80000170030accc8e3c0419',
        objects: {
          '1.3.6.1.2.1.1.1.0': ' ; AXIS M5014; PTZ Dome Network Camera; 5.50.3; Jul 15 2014 09:50; 188.1; 1;',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.368.1.1' },
          '1.3.6.1.2.1.1.3.0': { ticks: 88_000 },
          '1.3.6.1.2.1.1.5.0': 'axis-{{mac-bare}}',
          '1.3.6.1.2.1.2.2.1.6.2': { hex: 'accc8e3c0419' },
        },
      },
      wsDiscovery({
        dialect: 'gsoap',
        epr: 'urn:uuid:b2ae5d30-4d0a-11b4-9a4e-{{mac-bare}}',
        types: 'dn:NetworkVideoTransmitter tds:Device',
        scopes: [
          'onvif://www.onvif.org/type/video_encoder',
          'onvif://www.onvif.org/type/ptz',
          'onvif://www.onvif.org/hardware/M5014',
          'onvif://www.onvif.org/name/AXIS%20M5014',
          'onvif://www.onvif.org/Profile/Streaming',
          'onvif://www.onvif.org/location/',
        ],
      }),
    ],
  },
  {
    // nmap-service-probes and captures in retina and gortsplib (iPOLiS), 6.3, 8 (7701, answer to 7711)
    id: 'hanwha-camera',
    at: 56,
    mac: '00:09:18:4d:72:0b',
    truth: { ...CAMERA, what: 'Hanwha (Samsung Techwin) camera', maker: 'hanwha', brand: 'hanwha', model: 'SNV-6013' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at(
            '/stw-cgi/*',
            answer('401 Unauthorized', ['WWW-Authenticate: Digest realm="iPolis_{{MAC-DASHES}}", nonce="{{nonce:hex32}}", qop="auth"']),
          ),
        ],
        otherwise: answer('401 Unauthorized', [
          'WWW-Authenticate: Digest realm="iPolis_{{MAC-DASHES}}", nonce="{{nonce:hex32}}", qop="auth"',
        ]),
      },
      rtsp({ challenge: 'Digest realm="iPOLiS", nonce="{{nonce:hex32}}"' }),
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'SAMSUNG iPolis H.264 Premium Level IP Camera',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.36849.1.2.6013' },
        },
      },
      {
        kind: 'datagram',
        port: 7701,
        question: '01',
        answer: Buffer.concat([Buffer.from([0x0b]), Buffer.alloc(261)]),
        texts: [
          [0x13, '{{MAC}}'],
          [0x25, '{{address}}'],
          [0x6d, 'SNV-6013'],
          [0x85, '{{origin}}/'],
        ],
        group: '255.255.255.255',
        replyPort: 7711,
      },
      wsDiscovery({
        dialect: 'gsoap',
        epr: 'urn:uuid:5a4d5857-3656-3452-3330-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/type/Network_Video_Transmitter',
          'onvif://www.onvif.org/hardware/SNV-6013',
          'onvif://www.onvif.org/name/SNV-6013',
          'onvif://www.onvif.org/manufacturer/Hanwha%20Techwin',
          'onvif://www.onvif.org/Profile/Streaming',
        ],
      }),
    ],
  },
  {
    // nmap-service-probes (/LAPI/), 7, 3
    id: 'uniview-camera',
    at: 57,
    mac: '48:ea:63:19:bc:50',
    truth: {
      ...CAMERA,
      what: 'Uniview bullet camera',
      maker: 'uniview',
      brand: 'uniview',
      model: 'IPC2122LB-SF28-A',
      serial: '210235TEYS3219000123',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          onvif({
            dialect: 'gsoap',
            device: {
              manufacturer: 'UNIVIEW',
              model: 'IPC2122LB-SF28-A',
              firmware: 'IPC_Q1207-B0006D1907',
              serial: '210235TEYS3219000123',
              hardware: 'A',
            },
          }),
          at('/', page([], titled('IPC2122LB-SF28-A', '<script src="/js/login.js"></script>'))),
          at(
            '/LAPI/*',
            answer(
              '401 Unauthorized',
              [
                'WWW-Authenticate: Digest realm="uniview", qop="auth", nonce="{{nonce:hex32}}", opaque=""',
                'Content-Type: application/json',
              ],
              '{"Response":{"ResponseURL":"/LAPI/V1.0/System/DeviceInfo","StatusCode":401}}',
            ),
          ),
        ],
        otherwise: notFound([]),
      },
      rtsp({ challenge: 'Digest realm="uniview", nonce="{{nonce:hex32}}"' }),
      wsDiscovery({
        dialect: 'gsoap',
        epr: 'urn:uuid:00010010-0001-1020-8000-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/name/IPC2122LB-SF28-A',
          'onvif://www.onvif.org/hardware/IPC2122LB-SF28-A',
          'onvif://www.onvif.org/Profile/Streaming',
          'onvif://www.onvif.org/type/NetworkVideoTransmitter',
          'onvif://www.onvif.org/manufacturer/Uniview',
        ],
      }),
    ],
  },
  {
    // nmap-service-probes ("Use 'live'…"), 2.7, 6.3, 8 (1757 XML)
    id: 'bosch-camera',
    at: 58,
    mac: '00:07:5f:8a:20:c6',
    truth: {
      ...CAMERA,
      what: 'Bosch dome camera',
      maker: 'bosch',
      brand: 'bosch',
      model: 'DINION IP starlight 7000 HD',
      firmware: '6.50.0128',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: answer('401 Unauthorized', [
          'Server: VCS-VideoJet-Webserver',
          `WWW-Authenticate: Digest realm="Use 'live' as User Name for live access", nonce="{{nonce:hex32}}", qop="auth"`,
        ]),
      },
      {
        kind: 'http',
        port: 443,
        certificate: 'bosch',
        routes: [],
        otherwise: answer('401 Unauthorized', [
          'Server: VCS-VideoJet-Webserver',
          `WWW-Authenticate: Digest realm="Use 'live' as User Name for live access", nonce="{{nonce:hex32}}", qop="auth"`,
        ]),
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'DINION IP starlight 7000 HD\0',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.3967.1.1.0' },
          '1.3.6.1.4.1.3967.1.1.1.5.0': '6.50.0128',
          '1.3.6.1.4.1.3967.1.1.1.7.0': 'Bosch',
          '1.3.6.1.4.1.3967.1.1.5.1.1.0': { hex: '00075f8a20c6' },
        },
      },
      {
        kind: 'datagram',
        port: 1757,
        question: '9939a427',
        answer:
          '<?xml version="1.0"?><root xmlns="OEMExt00:device-1-0"><device><friendlyName>DINION IP starlight 7000 HD</friendlyName><serialNumber>044518834720010008</serialNumber><physAddress>{{MAC-DASHES}}</physAddress><unitIPAddress>{{address}}</unitIPAddress><RCPPort>1756</RCPPort><HTTPPort>{{port:80}}</HTTPPort></device></root>',
        group: '255.255.255.255',
        replyPort: 1758,
      },
    ],
  },
  {
    // nmap-service-probes, LibreNMS and GLPI (23465), 8 (UDP 10000 TLV)
    id: 'vivotek-camera',
    at: 59,
    mac: '00:02:d1:33:04:e8',
    truth: { ...CAMERA, what: 'Vivotek dome camera', maker: 'vivotek', brand: 'vivotek', model: 'FD8169A' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: answer('401 Unauthorized', [
          'Server: Vivotek Network Camera',
          'WWW-Authenticate: Digest qop="auth", realm="streaming_server", nonce="{{nonce:hex32}}"',
        ]),
      },
      rtsp({ server: 'RTSP Server', challenge: 'Digest qop="auth",realm="streaming_server", nonce="{{nonce:hex32}}"' }),
      {
        kind: 'snmp',
        communities: ['public'],
        objects: { '1.3.6.1.2.1.1.1.0': 'Mega-Pixel Network Camera', '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.23465' } },
      },
    ],
  },
  {
    // nmap-service-probes, known false positives: TCP 8000 is its ONVIF port; UDP answers follow ONVIF only
    id: 'reolink-camera',
    at: 60,
    mac: 'ec:71:db:40:9a:11',
    truth: {
      ...CAMERA,
      what: 'Reolink camera with ONVIF on TCP 8000',
      maker: 'reolink',
      brand: 'reolink',
      model: 'RLC-810A',
      firmware: 'v3.1.0.956_22041503',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', page(['Server: nginx/1.6.2', 'Connection: keep-alive'], titled('Reolink'))),
          at(
            '/api.cgi',
            page(
              ['Server: nginx/1.6.2'],
              '[{"cmd":"Unknown","code":1,"error":{"detail":"please login first","rspCode":-6}}]',
              'application/json',
            ),
          ),
        ],
        otherwise: notFound(['Server: nginx/1.6.2']),
      },
      {
        kind: 'http',
        port: 8000,
        routes: [
          onvif({
            dialect: 'gsoap',
            headers: ['Server: gSOAP/2.8', 'Connection: close'],
            port: 8000,
            device: {
              manufacturer: 'Reolink',
              model: 'RLC-810A',
              firmware: 'v3.1.0.956_22041503',
              serial: '00000000065536',
              hardware: 'IPC_523128M8MP',
            },
          }),
        ],
        otherwise: notFound(['Server: gSOAP/2.8', 'Connection: close']),
      },
      rtsp({ challenge: 'Digest realm="BC Streaming Media", nonce="{{nonce:hex32}}"' }),
      wsDiscovery({
        dialect: 'gsoap',
        epr: 'urn:uuid:2419d68a-2dd2-21b2-a205-{{mac-bare}}',
        xaddrs: 'http://{{address}}:8000/onvif/device_service',
        scopes: [
          'onvif://www.onvif.org/type/video_encoder',
          'onvif://www.onvif.org/type/audio_encoder',
          'onvif://www.onvif.org/hardware/IPC_523128M8MP',
          'onvif://www.onvif.org/name/Reolink',
          'onvif://www.onvif.org/location/china',
        ],
        answersTo: ['NetworkVideoTransmitter', ''],
      }),
    ],
  },
  {
    // public ONVIF captures contrast (Tapo C200, XAddr port 2020): silent to untyped Probes
    id: 'tapo-camera',
    at: 61,
    mac: '10:27:f5:66:3a:d2',
    truth: { ...CAMERA, what: 'TP-Link Tapo camera', maker: 'tp-link', brand: 'tapo', model: 'Tapo C200' },
    services: [
      {
        kind: 'http',
        port: 2020,
        routes: [onvif({ dialect: 'gsoap', headers: ['Server: gSOAP/2.8'], port: 2020 })],
        otherwise: notFound(['Server: gSOAP/2.8']),
      },
      { kind: 'http', port: 443, certificate: 'plain', routes: [], otherwise: page([], '{"error_code":-40401}', 'application/json') },
      rtsp({ challenge: 'Digest realm="TP-Link IP-Camera", nonce="{{nonce:hex32}}"' }),
      {
        ...wsDiscovery({
          dialect: 'gsoap',
          epr: 'uuid:3fa1fe68-b915-4053-a3e1-{{mac-bare}}',
          types: 'tdn:NetworkVideoTransmitter',
          xaddrs: 'http://{{address}}:2020/onvif/device_service',
          scopes: [
            'onvif://www.onvif.org/name/TP-IPC',
            'onvif://www.onvif.org/hardware/MODEL',
            'onvif://www.onvif.org/Profile/Streaming',
            'onvif://www.onvif.org/location/ShenZhen',
            'onvif://www.onvif.org/type/NetworkVideoTransmitter',
          ],
        }),
        answersTo: ['NetworkVideoTransmitter'],
      },
    ],
  },
  {
    // nmap-service-probes (uc-httpd, NETSurveillance WEB), 2.9 (H264DVR), 8 (34569)
    id: 'xiongmai-recorder',
    at: 62,
    mac: '00:12:31:5a:0c:7e',
    truth: {
      ...CAMERA,
      what: 'XiongMai recorder',
      maker: 'xiongmai',
      deviceType: 'recorder',
      model: 'NBD7904T-Q',
      serial: 'b4c0e1d2f3a45678',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', {
            head: 'HTTP/1.0 200 OK\nContent-type: text/html\nServer: uc-httpd 1.0.0\nExpires: 0',
            body: '<html><head><title>NETSurveillance WEB</title></head><body></body></html>',
          }),
        ],
        otherwise: { head: 'HTTP/1.0 404 Not Found\nServer: uc-httpd 1.0.0\nContent-type: text/html', body: '404 File Not Found' },
      },
      {
        kind: 'rtsp',
        port: 554,
        options:
          'RTSP/1.0 200 OK\nServer: H264DVR 1.0\nCseq: {{cseq}}\nPublic: OPTIONS, DESCRIBE, SETUP, TEARDOWN, GET_PARAMETER, SET_PARAMETER, PLAY, PAUSE',
        describe:
          'RTSP/1.0 401 Unauthorized\nServer: H264DVR 1.0\nCseq: {{cseq}}\nWWW-Authenticate: Digest realm="000000000001", nonce="{{nonce:hex32}}"',
      },
      {
        kind: 'datagram',
        port: 34569,
        question: 'ff',
        answer: xiongMaiAnswer({
          BuildDate: '2019-03-13',
          ChannelNum: 4,
          DeviceType: 1,
          HostName: 'LocalHost',
          HttpPort: 80,
          MAC: '00:12:31:5a:0c:7e',
          SN: 'b4c0e1d2f3a45678',
          TCPPort: 34567,
          Version: 'V4.03.R11.C6380171.12001.140000',
        }),
        group: '255.255.255.255',
      },
    ],
  },
  {
    // IEEE registry (0003C5), 2.6, 6.1; own web server
    id: 'mobotix-camera',
    at: 63,
    mac: '00:03:c5:0d:91:4e',
    truth: { ...CAMERA, what: 'Mobotix camera', maker: 'mobotix', brand: 'mobotix', model: 'M16B' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', page(['Server: lighttpd'], titled('MOBOTIX M16B mx10-13-145-78 Live', '<a href="/control/userimage.html">Live</a>'))),
        ],
        otherwise: answer('401 Unauthorized', [
          'WWW-Authenticate: Digest realm="MOBOTIX Camera User", nonce="{{nonce:hex32}}", algorithm=MD5, qop="auth"',
        ]),
      },
      {
        kind: 'mdns',
        hostName: 'mx10-13-145-78',
        instances: [
          { type: '_mobotix._tcp', name: 'mx10-13-145-78', port: 80, txt: ['model=M16B'] },
          { type: '_http._tcp', name: 'MOBOTIX M16B mx10-13-145-78', port: 80, txt: [''] },
        ],
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: { '1.3.6.1.2.1.1.1.0': 'MOBOTIX M16B', '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.21701' } },
      },
    ],
  },
  {
    // public mDNS captures (home-assistant zeroconf table: 1ccae3 on _axis-video)
    id: 'doorbird-intercom',
    at: 64,
    mac: '1c:ca:e3:70:12:ab',
    truth: {
      ...CAMERA,
      what: 'DoorBird door station that announces itself as _axis-video',
      maker: 'doorbird',
      brand: 'doorbird',
      deviceType: 'intercom',
      model: 'D101',
      notes: 'not Axis',
    },
    services: [
      {
        kind: 'mdns',
        hostName: 'bird-{{mac-bare}}',
        instances: [{ type: '_axis-video._tcp', name: 'DoorBird D101 - {{MAC-BARE}}', port: 80, txt: ['macaddress={{MAC-BARE}}'] }],
      },
      { kind: 'http', port: 80, routes: [], otherwise: answer('401 Unauthorized', ['WWW-Authenticate: Basic realm="DoorBird"']) },
    ],
  },
  {
    // nmap-service-probes and captures in retina and gortsplib, known false positives (`davinci` in an RTSP Server line is Aiphone)
    id: 'aiphone-intercom',
    at: 65,
    mac: '00:0b:aa:31:c0:44',
    truth: {
      ...CAMERA,
      what: 'Aiphone door station whose RTSP server says davinci',
      maker: 'aiphone',
      brand: 'aiphone',
      deviceType: 'intercom',
      notes: 'davinci is no mark of Hikvision',
    },
    services: [rtsp({ server: 'Linux/2.6.32.17-davinci1 Ze-PRO', challenge: 'Digest realm="Secret", nonce="{{nonce:hex32}}"' })],
  },
  {
    // public UPnP captures, known false positives: the EmbeddedNetDevice type is shared with other makers
    id: 'swann-recorder',
    at: 66,
    mac: '00:23:63:8c:55:19',
    truth: {
      ...CAMERA,
      what: 'Swann recorder of another maker with the shared UPnP type',
      brand: 'swann',
      deviceType: 'recorder',
      model: 'DVR8-1550',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at(
            '/upnpdevicedesc.xml',
            upnpDescription(
              [],
              [
                ['deviceType', 'urn:schemas-upnp-org:device:EmbeddedNetDevice:1'],
                ['friendlyName', 'SWANN {{address}}'],
                ['manufacturer', 'SWANN'],
                ['modelName', 'DVR8-1550'],
                ['modelNumber', 'DVR8-1550'],
                ['UDN', 'uuid:{{mac-bare}}'],
              ],
            ),
          ),
        ],
        otherwise: page(['Server: Cross Web Server'], titled('DVR Components Download')),
      },
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:device:EmbeddedNetDevice:1'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1800\nEXT:\nLOCATION: http://{{address}}:{{port:80}}/upnpdevicedesc.xml\nSERVER: Linux/2.6, UPnP/1.0, Portable SDK for UPnP devices/1.6.6\nST: {{st}}\nUSN: uuid:{{mac-bare}}::{{st}}',
      },
    ],
  },
  {
    // LibreNMS and GLPI, known false positives: generic net-snmp object identifier, the words are in sysDescr
    id: 'illustra-camera',
    at: 67,
    mac: '00:50:f9:02:bb:71',
    truth: {
      ...CAMERA,
      what: 'Illustra camera that shows a generic Linux agent',
      maker: 'illustra',
      brand: 'illustra',
      model: 'IFS03D1OCWIT',
      firmware: 'Illustra.SS004.01.06.05.0026',
    },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        engineId: '80001f8880e9630000d61ff449',
        objects: {
          '1.3.6.1.2.1.1.1.0': 'illustra IFS03D1OCWIT Network camera 05-27-2019 Illustra.SS004.01.06.05.0026',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.8072.3.2.10' },
          '1.3.6.1.2.1.1.3.0': { ticks: 1_234_500 },
          '1.3.6.1.2.1.1.5.0': 'illustra',
        },
      },
    ],
  },
] as const satisfies readonly LabHost[];
