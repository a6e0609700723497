import { describe, expect, it } from 'vitest';
import { decodeSsdp } from '../../../probes/ssdp/decode.ts';
import { mutate, randomFrom } from '../mutate.ts';
import { DESCRIPTION, httpReply, notify, NVR_ST, reply } from './messages.ts';

function decode(response: Record<string, unknown>, request?: Record<string, unknown>): [string, string][] {
  return decodeSsdp({ id: 'x', from: { address: '192.0.2.10' }, protocol: 'ssdp', request, response }).map(({ field, value }) => [
    field,
    value,
  ]);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const OWN: readonly [string, string][] = [
  ['upnp.deviceType', 'urn:schemas-upnp-org:device:EmbeddedNetDevice:1'],
  ['upnp.friendlyName', 'Recorder & friend'],
  ['upnp.manufacturer', 'Example Corp'],
  ['upnp.modelName', 'R-1'],
  ['upnp.serialNumber', '0001'],
  ['upnp.UDN', 'uuid:00000000-0000-0000-0000-0000000000aa'],
  ['upnp.presentationURL', 'http://192.0.2.10/'],
  ['upnp.serviceType', 'urn:x:service:One:1'],
];

describe('probes/ssdp/decode', () => {
  it('reads the bytes of an answer', () => {
    const fields = decode({ bytes: base64(reply({ location: 'http://192.0.2.10:80/upnpdevicedesc.xml' })) });
    expect(fields).toContainEqual(['ssdp.header.x-user-agent', 'redsonic']);
    expect(fields).toContainEqual(['ssdp.header.01-nls', '00000000-0000-0000-0000-000000000001']);
    expect(fields.slice(-3)).toEqual([
      ['ssdp.st', NVR_ST],
      ['ssdp.usn', `uuid:00000000-0000-0000-0000-0000000000aa::${NVR_ST}`],
      ['ssdp.location.path', '/upnpdevicedesc.xml'],
    ]);
  });

  it('reads the structured form the same, and single headers', () => {
    const headers = [
      ['Server', 'Linux, UPnP/1.0, Private Upnp SDK'],
      ['Location', 'http://192.0.2.10:49152/upnp_device_desc.xml?x=1'],
    ];
    expect(decode({ status: 200, headers })).toEqual([
      ['ssdp.header.server', 'Linux, UPnP/1.0, Private Upnp SDK'],
      ['ssdp.header.location', 'http://192.0.2.10:49152/upnp_device_desc.xml?x=1'],
      ['ssdp.location.path', '/upnp_device_desc.xml?x=1'],
    ]);
    expect(decode({ headers: [['LOCATION', 'https://192.0.2.10']] })).toContainEqual(['ssdp.location.path', '/']);
    expect(decode({ headers: [['LOCATION', 'nonsense']] })).toEqual([['ssdp.header.location', 'nonsense']]);
  });

  it('takes NT of a NOTIFY as the search target', () => {
    expect(decode({ bytes: base64(notify('ssdp:byebye')) })).toContainEqual(['ssdp.st', 'upnp:rootdevice']);
  });

  it('reads a fetched description: the root device, and the Server header', () => {
    const request = { operation: 'description', path: '/d.xml' };
    expect(decode({ bytes: base64(httpReply(DESCRIPTION)) }, request)).toEqual([['ssdp.header.server', 'Linux UPnP/1.0'], ...OWN]);
    expect(decode({ status: 200, headers: [], body: DESCRIPTION }, request)).toEqual(OWN);
  });

  it('knows a description by its XML where there is no request', () => {
    expect(decode({ body: DESCRIPTION })).toEqual(OWN);
    expect(decode({ xml: DESCRIPTION })).toEqual(OWN);
    expect(decode({ bytes: base64(Buffer.from(DESCRIPTION)) })).toEqual(OWN);
    expect(decode({ body: '<DeviceInfo><device>x</device></DeviceInfo>' })).toEqual([]);
  });

  it('gives nothing for a document type, and the first part of a broken description', () => {
    expect(decode({ body: `<!DOCTYPE root [<!ENTITY a "b">]>${DESCRIPTION}` })).toEqual([]);
    expect(decode({ body: DESCRIPTION.slice(0, DESCRIPTION.indexOf('<modelName>')) })).toEqual(OWN.slice(0, 3));
  });

  it('takes wrong types and hostile sizes', () => {
    const wrong = [{}, { headers: 'x', body: 5 }, { headers: [null, [1, 2], ['a b', 'c']] }, { bytes: 3 }, { bytes: '' }, { xml: {} }];
    for (const response of wrong) expect(decode(response)).toEqual([]);
    expect(decode({ headers: Array.from({ length: 5000 }, (_, index) => [`h${index}`, 'v']) })).toHaveLength(100);
    const many = `<root><device>${'<a>b</a>'.repeat(3000)}</device></root>`;
    expect(decode({ body: many })).toHaveLength(100);
  });

  it('gives a part of the fields at every truncation', () => {
    const whole = httpReply(DESCRIPTION);
    const names = decode({ bytes: base64(whole) }, { operation: 'description' }).map(([name]) => name);
    for (let length = 0; length < whole.length; length++) {
      for (const [name] of decode({ bytes: base64(whole.slice(0, length)) }, { operation: 'description' })) expect(names).toContain(name);
    }
  });

  it.each([31, 32])('survives mutation (seed %i)', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 1000; round++) {
      const request = round % 2 ? { operation: 'description' } : undefined;
      const fields = decode({ bytes: base64(mutate(round % 2 ? httpReply(DESCRIPTION) : reply(), random)) }, request);
      expect(fields.length).toBeLessThanOrEqual(250);
    }
  });
});
