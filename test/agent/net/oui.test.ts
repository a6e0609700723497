import { describe, expect, it } from 'vitest';
import { findInPack, packOui } from '../../../agent/net/oui-pack.ts';
import { createOui, isUnicastMac, loadOui, readRegistry, rememberLast } from '../../../agent/net/oui.ts';

const REGISTRY = {
  '0050C2': 'IEEE Registration Authority\n445 Hoes Lane\nUnited States',
  '0050C2001': 'Small Owner Ltd\nStreet 1',
  '0050C2002': 'Private',
  '70B3D5': 'IEEE Registration Authority',
  '0CEFAF': 'IEEE Registration Authority\nHoes Lane',
  '0CEFAF1': 'Middle Owner\nStreet 2',
  '00408C': 'AXIS COMMUNICATIONS AB\nLUND\nSweden',
  AABBCC: 'Never Registered',
};

describe('agent/net/oui', () => {
  const oui = createOui(REGISTRY);

  it.each([
    ['00:40:8c:11:22:33', 'AXIS COMMUNICATIONS AB'],
    ['00-40-8C-11-22-33', 'AXIS COMMUNICATIONS AB'],
    ['0040.8c11.2233', 'AXIS COMMUNICATIONS AB'],
    ['00:50:c2:00:1f:ff', 'Small Owner Ltd'],
    ['0c:ef:af:1f:ff:ff', 'Middle Owner'],
  ])('names the owner of %s', (mac, name) => {
    expect(oui(mac)).toBe(name);
  });

  it.each([
    ['a block nobody was given', '00:00:0f:00:00:00'],
    ['the parent of small blocks', '00:50:c2:ff:ff:ff'],
    ['a private block', '00:50:c2:00:2f:ff'],
    ['a locally administered address', 'aa:bb:cc:00:00:00'],
    ['a group address', '01:00:5e:00:00:fb'],
    ['five octets', '00:40:8c:11:22'],
    ['nothing', ''],
    ['no MAC at all', 'DS-2CD2042WD-I'],
  ])('says nothing of %s', (_name, mac) => {
    expect(oui(mac)).toBeUndefined();
  });

  // The public registry, through oui-data.
  it('finds known owners in the real registry', () => {
    const real = loadOui();
    expect(real('44:19:b6:00:00:01')).toBe('Hangzhou Hikvision Digital Technology Co.,Ltd.');
    expect(real('00:40:8c:00:00:01')).toMatch(/^axis/i);
    expect(real('00:0c:29:00:00:01')).toMatch(/vmware/i);
  });

  it('packs the real registry without losing or changing an entry', () => {
    const registry = readRegistry();
    const pack = Buffer.from(packOui(registry));
    const entries = Object.entries(registry);
    expect(entries.length).toBeGreaterThan(50_000);
    const wrong = entries.filter(
      ([prefix, text]: [string, unknown]) => findInPack(pack, prefix) !== String(text).split('\n', 1)[0]?.replace(/\s+/g, ' ').trim(),
    );
    expect(wrong).toEqual([]);
    for (const absent of ['000000000', 'FFFFFF', '4419B', '4419B60', '', '0']) expect(findInPack(pack, absent)).toBeUndefined();
  });

  it('survives a torn pack', () => {
    const pack = Buffer.from(packOui(REGISTRY));
    for (let length = 0; length < pack.length; length++) {
      expect(['AXIS COMMUNICATIONS AB', undefined]).toContain(findInPack(pack.subarray(0, length), '00408C'));
    }
  });

  it('looks a MAC up once as long as the same one is asked for, an unknown one too', () => {
    const asked: string[] = [];
    const lookUp = rememberLast((mac) => {
      asked.push(mac);
      return mac === 'a' ? 'Owner A' : undefined;
    });
    expect(['a', 'a', 'b', 'b', 'a'].map(lookUp)).toEqual(['Owner A', 'Owner A', undefined, undefined, 'Owner A']);
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('tells a device from a group', () => {
    expect(['02:00:00:00:00:01', '44:19:b6:00:00:01'].map(isUnicastMac)).toEqual([true, true]);
    expect(['01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00', ''].map(isUnicastMac)).toEqual([false, false, false, false]);
  });
});
