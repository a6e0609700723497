import { describe, expect, it } from 'vitest';
import { DEFAULT_PORTS } from '../../../agent/config/ports.ts';
import { estimate, type EarlierScan, type EstimateInput } from '../../../agent/sweep/estimate.ts';
import { parseTarget } from '../../../agent/sweep/targets.ts';
import { PROBES } from '../../../probes/index.ts';

const settings = { ports: DEFAULT_PORTS, snmpCommunities: ['public'], snmpUsers: [], userAgent: 'x', timeoutMs: 1000, settleMs: 1200 };
const segment = { interfaceName: 'eth0', address: '10.0.0.5', prefixLength: 24, broadcast: '10.0.0.255' };
const input = {
  segments: 0,
  probes: PROBES,
  settings,
  touchBytes: 124,
  rate: 1000,
  concurrency: 100,
  darkWaitMs: 1150,
  tableLimit: 1024,
  otherKnocks: 3,
} satisfies Partial<EstimateInput>;
const ranges = (...texts: string[]) => texts.flatMap((text) => [parseTarget(text)].flatMap((range) => range ?? []));
const addresses = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}.${index + 1}`);

/** 100 of a /24 lived: 20 packets and 1,500 bytes each; the group cost 60 packets and 30,000 bytes. */
const earlier: EarlierScan = {
  ranges: ranges('10.0.0.0/24'),
  alive: addresses('10.0.0', 100),
  cost: {
    spent: {
      group: { packets: 60, bytes: 30_000 },
      search: { packets: 254, bytes: 254 * 124 },
      living: { packets: 2000, bytes: 150_000 },
    },
    segments: 1,
    hosts: 100,
    elapsedMs: 2300,
  },
};
const near = { ...input, segments: 1, ranges: ranges('10.0.0.0/24'), attached: [segment] };

describe('agent/sweep/estimate', () => {
  it('counts one packet for a dark attached address, and what knocks for a routed one', () => {
    const attached = estimate({ ...input, ranges: ranges('10.0.0.0/24'), attached: [segment] });
    const far = estimate({ ...input, ranges: ranges('10.0.9.0/24'), attached: [segment] });
    expect(attached.packetsSilent).toBe(254);
    expect(far.packetsSilent).toBe(5 * 254);
    expect(attached.packetsExpected).toBeGreaterThan(attached.packetsSilent);
    expect(attached.packetsAnswered).toBeGreaterThan(attached.packetsExpected);
    expect(attached.basis).toMatchObject({ known: 0, assumed: 254, assumedAlive: 102, isCostMeasured: false });
  });

  it('splits a range that is attached only in part', () => {
    const { packetsSilent } = estimate({ ...input, ranges: ranges('10.0.0.0/23'), attached: [segment] });
    // 254 attached addresses, and 256 of the other half: 10.0.0.255 and 10.0.1.0 are hosts of a /23.
    expect(packetsSilent).toBe(254 + 5 * 256);
  });

  it('does not count what is excluded', () => {
    const exclusions = { ranges: ranges('10.0.0.1-10.0.0.100'), macs: new Set<string>() };
    expect(estimate({ ...near, segments: 0, exclusions }).packetsSilent).toBe(154);
  });

  it('says of the same addresses what they cost the last time, and how long they took', () => {
    const said = estimate({ ...near, earlier });
    expect(said.packetsExpected).toBe(60 + 254 + 2000);
    expect(said.bytesExpected).toBe(30_000 + 254 * 124 + 150_000);
    expect(said.secondsExpected).toBeCloseTo(2.314, 3); // the rate allows no less
    expect(estimate({ ...near, rate: 10_000, earlier }).secondsExpected).toBe(2.3);
    expect(said.basis).toEqual({ known: 254, knownAlive: 100, assumed: 0, assumedAlive: 0, isCostMeasured: true });
  });

  it('takes what is known of half the addresses, and a usual share of the others', () => {
    const said = estimate({ ...near, segments: 0, ranges: ranges('10.0.0.0/24', '10.0.9.1-10.0.9.100'), earlier });
    expect(said.basis).toEqual({ known: 254, knownAlive: 100, assumed: 100, assumedAlive: 40, isCostMeasured: true });
    expect(said.packetsExpected).toBe(254 + 60 * 5 + 40 * 2 + 140 * 20);
  });

  it('knows of a part of the earlier targets who lived there', () => {
    const said = estimate({ ...near, segments: 0, ranges: ranges('10.0.0.1-10.0.0.50'), earlier });
    expect(said.packetsExpected).toBe(50 + 50 * 20);
    // It waited for more addresses then.
    expect(said.secondsExpected).not.toBe(2.3);
  });

  it('takes who lived from a scan that asked other questions, but not what they cost', () => {
    const said = estimate({ ...near, earlier: { ...earlier, cost: undefined } });
    const blind = estimate(near);
    expect(said.basis).toMatchObject({ knownAlive: 100, isCostMeasured: false });
    const group = blind.packetsSilent - 254;
    expect((said.packetsExpected - group - 254) / 100).toBeCloseTo((blind.packetsExpected - group - 254) / (254 * 0.4), 1);
  });

  it('assumes a smaller part of a larger block to live, and no smaller one of many small blocks', () => {
    const alive = (...texts: string[]) => estimate({ ...input, attached: [], ranges: ranges(...texts) }).basis.assumedAlive;
    expect(alive('10.1.0.0/22')).toBeLessThan(3 * alive('10.1.0.0/24'));
    expect(alive('10.1.0.0/24', '10.3.0.0/24', '10.5.0.0/24')).toBeCloseTo(3 * alive('10.1.0.0/24'), -1);
  });

  it('does not assume more hosts where some are excluded', () => {
    const alive = (exclusions: EstimateInput['exclusions']) =>
      estimate({ ...input, attached: [], ranges: ranges('10.0.0.0/16'), exclusions }).basis.assumedAlive;
    const gateways = Array.from({ length: 256 }, (_, index) => ranges(`10.0.${index}.1`)).flat();
    expect(alive({ ranges: gateways, macs: new Set() })).toBeLessThan(alive(undefined));
    expect(alive({ ranges: gateways, macs: new Set() })).toBeGreaterThan(0.99 * alive(undefined));
  });

  it('waits for the places of the neighbour table where a subnet is larger than it', () => {
    const large = { ...segment, prefixLength: 20, broadcast: '10.0.15.255' };
    const seconds = (tableLimit: number) =>
      estimate({ ...input, rate: 1e6, concurrency: 1e4, tableLimit, attached: [large], ranges: ranges('10.0.0.0/20') }).secondsExpected;
    expect(seconds(8192)).toBeLessThan(3); // all at once
    expect(seconds(1024)).toBeGreaterThan(15); // nine hundred at a time, three seconds each, and the living keep their places
    expect(seconds(1024)).toBeLessThan(25);
    // The living of long ago have given their places back.
    const huge = { ...segment, prefixLength: 16, address: '10.0.0.5', broadcast: '10.0.255.255' };
    const whole = estimate({ ...input, rate: 1e6, concurrency: 1e4, attached: [huge], ranges: ranges('10.0.0.0/16') }).secondsExpected;
    expect(whole).toBeGreaterThan(220);
    expect(whole).toBeLessThan(300);
  });

  it('never promises less time than its rate allows', () => {
    const slow = estimate({ ...input, rate: 10, ranges: ranges('10.0.0.0/24'), attached: [segment] });
    expect(slow.secondsExpected).toBeCloseTo(slow.packetsExpected / 10, 0);
  });
});
