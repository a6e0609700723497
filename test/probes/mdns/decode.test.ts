import { describe, expect, it } from 'vitest';
import { decodeMdns } from '../../../probes/mdns/decode.ts';
import { mutate, randomFrom } from '../mutate.ts';
import { announce, AXIS, flood, offer } from './packets.ts';

const decode = (response: Record<string, unknown>): [string, string][] =>
  decodeMdns({ id: 'x', from: { address: '192.0.2.10' }, protocol: 'mdns', response }).map(({ field, value }) => [field, value]);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('probes/mdns/decode', () => {
  it('reads a structured service, names in lower case, the MAC normalised', () => {
    const response = {
      instance: 'AXIS M5014 - ACCC8E000001',
      type: '_axis-video._tcp',
      txt: { macAddress: 'ACCC8E000001' },
      host: 'a.local.',
      port: 80,
    };
    expect(decode(response)).toEqual([
      ['mdns.type', '_axis-video._tcp'],
      ['mdns.instance', 'AXIS M5014 - ACCC8E000001'],
      ['mdns.host', 'a.local'],
      ['mdns.port', '80'],
      ['mdns.txt.macaddress', 'ACCC8E000001'],
      ['mdns.mac', 'ac:cc:8e:00:00:01'],
    ]);
  });

  it('takes any part alone, and values of any kind', () => {
    expect(decode({ txt: { model: 'X1' } })).toEqual([['mdns.txt.model', 'X1']]);
    expect(decode({ type: '_http._tcp.local.' })).toEqual([['mdns.type', '_http._tcp']]);
    expect(decode({ instance: 'Cam.1._psia._tcp.local' })).toEqual([
      ['mdns.type', '_psia._tcp'],
      ['mdns.instance', 'Cam.1'],
    ]);
    const txt = { n: 5, yes: true, raw: { bytes: base64(Buffer.from('abc')) }, node: Buffer.from('de').toJSON(), list: [1], none: null };
    expect(decode({ txt })).toEqual([
      ['mdns.txt.n', '5'],
      ['mdns.txt.yes', 'true'],
      ['mdns.txt.raw', 'abc'],
      ['mdns.txt.node', 'de'],
    ]);
    expect(decode({ txt: ['A=1', 'flag', 7, 'a=2'] })).toEqual([
      ['mdns.txt.a', '1'],
      ['mdns.txt.flag', 'true'],
    ]);
  });

  it('finds the MAC in the name of a workstation', () => {
    expect(decode({ type: '_workstation._tcp', instance: 'nvr [00:11:22:AA:BB:CC]' })).toContainEqual(['mdns.mac', '00:11:22:aa:bb:cc']);
    expect(decode({ type: '_http._tcp', instance: 'nvr [00:11:22:AA:BB:CC]' }).map(([name]) => name)).not.toContain('mdns.mac');
  });

  it('reads a raw packet, services first, then types without one', () => {
    expect(decode({ bytes: base64(announce(AXIS)) })).toEqual([
      ['mdns.type', '_axis-video._tcp'],
      ['mdns.instance', AXIS.instance],
      ['mdns.host', AXIS.host],
      ['mdns.port', '80'],
      ['mdns.txt.macaddress', 'B8A44F000001'],
      ['mdns.mac', 'b8:a4:4f:00:00:01'],
      ['mdns.txt.bare', 'true'],
    ]);
    expect(decode({ bytes: base64(offer('_psia._tcp', '_CGI._tcp')) })).toEqual([
      ['mdns.type', '_psia._tcp'],
      ['mdns.type', '_CGI._tcp'],
    ]);
  });

  it('prefers the structured parts where both are there', () => {
    expect(decode({ type: '_http._tcp', bytes: base64(announce(AXIS)) })).toEqual([['mdns.type', '_http._tcp']]);
  });

  it('keeps prototype names as names', () => {
    const response = { txt: { ['__proto__']: 'p', constructor: 'c' } };
    expect(decode(response)).toEqual([
      ['mdns.txt.__proto__', 'p'],
      ['mdns.txt.constructor', 'c'],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('gives nothing for wrong types, floods and names that are no names', () => {
    const wrong = [
      {},
      { txt: null, type: 5, instance: [], host: {}, port: 'x' },
      { txt: 'a=1' },
      { bytes: 7 },
      { bytes: '' },
      { txt: { 'a b': 'v', '': 'w' } },
    ];
    for (const response of wrong) expect(decode(response)).toEqual([]);
    expect(decode({ port: 70000 })).toEqual([]);
    for (const count of [200, 2000]) expect(decode({ bytes: base64(flood(count)) })).toEqual([]);
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 'v']));
    expect(decode({ txt: wide })).toHaveLength(64);
  });

  it('gives a part of the fields at every truncation', () => {
    const whole = announce(AXIS);
    const all = decode({ bytes: base64(whole) });
    for (let length = 0; length < whole.length; length++) {
      for (const seen of decode({ bytes: base64(whole.slice(0, length)) })) expect(all).toContainEqual(seen);
    }
  });

  it.each([11, 12])('survives mutation (seed %i)', (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 1500; round++) {
      expect(decode({ bytes: base64(mutate(round % 2 ? announce(AXIS) : flood(60), random)) }).length).toBeLessThanOrEqual(400);
    }
  });
});
