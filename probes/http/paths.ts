/**
 * What is asked beyond the front page: files and status documents that are served without a login, and documents of which
 * only the refusal is wanted. GET only. Nothing here changes a state, logs in, carries a parameter or shows a scene.
 * Order matters: what separates firmware families comes first, because a port is left after two answers of one form.
 */

export interface VendorPath {
  readonly path: string;
  readonly reason: string;
  readonly source: string;
}

export const VENDOR_PATHS: readonly VendorPath[] = [
  {
    path: '/SDK/activateStatus',
    reason: 'status document served without login; names the firmware family by root and namespace, also on rebrands',
    source: 'ISAPI guide ("requires no authentication") and MatrixEditor/hikvision-sdk-cam',
  },
  {
    path: '/ISAPI/System/deviceInfo',
    reason: 'without Authorization header this brings only the challenge: realm, parameter order and nonce form',
    source:
      'ISAPI guide and MatrixEditor/hikvision-sdk-cam, recorded 401 answers (MissiaL/hikvision-client); nmap http-default-accounts names the path as protected',
  },
  {
    path: '/pramaAPI/System/deviceInfo',
    reason: 'the same under the prefix of one rebrand, whose firmware gives an empty reply under /ISAPI/',
    source: 'ISAPI guide and MatrixEditor/hikvision-sdk-cam, live test of a V4.74 recorder',
  },
  {
    path: '/doc/page/login.asp',
    reason: 'log-in page of the classic interface; the page is read, nothing is submitted',
    source: 'WhatWeb and FingerprintHub',
  },
  {
    path: '/doc/index.html',
    reason: 'entry page of the newer interface',
    source: 'WhatWeb and FingerprintHub',
  },
  {
    path: '/SDK/language',
    reason: 'status document served without login',
    source: 'ISAPI guide and MatrixEditor/hikvision-sdk-cam',
  },
  {
    path: '/doc/i18n/en/Common.json',
    reason: 'interface texts, served without login; a rebrand replaces the name in them',
    source: 'WhatWeb and FingerprintHub',
  },
  {
    path: '/doc/i18n/Languages.json',
    reason: 'list of interface languages where the texts are not under en/',
    source: 'WhatWeb and FingerprintHub',
  },
  {
    path: '/upnpdevicedesc.xml',
    reason: 'UPnP description on the web port: maker, model and serial number on older firmware',
    source: 'ISAPI guide and MatrixEditor/hikvision-sdk-cam, public UPnP captures',
  },
  {
    path: '/PSIA/System/deviceInfo',
    reason: 'challenge under the prefix of older firmware and some rebrands',
    source: 'ISAPI guide and MatrixEditor/hikvision-sdk-cam',
  },
];
