import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../probes/decode.ts';
import { loadOui } from '../../../agent/net/oui.ts';
import { compileSignatures } from '../../../agent/identify/compile.ts';
import { identify } from '../../../agent/identify/identify.ts';
import { observationsOf } from '../../../agent/sweep/hosts.ts';
import { PROTOCOLS, recordingSchema, responseBytes, type Protocol, type Recording } from '../../../probes/recording.ts';
import { loadCorpus } from '../../../scripts/fuzz.ts';
import { maskRecordings, type Masked } from '../../../scripts/mask/mask.ts';
import { skeletonOf } from '../../../scripts/mask/signature.ts';
import { wordsFrom } from '../../../scripts/mask/words.ts';
import { mutateResponse } from '../../../scripts/mutate.ts';
import { loadSignatures } from '../../../signatures/load.ts';
import { randomFrom } from '../../probes/mutate.ts';
import { dnsPacket } from './packets.ts';

const oui = loadOui();
const data = loadSignatures();
const OPTIONS = { ...wordsFrom(data), isRegistered: (mac: string) => oui(mac) !== undefined };
const mask = (...recordings: readonly Recording[]): Masked => maskRecordings(recordings, OPTIONS);

let count = 0;
function recording(protocol: Protocol, response: Recording['response'], more: Partial<Recording> = {}): Recording {
  return { id: `r${++count}`, protocol, from: { address: '10.20.30.40', port: 80 }, response, ...more };
}
const inBytes = (content: string | Uint8Array): { bytes: string } => ({ bytes: Buffer.from(content).toString('base64') });

/** All that could be read in a recording, bytes included. */
function read(recordings: readonly Recording[]): string {
  return recordings.map((one) => `${JSON.stringify(one)}\n${Buffer.from(responseBytes(one.response) ?? []).toString('latin1')}`).join('\n');
}
const names = (recordings: readonly Recording[]): string[] =>
  recordings
    .flatMap(decode)
    .map(({ field }) => field)
    .sort();
const values = (recordings: readonly Recording[], field: string): string[] =>
  recordings.flatMap(decode).flatMap((seen) => (seen.field === field ? [seen.value] : []));

function masked(...recordings: readonly Recording[]): readonly Recording[] {
  const result = mask(...recordings);
  expect(result.notes.filter((note) => note.includes('left out'))).toEqual([]);
  expect(names(result.recordings)).toEqual(names(recordings));
  return result.recordings;
}

// Answers built after public SADP captures (sergei.nz, mhzhuji.com), recorded 401 answers (MissiaL/hikvision-client), public ONVIF captures, LibreNMS and GLPI, UniversalScanner doc/protocols.html; all identities are ours.
const SADP =
  '<?xml version="1.0" encoding="UTF-8" ?>\n<ProbeMatch>\n<Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid><DeviceDescription>DS-2CD2432F-IW</DeviceDescription><DeviceSN>DS-2CD2432F-IW20150126CCCH512345678</DeviceSN><MAC>c0-56-e3-a1-b2-c3</MAC><IPv4Address>10.20.30.40</IPv4Address><IPv4SubnetMask>255.255.255.0</IPv4SubnetMask><IPv4Gateway>10.20.30.1</IPv4Gateway><IPv6Address>fe80::c256:e3ff:fea1:b2c3</IPv6Address><SoftwareVersion>V5.2.5build 141201</SoftwareVersion><Salt>8d1f6ac2e47b90358d1f6ac2e47b9035</Salt></ProbeMatch>\n';
const HTTP = (body: string, headers: readonly string[] = []): string =>
  ['HTTP/1.1 401 Unauthorized', 'Server: App-webs/', ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');

describe('scripts/mask', () => {
  it('masks a search answer and keeps what it tells', () => {
    const result = masked(recording('sadp', inBytes(SADP)));
    expect(read(result)).not.toMatch(/a1-b2-c3|12345678|10\.20\.30|a1:b2c3|8d1f6ac2|13A888A9/i);
    expect(values(result, 'sadp.DeviceSN')).toEqual(['DS-2CD2432F-IW20150126CCCH000000000']);
    expect(values(result, 'sadp.MAC')).toEqual(['c0:56:e3:00:00:00']);
    expect(values(result, 'sadp.IPv4Address')).toEqual(['192.0.2.1']);
    expect(values(result, 'sadp.IPv4SubnetMask')).toEqual(['255.255.255.0']);
    expect(values(result, 'sadp.SoftwareVersion')).toEqual(['V5.2.5build 141201']);
    expect(values(result, 'sadp.Salt')[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(result[0]?.from.address).toBe('192.0.2.1');
  });

  it('keeps one device one device, in every answer and spelling', () => {
    const mac = 'c0:56:e3:a1:b2:c3';
    const result = masked(
      recording('arp', { mac }),
      recording('sadp', inBytes(SADP)),
      recording('ws-discovery', {
        xml: `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:aa85c000-6324-11b3-819e-c056e3a1b2c3</a:Address></a:EndpointReference><d:Types>NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/MAC/${mac} onvif://www.onvif.org/name/Warehouse%20North onvif://www.onvif.org/location/city/hangzhou</d:Scopes><d:XAddrs>http://10.20.30.40/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>`,
      }),
      recording('snmp', { varbinds: { '1.3.6.1.4.1.39165.1.4.0': 'C0-56-E3-A1-B2-C3', '1.3.6.1.2.1.1.5.0': 'Warehouse North' } }),
      recording('http', inBytes(HTTP('<b>C056E3A1B2C3 at 10.20.30.40, Warehouse North, c056.e3a1.b2c3</b>')), {
        from: { address: '10.20.30.40', mac },
      }),
    );
    expect(read(result)).not.toMatch(/a1.?b2.?c3|10\.20\.30|Warehouse|North/i);
    expect(values(result, 'link.mac')).toEqual(['c0:56:e3:00:00:00']);
    expect(values(result, 'wsd.epr.mac')).toEqual(['c0:56:e3:00:00:00']);
    expect(values(result, 'wsd.epr.form')).toEqual(['uuid1-mac']);
    expect(values(result, 'onvif.scope.location')).toEqual(['city/hangzhou']);
    expect(values(result, 'http.body')).toEqual(['<b>C056E3000000 at 192.0.2.1, name-1, c056.e300.0000</b>']);
    expect(result[4]?.from).toMatchObject({ address: '192.0.2.1', mac: 'c0:56:e3:00:00:00' });
  });

  it('keeps two devices two', () => {
    const result = masked(
      recording('arp', { mac: 'c0:56:e3:a1:b2:c3' }),
      recording('arp', { mac: 'c0:56:e3:a1:b2:c4' }, { from: { address: '10.20.30.41' } }),
    );
    expect(values(result, 'link.mac')).toEqual(['c0:56:e3:00:00:00', 'c0:56:e3:00:00:01']);
    expect(result.map(({ from }) => from.address)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('masks challenges in their form, and puts the length of the body right', () => {
    const nonce = '4d5755784d7a41344d546b365a446b31597a51354e513d3d';
    const challenge = `WWW-Authenticate: Digest qop="auth", realm="IP Camera(83813)", nonce="${nonce}", stale="FALSE"`;
    const result = masked(
      recording('http', inBytes(HTTP('<p>10.20.30.40</p>', [challenge, 'Set-Cookie: WebSession=0a1b2c3d4e5f60718293; path=/']))),
      recording('rtsp', {
        status: 401,
        headers: [['WWW-Authenticate', 'Digest realm="DS-0362B98B", nonce="0123456789abcdef", opaque="abcd1234"']],
      }),
      recording('http', { status: 200, headers: [['Set-Cookie', 'WebSession=0a1b2c3d4e5f60718293']] }),
    );
    expect(read(result)).not.toMatch(/83813|4d575578|0362B98B|0123456789abcdef|abcd1234|0a1b2c3d/);
    expect(values(result, 'http.auth.realm')[0]).toMatch(/^IP Camera\(\d{5}\)$/);
    expect(values(result, 'http.auth.nonce-form')).toEqual(['hex48:base64:hex8:hex7']);
    expect(values(result, 'rtsp.auth.realm')[0]).toMatch(/^DS-[0-9A-F]{8}$/);
    expect(values(result, 'http.header.content-length')).toEqual([String('<p>192.0.2.1</p>'.length)]);
    expect(values(result, 'http.header.set-cookie')[0]).toMatch(/^WebSession=[0-9a-f]{20}; path=\/$/);
  });

  it('masks serials by where they stand, also in realms and identifiers', () => {
    const result = masked(
      recording('rtsp', { status: 401, headers: [['WWW-Authenticate', 'Digest realm="Login to 6C01E93PAG69A7D", nonce="00"']] }),
      recording('ssdp', { status: 200, headers: [['USN', 'uuid:www.dahuatech.com.device_3_0-6C01E93PAG69A7D']] }),
      recording('sdk', inBytes('Realm:Login to 6C01E93PAG69A7D\r\nRandom:625605629\r\n')),
    );
    expect(read(result)).not.toMatch(/6C01E93|69A7D|625605629/);
    expect(values(result, 'rtsp.auth.realm')).toEqual(['Login to 0C00E00PAG00A0D']);
    expect(values(result, 'sdk.realm')).toEqual(['Login to 0C00E00PAG00A0D']);
  });

  it('masks names of people, places and networks, and no word that is known', () => {
    const result = masked(
      recording('snmp', {
        varbinds: {
          '1.3.6.1.2.1.1.1.0': 'AXIS P3301; Network Camera; 5.40.9.2; May 15 2012 09:50',
          '1.3.6.1.2.1.1.4.0': 'jane.doe@corp.example, ext 4711',
          '1.3.6.1.2.1.1.5.0': 'cam-lobby.corp.example',
          '1.3.6.1.2.1.1.6.0': 'Building 7, vault',
        },
      }),
      recording('isapi', {
        xml: '<DeviceInfo><deviceName>IP CAMERA</deviceName><deviceLocation>hangzhou</deviceLocation><userName>jane</userName><wirelessSSID>CorpGuest</wirelessSSID></DeviceInfo>',
      }),
      recording('http', { status: 302, headers: [['Location', 'https://cam-lobby.corp.example/login']] }),
    );
    expect(read(result)).not.toMatch(/jane|corp|lobby|vault|4711/i);
    expect(values(result, 'snmp.sysDescr')).toEqual(['AXIS P3301; Network Camera; 5.40.9.2; May 15 2012 09:50']);
    expect(values(result, 'isapi.deviceName')).toEqual(['IP CAMERA']);
    expect(values(result, 'isapi.deviceLocation')).toEqual(['hangzhou']);
  });

  it('tells versions from addresses', () => {
    const result = masked(
      recording('onvif', {
        xml: '<GetDeviceInformationResponse><FirmwareVersion>9.80.3.1</FirmwareVersion></GetDeviceInformationResponse>',
      }),
      recording('http', {
        status: 200,
        headers: [['Server', 'nginx/1.18.0.2']],
        body: '<p>10.1.2.3 and 8.8.8.8, OID 1.3.6.1.4.1.39165.1.6</p>',
      }),
    );
    expect(values(result, 'onvif.FirmwareVersion')).toEqual(['9.80.3.1']);
    expect(values(result, 'http.header.server')).toEqual(['nginx/1.18.0.2']);
    expect(values(result, 'http.body')[0]).toMatch(/^<p>192\.0\.2\.\d+ and 192\.0\.2\.\d+, OID 1\.3\.6\.1\.4\.1\.39165\.1\.6<\/p>$/);
  });

  it('puts the lengths of framed JSON right', () => {
    const json = Buffer.from(
      '{"method":"client.notifyDevInfo","mac":"08:ed:ed:a1:b2:c3","params":{"deviceInfo":{"DeviceType":"IPC-1","IPv4Address":{"IPAddress":"10.20.30.40"},"SerialNo":"6C01E93PAG69A7D"}}}\n\0',
    );
    const header = Buffer.alloc(32);
    header.set(Buffer.from('2000000044484950', 'hex'));
    header.writeUInt32LE(json.length, 16);
    header.writeUInt32LE(json.length, 24);
    const xm = Buffer.from(
      '{"NetWork.NetCommon":{"HostIP":"0x281E140A","HostName":"lobby-dvr","MAC":"00:12:31:a1:b2:c3","SN":"0123456789abcdef"}}',
    );
    const xmHeader = Buffer.from('ff01000000000000000000000000fb0500000000', 'hex');
    xmHeader.writeUInt32LE(xm.length, 16);
    const result = masked(
      recording('dhip', inBytes(Buffer.concat([header, json]))),
      recording('xm', inBytes(Buffer.concat([xmHeader, xm]))),
    );
    const [dhip, other] = result.map(({ response }) => Buffer.from(String(response.bytes), 'base64'));
    expect(dhip?.readUInt32LE(16)).toBe((dhip?.length ?? 0) - 32);
    expect(dhip?.readUInt32LE(24)).toBe((dhip?.length ?? 0) - 32);
    expect(other?.readUInt32LE(16)).toBe((other?.length ?? 0) - 20);
    expect(values(result, 'dhip.IPv4Address.IPAddress')).toEqual(['192.0.2.1']);
    expect(values(result, 'xm.HostIP')).toEqual(['192.0.2.1']);
    expect(read(result)).not.toMatch(/a1:b2:c3|69A7D|lobby|281E140A/);
  });

  it('makes a structure of what cannot be changed in place', () => {
    const snmp = Buffer.from(
      '302f020101040673656372657' + '4a2220201010201000201003017301506082b060102010105000409' + Buffer.from('vault-cam').toString('hex'),
      'hex',
    );
    const packet = dnsPacket('_axis-video._tcp.local', 'AXIS M5014 - ACCC8EA1B2C3', 'axis-accc8ea1b2c3.local', [
      'macaddress=ACCC8EA1B2C3',
      '__proto__=x',
    ]);
    const gzip = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n10.20.30\r\n3\r\n.40\r\n0\r\n\r\n';
    const result = masked(recording('snmp', inBytes(snmp)), recording('mdns', inBytes(packet)), recording('http', inBytes(gzip)));
    expect(read(result)).not.toMatch(/vault|secret|a1b2c3|10\.20/i);
    expect(result.some(({ response }) => 'bytes' in response)).toBe(false);
    expect(values(result, 'mdns.txt.macaddress')).toEqual(['ACCC8E000000']);
    expect(values(result, 'http.body')).toEqual(['192.0.2.1']);
  });

  it('keeps the hashes of an icon, not the icon', () => {
    const icon = Buffer.concat([
      Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: image/x-icon\r\nContent-Length: 6\r\n\r\n'),
      Buffer.from([0, 0, 1, 0, 1, 0]),
    ]);
    const result = masked(recording('http', inBytes(icon), { request: { method: 'GET', path: '/favicon.ico', purpose: 'favicon' } }));
    expect(Object.keys(result[0]?.response ?? {})).toEqual(['status', 'headers', 'favicon']);
    expect(values(result, 'http.favicon.md5')[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('leaves out a binary form it cannot account for, and says which and why', () => {
    const { recordings, notes } = mask(
      recording('arp', { mac: 'c0:56:e3:a1:b2:c3' }),
      recording('vivotek', inBytes(Buffer.from([1, 2, 3, 4, 0, 6, 0, 1]))),
    );
    expect(recordings.map(({ protocol }) => protocol)).toEqual(['arp']);
    expect(notes).toEqual(['recording 2 (vivotek): left out: a binary form that cannot be masked safely']);
  });

  it('names the free texts a person should look over', () => {
    expect(mask(recording('http', { status: 200, headers: [], body: '<title>Lobby</title>' })).notes).toEqual([
      'look these over before you publish them, a person may have written into them: http.title, http.body',
    ]);
  });

  it('keeps no login of the question', () => {
    const [one] = masked(
      recording(
        'snmp',
        { varbinds: { '1.3.6.1.2.1.1.1.0': 'x y' } },
        { request: { community: 'secret', user: 'jane', oids: ['1.3.6.1.2.1.1.1.0'] } },
      ),
    );
    expect(one?.request).toEqual({ oids: ['1.3.6.1.2.1.1.1.0'] });
  });

  describe('on whole devices', () => {
    const folder = fileURLToPath(new URL('../../fixtures/devices/', import.meta.url));
    const devices = readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
      .map((line): Recording => ({ ...recordingSchema.parse(JSON.parse(line)), id: `d${++count}` }));
    const signatures = compileSignatures(data, oui);

    it('changes nothing that is said of them', () => {
      const said = (recordings: readonly Recording[]): string[] =>
        [...new Set(recordings.map(({ device }) => device))].map((device) => {
          const { maker, brand, deviceType, certainty, model } = identify(
            recordings.filter((one) => one.device === device).flatMap(observationsOf),
            signatures,
          );
          return [device, maker?.value, brand?.value, deviceType?.value, certainty, model?.value].join(' ');
        });
      expect(said(masked(...devices))).toEqual(said(devices));
    });

    it('gives the same when it is masked once more', () => {
      const once = mask(...devices).recordings;
      const twice = masked(...once);
      expect(values(twice, 'sadp.DeviceSN').map((serial) => serial.length)).toEqual(
        values(once, 'sadp.DeviceSN').map((serial) => serial.length),
      );
    });

    it('makes a skeleton of signatures with every value and its origin, and no identity', () => {
      const { recordings } = mask(...devices.filter(({ device }) => device === 'hikvision-camera-v52'));
      const skeleton = skeletonOf(recordings);
      expect(skeleton).toContain('field: http.header.server\n    match:\n      equals: App-webs/\n');
      expect(skeleton).toContain(`origin: masked recording ${recordings[1]?.id ?? ''}`);
      expect(skeleton).not.toMatch(/502126167|fe:42:92|fe-42-92/);
    });
  });

  const SEED = Number(process.env.FUZZ_SEED ?? 20260307);
  it(`takes anything for a recording, and lets nothing through that decodes to other fields (seed ${SEED})`, () => {
    const corpus = loadCorpus(fileURLToPath(new URL('../../fixtures/fuzz/', import.meta.url)));
    const random = randomFrom(SEED);
    for (const protocol of PROTOCOLS) {
      for (let round = 0; round < 40; round++) {
        const seeds = corpus[protocol] ?? [];
        const seed = seeds[round % Math.max(1, seeds.length)] ?? {};
        const before = recording(protocol, round < seeds.length ? seed : mutateResponse(seed, random));
        const { recordings, notes } = mask(before);
        if (recordings.length > 0) expect(names(recordings), JSON.stringify(before)).toEqual(names([before]));
        else expect(notes).toHaveLength(1);
      }
    }
  });
});
