import { createHash } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { createSession, ObjectType, Version1, Version2c, type Varbind } from 'net-snmp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseXml, textAt } from '../../probes/xml.ts';
import { askTcp, askUdp, dhipSearch, get, mdnsQuery, post, rtsp, SADP_INQUIRY, search, SNMP_GET, soap, wsProbe } from './ask.ts';
import { LAB_LOGIN } from './hosts/hikvision.ts';
import { startLab, type Lab } from './lab.ts';

const PREFIX = '127.77.206.';
const WEB = 10_080;
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ network: `${PREFIX}0/24`, ports: 'high' });
});
afterAll(async () => {
  await lab.stop();
});

const at = (id: string): string => lab.hosts.find(({ host }) => host.id === id)?.address ?? '';
const web = async (id: string, path: string, more = ''): Promise<string> =>
  (await askTcp({ address: at(id), port: WEB, send: get(path, more) })).toString('utf8');
const udp = async (id: string, port: number, payload: Uint8Array, count = 1): Promise<string> =>
  Buffer.concat(await askUdp(at(id), port, payload, count)).toString('utf8');
const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);
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
    expect(lab.violations.filter(({ host }) => host === 'hikvision-camera-v56')).toEqual([]);
    expect(await web('hikvision-camera-v56', path, digestLine(challenge, path, 'wrong'))).toContain('401 Unauthorized');
    expect(lab.violations.filter(({ host }) => host === 'hikvision-camera-v56').map(({ rule }) => rule)).toEqual(['credentials']);
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

describe('test/lab/servers/onvif', () => {
  const ask = async (id: string, operation: string): Promise<string> =>
    (await askTcp({ address: at(id), port: WEB, send: post('/onvif/device_service', soap(operation)) })).toString('utf8');

  it('answers open questions and refuses the others, in well-formed XML', async () => {
    for (const id of ['hikvision-camera-v56', 'trendnet-camera', 'dahua-camera', 'axis-camera', 'uniview-camera']) {
      const clock = parseXml(bodyOf(await ask(id, 'GetSystemDateAndTime')));
      expect(clock.complete, id).toBe(true);
      expect(textAt(clock.root, 'Year'), id).toMatch(/^\d{4}$/);
      const refused = await ask(id, 'GetScopes');
      expect(refused, id).toContain('400 Bad Request');
      expect(refused, id).toContain('ter:NotAuthorized');
      expect(parseXml(bodyOf(refused)).complete, id).toBe(true);
    }
  });

  it('has the neutral envelope on the rebrand and the branded one on the original', async () => {
    const neutral = await ask('trendnet-camera', 'GetDeviceInformation');
    expect(neutral).toContain('xmlns:tnsn="http://www.eventextension.com/2011/event/topics"');
    expect(neutral).toContain('<tds:Model>TV-IP310PI</tds:Model>');
    expect(await ask('hikvision-camera-v56', 'GetServices')).toContain('xmlns:tnshik="http://www.hikvision.com/2011/event/topics"');
  });
});

describe('test/lab/servers/rtsp', () => {
  const ask = async (id: string, method: string): Promise<string> =>
    (await askTcp({ address: at(id), port: 10_554, send: rtsp(method, at(id)), waitMs: 250 })).toString('latin1');

  it('writes the date and the challenge as the firmware does', async () => {
    expect(await ask('hikvision-camera-v56', 'OPTIONS')).toMatch(
      /\r\nDate: {2}[A-Z][a-z]{2}, [A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n\r\n$/,
    );
    expect(await ask('hikvision-camera-v56', 'DESCRIBE')).toMatch(
      /Digest realm="IP Camera\(E3384\)", nonce="[0-9a-f]{32}", stale="FALSE"\r\n/,
    );
    expect(await ask('dahua-camera', 'OPTIONS')).toContain('CSeq: 7\r\nServer: Rtsp Server/3.0\r\n');
  });
});

describe('test/lab/servers/greeting', () => {
  it('gives a listener one SDK word and a talker the other', async () => {
    const sdk = { address: at('luma-recorder'), port: 8000, waitMs: 250 };
    expect((await askTcp(sdk)).toString('hex')).toBe('000000100000001e0000001e00000000');
    expect((await askTcp({ ...sdk, send: 'x' })).toString('hex')).toBe('000000100000000d0000000d00000000');
  });

  it('gives the DVRIP realm to the realm question and notes a login', async () => {
    const dvrip = { address: at('dahua-recorder'), port: 37777, waitMs: 250 };
    expect((await askTcp({ ...dvrip, send: Buffer.from('a0010000', 'hex') })).toString('latin1')).toContain(
      'Realm:Login to 3F05B0APAZHKSHZ\r\nRandom:',
    );
    await askTcp({ ...dvrip, send: Buffer.from('a0050060', 'hex') });
    expect(lab.violations.filter(({ host }) => host === 'dahua-recorder').map(({ rule }) => rule)).toEqual(['login']);
  });

  it('greets on telnet and FTP', async () => {
    expect((await askTcp({ address: at('hikvision-dvr-old'), port: 10_023, waitMs: 250 })).toString('latin1')).toBe(
      '\r\n192.0.0.64 login: ',
    );
    expect((await askTcp({ address: at('apache-server'), port: 10_021, waitMs: 250 })).toString('latin1')).toBe('220 (vsFTPd 3.0.3)\r\n');
  });
});

describe('test/lab/servers/ws-discovery', () => {
  it('relates to the question and gives well-formed answers', async () => {
    for (const id of ['hikvision-camera-v56', 'oem-camera-odd-scope', 'dahua-camera', 'tapo-camera']) {
      const answer = parseXml(await udp(id, 3702, wsProbe('dn:NetworkVideoTransmitter')));
      expect(answer.complete, id).toBe(true);
      expect(textAt(answer.root, 'RelatesTo'), id).toBe('uuid:84ede3de-7dec-11d0-c360-f01234567890');
    }
    expect(await udp('hikvision-camera-v56', 3702, wsProbe(''))).toContain(
      `http://${at('hikvision-camera-v56')}:${WEB}/onvif/device_service`,
    );
  });

  it('ignores what the device ignores: line breaks, untyped Probes, other types', async () => {
    const broken = Buffer.from(wsProbe('dn:NetworkVideoTransmitter').toString().replace('<e:Body>', '\r\n<e:Body>'));
    expect(await udp('hikvision-camera-v56', 3702, broken)).toBe('');
    expect(await udp('tapo-camera', 3702, wsProbe(''))).toBe('');
    expect(await udp('windows-pc', 3702, wsProbe('dn:NetworkVideoTransmitter'))).toBe('');
    expect((await udp('windows-pc', 3702, wsProbe('tds:Device'), 2)).match(/<\/soap:Envelope>/g)).toHaveLength(2);
  });
});

describe('test/lab/servers/sadp', () => {
  it('answers the inquiry with the elements in the order of the captures', async () => {
    const answer = await udp('hikvision-camera-factory-address', 37020, SADP_INQUIRY);
    const { root, complete } = parseXml(answer);
    expect(complete).toBe(true);
    expect(root?.children.slice(0, 9).map(({ name }) => name)).toEqual([
      'Uuid',
      'Types',
      'DeviceType',
      'DeviceDescription',
      'DeviceSN',
      'CommandPort',
      'HttpPort',
      'MAC',
      'IPv4Address',
    ]);
    expect(textAt(root, 'Uuid')).toBe('13A888A9-F1B1-4020-AE9F-05607682D23B');
    expect([textAt(root, 'IPv4Address'), textAt(root, 'Activated'), textAt(root, 'MAC')]).toEqual([
      '192.168.1.64',
      'false',
      '2c-a5-9c-31-77-08',
    ]);
  });

  it('leaves unicast unanswered where the firmware does', async () => {
    expect(await udp('hikvision-camera-v52', 37020, SADP_INQUIRY)).toBe('');
  });
});

describe('test/lab/servers/dhip', () => {
  it('answers a framed search only, in a frame of the right length', async () => {
    const [answer = Buffer.alloc(32)] = await askUdp(at('intelbras-camera'), 37810, dhipSearch());
    expect(answer.readUInt32LE(16)).toBe(answer.length - 32);
    expect(answer.toString('latin1', 4, 8)).toBe('DHIP');
    const json: unknown = JSON.parse(answer.toString('utf8', 32).replace(/\n\0$/, ''));
    expect(json).toMatchObject({
      mac: '24:fd:0d:77:a1:04',
      params: { deviceInfo: { Vendor: 'Intelbras', IPv4Address: { IPAddress: at('intelbras-camera') } } },
    });
    expect(await udp('intelbras-camera', 37810, dhipSearch().subarray(32))).toBe('');
  });
});

describe('test/lab/servers/ssdp', () => {
  it('answers its own targets, and each of them to ssdp:all', async () => {
    expect(await udp('hikvision-recorder', 1900, search('urn:schemas-upnp-org:service:EmbeddedNetDeviceControl:1'))).toContain(
      `LOCATION: http://${at('hikvision-recorder')}:${WEB}/upnpdevicedesc.xml\r\n`,
    );
    expect((await udp('axis-camera', 1900, search('ssdp:all'), 3)).match(/^ST: /gm)).toHaveLength(3);
    expect(await udp('axis-camera', 1900, search('urn:schemas-upnp-org:device:MediaServer:1'))).toBe('');
    expect(textAt(parseXml(bodyOf(await web('axis-camera', '/rootdesc1.xml'))).root, 'serialNumber')).toBe('ACCC8E3C0419');
  });
});

describe('test/lab/servers/snmp', () => {
  const get1 = async (
    id: string,
    version: typeof Version1 | typeof Version2c,
    oids: string[],
    community = 'public',
  ): Promise<Varbind[] | string> =>
    new Promise((resolve) => {
      const session = createSession(at(id), community, { version, port: 10_161, timeout: 400, retries: 0 });
      session.get(oids, (error, varbinds) => {
        session.close();
        resolve(error ? `${error.name}: ${error.message}` : (varbinds ?? []));
      });
    });
  const SYSTEM = ['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.3.0'];

  it('answers several objects at once, as an SNMP library reads it', async () => {
    const values = await get1('hikvision-recorder', Version2c, [...SYSTEM, '1.3.6.1.4.1.50001.1.2.0']);
    expect(Array.isArray(values) && values.map(({ value }) => String(value))).toEqual([
      'Hikvision company products',
      '1.3.6.1.4.1.50001',
      '4711000',
      '8000',
    ]);
    const first = await get1('time-server', Version1, SYSTEM);
    expect(Array.isArray(first) && String(first[1]?.value)).toBe('1.3.6.1.4.1.39165.1.6');
  });

  it('has an empty system group on a camera: an exception in v2c, an error in v1', async () => {
    const values = await get1('oem-plate-camera', Version2c, [...SYSTEM, '1.3.6.1.4.1.39165.1.1.0']);
    expect(Array.isArray(values) && values.map(({ type }) => type)).toEqual([
      ObjectType.NoSuchObject,
      ObjectType.NoSuchObject,
      ObjectType.NoSuchObject,
      ObjectType.OctetString,
    ]);
    expect(Array.isArray(values) && String(values[3]?.value)).toBe('IPC7A27-ANPR');
    expect(await get1('oem-plate-camera', Version1, SYSTEM)).toContain('NoSuchName');
  });

  it('walks with GETNEXT and is silent to a wrong community', async () => {
    expect(await get1('ups', Version2c, SYSTEM, 'private')).toContain('RequestTimedOut');
    const found: string[] = [];
    await new Promise<void>((resolve) => {
      const session = createSession(at('axis-camera'), 'public', { version: Version2c, port: 10_161, timeout: 400, retries: 0 });
      session.subtree(
        '1.3.6.1.2.1',
        10,
        (varbinds) => void found.push(...varbinds.map(({ oid }) => oid)),
        () => {
          session.close();
          resolve();
        },
      );
    });
    expect(found).toEqual(['1.3.6.1.2.1.1.1.0', '1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.2.2.1.6.2']);
  });

  it('gives its engine ID to a v3 discovery, and only where it has one', async () => {
    const discovery = Buffer.from(
      '303e020103301102042f0a0b0c020300ffe30401040201030410300e0400020100020100040004000400301404000400a00e02044f1a2b3c0201000201003000',
      'hex',
    );
    const [report = Buffer.alloc(0)] = await askUdp(at('cisco-switch'), 10_161, discovery);
    expect(report.toString('hex')).toContain('040c800000090300001b54c73080');
    expect(report.toString('hex')).toContain('060a2b060106030f01010400'); // usmStatsUnknownEngineIDs
    expect(report.toString('hex')).toContain('02042f0a0b0c'); // our message ID
    expect(await askUdp(at('procurve-switch'), 10_161, discovery)).toEqual([]);
  });
});

describe('test/lab/servers/mdns', () => {
  const resolverFor = (id: string): Resolver => {
    const resolver = new Resolver({ timeout: 500, tries: 1 });
    resolver.setServers([`${at(id)}:5353`]);
    return resolver;
  };

  it('answers an ordinary DNS resolver: types, instance, SRV, TXT, address', async () => {
    const axis = resolverFor('axis-camera');
    expect(await axis.resolvePtr('_services._dns-sd._udp.local')).toEqual([
      '_axis-video._tcp.local',
      '_http._tcp.local',
      '_rtsp._tcp.local',
    ]);
    const [instance = ''] = await axis.resolvePtr('_axis-video._tcp.local');
    expect(instance).toContain('AXIS M5014 - ACCC8E3C0419');
    expect(await axis.resolve4('axis-accc8e3c0419.local')).toEqual([at('axis-camera')]);
    expect(await resolverFor('television').resolveSrv('Chromecast-5e1a7c3377b04b2a._googlecast._tcp.local')).toMatchObject([
      { port: 8009, name: '5e1a7c33-77b0-4b2a.local' },
    ]);
    expect((await resolverFor('television').resolveTxt('Chromecast-5e1a7c3377b04b2a._googlecast._tcp.local')).flat()).toContain(
      'fn=Meeting room',
    );
  });

  it('repeats id and question to a legacy asker, and stays silent about what it has not', async () => {
    const [answer = Buffer.alloc(12)] = await askUdp(at('doorbird-intercom'), 5353, mdnsQuery('_axis-video._tcp.local'));
    expect([answer.readUInt16BE(0), answer.readUInt16BE(4), answer.readUInt16BE(6)]).toEqual([0x1234, 1, 1]);
    expect(answer.toString('latin1')).toContain('macaddress=1CCAE37012AB');
    // The name asked for, and the target of the SRV record: not compressed in a legacy answer (RFC 6762, section 18.14).
    expect(answer.toString('latin1').split('\x05local\0')).toHaveLength(3);
    expect(await askUdp(at('doorbird-intercom'), 5353, mdnsQuery('_ipp._tcp.local'))).toEqual([]);
  });
});

describe('test/lab/servers/rude', () => {
  it('drips, pours, resets, keeps mute', async () => {
    const first = async (id: string): Promise<Buffer> =>
      askTcp({ address: at(id), port: WEB, send: get('/'), maxBytes: 300_000, waitMs: 1500 });
    const [drip, endless, reset, mute, head] = await Promise.all(
      ['rude-drip', 'rude-endless-body', 'rude-reset', 'rude-mute', 'rude-endless-head'].map(first),
    );
    expect(drip?.toString('latin1')).toBe('HT');
    expect(endless?.length).toBe(300_000);
    expect([reset?.length, mute?.length]).toEqual([0, 0]);
    expect(head?.includes('\r\n\r\n')).toBe(false);
  });

  it('survives rubbish on every port itself', async () => {
    const rubbish = Buffer.from(Array.from({ length: 1200 }, (_, index) => (index * 7919) % 256));
    for (const port of [3702, 37020, 10_161, 5353]) await askUdp(at('hikvision-camera-v56'), port, rubbish, 1, 30);
    for (let length = 0; length < SNMP_GET.length; length++) await askUdp(at('axis-camera'), 10_161, SNMP_GET.subarray(0, length), 1, 2);
    await askTcp({ address: at('hikvision-camera-v56'), port: WEB, send: rubbish, waitMs: 100 });
    expect(await udp('axis-camera', 10_161, SNMP_GET)).toContain('AXIS M5014');
    expect(await web('hikvision-camera-v56', '/')).toContain('App-webs/');
  });

  it('answers vendor questions on their own ports', async () => {
    const [answer = Buffer.alloc(20)] = await askUdp(
      at('xiongmai-recorder'),
      34569,
      Buffer.from('ff00000000000000000000000000fa0500000000', 'hex'),
    );
    expect(answer.readUInt16LE(14)).toBe(1531);
    expect(answer.readUInt32LE(16)).toBe(answer.length - 20);
    expect(answer.toString('latin1', 20)).toContain('"NetWork.NetCommon"');
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
