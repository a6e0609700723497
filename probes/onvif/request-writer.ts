/**
 * What is asked of an ONVIF device, as node-onvif-ts writes it.
 *
 * The library's own HTTP client has no byte cap, never settles on a stalled body and lets a large one kill the process.
 * Its service classes look `requestCommand` up on the soap module at call time; replacing that one function takes the
 * client out of the picture: what it was handed is the request.
 */
import type { OnvifServiceDevice } from 'node-onvif-ts/dist/node-onvif/module/service-device.js';
import type { Credential } from '../probe.ts';

type Ask = (device: OnvifServiceDevice) => Promise<unknown>;

/** Read-only operations of the device service, and all that is ever sent. */
const OPERATIONS = {
  GetSystemDateAndTime: (device) => device.getSystemDateAndTime(),
  GetCapabilities: (device) => device.getCapabilities(),
  GetServices: (device) => device.getService({ IncludeCapability: false }),
  GetScopes: (device) => device.getScopes(),
  GetDeviceInformation: (device) => device.getDeviceInformation(),
  GetNetworkInterfaces: (device) => device.getNetworkInterfaces(),
} as const satisfies Record<string, Ask>;
export type Operation = keyof typeof OPERATIONS;

/** WS-Security UsernameToken Profile 1.0, by the device's own clock. */
export interface UsernameToken {
  readonly credential: Credential;
  readonly clockOffsetMs: number;
}

type Writer = (ask: Ask, token?: UsernameToken) => Promise<string>;

let writer: Promise<Writer> | undefined;

/** The request's XML. The library is loaded on first use: it pulls in an XML parser and writer, node:http and a pretty-printer. */
export async function writeRequest(operation: Operation, token?: UsernameToken): Promise<string> {
  writer ??= openLibrary();
  return (await writer)(OPERATIONS[operation], token);
}

/** Every request as it is without a login. */
export async function writeOpenRequests(): Promise<Record<string, string>> {
  const write = await (writer ??= openLibrary());
  const written: Record<string, string> = {};
  for (const [operation, ask] of Object.entries(OPERATIONS)) written[operation] = await write(ask);
  return written;
}

async function openLibrary(): Promise<Writer> {
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
    constructor(token: UsernameToken | undefined) {
      // The library puts the user name into XML as it is.
      const login = token ? { user: escapeXml(token.credential.user), pass: token.credential.password } : {};
      super({ xaddr: 'http://192.0.2.1/', ...login });
      // Its own reading of the device clock goes wrong on the 29th to 31st (it sets year, month and day one by one).
      this.timeDiff = token?.clockOffsetMs ?? 0;
    }

    async write(ask: Ask): Promise<string> {
      await ask(this);
      const xml = written.get(this.oxaddr);
      if (xml === undefined) throw new Error(`node-onvif-ts: no request was written for ${ask.name}`);
      return xml;
    }
  }
  return (ask, token) => new RequestWriter(token).write(ask);
}

function escapeXml(text: string): string {
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
  return legal.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
