import { describe, expect, it } from 'vitest';
import { encodeSearch, parseAnswer, parseRecorded } from '../../../probes/dhip/codec.ts';
import { dhipFrame, DHIP_JSON, SAMPLES } from '../vendor-samples.ts';

const find = (members: ReturnType<typeof parseAnswer>, name: string): string | undefined =>
  members?.find((member) => member.name === name)?.value;

describe('probes/dhip/codec', () => {
  it('writes the search byte for byte', () => {
    // Header and JSON of UniversalScanner doc/protocols.html, public captures of the firmware; 59 bytes of JSON and newline.
    expect(Buffer.from(encodeSearch()).toString('hex')).toBe(
      '2000000044484950' +
        '0000000000000000' +
        '3b00000000000000' +
        '3b00000000000000' +
        Buffer.from('{"method":"DHDiscover.search","params":{"mac":"","uni":1}}\n').toString('hex'),
    );
  });

  it('reads deviceInfo by its own names, nested ones joined', () => {
    const members = parseAnswer(SAMPLES.dhip);
    expect(members?.[0]).toEqual({ name: 'mac', value: '08:ed:ed:00:11:22' });
    expect(find(members, 'DeviceType')).toBe('IPC-HDW1431T1-S4');
    expect(find(members, 'Vendor')).toBe('Private');
    expect(find(members, 'HttpPort')).toBe('80');
    expect(find(members, 'IPv4Address.IPAddress')).toBe('192.0.2.108');
    expect(find(members, 'IPv4Address.DhcpEnable')).toBe('true');
  });

  it('reads what was recorded as text or as an object alike', () => {
    const object: unknown = JSON.parse(DHIP_JSON);
    expect(parseRecorded(DHIP_JSON)).toEqual(parseAnswer(SAMPLES.dhip));
    expect(parseRecorded(`DHIP\0\0${DHIP_JSON}\n\0`)).toEqual(parseAnswer(SAMPLES.dhip));
    expect(parseRecorded(object)).toEqual(parseAnswer(SAMPLES.dhip));
  });

  it('does not take a question for an answer', () => {
    expect(parseAnswer(encodeSearch())).toBeUndefined();
    expect(parseRecorded({ method: 'DHDiscover.search', params: { mac: '' } })).toBeUndefined();
    expect(parseRecorded({ method: 'something', params: {} })).toBeUndefined();
    expect(parseRecorded({ unrelated: true })).toBeUndefined();
  });

  it('counts an error behind the header as spoken protocol', () => {
    expect(parseAnswer(dhipFrame('{"error":{"code":268632079},"id":1}'))).toEqual([]);
  });

  it('salvages identity where the JSON breaks off', () => {
    const cut = DHIP_JSON.slice(0, DHIP_JSON.indexOf('"VideoInput'));
    const members = parseAnswer(dhipFrame(cut).subarray(0, 32 + cut.length));
    expect(find(members, 'SerialNo')).toBe('6C01E93PAG00000');
    expect(find(members, 'mac')).toBe('08:ed:ed:00:11:22');
    expect(find(members, 'IPAddress')).toBeUndefined();
  });

  it('never invents a value when truncated', () => {
    const whole = parseAnswer(SAMPLES.dhip) ?? [];
    for (let length = 0; length < SAMPLES.dhip.length; length++) {
      for (const member of parseAnswer(SAMPLES.dhip.subarray(0, length)) ?? []) expect(whole).toContainEqual(member);
    }
  });

  it('stays bounded on wide, deep and many-membered JSON', () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_none, index) => [`k${index}`, 'v']));
    expect(parseRecorded({ params: { deviceInfo: wide } })?.length).toBe(200);
    const lists = Object.fromEntries(Array.from({ length: 200 }, (_none, index) => [`k${index}`, Array.from({ length: 5000 }, () => '')]));
    expect(parseRecorded({ params: { deviceInfo: lists } })).toEqual([]);
    const deep = `{"params":{"deviceInfo":${'{"a":'.repeat(9000)}1${'}'.repeat(9002)}`;
    expect(parseRecorded(deep)).toEqual([]);
    expect(parseRecorded('{"params":{"deviceInfo":{"__proto__":{"polluted":1},"Vendor":"x"}}}')).toContainEqual({
      name: 'Vendor',
      value: 'x',
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
