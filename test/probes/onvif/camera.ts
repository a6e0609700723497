/** A camera for the ONVIF probe to ask: its address and login, how it answers, refuses and is known, and what it was asked. */
import { decodeOnvif } from '../../../probes/onvif/decode.ts';
import type { TcpRequest } from '../../../probes/transport.ts';
import { fakeContext, type Fake, type FakeWorld, type TcpScript } from '../fake-context.ts';
import { BODIES, httpAnswer, NOT_AUTHORIZED, onvifEnvelope } from './messages.ts';

export const ADDRESS = '192.0.2.10';
const XADDR = `http://${ADDRESS}:8899/onvif/device_service`;
export const LOGIN = { user: 'operator<&>', password: 'pass"word' };

export type Name = keyof typeof BODIES;
export const textOf = (request: TcpRequest): string => Buffer.from(request.send).toString('utf8');
export const operationOf = (text: string): Name | undefined =>
  Object.keys(BODIES).find((name): name is Name => text.includes(`<tds:${name}`));
export const answer = (name: Name): string => httpAnswer(onvifEnvelope(BODIES[name]));
export const fault = httpAnswer(NOT_AUTHORIZED, { status: '400 Bad Request' });
const DIGEST = 'WWW-Authenticate: Digest qop="auth", realm="IP Camera(12345)", nonce="6d4e", stale="FALSE"';
export const htmlChallenge = httpAnswer('<html><title>401</title></html>', {
  status: '401 Unauthorized',
  type: 'text/html',
  headers: [DIGEST],
});
const OPEN: readonly string[] = ['GetSystemDateAndTime', 'GetCapabilities', 'GetServices'] satisfies Name[];

/** A camera whose open operations answer, and whose others go through `refuse`. */
export function camera(refuse: (text: string, name: Name) => TcpScript): (request: TcpRequest) => TcpScript {
  return (request) => {
    const text = textOf(request);
    const name = operationOf(text);
    if (!name) return httpAnswer('', { status: '400 Bad Request' });
    return OPEN.includes(name) ? answer(name) : refuse(text, name);
  };
}

/** A match WS-Discovery brought earlier. */
export function advertised(xaddr = XADDR): FakeWorld['known'] {
  return () => [
    { field: 'wsd.types', value: 'NetworkVideoTransmitter', protocol: 'ws-discovery' },
    { field: 'wsd.xaddrs', value: xaddr, protocol: 'ws-discovery' },
  ];
}

export function world(tcp: FakeWorld['tcp'], more: FakeWorld = {}): Fake {
  return fakeContext({ decoder: decodeOnvif, tcp, ...more });
}
