/**
 * Hikvision under its own name, several firmware generations. Sources are sections of the signals research; `capture`
 * means the element order and values follow a public capture, the rest is built after the description.
 */
import type { LabHost, SnmpValue, Truth } from '../host.ts';
import { onvif, wsDiscovery } from '../parts/onvif.ts';
import { appWebs, hikRtsp, indexAspWeb, newestWeb, recorderWeb, SDK_PORT } from '../parts/hikvision.ts';
import { ACTIVATED, activatedWith, sadp } from '../parts/hikvision-sadp.ts';
import { answer, at, page, upnpDescription } from '../parts/web.ts';

const BRANDED = 'http://www.hikvision.com/ver20/XMLSchema';

const HIKVISION = {
  maker: 'hikvision',
  brand: 'hikvision',
  hikvisionMade: true,
  mustBeFlagged: true,
  mustNotBeFlagged: false,
} as const satisfies Partial<Truth>;

const UPNP_HEADERS = ['Server: App-webs/', 'Connection: close'];

/** HIK-DEVICE-MIB of a camera (LibreNMS and GLPI): no system group, only 39165.1. */
function cameraMib(model: string, firmware: string, manufacturer: string): Record<string, SnmpValue> {
  const base = '1.3.6.1.4.1.39165.1';
  return {
    [`${base}.1.0`]: model,
    [`${base}.2.0`]: '0x0',
    [`${base}.3.0`]: firmware,
    [`${base}.4.0`]: '{{mac-dashes}}',
    [`${base}.5.0`]: '88',
    [`${base}.6.0`]: manufacturer,
    [`${base}.7.0`]: '15 PERCENT',
    [`${base}.10.0`]: '512 MB',
    [`${base}.20.0`]: 1,
    [`${base}.21.0`]: 'H.264',
    [`${base}.34.0`]: 8000,
  };
}

/** Sixteen channels as a recorder lists them after login: other people's cameras, which say nothing of the recorder. */
const CHANNELS = Array.from({ length: 16 }, (_, index) => {
  const model = index % 3 === 0 ? 'IPC-HDW1431T1-S4' : 'DS-2CD2043G2-I';
  return `<InputProxyChannel><id>${index + 1}</id><name>Camera ${index + 1}</name><sourceInputPortDescriptor><proxyProtocol>ONVIF</proxyProtocol><ipAddress>192.168.254.${index + 2}</ipAddress><model>${model}</model></sourceInputPortDescriptor></InputProxyChannel>`;
}).join('');

function deviceInfo(model: string, serial: string, firmware: string, type: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<DeviceInfo version="2.0" xmlns="${BRANDED}"><deviceName>${type}</deviceName><deviceID>aa85c000-6324-11b3-819e-{{mac-bare}}</deviceID><model>${model}</model><serialNumber>${serial}</serialNumber><macAddress>{{mac}}</macAddress><firmwareVersion>${firmware}</firmwareVersion><deviceType>${type}</deviceType><manufacturer>hikvision</manufacturer></DeviceInfo>\n`;
}

/** ISAPI of a device that still waits for its first password (ISAPI guide and MatrixEditor/hikvision-sdk-cam). */
const NOT_ACTIVATED = answer(
  '403 Forbidden',
  ['Date: {{date}}', 'Server: App-webs/', 'Content-Type: application/xml; charset="UTF-8"'],
  `<?xml version="1.0" encoding="UTF-8"?>\n<ResponseStatus version="2.0" xmlns="${BRANDED}">\n<statusCode>4</statusCode>\n<statusString>Invalid Operation</statusString>\n<subStatusCode>notActivated</subStatusCode>\n</ResponseStatus>\n`,
);

/** The only login in the lab, for tests of credentials the user gave. */
export const LAB_LOGIN = { user: 'admin', password: 'lab-only-Passw0rd' } as const;

export const hikvisionHosts = [
  {
    // public SADP captures (sergei.nz, mhzhuji.com) capture (a), 2.9 (realm = MAC), 5 (upnpdevicedesc); answers SADP by multicast only
    id: 'hikvision-camera-v52',
    at: 10,
    mac: 'c0:56:e3:fe:42:92',
    truth: {
      ...HIKVISION,
      what: 'cube camera with V5.2 firmware',
      surveillance: true,
      deviceType: 'camera',
      model: 'DS-2CD2432F-IW',
      firmware: 'V5.2.5 build 141201',
      serial: 'DS-2CD2432F-IW20150126CCCH502126167',
      notes: 'ignores unicast SADP',
    },
    services: [
      appWebs({
        realm: 'DS-2CD2432F-IW',
        namespace: BRANDED,
        routes: [
          at(
            '/upnpdevicedesc.xml',
            upnpDescription(UPNP_HEADERS, [
              ['deviceType', 'urn:schemas-upnp-org:device:EmbeddedNetDevice:1'],
              ['friendlyName', 'HIKVISION DS-2CD2432F-IW'],
              ['manufacturer', 'HIKVISION'],
              ['manufacturerURL', 'http://www.hikvision.com'],
              ['modelDescription', 'IP CAMERA'],
              ['modelName', 'DS-2CD2432F-IW'],
              ['modelNumber', 'DS-2CD2432F-IW'],
              ['serialNumber', 'DS-2CD2432F-IW20150126CCCH502126167'],
              ['UDN', 'uuid:Upnp-Device-1_0-{{mac-bare}}'],
            ]),
          ),
          onvif({ dialect: 'hikvision' }),
        ],
      }),
      hikRtsp('{{mac-bare}}', '{{mac-bare}}'),
      SDK_PORT,
      sadp({
        type: 38930,
        description: 'DS-2CD2432F-IW',
        serial: 'DS-2CD2432F-IW20150126CCCH502126167',
        software: 'V5.2.5build 141201',
        dsp: 'V5.0, build 140714',
        unicast: false,
      }),
      wsDiscovery({
        dialect: 'hikvision',
        epr: 'urn:uuid:37c1a000-1f4d-11b4-82a2-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/type/video_encoder',
          'onvif://www.onvif.org/Profile/Streaming',
          'onvif://www.onvif.org/MAC/{{mac}}',
          'onvif://www.onvif.org/hardware/DS-2CD2432F-IW',
          'onvif://www.onvif.org/name/HIKVISION%20DS-2CD2432F-IW',
          'onvif://www.onvif.org/location/city/hangzhou',
        ],
        answersTo: ['NetworkVideoTransmitter', ''],
        ignoresLineBreaks: true,
      }),
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:device:EmbeddedNetDevice:1'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1800\nDATE: {{date}}\nEXT:\nLOCATION: {{origin}}/upnpdevicedesc.xml\nSERVER: Linux/3.0.8, UPnP/1.0, Portable SDK for UPnP devices/1.6.18\nX-User-Agent: redsonic\nST: {{st}}\nUSN: uuid:Upnp-Device-1_0-{{mac-bare}}::{{st}}',
      },
    ],
  },
  {
    // public SADP captures (sergei.nz, mhzhuji.com) capture (b), 2.4 (recorded V5.5 challenge), 3.1 ProbeMatch 1, 6.2 camera MIB
    id: 'hikvision-camera-v56',
    at: 11,
    mac: '58:50:ed:1f:e3:85',
    truth: {
      ...HIKVISION,
      what: 'turret camera with V5.6 firmware',
      surveillance: true,
      deviceType: 'camera',
      model: 'DS-2CD2385G1-I',
      firmware: 'V5.6.2 build 190701',
      serial: 'DS-2CD2385G1-I20200414AAWRE33842150',
      notes: 'ISAPI opens to LAB_LOGIN',
    },
    services: [
      appWebs({
        realm: 'IP Camera(E3384)',
        namespace: BRANDED,
        routes: [
          {
            path: '/ISAPI/System/deviceInfo',
            login: {
              ...LAB_LOGIN,
              answer: page(
                ['Server: App-webs/'],
                deviceInfo('DS-2CD2385G1-I', 'DS-2CD2385G1-I20200414AAWRE33842150', 'V5.6.2', 'IPCamera'),
                'application/xml; charset="UTF-8"',
              ),
            },
            answer: {
              head: 'HTTP/1.1 401 Unauthorized\nDate: {{date}}\nServer: App-webs/\nContent-Length: {{length}}\nContent-Type: text/html\nConnection: keep-alive\nKeep-Alive: timeout=10, max=99\nWWW-Authenticate: Digest qop="auth", realm="IP Camera(E3384)", nonce="{{nonce:hex48}}", stale="FALSE"',
            },
          },
          onvif({ dialect: 'hikvision' }),
        ],
      }),
      hikRtsp('IP Camera(E3384)', 'IP Camera(E3384)'),
      SDK_PORT,
      sadp({
        type: 141945,
        description: 'DS-2CD2385G1-I',
        serial: 'DS-2CD2385G1-I20200414AAWRE33842150',
        software: 'V5.6.2build 190701',
        dsp: 'V7.3 build 190626',
        more: ACTIVATED,
      }),
      wsDiscovery({
        dialect: 'hikvision',
        epr: 'urn:uuid:aa85c000-6324-11b3-819e-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/type/video_encoder',
          'onvif://www.onvif.org/Profile/Streaming',
          'onvif://www.onvif.org/Profile/G',
          'onvif://www.onvif.org/Profile/T',
          'onvif://www.onvif.org/MAC/{{mac}}',
          'onvif://www.onvif.org/hardware/DS-2CD2385G1-I',
          'onvif://www.onvif.org/name/HIKVISION%20DS-2CD2385G1-I',
          'onvif://www.onvif.org/location/city/hangzhou',
        ],
        ignoresLineBreaks: true,
      }),
      { kind: 'snmp', communities: ['public'], objects: cameraMib('DS-2CD2385G1-I', 'V5.6.2 build 190701', 'hikvision') },
    ],
  },
  {
    // public captures of the firmware (newest header set, nmap 10645), 2.4 (two challenges), 2.7 (subject); ONVIF and SNMP off, as delivered
    id: 'hikvision-camera-v57',
    at: 12,
    mac: 'bc:5e:33:0a:91:7c',
    truth: {
      ...HIKVISION,
      what: 'bullet camera with V5.7 firmware, everything optional switched off',
      surveillance: true,
      deviceType: 'camera',
      model: 'DS-2CD2T46G2-2I',
      firmware: 'V5.7.18 build 240826',
      serial: 'DS-2CD2T46G2-2I20231107AAWRAE1234567',
    },
    services: [
      newestWeb({ realm: 'DS-0362B98B', namespace: 'http://www.isapi.org/ver20/XMLSchema' }),
      newestWeb({ realm: 'DS-0362B98B', namespace: 'http://www.isapi.org/ver20/XMLSchema', port: 443, certificate: 'hikvision' }),
      hikRtsp('DS-0362B98B'),
      SDK_PORT,
      sadp({
        type: 141953,
        description: 'DS-2CD2T46G2-2I',
        serial: 'DS-2CD2T46G2-2I20231107AAWRAE1234567',
        software: 'V5.7.18build 240826',
        dsp: 'V7.3 build 240820',
        more: ACTIVATED,
      }),
    ],
  },
  {
    // recorded 401 answers (MissiaL/hikvision-client): realm = model; SADP, SDK port and ONVIF filtered by a switch, so the web is all there is
    id: 'hikvision-camera-web-only',
    at: 13,
    mac: 'ac:cb:51:7b:0b:54',
    truth: { ...HIKVISION, what: 'dome camera of which only the web server can be reached', surveillance: true, deviceType: 'camera' },
    services: [appWebs({ realm: 'DS-2CD2310FD-I', namespace: BRANDED })],
  },
  {
    // public captures of the firmware, recorded 401 answers (MissiaL/hikvision-client) (hikvision_next #50), 5 (ARE-rt capture), 6.2 (50001 recorder)
    id: 'hikvision-recorder',
    at: 14,
    mac: '44:19:b6:10:27:33',
    truth: {
      ...HIKVISION,
      what: '8-channel network recorder',
      surveillance: true,
      deviceType: 'recorder',
      model: 'DS-7608NI-K2',
      firmware: 'V4.30.085 build 200916',
      serial: 'DS-7608NI-K20820160719AARR624053979WCVU',
    },
    services: [
      recorderWeb({
        realm: '2f1d0a9c4b7e83d65a10c2f4e9b87d3166a0c5d2',
        routes: [
          at(
            '/upnpdevicedesc.xml',
            upnpDescription(
              ['Server: DNVRS-Webs'],
              [
                ['deviceType', 'urn:schemas-upnp-org:device:EmbeddedNetDevice:1'],
                ['friendlyName', 'NVR'],
                ['manufacturer', 'HIKVISION'],
                ['modelName', 'DS-7608NI-K2'],
                ['modelNumber', 'DS-7608NI-K2'],
                ['serialNumber', 'DS-7608NI-K20820160719AARR624053979WCVU'],
                ['UDN', 'uuid:27d5bdda-8f3c-4a4e-b0f4-{{mac-bare}}'],
              ],
            ),
          ),
        ],
      }),
      hikRtsp('Embedded Net DVR'),
      SDK_PORT,
      sadp({
        type: 2215,
        description: 'DS-7608NI-K2',
        serial: 'DS-7608NI-K20820160719AARR624053979WCVU',
        software: 'V4.30.085build 200916',
        dsp: 'V5.0, build 200909',
        digital: 8,
        first: [
          ['Encrypt', 'true'],
          ['Salt', '9a1f'.repeat(16)],
        ],
        more: [
          ['OEMInfo', 'N/A'],
          ['Activated', 'true'],
          ['PasswordResetAbility', 'true'],
          ['SyncIPCPassword', 'true'],
          ['DeviceLock', 'false'],
          ['SupportGUID', 'true'],
        ],
      }),
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:service:EmbeddedNetDeviceControl:1'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1800\nDATE: {{date}}\nEXT:\nLOCATION: http://{{address}}:{{port:80}}/upnpdevicedesc.xml\nOPT: "http://schemas.upnp.org/upnp/1/0/"; ns=01\n01-NLS: {{uuid}}\nSERVER: Linux/3.10.0_hi3536, UPnP/1.0, Portable SDK for UPnP devices/1.6.18\nX-User-Agent: redsonic\nST: {{st}}\nUSN: uuid:27d5bdda-8f3c-4a4e-b0f4-{{mac-bare}}::{{st}}',
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'Hikvision company products',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.50001' },
          '1.3.6.1.2.1.1.3.0': { ticks: 4_711_000 },
          '1.3.6.1.4.1.50001.1.1.0': '{{address}}',
          '1.3.6.1.4.1.50001.1.2.0': 8000,
          '1.3.6.1.4.1.50001.1.3.0': '0820160719AARR624053979WCVU',
          '1.3.6.1.4.1.50001.1.100.0': 2,
          '1.3.6.1.4.1.50001.1.101.0': 200,
          '1.3.6.1.4.1.50001.1.240.0': 1,
        },
      },
    ],
  },
  {
    // known false positives "recorder that lists cameras": the channels are listed after login only
    id: 'hikvision-recorder-16-channels',
    at: 15,
    mac: '98:df:82:44:0d:1e',
    truth: {
      ...HIKVISION,
      what: '16-channel recorder with cameras on its inner switch',
      surveillance: true,
      deviceType: 'recorder',
      model: 'DS-7616NI-I2/16P',
      firmware: 'V4.62.210 build 221220',
      serial: 'DS-7616NI-I2/16P1620210315CCRRF12345678WCVU',
      notes: '16 channels after LAB_LOGIN; a third of them are Dahua models',
    },
    services: [
      recorderWeb({
        realm: '7d1c55e0b94a0f63a8e2190cc4de8b7120f5e6aa',
        routes: [
          {
            path: '/ISAPI/System/deviceInfo',
            login: {
              ...LAB_LOGIN,
              answer: page(
                ['Server: DNVRS-Webs'],
                deviceInfo('DS-7616NI-I2/16P', 'DS-7616NI-I2/16P1620210315CCRRF12345678WCVU', 'V4.62.210', 'NVR'),
                'application/xml',
              ),
            },
            answer: {
              head: 'HTTP/1.1 401 Unauthorized\nServer: DNVRS-Webs\nContent-Length: {{length}}\nWWW-Authenticate: Digest realm="7d1c55e0b94a0f63a8e2190cc4de8b7120f5e6aa", domain="::", qop="auth", nonce="{{nonce:colon}}", opaque="", algorithm="MD5", stale="FALSE"',
            },
          },
          {
            path: '/ISAPI/ContentMgmt/InputProxy/channels',
            login: {
              ...LAB_LOGIN,
              answer: page(
                ['Server: DNVRS-Webs'],
                `<?xml version="1.0" encoding="UTF-8"?>\n<InputProxyChannelList version="2.0" xmlns="${BRANDED}">${CHANNELS}</InputProxyChannelList>\n`,
                'application/xml',
              ),
            },
            answer: {
              head: 'HTTP/1.1 401 Unauthorized\nServer: DNVRS-Webs\nContent-Length: {{length}}\nWWW-Authenticate: Digest realm="7d1c55e0b94a0f63a8e2190cc4de8b7120f5e6aa", domain="::", qop="auth", nonce="{{nonce:colon}}", opaque="", algorithm="MD5", stale="FALSE"',
            },
          },
        ],
      }),
      SDK_PORT,
      sadp({
        type: 2228,
        description: 'DS-7616NI-I2/16P',
        serial: 'DS-7616NI-I2/16P1620210315CCRRF12345678WCVU',
        software: 'V4.62.210build 221220',
        dsp: 'V5.0, build 221213',
        digital: 16,
        more: [
          ['OEMInfo', 'N/A'],
          ['Activated', 'true'],
        ],
      }),
    ],
  },
  {
    // public captures of the firmware (GoAhead era, Hikvision-Webs), 2.8 (telnet), 2.9 (nmap 12367, 12380)
    id: 'hikvision-dvr-old',
    at: 16,
    mac: '00:bc:99:02:11:40',
    truth: { ...HIKVISION, what: 'analogue recorder of the GoAhead era', surveillance: true, deviceType: 'recorder' },
    services: [
      indexAspWeb('Hikvision-Webs'),
      {
        kind: 'rtsp',
        port: 554,
        options: 'RTSP/1.0 200 OK\nCSeq: {{cseq}}\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, PAUSE',
        describe:
          'RTSP/1.0 401 Unauthorized\nCSeq: {{cseq}}\nWWW-Authenticate: Digest realm="Hikvision", nonce="{{nonce:hex32}}", stale="FALSE"\nWWW-Authenticate: Basic realm="/"',
      },
      { kind: 'greeting', port: 23, hello: '\r\n192.0.0.64 login: ', allowed: /^[\xff\xfb-\xfe\x00-\x28]*$/ },
    ],
  },
  {
    // public SADP captures (sergei.nz, mhzhuji.com) with Activated false; answers arrive from a foreign subnet's point of view
    id: 'hikvision-camera-factory-address',
    at: 17,
    mac: '2c:a5:9c:31:77:08',
    truth: {
      ...HIKVISION,
      what: 'camera fresh from the box, which still believes in its factory address',
      surveillance: true,
      deviceType: 'camera',
      model: 'DS-2CD1023G0E-I',
      firmware: 'V5.5.84 build 200107',
      serial: 'DS-2CD1023G0E-I20200327AAWRE15123456',
      notes: 'SADP claims 192.168.1.64; nothing may be sent there',
    },
    services: [
      appWebs({ realm: 'IP Camera(E1512)', namespace: BRANDED, activated: false, routes: [at('/ISAPI/*', NOT_ACTIVATED)] }),
      SDK_PORT,
      sadp({
        type: 141945,
        description: 'DS-2CD1023G0E-I',
        serial: 'DS-2CD1023G0E-I20200327AAWRE15123456',
        software: 'V5.5.84build 200107',
        dsp: 'V7.3 build 191227',
        claims: { address: '192.168.1.64', gateway: '192.168.1.1' },
        // Its own routes lead nowhere near us: only an answer to the group arrives.
        replyTo: 'group',
        more: activatedWith({ Activated: 'false' }),
      }),
    ],
  },
  {
    // public captures of the firmware (certificate of DS-KV6113), 9.1
    id: 'hikvision-door-station',
    at: 18,
    mac: 'e0:ba:ad:5c:60:11',
    truth: {
      ...HIKVISION,
      what: 'video door station',
      surveillance: true,
      deviceType: 'intercom',
      model: 'DS-KV6113-WPE1(B)',
      firmware: 'V2.2.45 build 210823',
      serial: 'DS-KV6113-WPE1(B)0120210907AARRG12345678',
    },
    services: [
      newestWeb({ realm: 'DS-5D21C0A7', namespace: 'http://www.isapi.org/ver20/XMLSchema' }),
      newestWeb({ realm: 'DS-5D21C0A7', namespace: 'http://www.isapi.org/ver20/XMLSchema', port: 443, certificate: 'hikvision' }),
      SDK_PORT,
      sadp({
        type: 10511,
        description: 'DS-KV6113-WPE1(B)',
        serial: 'DS-KV6113-WPE1(B)0120210907AARRG12345678',
        software: 'V2.2.45build 210823',
        dsp: 'V2.2.45 build 210823',
        digital: 1,
        more: ACTIVATED,
      }),
    ],
  },
  {
    // public captures (11), 10: Hikvision, but no camera
    id: 'hikvision-switch',
    at: 19,
    mac: '64:db:8b:90:1a:c4',
    truth: {
      ...HIKVISION,
      what: 'managed Ethernet switch',
      surveillance: false,
      deviceType: 'switch',
      model: 'DS-3E1318P-EI',
      firmware: 'V1.0.1 build 210104',
      serial: 'DS-3E1318P-EI20210118BBRRF1234567',
      notes: 'Hikvision hardware, no camera',
    },
    services: [
      sadp({
        type: 65793,
        description: 'DS-3E1318P-EI',
        serial: 'DS-3E1318P-EI20210118BBRRF1234567',
        software: 'V1.0.1build 210104',
        dsp: 'N/A',
        digital: 0,
        more: [
          ['Activated', 'true'],
          ['Encrypt', 'true'],
        ],
      }),
    ],
  },
  {
    // public captures of the firmware (CN=www.hikvision.com), performance: RSA 1024, SHA-1, TLS 1.0 and nothing newer
    id: 'hikvision-recorder-old-tls',
    at: 20,
    mac: '8c:e7:48:77:01:5f',
    truth: {
      ...HIKVISION,
      what: 'recorder that speaks TLS 1.0 only',
      surveillance: true,
      notes: 'reachable with TLSv1 and security level 0 only',
    },
    services: [{ ...recorderWeb({ realm: 'DVRNVRDVS', port: 443 }), certificate: 'legacy', oldTls: true }],
  },
  {
    // nmap-service-probes: seen on other HTTP ports behind port mappings
    id: 'hikvision-camera-port-8080',
    at: 21,
    mac: 'd4:e8:53:22:b0:09',
    truth: { ...HIKVISION, what: 'camera whose web server was moved to 8080', surveillance: true, deviceType: 'camera' },
    services: [appWebs({ realm: 'IP Camera(C2183)', namespace: BRANDED, port: 8080 })],
  },
] as const satisfies readonly LabHost[];
