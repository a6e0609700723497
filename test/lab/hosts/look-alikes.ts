/**
 * Hosts that mention Hikvision, or look like it, and are not (known false positives). A page text, a channel list or one
 * shared number must never be enough.
 */
import type { LabHost, Truth } from '../host.ts';
import { answer, at, notFound, page, titled, upnpDescription } from '../parts/web.ts';
import { activateStatus } from '../parts/hikvision.ts';

const NOT_IT = {
  hikvisionMade: false,
  mustBeFlagged: false,
  mustNotBeFlagged: true,
  surveillance: false,
} as const satisfies Partial<Truth>;

const NGINX = ['Server: nginx/1.22.1', 'Date: {{date}}', 'Connection: keep-alive'];
const APACHE = ['Date: {{date}}', 'Server: Apache/2.4.62 (Debian)'];

export const lookAlikeHosts = [
  {
    // known false positives "NVR/VMS that list Hikvision cameras"
    id: 'vms-server',
    at: 68,
    mac: '52:54:00:3b:70:01',
    truth: {
      ...NOT_IT,
      what: 'video management server whose page and mDNS list Hikvision cameras',
      surveillance: true,
      deviceType: 'video-management',
      notes: 'the names belong to its channels',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at(
            '/',
            page(
              NGINX,
              titled(
                'Video Management',
                '<ul><li>Hikvision DS-2CD2385G1-I at /ISAPI/Streaming</li><li>Hikvision DS-2CD2043G2-I</li><li>App-webs camera, doc/page/login.asp</li></ul>',
              ),
            ),
          ),
        ],
        otherwise: notFound(NGINX),
      },
      {
        kind: 'mdns',
        hostName: 'vms',
        instances: [
          { type: '_http._tcp', name: 'Hikvision DS-2CD2385G1-I (Entrance)', port: 80, txt: ['path=/camera/1'] },
          { type: '_rtsp._tcp', name: 'Hikvision DS-2CD2043G2-I (Yard)', port: 554, txt: ['path=/camera/2'] },
        ],
      },
      {
        kind: 'rtsp',
        port: 554,
        options:
          'RTSP/1.0 200 OK\nCSeq: {{cseq}}\nServer: gortsplib\nPublic: DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, GET_PARAMETER, TEARDOWN',
        describe: 'RTSP/1.0 404 Not Found\nCSeq: {{cseq}}\nServer: gortsplib',
      },
    ],
  },
  {
    // known false positives (Home Assistant mentions the word in HTTP and mDNS)
    id: 'home-automation',
    at: 69,
    mac: 'dc:a6:32:7f:01:b8',
    truth: { ...NOT_IT, what: 'home automation server with a Hikvision integration', deviceType: 'smart-home' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at(
            '/',
            page(
              ['Content-Encoding: identity', 'Date: {{date}}', 'Server: Python/3.12 aiohttp/3.9.5'],
              titled('Home Assistant', '<home-assistant></home-assistant><!-- integrations: hikvision, axis, dahua -->'),
            ),
          ),
        ],
        otherwise: answer('404 Not Found', ['Server: Python/3.12 aiohttp/3.9.5'], '404: Not Found'),
      },
      {
        kind: 'mdns',
        hostName: 'homeassistant',
        instances: [
          {
            type: '_home-assistant._tcp',
            name: 'Home',
            port: 8123,
            txt: ['location_name=Home', 'uuid=6d9e3f1c', 'version=2024.5.2', 'internal_url=http://hikvision-dashboard.local'],
          },
          { type: '_http._tcp', name: 'Hikvision Garage', port: 80, txt: [''] },
        ],
      },
    ],
  },
  {
    // known false positives "Simulators / honeypots", 5 (simulator's UPnP Basic:1)
    id: 'honeypot',
    at: 70,
    mac: '52:54:00:9d:11:f0',
    truth: {
      ...NOT_IT,
      what: 'honeypot that plays a DS-2CD2043G2-I',
      mustNotBeFlagged: false,
      surveillance: null,
      deviceType: 'server',
      notes: 'claims MAC 44:19:b6:… in its answers; only the neighbour table gives it away',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          activateStatus(['Server: App-webs/'], true, 'http://www.hikvision.com/ver20/XMLSchema'),
          at(
            '/upnp/basicDevice.xml',
            upnpDescription(
              ['Server: App-webs/'],
              [
                ['deviceType', 'urn:schemas-upnp-org:device:Basic:1'],
                ['friendlyName', 'DS-2CD2043G2-I'],
                ['manufacturer', 'Hikvision Digital Technology Co., Ltd.'],
                ['modelName', 'DS-2CD2043G2-I'],
                ['serialNumber', 'DS-2CD2043G2-I20210101AAWRF00000000'],
              ],
            ),
          ),
          at('/', page(['Server: App-webs/'], titled('Hikvision Digital Technology'))),
          at(
            '/ISAPI/*',
            answer('401 Unauthorized', [
              'Server: App-webs/',
              'WWW-Authenticate: Digest realm="Hikvision", nonce="{{nonce:hex32}}", qop="auth"',
            ]),
          ),
        ],
        otherwise: notFound(['Server: App-webs/']),
      },
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:device:Basic:1'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1800\nEXT:\nLOCATION: http://{{address}}:{{port:80}}/upnp/basicDevice.xml\nSERVER: Linux UPnP/1.0 Hikvision/1.0\nST: {{st}}\nUSN: uuid:4419b600-0000::{{st}}',
      },
    ],
  },
  {
    // LibreNMS and GLPI: PEN 39165 as sysObjectID of a time server
    id: 'time-server',
    at: 71,
    mac: '00:b0:ae:02:6c:33',
    truth: {
      ...NOT_IT,
      what: 'SyncServer time server with sysObjectID 39165.1.6',
      maker: 'microsemi',
      deviceType: 'time-server',
      model: 'SyncServer',
    },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'Linux SyncServer 2.6.10_mvl401-pc_target #1 Tue Jul 10 2012 i686',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.39165.1.6' },
          '1.3.6.1.2.1.1.3.0': { ticks: 99_000 },
          '1.3.6.1.2.1.1.5.0': 'SyncServer',
        },
      },
    ],
  },
  {
    // recorded 401 answers (MissiaL/hikvision-client), known false positives: quoted upper-case stale="FALSE" is not only Hikvision's
    id: 'management-controller',
    at: 72,
    mac: '4c:52:62:0a:88:d1',
    truth: { ...NOT_IT, what: 'Fujitsu iRMC, quoted stale="FALSE"', maker: 'fujitsu', deviceType: 'out-of-band-management' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: answer(
          '401 Unauthorized',
          [
            'Server: iRMC S4 Webserver',
            'WWW-Authenticate: Digest realm="iRMC@IRMC0A88D1", qop="auth", nonce="{{nonce:hex32}}", opaque="{{nonce:hex32}}", stale="FALSE"',
            'Content-Type: text/html',
          ],
          titled('iRMC'),
        ),
      },
    ],
  },
  {
    // known false positives: `Login to …` is no proof of Dahua
    id: 'router',
    at: 1,
    mac: '00:1d:aa:80:42:17',
    truth: {
      ...NOT_IT,
      what: 'DrayTek router with the realm Login to Vigor 3300',
      maker: 'draytek',
      deviceType: 'router',
      model: 'Vigor 3300',
      notes: 'not Dahua either',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: answer(
          '401 Unauthorized',
          ['Server: DrayTek/Vigor', 'WWW-Authenticate: Basic realm="Login to Vigor 3300"'],
          titled('Unauthorized'),
        ),
      },
      {
        kind: 'snmp',
        communities: ['public'],
        engineId: '80001c450300 1daa804217'.replace(' ', ''),
        objects: {
          '1.3.6.1.2.1.1.1.0': 'DrayTek Corporation, Router Model: Vigor 3300 series',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.7367' },
          '1.3.6.1.2.1.1.3.0': { ticks: 5_000_000 },
        },
      },
    ],
  },
  {
    // recorded 401 answers (MissiaL/hikvision-client), known false positives: stock GoAhead texts, and domain="::" of another GoAhead build is left out on purpose
    id: 'goahead-device',
    at: 73,
    mac: '00:90:e8:25:1d:60',
    truth: { ...NOT_IT, what: 'industrial device server on stock GoAhead', deviceType: 'industrial' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [at('/', answer('302 Redirect', ['Server: GoAhead-Webs', 'Date: {{date}}', 'Location: {{origin}}/index.asp']))],
        otherwise: answer(
          '401 Unauthorized',
          [
            'Server: GoAhead-Webs',
            'WWW-Authenticate: Digest realm="GoAhead", domain="{{address}}", qop="auth", nonce="{{nonce:hex32}}", opaque="5ccc069c403ebaf9f0171e9517f40e41", algorithm="MD5", stale="FALSE"',
            'Content-Type: text/html',
          ],
          '<html><head><title>Document Error: Unauthorized</title></head>\r\n<body><h2>Access Error: 401 -- Unauthorized</h2></body></html>',
        ),
      },
    ],
  },
  {
    // public captures of the firmware, known false positives: `webserver` and an App-like login page without the BOM body
    id: 'generic-webserver',
    at: 74,
    mac: '00:1e:c0:44:90:02',
    truth: { ...NOT_IT, what: 'building controller that calls its server webserver', deviceType: 'building-automation' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at(
            '/',
            page(['Server: webserver', 'X-Frame-Options: SAMEORIGIN', 'ETag: "5f2a1b"'], titled('Login', '<form id="login"></form>')),
          ),
        ],
        otherwise: notFound(['Server: webserver']),
      },
    ],
  },
  {
    // mod_auth_digest with a camera model as realm
    id: 'apache-camera-realm',
    at: 75,
    mac: '52:54:00:71:c4:0e',
    truth: {
      ...NOT_IT,
      what: 'Apache whose administrator named the realm after a camera',
      mustNotBeFlagged: false,
      deviceType: 'web-server',
      notes: 'a claim from the realm alone must stay a weak one',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: answer(
          '401 Unauthorized',
          [
            ...APACHE,
            'WWW-Authenticate: Digest realm="DS-2CD2032-I", nonce="{{nonce:apache}}", algorithm=MD5, qop="auth"',
            'Content-Type: text/html; charset=iso-8859-1',
          ],
          '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>401 Unauthorized</title>\n</head><body>\n<h1>Unauthorized</h1>\n</body></html>\n',
        ),
      },
    ],
  },
  {
    // a media server whose model_name is a trap
    id: 'media-server-model',
    at: 76,
    mac: '00:11:32:5d:7c:20',
    truth: {
      ...NOT_IT,
      what: 'media server that calls itself DS-2CD9999',
      mustNotBeFlagged: false,
      deviceType: 'server',
      notes: 'a model name someone typed in',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at(
            '/rootDesc.xml',
            upnpDescription(
              ['Server: Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0'],
              [
                ['deviceType', 'urn:schemas-upnp-org:device:MediaServer:1'],
                ['friendlyName', 'Films'],
                ['manufacturer', 'Justin Maggard'],
                ['manufacturerURL', 'http://www.debian.org/'],
                ['modelDescription', 'MiniDLNA on Debian'],
                ['modelName', 'DS-2CD9999'],
                ['modelNumber', '1.3.0'],
                ['serialNumber', '12345678'],
                ['UDN', 'uuid:4d696e69-444c-164e-9d41-{{mac-bare}}'],
              ],
            ),
          ),
        ],
        otherwise: notFound(['Server: Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0']),
      },
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:device:MediaServer:1'],
        answer:
          'HTTP/1.1 200 OK\nCACHE-CONTROL: max-age=1810\nDATE: {{date}}\nST: {{st}}\nUSN: uuid:4d696e69-444c-164e-9d41-{{mac-bare}}::{{st}}\nEXT:\nSERVER: Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0\nLOCATION: http://{{address}}:{{port:80}}/rootDesc.xml\nContent-Length: 0',
      },
    ],
  },
  {
    // known false positives: TCP 8000 open means nothing
    id: 'developer-machine',
    at: 77,
    mac: '3c:7c:3f:0d:52:88',
    truth: { ...NOT_IT, what: 'workstation with a web server on TCP 8000', deviceType: 'computer' },
    services: [
      {
        kind: 'http',
        port: 8000,
        routes: [],
        otherwise: {
          head: 'HTTP/1.0 200 OK\nServer: SimpleHTTP/0.6 Python/3.11.2\nDate: {{date}}\nContent-type: text/html; charset=utf-8\nContent-Length: {{length}}',
          body: titled('Directory listing for /', '<ul><li><a href="hikvision-manual.pdf">hikvision-manual.pdf</a></li></ul>'),
        },
      },
    ],
  },
  {
    // LibreNMS and GLPI, known false positives: the company number the recorder MIB borrows really belongs to somebody else
    id: 'fifty-thousand-and-one',
    at: 78,
    mac: '00:0d:b9:4a:1e:03',
    truth: { ...NOT_IT, what: 'gateway of the company that owns number 50001', maker: 'scildon', deviceType: 'industrial' },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'Scildon gateway 2.4',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.50001.7.1' },
          '1.3.6.1.2.1.1.5.0': 'gateway',
        },
      },
    ],
  },
] as const satisfies readonly LabHost[];
