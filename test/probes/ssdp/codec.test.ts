import { describe, expect, it } from 'vitest';
import { headerValue } from '../../../probes/http-message.ts';
import { isAnnouncement, readSsdp, SEARCH_TARGETS, writeSearch } from '../../../probes/ssdp/codec.ts';
import { mutate, randomFrom } from '../mutate.ts';
import { notify, reply } from './messages.ts';

const search = (target: string, mxSeconds = 1): string =>
  Buffer.from(writeSearch({ target, host: '239.255.255.250:1900', mxSeconds, userAgent: 'Camsweep/1' })).toString('latin1');

describe('probes/ssdp/codec', () => {
  it('writes an M-SEARCH byte for byte', () => {
    expect(search('ssdp:all')).toBe(
      'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\nUSER-AGENT: Camsweep/1\r\n\r\n',
    );
    expect(SEARCH_TARGETS).toContain('urn:schemas-upnp-org:service:EmbeddedNetDeviceControl:1');
  });

  it('keeps MX between 1 and 5, and line breaks out', () => {
    expect([0, -3, 2.9, 60].map((mx) => /MX: (\d+)/.exec(search('a', mx))?.[1])).toEqual(['1', '1', '2', '5']);
    expect(search('a\r\nEVIL: 1')).toContain('ST: a  EVIL: 1\r\n');
  });

  it('reads a response with the order and spelling of its headers', () => {
    const message = readSsdp(reply({ location: 'http://192.0.2.10:80/upnpdevicedesc.xml' }));
    expect(message).toMatchObject({ kind: 'response', status: 200, headComplete: true });
    expect(message?.headers.map(([name]) => name).slice(3, 7)).toEqual(['LOCATION', 'OPT', '01-NLS', 'SERVER']);
  });

  it('reads NOTIFY like a response', () => {
    const message = readSsdp(notify('ssdp:alive'));
    expect(message).toMatchObject({ kind: 'notify', status: undefined, version: 'HTTP/1.1', headComplete: true });
    expect(message && headerValue(message.headers, 'location')).toBe('http://192.0.2.10/d.xml');
    expect(message?.headers).toHaveLength(6);
  });

  it('knows what is no SSDP answer', () => {
    for (const text of [
      '',
      'M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n',
      'RTSP/1.0 200 OK\r\n\r\n',
      'NOTIFY /x HTTP/1.1\r\n\r\n',
      '\0\0\0',
    ]) {
      expect(readSsdp(Buffer.from(text))).toBeUndefined();
    }
    const stray = readSsdp(Buffer.from('HTTP/1.0 400 Bad Request\r\nServer: x\r\n\r\n'));
    expect(stray && isAnnouncement(stray)).toBe(false);
  });

  it('keeps the headers in front of a break, at every length', () => {
    const whole = reply();
    const all = readSsdp(whole)?.headers ?? [];
    for (let length = 17; length < whole.length; length++) {
      const headers = readSsdp(whole.slice(0, length))?.headers ?? [];
      expect(headers.slice(0, -1)).toEqual(all.slice(0, Math.max(0, headers.length - 1)));
    }
  });

  it.each([21, 22])('survives mutation (seed %i)', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 1500; round++) {
      const message = readSsdp(mutate(round % 2 ? reply() : notify('ssdp:byebye'), random));
      expect(message?.headers.length ?? 0).toBeLessThanOrEqual(100);
    }
  });
});
