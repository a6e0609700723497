import { describe, expect, it } from 'vitest';
import { findHost } from '../../lab/lab.ts';
import { FIVE_PORTS, deviceHosts, dotted, numberOf, populate } from '../../../scripts/bench/population.ts';

const CENSUS = { devices: 200, office: 40, closed: 159, quiet: 100, rude: 6 };
const span = { first: numberOf('10.77.0.2'), last: numberOf('10.77.15.253') };

describe('scripts/bench/population', () => {
  const hosts = populate(CENSUS, span);

  it('gives everybody an address of their own inside the span', () => {
    expect(hosts).toHaveLength(505);
    expect(new Set(hosts.map(({ address }) => address)).size).toBe(505);
    for (const { address } of hosts) {
      expect(numberOf(address)).toBeGreaterThanOrEqual(span.first);
      expect(numberOf(address)).toBeLessThanOrEqual(span.last);
      expect(dotted(numberOf(address))).toBe(address);
    }
  });

  it('places the same hosts every time', () => {
    expect(populate(CENSUS, span)).toEqual(hosts);
  });

  it('leaves taken addresses alone and refuses more hosts than addresses', () => {
    const few = { devices: 2, office: 0, closed: 1, quiet: 0, rude: 0 };
    const placed = populate(few, { first: 100, last: 103 }, [101]);
    expect(placed.map(({ address }) => address).sort()).toEqual(['0.0.0.100', '0.0.0.102', '0.0.0.103']);
    expect(() => populate(few, { first: 100, last: 101 })).toThrow(RangeError);
  });

  it('mixes makers, and every device opens a port that port scanners are given', () => {
    const { speaking, webOnly } = deviceHosts();
    expect(new Set(speaking.map(({ truth }) => truth.maker)).size).toBeGreaterThanOrEqual(8);
    for (const { services } of [...speaking, ...webOnly]) {
      expect(services.some((service) => 'port' in service && FIVE_PORTS.some((port) => port === service.port))).toBe(true);
    }
  });

  it('keeps one in twenty from UDP and at most one in twenty from HTTP, and never takes all a device has to say', () => {
    const devices = hosts.filter(({ role }) => role === 'device');
    const silent = devices.filter(({ mute }) => mute === 'udp');
    const webless = devices.filter(({ mute }) => mute === 'http');
    expect(silent).toHaveLength(devices.length / 20);
    expect(webless.length).toBeGreaterThan(0);
    expect(webless.length).toBeLessThanOrEqual(devices.length / 20);
    const kindsOf = (lab = ''): string[] => findHost(lab)?.services.map(({ kind }) => kind) ?? [];
    for (const { lab } of silent) expect(kindsOf(lab)).toEqual(expect.arrayContaining([expect.stringMatching(/^(http|rtsp|greeting)$/)]));
    for (const { lab } of webless) expect(kindsOf(lab)).toContain('rtsp');
  });

  it('gives every device a MAC of its maker and serial numbers as long as the original', () => {
    const devices = hosts.filter(({ role }) => role === 'device');
    expect(new Set(devices.map(({ mac }) => mac)).size).toBe(devices.length);
    for (const { lab, mac, serial } of devices) {
      const model = findHost(lab ?? '');
      expect(mac?.slice(0, 8)).toBe(model?.mac.slice(0, 8));
      if (serial !== undefined) expect(serial).toHaveLength(model?.truth.serial?.length ?? -1);
    }
  });
});
