/**
 * Hosts with bad manners (design section 9): slow, endless, malformed, lying. A scan must end in time, stay small, follow
 * none of their pointers, and still report the rest of the network in full.
 */
import { gzipSync } from 'node:zlib';
import type { LabHost, Truth } from '../host.ts';
import { ENVELOPES, onvif, wsDiscovery } from '../parts/onvif.ts';
import { answer, at, notFound, page, titled, upnpDescription } from '../parts/web.ts';

const UNKNOWABLE = {
  hikvisionMade: false,
  mustBeFlagged: false,
  mustNotBeFlagged: true,
  surveillance: null,
} as const satisfies Partial<Truth>;

/** Ten levels of ten: a billion words if anybody expands them. */
const BOMB_DTD = `<!DOCTYPE lol [<!ENTITY a0 "lol">${Array.from({ length: 9 }, (_, level) => `<!ENTITY a${level + 1} "${`&a${level};`.repeat(10)}">`).join('')}]>`;
const DEEP = `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`;

/** Names that would run, break or reorder something where a program shows them unescaped. */
const HOSTILE = '<script>alert(1)</script>';
const RTL = 'cam\u202Egpj.exe';
const ESCAPES = '\u001b]0;owned\u0007\u001b[2J\u001b[31mcam';
const FORMULA = '=cmd|&apos;/C calc&apos;!A0';

function garbage(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    bytes[at] = state >> 16;
  }
  return bytes;
}

/** An mDNS answer as large as a datagram may be on a jumbo link: 8.9 kB of TXT. */
function hugeAnswer(): Buffer {
  const record = Buffer.concat([
    Buffer.from('0468756765055f68747470045f746370056c6f63616c00', 'hex'),
    Buffer.from([0, 16, 0, 1, 0, 0, 0, 120]),
    Buffer.from([0x22, 0x00]),
    Buffer.concat(Array.from({ length: 34 }, () => Buffer.concat([Buffer.from([255]), Buffer.alloc(255, 0x78)]))),
  ]);
  return Buffer.concat([Buffer.from([0x84, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]), record, Buffer.from([0])]);
}

/** A name that points at itself. */
const POINTER_LOOP = Buffer.from([0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 120, 0, 2, 0xc0, 12]);

export const rudeHosts = [
  {
    id: 'rude-drip',
    at: 110,
    mac: '02:00:00:00:01:10',
    truth: { ...UNKNOWABLE, what: 'one byte a second, for ever' },
    services: [
      { kind: 'rude', port: 80, how: 'drip' },
      { kind: 'rude', port: 554, how: 'drip' },
      { kind: 'rude', port: 8000, how: 'drip' },
    ],
  },
  {
    id: 'rude-endless-body',
    at: 111,
    mac: '02:00:00:00:01:11',
    truth: { ...UNKNOWABLE, what: 'a page without end' },
    services: [
      { kind: 'rude', port: 80, how: 'endless-body' },
      { kind: 'rude', port: 443, how: 'endless-body', certificate: 'plain' },
    ],
  },
  {
    id: 'rude-endless-head',
    at: 112,
    mac: '02:00:00:00:01:12',
    truth: { ...UNKNOWABLE, what: 'headers without end' },
    services: [
      { kind: 'rude', port: 80, how: 'endless-head' },
      { kind: 'rude', port: 554, how: 'endless-head' },
    ],
  },
  {
    id: 'rude-garbage',
    at: 113,
    mac: '02:00:00:00:01:13',
    truth: { ...UNKNOWABLE, what: 'rubbish on every port' },
    services: [
      { kind: 'rude', port: 80, how: 'garbage' },
      { kind: 'rude', port: 443, how: 'garbage' },
      { kind: 'rude', port: 554, how: 'garbage' },
      { kind: 'rude', port: 8000, how: 'garbage' },
      ...[161, 1900, 3702, 5353, 37020, 37810].map((port) => ({
        kind: 'datagram' as const,
        port,
        question: '',
        answer: garbage(700, port),
      })),
    ],
  },
  {
    id: 'rude-reset',
    at: 114,
    mac: '02:00:00:00:01:14',
    truth: { ...UNKNOWABLE, what: 'resets every connection at once' },
    services: [
      { kind: 'rude', port: 80, how: 'reset' },
      { kind: 'rude', port: 443, how: 'reset' },
      { kind: 'rude', port: 554, how: 'reset' },
      { kind: 'rude', port: 8000, how: 'reset' },
    ],
  },
  {
    id: 'rude-mute',
    at: 115,
    mac: '02:00:00:00:01:15',
    truth: { ...UNKNOWABLE, what: 'accepts connections and never says a word' },
    services: [
      { kind: 'rude', port: 80, how: 'mute' },
      { kind: 'rude', port: 443, how: 'mute' },
      { kind: 'rude', port: 554, how: 'mute' },
      { kind: 'rude', port: 8000, how: 'mute' },
      { kind: 'rude', port: 37777, how: 'mute' },
    ],
  },
  {
    id: 'rude-malformed-headers',
    at: 116,
    mac: '02:00:00:00:01:16',
    truth: { ...UNKNOWABLE, what: 'HTTP that is none: no colons, NULs, negative length, doubled status line' },
    services: [
      {
        kind: 'greeting',
        port: 80,
        reply: Buffer.from(
          'HTTP/1.1 200\r\nHTTP/1.1 404 Not Found\r\nno colon here\r\n: no name\r\nServer\u0000: nul\u0000led\r\n folded\r\nContent-Length: -1\r\nContent-Length: 99999999999999999999\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n<html><title>unfinished',
          'latin1',
        ),
      },
      { kind: 'greeting', port: 554, reply: Buffer.from('RTSP/9.9 ??? \r\nCSeq\r\nWWW-Authenticate: Digest realm="\r\n\r\n', 'latin1') },
    ],
  },
  {
    id: 'rude-xml-bomb',
    at: 117,
    mac: '02:00:00:00:01:17',
    truth: {
      ...UNKNOWABLE,
      what: 'entity bombs and deep nesting in ONVIF, SADP and UPnP',
      mustNotBeFlagged: false,
      notes: 'speaks SADP of a kind',
    },
    services: [
      {
        kind: 'sadp',
        unicast: true,
        replyTo: 'sender',
        answer: `<?xml version="1.0"?>${BOMB_DTD}<ProbeMatch><Uuid>{{asked}}</Uuid><Types>{{types}}</Types><DeviceDescription>&a9;</DeviceDescription></ProbeMatch>`,
      },
      {
        kind: 'ws-discovery',
        answersTo: ['NetworkVideoTransmitter', 'Device', ''],
        answer: `<?xml version="1.0"?>${BOMB_DTD}<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><ProbeMatches><ProbeMatch><Types>&a9;</Types></ProbeMatch></ProbeMatches></e:Body></e:Envelope>`,
      },
      {
        kind: 'http',
        port: 80,
        routes: [
          {
            path: '/onvif/device_service',
            soap: {
              head: 'HTTP/1.1 200 OK\nContent-Type: application/soap+xml\nContent-Length: {{length}}',
              envelope: ENVELOPES.gsoap,
              operations: {
                GetSystemDateAndTime: DEEP,
                GetServices: DEEP,
                GetCapabilities: DEEP,
                GetDeviceInformation: `<x>${'&a9;'.repeat(1000)}</x>`,
              },
              refusedHead: 'HTTP/1.1 400 Bad Request\nContent-Length: {{length}}',
              refused: DEEP,
            },
          },
          at('/bomb.xml', page([], `<?xml version="1.0"?>${BOMB_DTD}<root>&a9;</root>`, 'text/xml')),
          at('/SDK/activateStatus', page([], `<?xml version="1.0"?>${BOMB_DTD}<ActivateStatus>&a9;</ActivateStatus>`, 'application/xml')),
        ],
        otherwise: page(['Content-Encoding: gzip'], '', 'text/html'),
      },
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice'],
        answer: 'HTTP/1.1 200 OK\nLOCATION: http://{{address}}:{{port:80}}/bomb.xml\nST: {{st}}\nUSN: uuid:bomb::{{st}}',
      },
    ],
  },
  {
    id: 'rude-gzip-bomb',
    at: 118,
    mac: '02:00:00:00:01:18',
    truth: { ...UNKNOWABLE, what: 'twenty megabytes in a few kilobytes of gzip' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [],
        otherwise: {
          head: 'HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Type: text/html\nContent-Length: {{length}}',
          body: gzipBomb(),
        },
      },
    ],
  },
  {
    // an answer that claims somebody else's address
    id: 'rude-wsd-liar',
    at: 119,
    mac: '02:00:00:00:01:19',
    truth: {
      ...UNKNOWABLE,
      what: 'WS-Discovery and SSDP answers that point at another host',
      notes: 'the other host must be asked nothing, and must not be given its names',
    },
    services: [
      wsDiscovery({
        dialect: 'gsoap',
        epr: 'urn:uuid:11ab0000-0000-1000-8000-020000000119',
        xaddrs: '{{other-origin}}/onvif/decoy_service',
        scopes: ['onvif://www.onvif.org/name/Liar', 'onvif://www.onvif.org/hardware/LIAR-1'],
      }),
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice'],
        answer: 'HTTP/1.1 200 OK\nLOCATION: {{other-origin}}/decoy.xml\nST: {{st}}\nUSN: uuid:liar::{{st}}',
      },
    ],
  },
  {
    id: 'rude-redirect-loop',
    at: 120,
    mac: '02:00:00:00:01:20',
    truth: { ...UNKNOWABLE, what: 'redirects in a circle' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [at('/a', answer('302 Found', ['Location: /b'])), at('/b', answer('302 Found', ['Location: /a']))],
        otherwise: answer('302 Found', ['Location: {{origin}}/a']),
      },
    ],
  },
  {
    id: 'rude-redirect-elsewhere',
    at: 121,
    mac: '02:00:00:00:01:21',
    truth: { ...UNKNOWABLE, what: 'redirects to another host' },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [at('/', answer('301 Moved Permanently', ['Location: {{other-origin}}/decoy/login.asp'])), onvif({ dialect: 'gsoap' })],
        otherwise: page(
          [],
          '<html><head><meta http-equiv="refresh" content="0; url={{other-origin}}/decoy/refresh"><link rel="icon" href="{{other-origin}}/decoy/favicon.ico"></head></html>',
        ),
      },
    ],
  },
  {
    id: 'rude-mdns-huge',
    at: 122,
    mac: '02:00:00:00:01:22',
    truth: { ...UNKNOWABLE, what: 'an mDNS answer of 9 kB that counts 65,535 records' },
    services: [{ kind: 'mdns', hostName: 'huge', instances: [], rawAnswer: hugeAnswer() }],
  },
  {
    id: 'rude-mdns-loop',
    at: 123,
    mac: '02:00:00:00:01:23',
    truth: { ...UNKNOWABLE, what: 'an mDNS answer whose name points at itself' },
    services: [{ kind: 'mdns', hostName: 'loop', instances: [], rawAnswer: POINTER_LOOP }],
  },
  {
    // design section 9: nothing a device says may run where it is shown
    id: 'rude-hostile-names',
    at: 124,
    mac: '02:00:00:00:01:24',
    truth: {
      hikvisionMade: false,
      mustBeFlagged: false,
      mustNotBeFlagged: true,
      surveillance: true,
      deviceType: 'camera',
      what: 'camera with names that attack whoever shows them',
      notes: 'script, right-to-left override, terminal escapes, spreadsheet formula',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          onvif({
            dialect: 'gsoap',
            device: {
              manufacturer: '&lt;script&gt;alert(1)&lt;/script&gt;',
              model: RTL,
              firmware: FORMULA,
              serial: '{"$gt":""}',
              hardware: '../../etc/passwd',
            },
          }),
          at(
            '/rootdesc.xml',
            upnpDescription(
              [],
              [
                ['deviceType', 'urn:schemas-upnp-org:device:Basic:1'],
                ['friendlyName', '&lt;img src=x onerror=alert(1)&gt;'],
                ['manufacturer', FORMULA],
                ['modelName', RTL],
              ],
            ),
          ),
        ],
        otherwise: page([`Server: ${ESCAPES}`], titled(`${HOSTILE}${RTL}`)),
      },
      wsDiscovery({
        dialect: 'gsoap',
        epr: 'urn:uuid:70551c00-0000-1000-8000-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/name/%3Cscript%3Ealert(1)%3C/script%3E',
          'onvif://www.onvif.org/hardware/%1b%5b2J',
          'onvif://www.onvif.org/location/%E2%80%AEgpj.exe',
          'onvif://www.onvif.org/name/=cmd()',
          'onvif://www.onvif.org/name/%zz%',
        ],
      }),
      {
        kind: 'mdns',
        hostName: 'hostile',
        instances: [
          { type: '_rtsp._tcp', name: `${HOSTILE} ${ESCAPES}`, port: 554, txt: [`model=${RTL}`, '=cmd()=1', '__proto__=polluted'] },
        ],
      },
      {
        kind: 'ssdp',
        targets: ['upnp:rootdevice'],
        answer: `HTTP/1.1 200 OK\nLOCATION: http://{{address}}:{{port:80}}/rootdesc.xml\nSERVER: ${HOSTILE}${ESCAPES}\nST: {{st}}\nUSN: uuid:${HOSTILE}::{{st}}`,
      },
      {
        kind: 'snmp',
        communities: ['public'],
        objects: { '1.3.6.1.2.1.1.1.0': `${ESCAPES} ${HOSTILE}`, '1.3.6.1.2.1.1.5.0': '=cmd|calc' },
      },
    ],
  },
  {
    // an HTTP answer that is one long line: pattern matching must stay linear
    id: 'rude-long-line',
    at: 125,
    mac: '02:00:00:00:01:25',
    truth: { ...UNKNOWABLE, what: 'one header of 60 kB and a title of 200 kB' },
    services: [{ kind: 'http', port: 80, routes: [], otherwise: page([`Server: ${'a'.repeat(60_000)}!`], titled(' '.repeat(200_000))) }],
  },
  {
    id: 'rude-404',
    at: 126,
    mac: '02:00:00:00:01:26',
    truth: { ...UNKNOWABLE, surveillance: false, what: 'a web server that knows no page' },
    services: [{ kind: 'http', port: 80, routes: [], otherwise: notFound([]) }],
  },
] as const satisfies readonly LabHost[];

/** Two hundred gzip members one after the other: cheap to make, dear to unpack. */
function gzipBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(100_000, 0x41));
  return Buffer.concat(Array.from({ length: 200 }, () => member));
}
