/**
 * Building blocks of Hikvision firmware as it answers (public SADP captures (sergei.nz, mhzhuji.com), public captures of the firmware, LibreNMS and GLPI): the same bytes whatever the label on
 * the housing says, which is the whole point of the rebrand hosts. No block below contains the maker's name unless asked to.
 */
import type { GreetingService, HttpAnswer, HttpRoute, HttpService, RtspService } from '../host.ts';
import { answer, at, page, redirect } from './web.ts';

/** 401 body of App-webs cameras; 178 bytes, as recorded on V5.5 (recorded 401 answers (MissiaL/hikvision-client)). */
export const APP_WEBS_401_BODY =
  '<!DOCTYPE html>\r\n<html><head><title>Document Error: Unauthorized</title></head>\r\n<body><h2>Access Error: 401 -- Unauthorized</h2>\r\n<p>Authentication Error</p>\r\n</body>\r\n</html>\r\n';

/** 401 body of recorders; 138 bytes (recorded 401 answers (MissiaL/hikvision-client)). */
export const USER_CHECK_401_BODY =
  '<?xml version="1.0" encoding="UTF-8" ?>\n<userCheck>\n<statusValue>401</statusValue>\n<statusString>Unauthorized</statusString>\n</userCheck>\n';

const APP_WEBS = ['Date: {{date}}', 'Server: App-webs/', 'Connection: keep-alive', 'Keep-Alive: timeout=10, max=99'];

export type Namespace =
  'http://www.hikvision.com/ver20/XMLSchema' | 'http://www.isapi.org/ver20/XMLSchema' | 'http://www.std-cgi.com/ver20/XMLSchema';

/** GET /SDK/activateStatus (ISAPI guide and MatrixEditor/hikvision-sdk-cam): open on every generation that has it. */
export function activateStatus(headers: readonly string[], activated: boolean, namespace: Namespace): HttpRoute {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ActivateStatus version="2.0" xmlns="${namespace}">\n<Activated>${activated}</Activated>\n</ActivateStatus>\n`;
  return at('/SDK/activateStatus', page(headers, body, 'application/xml; charset="UTF-8"'));
}

interface AppWebsOptions {
  readonly realm: string;
  readonly namespace: Namespace;
  readonly port?: number | undefined;
  readonly activated?: boolean | undefined;
  readonly routes?: readonly HttpRoute[] | undefined;
}

/** Camera web server, about V5.2 to V5.6: login page, open activateStatus, recorded 401 with a 48-hex nonce. */
export function appWebs({ realm, namespace, port = 80, activated = true, routes = [] }: AppWebsOptions): HttpService {
  return {
    kind: 'http',
    port,
    routes: [
      ...routes,
      at('/', page(APP_WEBS, loginRedirect('/doc/page/login.asp'))),
      at(
        '/doc/page/login.asp',
        page(APP_WEBS, '<!DOCTYPE html>\n<html>\n<head>\n<title></title>\n</head>\n<body>\n<div id="login"></div>\n</body>\n</html>\n'),
      ),
      activateStatus(APP_WEBS, activated, namespace),
      at('/ISAPI/*', appWebs401(realm)),
      at('/PSIA/*', appWebs401(realm)),
    ],
    otherwise: answer(
      '404 Not Found',
      [...APP_WEBS, 'Content-Type: text/html'],
      APP_WEBS_401_BODY.replace('Unauthorized', 'Not Found').replace('401 -- Unauthorized', '404 -- Not Found'),
    ),
  };
}

/** The recorded header order of V5.5 (recorded 401 answers (MissiaL/hikvision-client)). */
export function appWebs401(realm: string): HttpAnswer {
  return {
    head: `
HTTP/1.1 401 Unauthorized
Date: {{date}}
Server: App-webs/
Content-Length: {{length}}
Content-Type: text/html
Connection: keep-alive
Keep-Alive: timeout=10, max=99
WWW-Authenticate: Digest qop="auth", realm="${realm}", nonce="{{nonce:hex48}}", stale="FALSE"`,
    body: APP_WEBS_401_BODY,
  };
}

function loginRedirect(path: string): string {
  return `<!doctype html>\n<html>\n<head>\n<title></title>\n</head>\n<body>\n</body>\n<script>\nwindow.location.href = "${path}?_" + (new Date()).getTime();\n</script>\n</html>\n`;
}

/** Header set of the newest web server, which names nobody (public captures of the firmware, nmap line 10645). */
const NEWEST = [
  'Date: {{date}}',
  'Vary: Accept-Encoding',
  'X-Frame-Options: SAMEORIGIN',
  'X-Content-Type-Options: nosniff',
  'ETag: 1724667102',
  'X-XSS-Protection: 1; mode=block',
  'Accept-Ranges: bytes',
];

/** With the BOM the firmware sends; the redirect is left to the script. */
const NEWEST_PAGE =
  '\uFEFF<!doctype html>\r\n<html>\r\n<head>\r\n\t<title></title>\r\n\t<meta http-equiv="Cache-Control" content="no-cache, must-revalidate" />\r\n</head>\r\n<body>\r\n</body>\r\n<script>\r\n\twindow.location.href = "/doc/index.html#/portal/login";\r\n</script>\r\n</html>\r\n';

interface NewestOptions {
  /** `DS-` and 8 hex digits, first of the SHA-256 of MAC and product number. */
  readonly realm: string;
  readonly namespace: Namespace;
  readonly port?: number | undefined;
  readonly certificate?: HttpService['certificate'];
  readonly activated?: boolean | undefined;
  readonly routes?: readonly HttpRoute[] | undefined;
  /** Prefix of the ISAPI tree; renamed by some OEM firmware, which then answers nothing on /ISAPI/. */
  readonly tree?: string | undefined;
}

/** V5.7 and later: no Server header, BOM page, two challenges (MD5 without a word, then SHA-256), 60-hex nonces. */
export function newestWeb({
  realm,
  namespace,
  port = 80,
  certificate,
  activated = true,
  routes = [],
  tree = '/ISAPI/',
}: NewestOptions): HttpService {
  const challenge = `Digest realm="${realm}", domain="::", qop="auth", nonce="{{nonce:hex60}}", opaque="", stale="false"`;
  const refused = answer(
    '401 Unauthorized',
    [
      ...NEWEST,
      `WWW-Authenticate: ${challenge}`,
      `WWW-Authenticate: ${challenge}, algorithm="SHA-256"`,
      'Content-Type: application/xml; charset="UTF-8"',
    ],
    USER_CHECK_401_BODY,
  );
  return {
    kind: 'http',
    port,
    certificate,
    routes: [
      ...routes,
      at('/', page(NEWEST, NEWEST_PAGE)),
      at(
        '/doc/index.html',
        page(
          NEWEST,
          '\uFEFF<!doctype html>\r\n<html>\r\n<head>\r\n\t<title></title>\r\n</head>\r\n<body><div id="app"></div></body>\r\n</html>\r\n',
        ),
      ),
      ...(tree === '/ISAPI/' ? [activateStatus(NEWEST, activated, namespace)] : [{ path: '/ISAPI/*', answer: { head: '', empty: true } }]),
      at(`${tree}*`, refused),
    ],
    otherwise: answer('404 Not Found', [...NEWEST, 'Content-Type: text/html']),
  };
}

interface RecorderWebOptions {
  readonly realm: string;
  readonly server?: string | undefined;
  readonly routes?: readonly HttpRoute[] | undefined;
  readonly port?: number | undefined;
}

/** Recorder web server with the opaque realm (recorded 401 answers (MissiaL/hikvision-client), hikvision_next #50). */
export function recorderWeb({ realm, server = 'DNVRS-Webs', routes = [], port = 80 }: RecorderWebOptions): HttpService {
  const headers = ['Date: {{date}}', `Server: ${server}`, 'Connection: keep-alive', 'Keep-Alive: timeout=60, max=99'];
  return {
    kind: 'http',
    port,
    routes: [
      ...routes,
      at('/', page(headers, loginRedirect('/doc/page/login.asp').replace('<title></title>', '<title>index</title>'))),
      at('/ISAPI/*', recorder401(realm, server)),
    ],
    otherwise: answer(
      '404 Not Found',
      [...headers, 'Content-Type: text/html'],
      '<html><head><title>Document Error: Not Found</title></head></html>',
    ),
  };
}

export function recorder401(realm: string, server = 'DNVRS-Webs'): HttpAnswer {
  return {
    head: `
HTTP/1.1 401 Unauthorized
Date: {{date}}
Server: ${server}
Content-Length: {{length}}
Content-Type: application/xml; charset="UTF-8"
Connection: keep-alive
Keep-Alive: timeout=60, max=99
WWW-Authenticate: Digest realm="${realm}", domain="::", qop="auth", nonce="{{nonce:colon}}", opaque="", algorithm="MD5", stale="FALSE"`,
    body: USER_CHECK_401_BODY,
  };
}

/** GoAhead era: any page leads to /index.asp (public captures of the firmware). */
export function indexAspWeb(server: string): HttpService {
  const headers = ['Date: {{date}}', `Server: ${server}`];
  return {
    kind: 'http',
    port: 80,
    routes: [
      at('/', redirect(headers, '{{origin}}/index.asp')),
      at('/index.asp', page(headers, '<html><head><title></title></head><body><script src="/script/login.js"></script></body></html>')),
    ],
    otherwise: answer(
      '404 Site or Page Not Found',
      [...headers, 'Content-Type: text/html'],
      '<html><head><title>Document Error: Site or Page Not Found</title></head></html>',
    ),
  };
}

const OPTIONS = `
RTSP/1.0 200 OK
CSeq: {{cseq}}
Public: OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER
Date:  {{date-rtsp}}`;

/** RTSP of V5 firmware (nmap-service-probes and captures in retina and gortsplib): Public order, two blanks after `Date:`, no Server header, quoted stale. */
export function hikRtsp(realm: string, basicRealm?: string): RtspService {
  const basic = basicRealm === undefined ? '' : `\nWWW-Authenticate: Basic realm="${basicRealm}"`;
  return {
    kind: 'rtsp',
    port: 554,
    options: OPTIONS,
    describe: `
RTSP/1.0 401 Unauthorized
CSeq: {{cseq}}
WWW-Authenticate: Digest realm="${realm}", nonce="{{nonce:hex32}}", stale="FALSE"${basic}
Date:  {{date-rtsp}}`,
  };
}

/** SDK port 8000 (nmap-service-probes): one 16-byte word to a listener, another to whatever arrives. */
export const SDK_PORT = {
  kind: 'greeting',
  port: 8000,
  hello: Buffer.from('000000100000001e0000001e00000000', 'hex'),
  reply: Buffer.from('000000100000000d0000000d00000000', 'hex'),
} as const satisfies GreetingService;
