/** Web servers, with TLS and without. */
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { parseXml, textAt } from '../../../probes/xml.ts';
import { askTcp, bodyOf, get, guestIn, WEB } from '../ask.ts';
import { LAB_LOGIN } from '../hosts/hikvision.ts';

const { at, web, violations } = guestIn('127.77.206.0/24');
const lengthOf = (answer: string): number => Number(/^content-length: (\d+)/im.exec(answer)?.[1]);

describe('test/lab/servers/http', () => {
  it('gives the recorded App-webs refusal, header by header, with a fresh nonce of the right form', async () => {
    const first = await web('hikvision-camera-web-only', '/ISAPI/System/deviceInfo');
    const head = first.split('\r\n').slice(0, 8);
    expect(head.map((line) => line.split(':')[0])).toEqual([
      'HTTP/1.1 401 Unauthorized',
      'Date',
      'Server',
      'Content-Length',
      'Content-Type',
      'Connection',
      'Keep-Alive',
      'WWW-Authenticate',
    ]);
    expect(lengthOf(first)).toBe(178);
    const nonce = /nonce="([0-9a-f]{48})", stale="FALSE"/.exec(first)?.[1] ?? '';
    const inside = Buffer.from(Buffer.from(nonce, 'hex').toString('latin1'), 'base64').toString('latin1');
    expect(inside).toMatch(/^[0-9a-f]{8}:[0-9a-f]{8}$/);
    expect(await web('hikvision-camera-web-only', '/ISAPI/System/deviceInfo')).not.toContain(nonce);
  });

  it('gives two challenges with 60-digit nonces and a page with BOM and no Server header on the newest firmware', async () => {
    const refused = await web('hikvision-camera-v57', '/ISAPI/Security/userCheck');
    const nonces = [...refused.matchAll(/^WWW-Authenticate: .*nonce="([0-9a-f]{60})".*$/gm)];
    expect(nonces).toHaveLength(2);
    expect(nonces[1]?.[0]).toContain('SHA-256');
    expect(Buffer.from(nonces[0]?.[1] ?? '', 'hex').toString('latin1')).toMatch(/^[0-9a-f]{4}:[0-9a-f]{8}:/);
    const page = await askTcp({ address: at('hikvision-camera-v57'), port: WEB, send: get('/') });
    expect(page.toString('latin1')).not.toMatch(/^server:/im);
    expect(page.includes(Buffer.from('\xef\xbb\xbf<!doctype html>\r\n<html>\r\n<head>\r\n\t<title></title>', 'latin1'))).toBe(true);
  });

  it('gives the recorder refusal of 138 bytes with domain="::"', async () => {
    const refused = await web('oem-recorder-opaque-realm', '/ISAPI/Security/userCheck');
    expect(lengthOf(refused)).toBe(138);
    expect(bodyOf(refused)).toHaveLength(138);
    expect(refused).toMatch(
      /Digest realm="[0-9a-f]{64}", domain="::", qop="auth", nonce="[0-9a-f]+:[0-9a-f]+", opaque="", algorithm="MD5", stale="FALSE"/,
    );
  });

  it('answers nothing on /ISAPI and refuses on /pramaAPI', async () => {
    expect(await web('prama-recorder', '/ISAPI/System/deviceInfo')).toBe('');
    expect(await web('prama-recorder', '/pramaAPI/System/deviceInfo')).toContain('401 Unauthorized');
  });

  it('is understood by an ordinary client, keep-alive and chunked answers included', async () => {
    const statuses = await Promise.all(
      ['hikvision-camera-v56', 'apache-server', 'synology-nas', 'axis-camera'].map(async (id) => ordinaryStatus(at(id))),
    );
    expect(statuses).toEqual([200, 200, 200, 302]);
  });

  it('opens deviceInfo to the right digest only, and notes the wrong one', async () => {
    const path = '/ISAPI/System/deviceInfo';
    const challenge = await web('hikvision-camera-v56', path);
    const right = await web('hikvision-camera-v56', path, digestLine(challenge, path, LAB_LOGIN.password));
    expect(textAt(parseXml(bodyOf(right)).root, 'model')).toBe('DS-2CD2385G1-I');
    expect(violations('hikvision-camera-v56')).toEqual([]);
    expect(await web('hikvision-camera-v56', path, digestLine(challenge, path, 'wrong'))).toContain('401 Unauthorized');
    expect(violations('hikvision-camera-v56')).toEqual(['credentials']);
  });

  it.each([
    ['hikvision-camera-v57', 'any', 'hikvision.com', 'HIKVISION'],
    ['axis-camera', 'any', 'axis-accc8e3c0419', 'Axis Communications AB'],
    ['prama-recorder', 'any', 'device', undefined],
    ['hikvision-recorder-old-tls', 'old', 'www.hikvision.com', 'HIKVISION'],
  ] as const)('shows the certificate of %s', async (id, versions, name, organisation) => {
    const { CN, O, protocol } = await peer(at(id), versions === 'old');
    expect([CN, O]).toEqual([name, organisation]);
    expect(protocol === 'TLSv1').toBe(versions === 'old');
  });

  it('does not talk to modern clients where only TLS 1.0 is spoken', async () => {
    await expect(peer(at('hikvision-recorder-old-tls'), false)).rejects.toThrow();
  });
});

async function ordinaryStatus(address: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: address, port: WEB, path: '/' }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject);
    sent.end();
  });
}

function digestLine(challenge: string, uri: string, password: string): string {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const response = md5(`${md5(`${LAB_LOGIN.user}:${realm}:${password}`)}:${nonce}:00000001:abcd:auth:${md5(`GET:${uri}`)}`);
  return `Authorization: Digest username="${LAB_LOGIN.user}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, cnonce="abcd", response="${response}"\r\n`;
}

async function peer(address: string, old: boolean): Promise<{ CN: unknown; O: unknown; protocol: string | null }> {
  return new Promise((resolve, reject) => {
    const versions = old ? { minVersion: 'TLSv1' as const, ciphers: 'ALL:@SECLEVEL=0' } : {};
    const socket = connectTls({ host: address, port: 10_443, rejectUnauthorized: false, ...versions }, () => {
      const { CN, O } = socket.getPeerCertificate().subject;
      resolve({ CN, O, protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
