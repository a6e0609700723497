/**
 * Hikvision-made devices under other names. The maker's name stands nowhere in what they answer, in no spelling: the lab
 * test reads every byte they send. Each shows another of the ways to tell (public captures), so that none can be the only one.
 */
import type { LabHost, Truth } from '../host.ts';
import { onvif, wsDiscovery } from '../parts/onvif.ts';
import { appWebs, hikRtsp, newestWeb, recorderWeb, SDK_PORT } from '../parts/hikvision.ts';
import { activatedWith, sadp } from '../parts/hikvision-sadp.ts';
import { answer, at, notFound, page, titled } from '../parts/web.ts';

const REBRAND = {
  maker: 'hikvision',
  hikvisionMade: true,
  mustBeFlagged: true,
  mustNotBeFlagged: false,
  surveillance: true,
} as const satisfies Partial<Truth>;

const ISAPI = 'http://www.isapi.org/ver20/XMLSchema';
const NEUTRAL = 'http://www.std-cgi.com/ver20/XMLSchema';

export const rebrandHosts = [
  {
    // public captures (Annke C800), 2.4 (48-hex nonce); OEM text in SADP
    id: 'annke-camera',
    at: 30,
    mac: '24:0f:9b:51:c2:17',
    truth: {
      ...REBRAND,
      what: 'ANNKE turret camera',
      brand: 'annke',
      deviceType: 'camera',
      model: 'C800',
      firmware: 'V5.5.157 build 220609',
      serial: 'C80020220714AAWRG12345678',
    },
    services: [
      appWebs({ realm: 'IP Camera(G1234)', namespace: NEUTRAL, routes: [onvif({ dialect: 'neutral' })] }),
      hikRtsp('IP Camera(G1234)'),
      SDK_PORT,
      sadp({
        type: 141945,
        description: 'C800',
        serial: 'C80020220714AAWRG12345678',
        software: 'V5.5.157build 220609',
        dsp: 'V7.3 build 220601',
        more: activatedWith({ DetailOEMCode: '22' }, [['OEMInfo', 'ANNKE']]),
      }),
      wsDiscovery({
        dialect: 'neutral',
        epr: 'urn:uuid:5f1c8000-29a7-11b5-8371-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/type/video_encoder',
          'onvif://www.onvif.org/Profile/Streaming',
          'onvif://www.onvif.org/Profile/G',
          'onvif://www.onvif.org/MAC/{{mac}}',
          'onvif://www.onvif.org/hardware/C800',
          'onvif://www.onvif.org/name/ANNKE%20C800',
          'onvif://www.onvif.org/location/city',
        ],
        ignoresLineBreaks: true,
      }),
    ],
  },
  {
    // public captures (HiLook IPC-B140H-M), 2.1 (newest header set)
    id: 'hilook-camera',
    at: 31,
    mac: 'c0:6d:ed:0f:38:a2',
    truth: {
      ...REBRAND,
      what: 'HiLook bullet camera',
      brand: 'hilook',
      deviceType: 'camera',
      model: 'IPC-B140H-M',
      firmware: 'V5.5.89 build 210906',
      serial: 'IPC-B140H-M20211013AAWRG01234567',
    },
    services: [
      newestWeb({
        realm: 'DS-8A11D3F0',
        namespace: ISAPI,
        routes: [at('/doc/i18n/en/Common.json', page(['ETag: 1724667102'], '{"title":"HiLook","product":"HiLook"}', 'application/json'))],
      }),
      hikRtsp('DS-8A11D3F0'),
      SDK_PORT,
      sadp({
        type: 141945,
        description: 'IPC-B140H-M',
        serial: 'IPC-B140H-M20211013AAWRG01234567',
        software: 'V5.5.89build 210906',
        dsp: 'V7.3 build 210830',
        more: activatedWith({ DetailOEMCode: '5' }),
      }),
    ],
  },
  {
    // public captures (LTS, own OUI 142FFD), 2.1, 2.9; SADP and SDK port not reachable
    id: 'lts-recorder',
    at: 32,
    mac: '14:2f:fd:20:5e:91',
    truth: { ...REBRAND, what: 'LTS network recorder', brand: 'lts', deviceType: 'recorder' },
    services: [recorderWeb({ realm: 'DVRNVRDVS' }), hikRtsp('Embedded Net DVR')],
  },
  {
    // ISAPI guide and MatrixEditor/hikvision-sdk-cam (Prama V4.74: /pramaAPI answers, /ISAPI gives an empty reply), 2.2 (/doc/index.html)
    id: 'prama-recorder',
    at: 33,
    mac: 'e4:28:a4:61:09:3d',
    truth: { ...REBRAND, what: 'Prama network recorder on /pramaAPI', brand: 'prama', deviceType: 'recorder' },
    services: [
      newestWeb({ realm: '9c2e41d07ab35f8861d4e09b72c6a3f5', namespace: NEUTRAL, tree: '/pramaAPI/' }),
      newestWeb({ realm: '9c2e41d07ab35f8861d4e09b72c6a3f5', namespace: NEUTRAL, tree: '/pramaAPI/', port: 443, certificate: 'plain' }),
      hikRtsp('9c2e41d07ab35f8861d4e09b72c6a3f5'),
      SDK_PORT,
    ],
  },
  {
    // recorded 401 answers (MissiaL/hikvision-client) (hikvision_next #50, ERI-K104-P4): opaque hex realm, domain="::", DNVRS-Webs, nothing else
    id: 'oem-recorder-opaque-realm',
    at: 34,
    mac: '4c:bd:8f:d8:02:6a',
    truth: { ...REBRAND, what: 'recorder without any label, opaque realm', deviceType: 'recorder' },
    services: [recorderWeb({ realm: '3f9a0c1be27d5846b1c09e7fd2a4635880e1b7c4d69f2a3b5c7d8e9f01a2b3c4' })],
  },
  {
    // public SADP captures (sergei.nz, mhzhuji.com) (SpecificDeviceType Neutral): SADP is the only thing it answers
    id: 'unbranded-sadp-camera',
    at: 35,
    mac: 'a4:14:37:0e:6b:52',
    truth: {
      ...REBRAND,
      what: 'unbranded camera that answers SADP only',
      deviceType: 'camera',
      model: 'IPC-D120',
      firmware: 'V5.5.61 build 190813',
      serial: 'IPC-D12020190920AAWRD70123456',
    },
    services: [
      sadp({
        type: 142378,
        description: 'IPC-D120',
        serial: 'IPC-D12020190920AAWRD70123456',
        software: 'V5.5.61build 190813',
        dsp: 'V7.3 build 190729',
        more: [
          ['Activated', 'true'],
          ['SpecificDeviceType', 'Neutral'],
          ['OEMInfo', 'N/A'],
        ],
      }),
    ],
  },
  {
    // public captures (TRENDnet TV-IP310PI, own OUI): neutral ONVIF envelope, plain web page, no SADP, no SDK port
    id: 'trendnet-camera',
    at: 36,
    mac: 'd8:eb:97:b1:44:0c',
    truth: {
      ...REBRAND,
      what: 'TRENDnet bullet camera that shows itself through ONVIF only',
      brand: 'trendnet',
      deviceType: 'camera',
      model: 'TV-IP310PI',
      firmware: 'V5.3.4 build 160525',
      serial: 'TV-IP310PI20160610CCWR123456789',
    },
    services: [
      {
        kind: 'http',
        port: 80,
        routes: [
          onvif({
            dialect: 'neutral',
            device: {
              manufacturer: 'TRENDnet',
              model: 'TV-IP310PI',
              firmware: 'V5.3.4 build 160525',
              serial: 'TV-IP310PI20160610CCWR123456789',
              hardware: '88',
            },
          }),
          at('/', page(['Connection: close'], titled('TRENDnet | TV-IP310PI'))),
        ],
        otherwise: notFound(['Connection: close']),
      },
      wsDiscovery({
        dialect: 'neutral',
        epr: 'urn:uuid:91d3a000-15ce-11b4-8298-{{mac-bare}}',
        scopes: [
          'onvif://www.onvif.org/type/video_encoder',
          'onvif://www.onvif.org/Profile/Streaming',
          'onvif://www.onvif.org/MAC/{{mac}}',
          'onvif://www.onvif.org/hardware/TV-IP310PI',
          'onvif://www.onvif.org/name/TRENDnet%20TV-IP310PI',
        ],
        ignoresLineBreaks: true,
      }),
    ],
  },
  {
    // public captures (Safire SF-VI101E = DS-KV8102-IM): SDK port and SADP, web switched off
    id: 'safire-door-station',
    at: 37,
    mac: '18:68:cb:4f:30:e7',
    truth: {
      ...REBRAND,
      what: 'Safire video door station',
      brand: 'safire',
      deviceType: 'intercom',
      model: 'SF-VI101E',
      firmware: 'V1.5.1 build 190919',
    },
    services: [
      SDK_PORT,
      sadp({
        type: 10500,
        description: 'SF-VI101E',
        serial: 'SF-VI101E0120191120CCWRD81234567',
        software: 'V1.5.1build 190919',
        dsp: 'V1.5.1 build 190919',
        more: [
          ['Activated', 'true'],
          ['OEMInfo', 'N/A'],
          ['DetailOEMCode', '71'],
        ],
      }),
    ],
  },
  {
    // public captures (Luma, SnapAV OUI), 2.8: only SDK port and RTSP answer
    id: 'luma-recorder',
    at: 38,
    mac: 'd4:6a:91:07:5c:18',
    truth: {
      ...REBRAND,
      what: 'Luma network recorder',
      brand: 'luma',
      deviceType: 'recorder',
      notes: 'neither type nor brand can be read from SDK hello and RTSP',
    },
    services: [SDK_PORT, hikRtsp('5d7e9f01a2b3c4d6')],
  },
  {
    // public ONVIF captures ProbeMatch 2 (DFI6256TE): MessageID equals EPR, malformed scope http:123, no name and no town
    id: 'oem-camera-odd-scope',
    at: 39,
    mac: '68:6d:bc:5c:b1:5d',
    truth: { ...REBRAND, what: 'OEM dome with a malformed ONVIF scope', deviceType: 'camera', model: 'DFI6256TE' },
    services: [
      {
        ...wsDiscovery({
          dialect: 'neutral',
          epr: 'urn:uuid:cea94000-fb96-11b3-8260-{{mac-bare}}',
          scopes: [
            'onvif://www.onvif.org/type/video_encoder',
            'onvif://www.onvif.org/Profile/Streaming',
            'onvif://www.onvif.org/MAC/{{mac}}',
            'onvif://www.onvif.org/hardware/DFI6256TE',
            'http:123',
          ],
        }),
        answersTo: ['NetworkVideoTransmitter', ''],
      },
      { kind: 'http', port: 80, routes: [onvif({ dialect: 'neutral' })], otherwise: answer('404 Not Found', []) },
    ],
  },
  {
    // LibreNMS and GLPI (librenms PR 14943): the camera MIB of 39165 on an OEM, sysDescr and sysObjectID unanswered
    id: 'oem-plate-camera',
    at: 40,
    mac: '98:9d:e5:c3:41:80',
    truth: {
      ...REBRAND,
      what: 'OEM number-plate camera that answers SNMP only',
      deviceType: 'camera',
      model: 'IPC7A27-ANPR',
      firmware: 'V5.7.80 build 220525',
    },
    services: [
      {
        kind: 'snmp',
        communities: ['public'],
        objects: {
          '1.3.6.1.4.1.39165.1.1.0': 'IPC7A27-ANPR',
          '1.3.6.1.4.1.39165.1.2.0': '0x0',
          '1.3.6.1.4.1.39165.1.3.0': 'V5.7.80 build 220525',
          '1.3.6.1.4.1.39165.1.4.0': '{{mac-dashes}}',
          '1.3.6.1.4.1.39165.1.6.0': 'IPcamera',
          '1.3.6.1.4.1.39165.1.7.0': '21 PERCENT',
        },
      },
    ],
  },
  {
    // public SADP captures (sergei.nz, mhzhuji.com) (EZVIZCode), 7 (EZVIZ OUI): a group brand of its own
    id: 'ezviz-camera',
    at: 41,
    mac: '94:ec:13:2a:85:f6',
    truth: {
      ...REBRAND,
      what: 'EZVIZ camera',
      brand: 'ezviz',
      deviceType: 'camera',
      model: 'CS-C3W',
      firmware: 'V5.3.0 build 210731',
      notes: 'maker may be given as EZVIZ, a company of the same group',
    },
    services: [
      SDK_PORT,
      sadp({
        type: 141945,
        description: 'CS-C3W',
        serial: 'CS-C3W-A0-3H2WFRL0120210812CCRRG12345678',
        software: 'V5.3.0build 210731',
        dsp: 'V7.3 build 210720',
        more: [
          ['Activated', 'true'],
          ['EZVIZCode', '1'],
        ],
      }),
    ],
  },
  {
    // recorded 401 answers (MissiaL/hikvision-client), nmap-service-probes and captures in retina and gortsplib (12 hex = MAC): an old LaView, RTSP and web only
    id: 'laview-camera',
    at: 42,
    mac: '44:19:b6:3f:5e:51',
    truth: { ...REBRAND, what: 'LaView camera of 2014', brand: 'laview', deviceType: 'camera' },
    services: [appWebs({ realm: '{{mac-bare}}', namespace: NEUTRAL }), hikRtsp('{{mac-bare}}', '{{mac-bare}}')],
  },
] as const satisfies readonly LabHost[];
