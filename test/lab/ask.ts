/**
 * A plain guest for the lab's own tests: sends bytes to one address of the loopback network and hands back what came.
 * Shares nothing with the scanner's transport, so that neither can hide a mistake of the other.
 */
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll } from 'vitest';
import { startLab, type Lab } from './lab.ts';

export interface TcpQuestion {
  readonly address: string;
  readonly port: number;
  readonly send?: string | Uint8Array;
  readonly tls?: 'any' | 'old';
  /** Stops listening after this many bytes or milliseconds; default 1 MB, 600 ms. */
  readonly maxBytes?: number;
  readonly waitMs?: number;
}

/** Everything received until the other side ends, the quiet time is over, or the cap is reached. */
export async function askTcp({ address, port, send, tls, maxBytes = 1_000_000, waitMs = 600 }: TcpQuestion): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const old = tls === 'old' ? { minVersion: 'TLSv1' as const, ciphers: 'ALL:@SECLEVEL=0' } : {};
    const socket: Socket =
      tls === undefined ? connect(port, address) : connectTls({ host: address, port, rejectUnauthorized: false, ...old });
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(parts).subarray(0, maxBytes));
    };
    const timer = setTimeout(done, waitMs);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      if (send !== undefined) socket.write(send);
    });
    socket.on('data', (chunk: Buffer) => {
      parts.push(chunk);
      if (parts.reduce((sum, { length }) => sum + length, 0) >= maxBytes) done();
    });
    socket.on('error', done);
    socket.on('end', done);
  });
}

/** The datagrams that come back within the quiet time, at most `maxAnswers`. */
export async function askUdp(address: string, port: number, payload: Uint8Array, maxAnswers = 1, waitMs = 300): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const answers: Buffer[] = [];
    const socket = createSocket('udp4');
    const done = (): void => {
      clearTimeout(timer);
      socket.close(() => resolve(answers));
    };
    const timer = setTimeout(done, waitMs);
    socket.on('error', () => undefined);
    socket.on('message', (bytes, from) => {
      if (from.address === address) answers.push(bytes);
      if (answers.length === maxAnswers) done();
    });
    socket.send(payload, port, address);
  });
}

export function get(path: string, more = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: lab\r\nUser-Agent: lab-test\r\n${more}Connection: close\r\n\r\n`;
}

export function post(path: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: lab\r\nContent-Type: application/soap+xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}

export function soap(operation: string): string {
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation} xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`;
}

export function rtsp(method: string, address: string): string {
  return `${method} rtsp://${address}/ RTSP/1.0\r\nCSeq: 7\r\n\r\n`;
}

export const SADP_INQUIRY = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid><Types>inquiry</Types></Probe>',
);

export function wsProbe(types: string): Buffer {
  const wanted =
    types === ''
      ? ''
      : `<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">${types}</d:Types>`;
  return Buffer.from(
    `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header><w:MessageID>uuid:84ede3de-7dec-11d0-c360-f01234567890</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header><e:Body><d:Probe>${wanted}</d:Probe></e:Body></e:Envelope>`,
  );
}

export function search(target: string): Buffer {
  return Buffer.from(`M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ${target}\r\n\r\n`);
}

export function dhipSearch(): Buffer {
  const body = Buffer.from('{"method":"DHDiscover.search","params":{"mac":"","uni":1}}\n');
  const header = Buffer.from('2000000044484950000000000000000000000000000000000000000000000000', 'hex');
  header.writeUInt32LE(body.length, 16);
  header.writeUInt32LE(body.length, 24);
  return Buffer.concat([header, body]);
}

/** A v2c GET written out byte by byte: sysDescr, sysObjectID and sysName in one question. */
export const SNMP_GET = Buffer.from(
  '304502010104067075626c6963a038020412345678020100020100302a300c06082b060102010101000500300c06082b060102010102000500300c06082b060102010105000500',
  'hex',
);

/** One mDNS question (class IN), for PTR unless told otherwise. */
export function mdnsQuery(name: string, type = 12): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([Buffer.from([0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

/** Where web servers listen in a lab with high ports. */
export const WEB = 10_080;

export interface Guest {
  /** Address of a host. */
  readonly at: (id: string) => string;
  /** What a host was sent that nobody must send it, by rule. */
  readonly violations: (id: string) => string[];
  /** Asks its web server; the answer with its head. */
  readonly web: (id: string, path: string, more?: string) => Promise<string>;
  readonly udp: (id: string, port: number, payload: Uint8Array, count?: number) => Promise<string>;
}

/** A lab with high ports for the tests of one file, asked by the names its hosts have in the data. */
export function guestIn(network: string): Guest {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ network, ports: 'high' });
  });
  afterAll(() => lab.stop());
  const at = (id: string): string => lab.hosts.find(({ host }) => host.id === id)?.address ?? '';
  return {
    at,
    violations: (id) => lab.violations.filter(({ host }) => host === id).map(({ rule }) => rule),
    web: async (id, path, more = '') => (await askTcp({ address: at(id), port: WEB, send: get(path, more) })).toString('utf8'),
    udp: async (id, port, payload, count = 1) => Buffer.concat(await askUdp(at(id), port, payload, count)).toString('utf8'),
  };
}

/** What follows the head of an HTTP answer. */
export const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);
