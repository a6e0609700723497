/**
 * ONVIF SOAP over our transport, with node-onvif-ts as the builder of requests.
 *
 * The library's own HTTP client has no byte cap, never settles on a stalled body and lets a large one kill the process.
 * Its service classes look `requestCommand` up on the soap module at call time; replacing that one function takes the
 * client out of the picture. What a device answers never reaches the library: our own bounded reader decodes it. An
 * operation outside the allow-list cannot be asked, because only the allow-list is exported.
 */
import { randomBytes } from 'node:crypto';
import { answerWatcher } from '../http-message.ts';
import { digestAuthorization, type DigestChallenge } from '../digest.ts';
import { secretsOf, withoutSecrets } from '../redact.ts';
import type { Credential } from '../probe.ts';
import type { TcpReply, Transport } from '../transport.ts';
import type { Endpoint } from './xaddr.ts';
import type { OnvifServiceDevice } from 'node-onvif-ts/dist/node-onvif/module/service-device.js';

/** Read-only operations of the device service, and all that is ever sent. */
const OPERATIONS = {
  GetSystemDateAndTime: (device) => device.getSystemDateAndTime(),
  GetCapabilities: (device) => device.getCapabilities(),
  GetServices: (device) => device.getService({ IncludeCapability: false }),
  GetScopes: (device) => device.getScopes(),
  GetDeviceInformation: (device) => device.getDeviceInformation(),
  GetNetworkInterfaces: (device) => device.getNetworkInterfaces(),
} as const satisfies Record<string, (device: OnvifServiceDevice) => Promise<unknown>>;
export type Operation = keyof typeof OPERATIONS;

/** How one request proves who asks. `wsse`: UsernameToken by the device's clock. `digest`: HTTP digest. */
export type Proof =
  | { readonly kind: 'wsse'; readonly credential: Credential; readonly clockOffsetMs: number }
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

/** The request's XML, made by the library, with its UsernameToken where `proof` asks for one. */
export async function buildEnvelope({ operation, proof }: Pick<SoapCall, 'operation' | 'proof'>): Promise<string> {
  const build = await loadBuilder();
  return build(operation, proof?.kind === 'wsse' ? proof : undefined);
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

type WsseProof = Extract<Proof, { kind: 'wsse' }>;
type Builder = (operation: Operation, wsse: WsseProof | undefined) => Promise<string>;

let builder: Promise<Builder> | undefined;

/** Loaded on first use: the library pulls in an XML parser, node:http and a pretty-printer. */
function loadBuilder(): Promise<Builder> {
  builder ??= makeBuilder();
  return builder;
}

async function makeBuilder(): Promise<Builder> {
  const [service, soap] = await Promise.all([
    import('node-onvif-ts/dist/node-onvif/module/service-device.js'),
    import('node-onvif-ts/dist/node-onvif/module/soap.js'),
  ]);
  const written = new WeakMap<object, string>();
  // The library's own classes hold this module object: from here on none of them can open a socket.
  const capture = (owner: object, _operation: string, xml: string): Promise<unknown> => {
    written.set(owner, xml);
    return Promise.resolve({ soap: '', formatted: '', converted: {}, data: {} });
  };
  const library: unknown = Reflect.get(soap, 'default');
  if (typeof library !== 'object' || library === null || !Reflect.set(library, 'requestCommand', capture)) {
    throw new Error('node-onvif-ts: requestCommand cannot be replaced; refusing to use its own HTTP client');
  }

  class RequestWriter extends service.OnvifServiceDevice {
    constructor(wsse: WsseProof | undefined) {
      // The library puts the user name into XML as it is.
      const login = wsse ? { user: escapeXml(wsse.credential.user), pass: wsse.credential.password } : {};
      super({ xaddr: 'http://192.0.2.1/', ...login });
      // Its own reading of the device clock goes wrong on the 29th to 31st (it sets year, month and day one by one).
      this.timeDiff = wsse?.clockOffsetMs ?? 0;
    }

    async write(operation: Operation): Promise<string> {
      await OPERATIONS[operation](this);
      const xml = written.get(this.oxaddr);
      if (xml === undefined) throw new Error(`node-onvif-ts: no request was written for ${operation}`);
      return xml;
    }
  }
  return (operation, wsse) => new RequestWriter(wsse).write(operation);
}

function escapeXml(text: string): string {
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
  return legal.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
