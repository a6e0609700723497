/**
 * What the isapi probe may ask, and the one request that asks it. GET of two documents, nothing else: the builder takes no other
 * path. Pure.
 */
import type { Credential } from '../probe.ts';

/** Where firmware keeps its tree. The later two are OEM names for the first (ISAPI guide and MatrixEditor/hikvision-sdk-cam). */
export const TREES = ['/ISAPI', '/PSIA', '/pramaAPI'] as const;
export type Tree = (typeof TREES)[number];

const DOCUMENTS = {
  deviceInfo: '/System/deviceInfo',
  /** Cameras behind a recorder. */
  channels: '/ContentMgmt/InputProxy/channels',
} as const;
export type Document = keyof typeof DOCUMENTS;

/** A port of the host, and whether TLS is spoken there. */
export interface Door {
  readonly port: number;
  readonly tls: boolean;
}

export interface IsapiRequest {
  readonly address: string;
  readonly door: Door;
  readonly path: string;
  readonly userAgent: string;
  /** Value of the Authorization header, one byte a code unit. */
  readonly authorization?: string | undefined;
}

export function pathOf(tree: Tree, document: Document): string {
  return `${tree}${DOCUMENTS[document]}`;
}

export function requestBytes({ address, door, path, userAgent, authorization }: IsapiRequest): Uint8Array {
  const name = address.includes(':') ? `[${address.split('%', 1)[0] ?? ''}]` : address;
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${name}${door.port === (door.tls ? 443 : 80) ? '' : `:${door.port}`}`,
    `User-Agent: ${userAgent.replace(/[^\x20-\x7e]/g, '')}`,
    'Accept: */*',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    'Connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** The password itself, in base64. Only for TLS, and only where the user allowed it: the caller sees to both. */
export function basicAuthorization({ user, password }: Credential): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
