import { describe, expect, it } from 'vitest';
import { decodeIsapi } from '../../../probes/isapi/decode.ts';
import { fieldsOf, WRONG_RESPONSES } from '../fields-of.ts';
import { survivesHostileInput } from '../hostile.ts';

const decode = (response: Readonly<Record<string, unknown>>): Record<string, string[]> => fieldsOf(decodeIsapi, 'isapi', response);
const bytes = (text: string | Uint8Array): { bytes: string } => ({ bytes: Buffer.from(text).toString('base64') });

// Built after the element list in hikvision_next fixtures; values ours.
const deviceInfo = (namespace: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<DeviceInfo version="2.0" xmlns="${namespace}">
<deviceName>IP CAMERA</deviceName>
<model>MODEL-1</model>
<serialNumber>MODEL-120200101AAWR000000001</serialNumber>
<macAddress>02-00-5E-10-20-30</macAddress>
<firmwareVersion>V5.7.18</firmwareVersion>
<videoInputChannelNum>4</videoInputChannelNum>
<manufacturer></manufacturer>
</DeviceInfo>`;

describe('probes/isapi/decode', () => {
  it.each([
    'http://www.hikvision.com/ver20/XMLSchema',
    'http://www.isapi.org/ver20/XMLSchema',
    'http://www.std-cgi.com/ver20/XMLSchema',
    'urn:psialliance-org',
  ])('reads leaves under the namespace %s', (namespace) => {
    const fields = decode({ xml: deviceInfo(namespace) });
    expect(fields).toMatchObject({
      'isapi.root': ['DeviceInfo'],
      'isapi.namespace': [namespace],
      'isapi.model': ['MODEL-1'],
      'isapi.macAddress': ['02:00:5e:10:20:30'],
      'isapi.firmwareVersion': ['V5.7.18'],
      'isapi.videoInputChannelNum': ['4'],
      'http.xml.root': ['DeviceInfo'],
      'http.xml.macAddress': ['02-00-5E-10-20-30'],
    });
    expect(Object.keys(fields)).not.toContain('isapi.manufacturer');
  });

  it('says the same of an HTTP answer, of its bytes, and of a bare document in bytes', () => {
    const xml = deviceInfo('urn:psialliance-org');
    const expected = decode({ xml });
    expect(decode({ status: 200, headers: [['Server', 'x']], body: xml })).toEqual({
      'http.status': ['200'],
      'http.header.server': ['x'],
      'http.header-names': ['Server'],
      ...expected,
    });
    expect(decode(bytes(`HTTP/1.1 200 OK\r\nServer: x\r\n\r\n${xml}`))).toMatchObject({ 'http.header.server': ['x'], ...expected });
    expect(decode(bytes(xml))).toEqual(expected);
  });

  it('keeps the challenge of a refusal', () => {
    const fields = decode({ status: 401, headers: [['WWW-Authenticate', 'Digest realm="r", nonce="00"']], body: '<html>no</html>' });
    expect(fields['http.auth.realm']).toEqual(['r']);
    expect(Object.keys(fields).filter((name) => name.startsWith('isapi'))).toEqual([]);
  });

  it.each([
    '<InputProxyChannelList><InputProxyChannel><model>A</model><macAddress>02005e102030</macAddress></InputProxyChannel></InputProxyChannelList>',
    '<InputProxyChannel><sourceInputPortDescriptor><model>A</model><macAddress>0200.5e10.2030</macAddress></sourceInputPortDescriptor></InputProxyChannel>',
    '<List><VideoInputChannel><model>A</model><macAddress>02:00:5E:10:20:30</macAddress></VideoInputChannel></List>',
  ])('reports channels as channels: %s', (xml) => {
    const fields = decode({ xml });
    expect(fields).toMatchObject({ 'isapi.channel.model': ['A'], 'isapi.channel.macAddress': ['02:00:5e:10:20:30'] });
    expect(Object.keys(fields).filter((name) => /^(?:isapi|http\.xml)\.(?:model|macAddress)$/.test(name))).toEqual([]);
  });

  it('drops a MAC that is none', () => {
    expect(decode({ xml: '<DeviceInfo><macAddress>00:00:00:00:00:00</macAddress><a>1</a></DeviceInfo>' })).not.toHaveProperty(
      'isapi.macAddress',
    );
  });

  it('bounds a long list', () => {
    const fields = decode({ xml: `<DeviceInfo>${'<a>1</a>'.repeat(3000)}</DeviceInfo>` });
    expect(fields['isapi.a']?.length).toBeLessThanOrEqual(150);
  });

  it.each(WRONG_RESPONSES)('does not trip over %j', (response) => {
    expect(Array.isArray(decodeIsapi({ id: 'r', from: { address: '' }, protocol: 'isapi', response }))).toBe(true);
  });

  it('reads every beginning of a document', () => {
    const xml = deviceInfo('urn:psialliance-org');
    for (let length = 0; length <= xml.length; length++) {
      expect(['DeviceInfo', undefined]).toContain(decode({ xml: xml.slice(0, length) })['isapi.root']?.[0]);
    }
  });

  survivesHostileInput(decodeIsapi, 'isapi', [
    Buffer.from(deviceInfo('urn:psialliance-org')),
    Buffer.from(`HTTP/1.1 200 OK\r\nServer: x\r\n\r\n${deviceInfo('urn:psialliance-org')}`),
  ]);
});
