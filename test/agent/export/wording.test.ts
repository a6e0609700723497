import { describe, expect, it } from 'vitest';
import { serverWords } from '../../../agent/export/server-words.ts';
import { assetOf } from '../../../agent/export/snipe-it/payload.ts';
import { AssetIndex, matchOf } from '../../../agent/export/snipe-it/lookup.ts';
import { keyText, serialIdentifies } from '../../../agent/export/wording.ts';
import { DEVICE } from './samples.ts';

describe('agent/export/wording', () => {
  it('keeps a key that fits, and never makes two long or unclean ones one', () => {
    expect(keyText('mac:44:19:b6:00:00:01', 64)).toBe('mac:44:19:b6:00:00:01');
    const long = `serial:${'a'.repeat(300)}`;
    const keys = [`${long}1`, `${long}2`, 'serial:x\u0001', 'serial:x\u0002', ' serial:x', 'serial:x'];
    const kept = keys.map((key) => keyText(key, 190));
    expect(new Set(kept).size).toBe(keys.length);
    for (const text of kept) expect(text.length).toBeLessThanOrEqual(190);
    const assets = keys.map((key) => assetOf({ ...DEVICE, key }).custom.key);
    expect(new Set(assets).size).toBe(keys.length);
  });

  it('does not take a serial that several devices have for this one', () => {
    const serial = '0123456789';
    const own = { ...DEVICE, serial, identifiers: [{ kind: 'serial' as const, value: serial }] };
    const shared = { ...own, identifiers: [] };
    expect([own, shared, { ...own, serial: null }].map(serialIdentifies)).toEqual([true, false, false]);
    const row = { id: 7, asset_tag: 'A-7', serial, name: 'somebody', model: null, custom_fields: null };
    const match = (device: typeof own): string => {
      const wanted = assetOf(device);
      return matchOf(device, wanted, new AssetIndex([row], 'key').candidates(device, wanted), 'key').kind;
    };
    expect(match(own)).toBe('one');
    expect(match(shared)).toBe('none');
  });
});

describe('agent/export/server-words', () => {
  it('gives the fault of a field before the word that there is one, and nothing for what is empty', () => {
    const said = (json: unknown): string => serverWords({ json, text: '' });
    expect(said({ detail: '1 of 3 failed', errors: [{ name: ['is taken'] }] })).toBe('[{"name":["is taken"]}]');
    expect(said({ message: 'The given data was invalid.', errors: { serial: ['is taken'] } })).toBe('{"serial":["is taken"]}');
    expect(said({ detail: 'Invalid token', errors: {}, messages: [] })).toBe('Invalid token');
    expect(said({ messages: [], error: 'no' })).toBe('no');
  });
});
