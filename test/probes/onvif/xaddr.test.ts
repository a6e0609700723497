import { describe, expect, it } from 'vitest';
import { endpointAt, hostOf, isAskable, pathOf } from '../../../probes/onvif/xaddr.ts';

describe('probes/onvif/xaddr', () => {
  it.each([
    ['http://192.0.2.10/onvif/device_service', { tls: false, port: 80, path: '/onvif/device_service' }],
    ['http://192.0.2.10:2020/onvif/device_service', { tls: false, port: 2020, path: '/onvif/device_service' }],
    ['https://192.0.2.10/onvif/device_service?x=1', { tls: true, port: 443, path: '/onvif/device_service?x=1' }],
    ['http://0.0.0.0:8899/onvif/device_service', { tls: false, port: 8899, path: '/onvif/device_service' }],
    ['http://192.0.2.10', { tls: false, port: 80, path: '/' }],
  ])('takes port and path of %s', (xaddr, endpoint) => {
    expect(endpointAt(xaddr, '192.0.2.10')).toEqual(endpoint);
  });

  it.each([
    'http://192.0.2.11/onvif/device_service',
    'http://192.0.2.10.evil.example/onvif',
    'http://192.0.2.10@198.51.100.1/onvif',
    'http://user:secret@192.0.2.10/onvif',
    'http://192.0.2.10:9100/onvif/device_service',
    'http://192.0.2.10:515/onvif/device_service',
    'http://192.0.2.10:0/',
    'http://192.0.2.10:99999/',
    'ftp://192.0.2.10/onvif',
    'file:///etc/passwd',
    `http://192.0.2.10/${'a'.repeat(300)}`,
    'http://127.0.0.1/onvif/device_service',
    'nonsense',
    '',
  ])('refuses %s', (xaddr) => {
    expect(endpointAt(xaddr, '192.0.2.10')).toBeUndefined();
  });

  it('never lets a line break into the request line', () => {
    const endpoint = endpointAt('http://192.0.2.10/a\r\nX-Evil: 1', '192.0.2.10');
    expect(endpoint?.path ?? '').not.toMatch(/[\r\n ]/);
  });

  it('compares IPv6 without brackets and zone', () => {
    expect(hostOf('http://[FE80::1%25eth0]:80/x')).toBe('fe80::1');
    expect(endpointAt('http://[2001:db8::1]:8080/onvif', '2001:db8::1')).toEqual({ tls: false, port: 8080, path: '/onvif' });
    expect(endpointAt('http://[2001:db8::2]/onvif', '2001:db8::1')).toBeUndefined();
  });

  it('reads the path of any URI', () => {
    expect(pathOf('rtsp://192.0.2.1:554/Streaming/Channels/101?x=1')).toBe('/Streaming/Channels/101');
    expect(pathOf('http://[fe80::1%eth0]/onvif/device_service')).toBe('/onvif/device_service');
    expect(pathOf('http://192.0.2.1')).toBe('/');
    expect(pathOf('http:123')).toBeUndefined();
  });

  it('never asks printers to print', () => {
    expect([80, 515, 9100, 9109, 0, 65_536].map(isAskable)).toEqual([true, false, false, false, false, false]);
  });
});
