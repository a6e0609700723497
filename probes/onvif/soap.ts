/**
 * ONVIF SOAP over our transport. What a device answers never reaches the library that writes the requests: our own bounded reader
 * decodes it. An operation outside the allow-list (`request-writer.ts`) cannot be asked, because only that list is exported.
 */
import { randomBytes } from 'node:crypto';
import { answerWatcher } from '../http-message.ts';
import { digestAuthorization, type DigestChallenge } from '../digest.ts';
import { secretsOf, withoutSecrets } from '../redact.ts';
import type { Credential } from '../probe.ts';
import type { TcpReply, Transport } from '../transport.ts';
import { requestWrittenBefore } from './open-requests.ts';
import { writeRequest, type Operation, type UsernameToken } from './request-writer.ts';
import type { Endpoint } from './xaddr.ts';

/** How one request proves who asks. `wsse`: UsernameToken by the device's clock. `digest`: HTTP digest. */
export type Proof =
  | ({ readonly kind: 'wsse' } & UsernameToken)
  | { readonly kind: 'digest'; readonly credential: Credential; readonly challenge: DigestChallenge };

export interface SoapCall {
  readonly address: string;
  readonly endpoint: Endpoint;
  readonly operation: Operation;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** Absent: neither an Authorization nor a Security header leaves the machine. */
  readonly proof?: Proof | undefined;
}

const MAX_ANSWER_BYTES = 262_144;
const NAMESPACE = 'http://www.onvif.org/ver10/device/wsdl';

/** Sends one operation. Resolves to how it ended; undefined when the credential cannot be put into a request. */
export async function callOnvif(call: SoapCall, transport: Transport): Promise<TcpReply | undefined> {
  const send = requestBytes(call, await buildEnvelope(call));
  if (!send) return undefined;
  const { address, endpoint, timeoutMs, proof } = call;
  const { port, tls } = endpoint;
  const reply = await transport.tcp({ address, port, tls, send, until: answerWatcher(), maxBytes: MAX_ANSWER_BYTES, timeoutMs });
  return proof ? { ...reply, bytes: withoutSecrets(reply.bytes, secretsOf(send, proof.credential)) } : reply;
}

/** The request's XML as the library writes it, with its UsernameToken where `proof` asks for one. */
export async function buildEnvelope({ operation, proof }: Pick<SoapCall, 'operation' | 'proof'>): Promise<string> {
  return proof?.kind === 'wsse' ? writeRequest(operation, proof) : (requestWrittenBefore(operation) ?? writeRequest(operation));
}

/** HTTP/1.1 request, one connection for each: cameras that keep connections alive tend to hang on the second request. */
function requestBytes({ address, endpoint, operation, userAgent, proof }: SoapCall, xml: string): Uint8Array | undefined {
  const authorization =
    proof?.kind === 'digest'
      ? digestAuthorization(proof.challenge, {
          method: 'POST',
          uri: endpoint.path,
          credential: proof.credential,
          cnonce: randomBytes(16).toString('hex'),
        })
      : undefined;
  if (proof?.kind === 'digest' && authorization === undefined) return undefined;

  const host = address.includes(':') ? `[${address.replace(/%.*$/, '')}]` : address;
  const standard = endpoint.port === (endpoint.tls ? 443 : 80);
  const body = Buffer.from(xml, 'utf8');
  const head = [
    `POST ${endpoint.path} HTTP/1.1`,
    `Host: ${host}${standard ? '' : `:${endpoint.port}`}`,
    `User-Agent: ${userAgent}`,
    `Content-Type: application/soap+xml; charset=utf-8; action="${NAMESPACE}/${operation}"`,
    `Content-Length: ${body.length}`,
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    'Connection: close',
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
