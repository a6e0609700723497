/**
 * Plays an HTTP(S) service byte for byte: header order, spelling and doubles as the host data give them. It notes what a
 * guest must not do (signals, rules 1-3): credentials, changing methods, images, paths that only a followed pointer knows.
 */
import type { Socket } from 'node:net';
import type { HttpAnswer, HttpRoute, HttpService } from '../host.ts';
import type { Stage } from '../stage.ts';
import { provesPassword, readRequests, type LabRequest } from './http-request.ts';
import { answerSoap } from './onvif.ts';

const IMAGE = /snapshot|\/picture\b|\.(?:jpe?g|mjpe?g)\b|video\.cgi|mjpg/i;

export async function serveHttp(service: HttpService, stage: Stage): Promise<void> {
  const serve = (socket: Socket): void =>
    readRequests(socket, (request) => {
      const route = routeFor(service, request);
      const signedIn = route?.login ? provesPassword(request, route.login.user, route.login.password) : false;
      if (!signedIn) watchManners(request, route, service.port, stage);
      if (route?.soap) {
        send(socket, request, answerSoap(route.soap, request.body, service.port, stage), stage);
        return;
      }
      const answer = (signedIn ? route?.login?.answer : route?.answer) ?? service.otherwise;
      send(socket, request, answer, stage);
    });
  const tls = service.certificate ? { certificate: service.certificate, old: service.oldTls } : undefined;
  await stage.listenTcp(service.port, serve, tls);
}

function routeFor(service: HttpService, request: LabRequest): HttpRoute | undefined {
  return service.routes.find(({ path, soap }) => {
    if (soap && request.method !== 'POST') return false;
    return path.endsWith('*') ? request.path.startsWith(path.slice(0, -1)) : request.path === path;
  });
}

function watchManners(request: LabRequest, route: HttpRoute | undefined, port: number, stage: Stage): void {
  const { method, target, headers } = request;
  const line = `${method} ${target}`;
  if (headers.has('authorization') || /[?&]auth=/i.test(target)) stage.violation('credentials', port, line);
  if (method === 'POST' ? !route?.soap && !/onvif/i.test(target) : method !== 'GET' && method !== 'HEAD')
    stage.violation('state-change', port, line);
  if (IMAGE.test(target)) stage.violation('image', port, line);
  if (/decoy/i.test(target)) stage.violation('followed', port, line);
}

function send(socket: Socket, request: LabRequest, answer: HttpAnswer, stage: Stage): void {
  if (answer.empty === true) {
    socket.end();
    return;
  }
  const body = bodyOf(answer, stage);
  const head = `${stage.render(answer.head.trim(), { length: String(body.length) }).replaceAll('\n', '\r\n')}\r\n\r\n`;
  const payload = request.method === 'HEAD' ? [] : answer.chunked === true ? chunks(body) : [body];
  socket.write(Buffer.concat([Buffer.from(head, 'utf8'), ...payload]));
  const framed = /^content-length:|^transfer-encoding:/im.test(head);
  const wantsClose = /close/i.test(request.headers.get('connection') ?? '') || /^connection: *close/im.test(head);
  if (!framed || wantsClose) socket.end();
}

function bodyOf(answer: HttpAnswer, stage: Stage): Buffer {
  if (answer.body === undefined) return Buffer.alloc(0);
  return typeof answer.body === 'string' ? Buffer.from(stage.render(answer.body), 'utf8') : Buffer.from(answer.body);
}

function chunks(body: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += 1024) {
    const part = body.subarray(at, at + 1024);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
  }
  return [...parts, Buffer.from('0\r\n\r\n')];
}
