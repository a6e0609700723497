/**
 * What else stands in an office: printers, storage, switches, telephones, computers. None is surveillance equipment, and
 * the printers keep TCP 9100 under watch: a connection there prints a page.
 */
import type { LabHost, Truth } from '../host.ts';
import { answer, at, notFound, page, redirect, titled, upnpDescription } from '../parts/web.ts';

const OFFICE = {
  hikvisionMade: false,
  mustBeFlagged: false,
  mustNotBeFlagged: true,
  surveillance: false,
} as const satisfies Partial<Truth>;

const JETDIRECT = { kind: 'tripwire', port: 9100 } as const;
const NGINX = ['Server: nginx', 'Date: {{date}}', 'Connection: keep-alive'];

export const officeHosts = [
  {
    // HP JetDirect sysDescr form as in LibreNMS's jetdirect definition; Server header of the embedded web server
    id: 'hp-printer',
    at: 80,
    mac: '3c:d9:2b:11:70:4a',
    truth: {
      ...OFFICE,
      what: 'HP LaserJet',
      maker: 'hp',
      brand: 'hp',
      deviceType: 'printer',
      model: 'HP LaserJet M402dn',
      notes: 'JetDirect on 9100: never connect',
    },
    services: [
      JETDIRECT,
      {
        kind: 'http',
        port: 80,
        routes: [
          at(
            '/',
            page(
              ['Server: HP HTTP Server; HP HP LaserJet M402dn - C5F94A; Serial Number: PHB1234567; Built: Fri Jan 15, 2021'],
              titled('HP LaserJet M402dn'),
            ),
          ),
        ],
        otherwise: notFound(['Server: HP HTTP Server']),
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'HP ETHERNET MULTI-ENVIRONMENT,SN:PHB1234567,FN:V12345,SVCID:27139,PID:HP LaserJet M402dn',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.11.2.3.9.1' },
          '1.3.6.1.2.1.1.5.0': 'NPI11704A',
          '1.3.6.1.2.1.25.3.2.1.3.1': 'HP LaserJet M402dn',
        },
      },
      {
        kind: 'mdns',
        hostName: 'NPI11704A',
        instances: [
          {
            type: '_ipp._tcp',
            name: 'HP LaserJet M402dn (11704A)',
            port: 631,
            txt: ['txtvers=1', 'ty=HP LaserJet M402dn', 'usb_MFG=HP', 'usb_MDL=LaserJet M402dn'],
          },
          { type: '_pdl-datastream._tcp', name: 'HP LaserJet M402dn (11704A)', port: 9100, txt: ['txtvers=1'] },
        ],
      },
    ],
  },
  {
    // Brother sysDescr form (LibreNMS brother definition)
    id: 'brother-printer',
    at: 81,
    mac: '00:80:77:5c:0e:91',
    truth: {
      ...OFFICE,
      what: 'Brother multifunction printer',
      maker: 'brother',
      brand: 'brother',
      deviceType: 'printer',
      model: 'MFC-L2710DW',
      notes: 'JetDirect on 9100: never connect',
    },
    services: [
      JETDIRECT,
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', redirect(['Server: debut/1.30'], '/general/status.html')),
          at('/general/status.html', page(['Server: debut/1.30'], titled('Brother MFC-L2710DW series'))),
        ],
        otherwise: notFound(['Server: debut/1.30']),
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'Brother NC-350h, Firmware Ver.1.10  ,MID 84U-Z04',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.2435.2.3.9.1' },
          '1.3.6.1.2.1.1.5.0': 'BRN0080775C0E91',
          '1.3.6.1.2.1.25.3.2.1.3.1': 'Brother MFC-L2710DW series',
        },
      },
      {
        kind: 'greeting',
        port: 21,
        hello: '220 FTP print service:V-1.13/Use the network password for the ID if updating.\r\n',
        allowed: /^QUIT\r\n$/,
      },
    ],
  },
  {
    // the registry of Axis also sells print servers
    id: 'axis-print-server',
    at: 82,
    mac: '00:40:8c:61:02:3b',
    truth: {
      ...OFFICE,
      what: 'Axis print server',
      maker: 'axis',
      brand: 'axis',
      deviceType: 'printer',
      model: 'AXIS 5600+',
      notes: 'Axis, no camera; JetDirect on 9100: never connect',
    },
    services: [
      JETDIRECT,
      {
        kind: 'http',
        port: 80,
        routes: [at('/', page(['Server: AXIS Print Server'], titled('Network Print Server', 'AXIS 5600+ Network Print Server')))],
        otherwise: notFound([]),
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'AXIS 5600+ Network Print Server V6.30 Mar 15 2004',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.368.1.1' },
          '1.3.6.1.2.1.25.3.2.1.3.1': 'AXIS 5600+ Network Print Server',
        },
      },
    ],
  },
  {
    // LibreNMS and GLPI (6574), DSM web server and mDNS
    id: 'synology-nas',
    at: 83,
    mac: '00:11:32:a0:b1:c2',
    truth: {
      ...OFFICE,
      what: 'Synology storage',
      maker: 'synology',
      brand: 'synology',
      deviceType: 'storage',
      model: 'DS218+',
      notes: 'DS- models that are no cameras; Surveillance Station may be installed on it',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [at('/', page(NGINX, titled('DiskStation&nbsp;-&nbsp;Synology&nbsp;DiskStation')))],
        otherwise: notFound(NGINX),
      },
      {
        kind: 'snmp',
        communities: ['public'],
        engineId: '80001f888059dc486145a26322',
        objects: {
          '1.3.6.1.2.1.1.1.0': 'Linux DiskStation 4.4.180+ #42962 SMP Tue Apr 11 2023 x86_64',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.8072.3.2.10' },
          '1.3.6.1.2.1.1.5.0': 'DiskStation',
          '1.3.6.1.4.1.6574.1.5.1.0': 'DS218+',
          '1.3.6.1.4.1.6574.1.5.3.0': 'DSM 7.1-42962',
        },
      },
      {
        kind: 'mdns',
        hostName: 'DiskStation',
        instances: [
          {
            type: '_http._tcp',
            name: 'DiskStation',
            port: 5000,
            txt: ['vendor=Synology', 'model=DS218+', 'serial=1730PDN123456', 'version_major=7'],
          },
          { type: '_smb._tcp', name: 'DiskStation', port: 445, txt: [''] },
        ],
      },
    ],
  },
  {
    // LibreNMS and GLPI (24681)
    id: 'qnap-nas',
    at: 84,
    mac: '24:5e:be:31:9f:07',
    truth: { ...OFFICE, what: 'QNAP storage', maker: 'qnap', brand: 'qnap', deviceType: 'storage', model: 'TS-453D' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', redirect(['Server: http server 1.0'], '{{origin}}/cgi-bin/')),
          at('/cgi-bin/', page(['Server: http server 1.0'], titled('NAS01'))),
        ],
        otherwise: notFound(['Server: http server 1.0']),
      },
      {
        kind: 'http',
        port: 8080,
        routes: [at('/', page(['Server: http server 1.0'], titled('QNAP Turbo NAS')))],
        otherwise: notFound(['Server: http server 1.0']),
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'Linux TS-453D 5.1.2',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.24681' },
          '1.3.6.1.2.1.1.5.0': 'NAS01',
        },
      },
    ],
  },
  {
    // Cisco IOS sysDescr form; telnet prompt
    id: 'cisco-switch',
    at: 85,
    mac: '00:1b:54:c7:30:80',
    truth: { ...OFFICE, what: 'Cisco Catalyst switch', maker: 'cisco', brand: 'cisco', deviceType: 'switch', model: 'C2960X' },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        engineId: '800000090300001b54c73080',
        objects: {
          '1.3.6.1.2.1.1.1.0':
            'Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7, RELEASE SOFTWARE (fc2)\r\nTechnical Support: http://www.cisco.com/techsupport',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.9.1.1208' },
          '1.3.6.1.2.1.1.3.0': { ticks: 321_000_000 },
          '1.3.6.1.2.1.1.5.0': 'sw-floor1.office.example',
        },
      },
      {
        kind: 'greeting',
        port: 23,
        hello: Buffer.concat([
          Buffer.from([0xff, 0xfb, 0x01, 0xff, 0xfb, 0x03]),
          Buffer.from('\r\n\r\nUser Access Verification\r\n\r\nUsername: '),
        ]),
        allowed: /^[\xff\xfb-\xfe\x00-\x28]*$/,
      },
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: answer('401 Unauthorized', [
          'Date: {{date}}',
          'Server: cisco-IOS',
          'Accept-Ranges: none',
          'WWW-Authenticate: Basic realm="level_15_access"',
        ]),
      },
    ],
  },
  {
    // HP ProCurve sysDescr form (LibreNMS procurve definition)
    id: 'procurve-switch',
    at: 86,
    mac: '00:1f:fe:2d:61:40',
    truth: { ...OFFICE, what: 'HP ProCurve switch', maker: 'hp', brand: 'hp', deviceType: 'switch', model: 'J9019B 2510B-24' },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'ProCurve J9019B Switch 2510B-24, revision Q.11.17, ROM Q.10.02 (/sw/code/build/harp(harp))',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.11.2.3.7.11.81' },
          '1.3.6.1.2.1.1.5.0': 'sw-floor2',
        },
      },
    ],
  },
  {
    // Yealink realm and title
    id: 'yealink-phone',
    at: 87,
    mac: '00:15:65:8e:21:fa',
    truth: { ...OFFICE, what: 'Yealink IP telephone', maker: 'yealink', brand: 'yealink', deviceType: 'phone', model: 'SIP-T46G' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: answer('401 Unauthorized', [
          'Server: Yealink embed httpd',
          'WWW-Authenticate: Digest realm="Gigabit Color IP Phone SIP-T46G", qop="auth", nonce="{{nonce:hex32}}"',
        ]),
      },
    ],
  },
  {
    // IEEE registry: Grandstream also makes cameras, its registry prefix alone says nothing
    id: 'grandstream-phone',
    at: 88,
    mac: '00:0b:82:99:4d:05',
    truth: {
      ...OFFICE,
      what: 'Grandstream IP telephone',
      maker: 'grandstream',
      brand: 'grandstream',
      deviceType: 'phone',
      model: 'GXP2160',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [at('/', page(['Server: lighttpd/1.4.35'], titled('Grandstream GXP2160')))],
        otherwise: notFound(['Server: lighttpd/1.4.35']),
      },
    ],
  },
  {
    // wsdd answers wsdp:Device only, twice, without XAddrs
    id: 'windows-pc',
    at: 89,
    mac: '8c:16:45:70:3d:e1',
    truth: { ...OFFICE, what: 'Windows computer that answers WS-Discovery', deviceType: 'computer' },
    services: [
      {
        kind: 'ws-discovery',
        answersTo: ['Device'],
        copies: 2,
        answer:
          '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof" xmlns:pub="http://schemas.microsoft.com/windows/pub/2005/07"><soap:Header><wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To><wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action><wsa:MessageID>urn:uuid:{{uuid}}</wsa:MessageID><wsa:RelatesTo>{{relates-to}}</wsa:RelatesTo><wsd:AppSequence InstanceId="1700000000" SequenceId="urn:uuid:{{uuid}}" MessageNumber="2"/></soap:Header><soap:Body><wsd:ProbeMatches><wsd:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:b2f5d9ff-2a3c-5a5a-9f1c-7a1d20c0ffee</wsa:Address></wsa:EndpointReference><wsd:Types>wsdp:Device pub:Computer</wsd:Types><wsd:MetadataVersion>1</wsd:MetadataVersion></wsd:ProbeMatch></wsd:ProbeMatches></soap:Body></soap:Envelope>',
      },
    ],
  },
  {
    // wsdd2 answers an NVT Probe as the PC it is; the target of misleading pointers in the lab
    id: 'linux-server',
    at: 90,
    mac: '52:54:00:12:34:56',
    truth: {
      ...OFFICE,
      what: 'Linux server with nginx, and a WS-Discovery daemon that answers every Probe',
      deviceType: 'server',
      notes: 'other hosts point here; a request for a decoy path is a violation',
    },
    services: [
      { kind: 'http', port: 80, routes: [at('/', page(NGINX, titled('Welcome to nginx!')))], otherwise: notFound(NGINX) },
      {
        kind: 'http',
        port: 443,
        certificate: 'plain',
        routes: [at('/', page(NGINX, titled('Welcome to nginx!')))],
        otherwise: notFound(NGINX),
      },
      {
        kind: 'ws-discovery',
        answersTo: ['NetworkVideoTransmitter', 'Device', ''],
        answer:
          '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof" xmlns:pub="http://schemas.microsoft.com/windows/pub/2005/07"><SOAP-ENV:Header><wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action><wsa:MessageID>urn:uuid:{{uuid}}</wsa:MessageID><wsa:RelatesTo>{{relates-to}}</wsa:RelatesTo></SOAP-ENV:Header><SOAP-ENV:Body><wsd:ProbeMatches><wsd:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:5ecc0de0-0000-1000-8000-{{mac-bare}}</wsa:Address></wsa:EndpointReference><wsd:Types>wsdp:Device pub:Computer</wsd:Types><wsd:XAddrs>http://{{address}}:5357/5ecc0de0</wsd:XAddrs><wsd:MetadataVersion>1</wsd:MetadataVersion></wsd:ProbeMatch></wsd:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>',
      },
      {
        kind: 'snmp',
        communities: ['public'],
        engineId: '80001f8880a1b2c3d4e5f60718',
        objects: {
          '1.3.6.1.2.1.1.1.0': 'Linux web01 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.8072.3.2.10' },
          '1.3.6.1.2.1.1.5.0': 'web01',
        },
      },
    ],
  },
  {
    // stock Apache
    id: 'apache-server',
    at: 91,
    mac: '52:54:00:65:43:21',
    truth: { ...OFFICE, what: 'intranet server with Apache and FTP', deviceType: 'server' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', {
            ...answer('200 OK', [], ''),
            head: 'HTTP/1.1 200 OK\nDate: {{date}}\nServer: Apache/2.4.62 (Debian)\nTransfer-Encoding: chunked\nContent-Type: text/html; charset=UTF-8',
            body: titled('Intranet', '<p>Purchasing: the Hikvision tender is closed.</p>'),
            chunked: true,
          }),
        ],
        otherwise: notFound(['Server: Apache/2.4.62 (Debian)']),
      },
      { kind: 'greeting', port: 21, hello: '220 (vsFTPd 3.0.3)\r\n', allowed: /^QUIT\r\n$/ },
    ],
  },
  {
    // SSDP of a home router, description as AVM publishes it
    id: 'fritz-box',
    at: 92,
    mac: '3c:a6:2f:0c:11:02',
    truth: { ...OFFICE, what: 'FRITZ!Box as access point', maker: 'avm', brand: 'avm', deviceType: 'router', model: 'FRITZ!Box 7590' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          at('/', page(['Cache-Control: no-cache'], titled('FRITZ!Box'))),
          at(
            '/igddesc.xml',
            upnpDescription(
              [],
              [
                ['deviceType', 'urn:schemas-upnp-org:device:InternetGatewayDevice:1'],
                ['friendlyName', 'FRITZ!Box 7590'],
                ['manufacturer', 'AVM Berlin'],
                ['manufacturerURL', 'http://www.avm.de'],
                ['modelName', 'FRITZ!Box 7590'],
                ['modelNumber', 'avm'],
                ['UDN', 'uuid:75802409-bccb-40e7-8e6c-{{MAC-BARE}}'],
              ],
            ),
          ),
        ],
        otherwise: notFound([]),
      },
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice', 'urn:schemas-upnp-org:device:InternetGatewayDevice:1'],
        answer:
          'HTTP/1.1 200 OK\nLOCATION: http://{{address}}:{{port:80}}/igddesc.xml\nSERVER: FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.07.57\nCACHE-CONTROL: max-age=1800\nEXT:\nST: {{st}}\nUSN: uuid:75802409-bccb-40e7-8e6c-{{MAC-BARE}}::{{st}}',
      },
    ],
  },
  {
    // Google Cast over mDNS
    id: 'television',
    at: 93,
    mac: 'f8:0f:f9:40:6b:13',
    truth: { ...OFFICE, what: 'television with Google Cast', maker: 'google', deviceType: 'media-player', model: 'Chromecast' },
    services: [
      {
        kind: 'mdns',
        hostName: '5e1a7c33-77b0-4b2a',
        instances: [
          {
            type: '_googlecast._tcp',
            name: 'Chromecast-5e1a7c3377b04b2a',
            port: 8009,
            txt: ['id=5e1a7c3377b04b2a', 'md=Chromecast', 'fn=Meeting room'],
          },
        ],
      },
    ],
  },
  {
    // APC network management card
    id: 'ups',
    at: 94,
    mac: '00:c0:b7:5a:08:6f',
    truth: {
      ...OFFICE,
      what: 'APC uninterruptible power supply',
      maker: 'apc',
      brand: 'apc',
      deviceType: 'power',
      model: 'Smart-UPS 1500',
    },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0':
            'APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.9.6 PN:apc_hw05_aos_696.bin AF1:v6.9.6 AN1:apc_hw05_sumx_696.bin MN:AP9630 HR:08 SN: 5A1234T12345 MD:08/20/2012)',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.318.1.3.27' },
          '1.3.6.1.2.1.1.5.0': 'ups-1',
        },
      },
      {
        kind: 'http',
        port: 80,
        routes: [at('/', redirect(['WebServer:'], '{{origin}}/logon.htm')), at('/logon.htm', page(['WebServer:'], titled('Log On')))],
        otherwise: notFound(['WebServer:']),
      },
    ],
  },
  {
    // Ubiquiti makes access points and cameras: the registry prefix says neither
    id: 'access-point',
    at: 95,
    mac: '24:5a:4c:0b:7d:91',
    truth: { ...OFFICE, what: 'UniFi access point', maker: 'ubiquiti', brand: 'ubiquiti', deviceType: 'access-point', model: 'U6-Lite' },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.2.1.1.1.0': 'U6-Lite 6.5.28.14491',
          '1.3.6.1.2.1.1.2.0': { oid: '1.3.6.1.4.1.41112.1.6.3' },
          '1.3.6.1.2.1.1.5.0': 'U6-Lite',
        },
      },
    ],
  },
] as const satisfies readonly LabHost[];
