import { describe, expect, it } from 'vitest';
import { DEFAULT_PORTS } from '../../../agent/config/ports.ts';
import { estimate } from '../../../agent/sweep/estimate.ts';
import { parseTarget } from '../../../agent/sweep/targets.ts';
import { PROBES } from '../../../probes/index.ts';

const settings = { ports: DEFAULT_PORTS, snmpCommunities: ['public'], snmpUsers: [], userAgent: 'x', timeoutMs: 1000, settleMs: 1200 };
const segment = { interfaceName: 'eth0', address: '10.0.0.5', prefixLength: 24, broadcast: '10.0.0.255' };
const input = { segments: 0, probes: PROBES, settings, rate: 1000, concurrency: 100, darkWaitMs: 1150, otherKnocks: 3 };
const ranges = (text: string) => [parseTarget(text)].flatMap((range) => range ?? []);

describe('agent/sweep/estimate', () => {
  it('counts one packet for a dark attached address, and what knocks for a routed one', () => {
    const near = estimate({ ...input, ranges: ranges('10.0.0.0/24'), attached: [segment] });
    const far = estimate({ ...input, ranges: ranges('10.0.9.0/24'), attached: [segment] });
    expect(near.packetsSilent).toBe(254);
    expect(far.packetsSilent).toBe(5 * 254);
    expect(near.packetsUsual).toBeGreaterThan(near.packetsSilent);
    expect(near.packetsAnswered).toBeGreaterThan(near.packetsUsual);
  });

  it('splits a range that is attached only in part', () => {
    const { packetsSilent } = estimate({ ...input, ranges: ranges('10.0.0.0/23'), attached: [segment] });
    const far = estimate({ ...input, ranges: ranges('10.0.9.0/24'), attached: [] });
    expect(packetsSilent).toBeLessThan(far.packetsSilent + 260 + 30);
  });

  it('never promises less time than its rate allows', () => {
    const slow = estimate({ ...input, rate: 10, ranges: ranges('10.0.0.0/24'), attached: [segment] });
    expect(slow.secondsUsual).toBeCloseTo(slow.packetsUsual / 10, 0);
  });
});
