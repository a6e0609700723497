/** The SOAP path over real sockets: a raw ONVIF responder on a loopback address, and the product's own TCP exchange. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeTcp } from '../../../agent/net/tcp.ts';
import { completionWatcher } from '../../../probes/http-message.ts';
import { decodeOnvif } from '../../../probes/onvif/decode.ts';
import { onvifProbe } from '../../../probes/onvif/index.ts';
import { buildEnvelope, callOnvif } from '../../../probes/onvif/soap.ts';
import { parseXml } from '../../../probes/xml.ts';
import { fakeContext, type Fake } from '../fake-context.ts';
import { BODIES, httpAnswer, NOT_AUTHORIZED, onvifEnvelope, OPERATIONS } from './messages.ts';
import type { ProbeContext } from '../../../probes/probe.ts';

const ADDRESS = '127.0.0.77';
type Respond = (request: string, socket: Socket) => void;

const servers: { server: Server; sockets: Set<Socket> }[] = [];

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    sockets.forEach((socket) => socket.destroy());
    server.close();
    await once(server, 'close');
  }
});

async function listen(respond: Respond): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      // A request has no status line; with one in front, the reader for answers tells when it is whole.
      if (completionWatcher()(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), received.subarray(received.indexOf('\n') + 1)])))
        respond(received.toString(), socket);
    });
  });
  servers.push({ server, sockets });
  server.listen(0, ADDRESS);
  await once(server, 'listening');
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

/** The fake world, but with a network: loopback only. */
function realContext(port: number, timeoutMs = 2000): { fake: Fake; context: ProbeContext } {
  const fake = fakeContext({ decoder: decodeOnvif, ports: { http: [port] }, settings: { timeoutMs } });
  const { signal } = fake.context;
  const tcp: ProbeContext['transport']['tcp'] = (request) => exchangeTcp(request, { timeoutMs, signal });
  return { fake, context: { ...fake.context, transport: { ...fake.context.transport, tcp } } };
}

const onvifCamera: Respond = (request, socket) => {
  const name = Object.entries(BODIES).find(([operation]) => request.includes(`<tds:${operation}`));
  socket.end(name ? httpAnswer(onvifEnvelope(name[1])) : httpAnswer(NOT_AUTHORIZED, { status: '400 Bad Request' }));
};

describe('probes/onvif/soap', () => {
  it('asks a real responder and understands it', async () => {
    const requests: string[] = [];
    const port = await listen((request, socket) => {
      requests.push(request);
      onvifCamera(request, socket);
    });
    const { fake, context } = realContext(port);
    expect(await onvifProbe.run(ADDRESS, context)).toBe('answered');
    expect(fake.values('onvif.Model')).toEqual(['CAM-1']);
    expect(fake.values('onvif.clock')).toEqual(['2020-01-31T03:04:05Z']);
    expect(requests).toHaveLength(6);
    expect(requests.every((request) => request.includes(`Host: ${ADDRESS}:${port}\r\n`))).toBe(true);
    expect(fake.reported.every(({ response }) => typeof response.bytes === 'string')).toBe(true);
  });

  it.each<[string, Respond, string]>([
    ['silence after connecting', () => undefined, 'not-understood'],
    ['a head and then nothing', (_request, socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n'), 'not-understood'],
    [
      'a body cut in the middle',
      (_request, socket) => void socket.end(httpAnswer(onvifEnvelope(BODIES.GetSystemDateAndTime)).slice(0, -40)),
      'answered',
    ],
    ['a reset', (_request, socket) => void socket.resetAndDestroy(), 'not-understood'],
  ])('comes back from %s', async (_what, respond, outcome) => {
    const port = await listen(respond);
    const { context } = realContext(port, 150);
    expect(await onvifProbe.run(ADDRESS, context)).toBe(outcome);
  });

  it('stops reading an endless answer at the cap', async () => {
    const port = await listen((_request, socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(Buffer.alloc(65_536, 'A')));
      };
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.on('drain', more);
      more();
    });
    const { context } = realContext(port);
    const call = {
      address: ADDRESS,
      endpoint: { tls: false, port, path: '/' },
      operation: 'GetScopes',
      userAgent: 't',
      timeoutMs: 5000,
    } as const;
    const reply = await callOnvif(call, context.transport);
    expect(reply?.ended).toBe('cap');
    expect(reply?.bytes.length).toBe(262_144);
  });

  describe('requests', () => {
    it('are one compact document an operation, all of them reads', async () => {
      for (const operation of OPERATIONS) {
        const xml = await buildEnvelope({ operation });
        expect(parseXml(xml).complete).toBe(true);
        expect(xml).toContain(`<tds:${operation}`);
        expect(xml).not.toMatch(/\n|Security|<tds:(?:Set|Add|Remove|Create|Delete|System)/);
      }
    });

    it('carry a hostile user name as text', async () => {
      const credential = { user: '</Username><x a="1">\u0000', password: 'p' };
      const xml = await buildEnvelope({ operation: 'GetScopes', proof: { kind: 'wsse', credential, clockOffsetMs: 0 } });
      expect(parseXml(xml).complete).toBe(true);
      expect(xml).toContain('&#60;/Username&#62;');
    });

    it('do not mix up logins that are used at the same time', async () => {
      const build = (user: string): Promise<string> =>
        buildEnvelope({ operation: 'GetScopes', proof: { kind: 'wsse', credential: { user, password: 'p' }, clockOffsetMs: 0 } });
      const users = Array.from({ length: 20 }, (_, index) => `user${index}`);
      const built = await Promise.all([...users.map(build), buildEnvelope({ operation: 'GetScopes' })]);
      expect(users.every((user, index) => built[index]?.includes(`<Username>${user}</Username>`))).toBe(true);
      expect(built.at(-1)).not.toContain('Security');
    });

    it('are not sent with a login no header can carry', async () => {
      const fake = fakeContext();
      const challenge = {
        realm: 'r',
        nonce: 'n',
        opaque: undefined,
        hash: 'MD5',
        session: false,
        algorithm: undefined,
        qop: undefined,
      } as const;
      const proof = { kind: 'digest', credential: { user: 'a\r\nb', password: 'p' }, challenge } as const;
      const call = {
        address: ADDRESS,
        endpoint: { tls: false, port: 80, path: '/' },
        operation: 'GetScopes',
        userAgent: 't',
        timeoutMs: 100,
        proof,
      } as const;
      expect(await callOnvif(call, fake.context.transport)).toBeUndefined();
      expect(fake.sent.tcp).toEqual([]);
    });
  });
});
