import { describe, expect, it } from 'vitest';
import { assetOf, decoded, tagOf } from '../../../../agent/export/snipe-it/payload.ts';
import { DEVICES } from '../devices.ts';
import {} from './open.ts';

describe('Snipe-IT payload', () => {
  it.each(Object.entries(DEVICES))('of a device that is %s fits the columns and holds nothing invisible', (_name, device) => {
    const fields = assetOf(device);
    expect(fields.tag).toMatch(/^CAM-[A-Z0-9-]{1,45}$/);
    for (const text of [fields.serial, fields.model, fields.manufacturer, ...Object.values(fields.custom)]) {
      if (text === null) continue;
      expect(text.length).toBeLessThanOrEqual(190);
      expect(text).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
      expect(text.isWellFormed()).toBe(true);
    }
  });

  it('sends no serial that it would have to change', () => {
    expect(assetOf(DEVICES.hostile).serial).toBeNull();
    expect(assetOf(DEVICES.long).serial).toBeNull();
  });

  it('gives every key a tag of its own', () => {
    const keys = [
      'mac:44:19:b6:00:00:01',
      'hq:192.0.2.1',
      'hq:192-0-2-1',
      'serial:é',
      'serial:è',
      'serial:',
      `serial:${'a'.repeat(99)}1`,
      `serial:${'a'.repeat(99)}2`,
    ];
    expect(new Set(keys.map(tagOf)).size).toBe(keys.length);
  });

  it('reads back what the server escaped, once', () => expect(decoded('&amp;lt;b&gt; &#039;')).toBe("&lt;b> '"));
});
