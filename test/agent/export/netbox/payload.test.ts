import { describe, expect, it } from 'vitest';
import { keyText, slugOf, wantedOf } from '../../../../agent/export/netbox/payload.ts';
import { netBoxTarget } from '../../../../agent/export/netbox/index.ts';
import { netBoxSettings } from '../../../../agent/export/netbox/schema.ts';
import { atLeast } from '../../../../agent/export/netbox/setup.ts';
import { TOKEN, TOKEN_2 } from '../../../stand-ins/netbox/stand-in.ts';
import { deviceOf, DEVICES } from '../devices.ts';
import { SETTINGS } from './open.ts';

describe('NetBox payload', () => {
  it.each(Object.entries(DEVICES))('of a device that is %s keeps the limits and holds nothing invisible', (_name, device) => {
    const wanted = wantedOf(device, SETTINGS);
    expect(wanted.name).toMatch(/^cam-[a-z0-9-]{1,60}$/);
    expect((wanted.serial ?? '').length).toBeLessThanOrEqual(50);
    expect(wanted.manufacturer.length).toBeLessThanOrEqual(100);
    expect((wanted.model ?? '').length).toBeLessThanOrEqual(100);
    for (const text of [wanted.serial, wanted.model, wanted.manufacturer, ...Object.values(wanted.fields)]) {
      if (text === null) continue;
      expect(text).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
      expect(text.isWellFormed()).toBe(true);
      expect(text.length).toBeLessThanOrEqual(500);
    }
    for (const name of [wanted.manufacturer, wanted.model ?? 'x', wanted.site]) expect(slugOf(name)).toMatch(/^[-a-z0-9_]{1,100}$/);
  });

  it('keeps keys apart that look alike when they are cut or cleaned', () => {
    const keys = [
      'mac:44:19:b6:00:00:01',
      'serial:a\u0000',
      'serial:a\u0001',
      'serial: ',
      'serial:',
      ...['1', '2'].map((end) => 'x'.repeat(200) + end),
    ];
    expect(new Set(keys.map(keyText)).size).toBe(keys.length);
    expect(keyText('mac:44:19:b6:00:00:01')).toBe('mac:44:19:b6:00:00:01');
  });

  it('sends addresses that are addresses, once, and none where it is told so', () => {
    const device = deviceOf({
      addresses: ['10.0.0.1', '10.0.0.1', '2001:DB8:0:0::5', '2001:db8::5', 'fe80::1', '::g', '999.1.1.1', 'name', ''],
    });
    expect(wantedOf(device, SETTINGS).addresses).toEqual(['10.0.0.1', '2001:db8::5']);
    expect(wantedOf(device, netBoxSettings.parse({ addresses: false })).addresses).toEqual([]);
  });

  it('gives two names two slugs', () => {
    expect(slugOf('Hikvision (HK) Ltd.')).toBe('hikvision-hk-ltd');
    expect(slugOf('海康')).not.toBe(slugOf('大华'));
  });

  it('tells versions and tokens apart', () => {
    expect(['4.1.11', '3.7.8', '4.2.0', '4.10.1', '5.0.0', 'v4.6.0-beta1'].map((version) => atLeast(version, [4, 2]))).toEqual([
      ...[false, false, true, true, true, true],
    ]);
    expect([TOKEN, TOKEN_2].map((token) => netBoxTarget.loginFor?.(token))).toEqual(['token', 'bearer']);
  });

  it('refuses settings it does not know', () => {
    expect(netBoxSettings.safeParse({ rol: 'x' }).success).toBe(false);
    expect(netBoxSettings.safeParse({ role: 'two words' }).success).toBe(false);
    expect(netBoxSettings.safeParse({ status: 'broken' }).success).toBe(false);
  });
});
