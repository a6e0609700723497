/** Servers that answer a search: WS-Discovery, SADP, DHIP, SSDP, mDNS, and a vendor's own. */
import { Resolver } from 'node:dns/promises';
import { describe, expect, it } from 'vitest';
import { parseXml, textAt } from '../../../probes/xml.ts';
import { askUdp, bodyOf, dhipSearch, guestIn, mdnsQuery, SADP_INQUIRY, search, WEB, wsProbe } from '../ask.ts';

const { at, udp, web } = guestIn('127.77.210.0/24');

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

describe('test/lab/servers/vendor questions', () => {
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
