import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { Round, RunnerId, ScenarioResult } from '../../../scripts/bench/bench.ts';
import { renderChart } from '../../../scripts/bench/chart.ts';
import { renderMarkdown, rowsOf } from '../../../scripts/bench/render.ts';
import type { Promised, Scenario } from '../../../scripts/bench/scenarios.ts';
import { TOOLS } from '../../../scripts/bench/tools.ts';
import { checkScenario, spreadOf } from '../../../scripts/bench/verdict.ts';

const ROUND: Round = {
  wallMs: 1000,
  cpuMs: 500,
  peakMiB: 90,
  sentPackets: 1500,
  sentBytes: 100_000,
  receivedPackets: 1200,
  receivedBytes: 200_000,
  othersMs: 0,
  stealMs: 0,
  devices: 30,
  live: 100,
  makers: 30,
  falseFlags: [],
  missedFlags: [],
  missed: [],
  wrongMakers: [],
};

function result(promises: readonly Promised[], rounds: Partial<Record<RunnerId, readonly Round[]>>): ScenarioResult {
  const scenario: Scenario = {
    id: 'test',
    title: 'Test <network>',
    kind: 'attached',
    target: '10.77.0.0/24',
    census: { devices: 30, office: 0, closed: 70, quiet: 0, rude: 0 },
    roundTripMs: 0,
    lossPercent: 0,
    budget: { dark: 2, alive: 10, device: 20 },
    peers: [],
    promises,
    quick: false,
  };
  const entries: [RunnerId, readonly Round[]][] = [['camsweep', rounds.camsweep ?? [ROUND]]];
  const peer = rounds['nmap-sn-root'];
  if (peer) entries.push(['nmap-sn-root', peer]);
  return { scenario, roundTripMs: 0.1, live: 100, devices: 30, rounds: new Map(entries), inside: {}, overflows: 0, violations: '' };
}

const states = (promises: readonly Promised[], rounds: Partial<Record<RunnerId, readonly Round[]>>): string[] =>
  checkScenario(result(promises, rounds)).map(({ state }) => state);

describe('scripts/bench/verdict', () => {
  it('takes the median of odd and even counts', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
  });

  it('compares wall times of one run by their ratio', () => {
    const wall: Promised[] = [{ what: 'wall', peer: 'nmap-sn-root', atLeast: 1.5 }];
    expect(states(wall, { 'nmap-sn-root': [{ ...ROUND, wallMs: 1600 }] })).toEqual(['kept']);
    expect(states(wall, { 'nmap-sn-root': [{ ...ROUND, wallMs: 1400 }] })).toEqual(['broken']);
    expect(states(wall, {})).toEqual([]);
  });

  it('says when a peer is so far ahead that no other work explains it', () => {
    const wall: Promised[] = [{ what: 'wall', peer: 'nmap-sn-root', atLeast: 1.5 }];
    const behind = (wallMs: number): unknown =>
      checkScenario(result(wall, { 'nmap-sn-root': [{ ...ROUND, wallMs }] })).map(({ isTime, isFarBehind }) => [isTime, isFarBehind]);
    expect([behind(390), behind(410)]).toEqual([[[true, true]], [[true, false]]]);
  });

  it('holds a paced scan against the rate of its profile', () => {
    const paced: Promised[] = [{ what: 'paced', atMost: 1.1 }];
    expect(states(paced, { camsweep: [{ ...ROUND, wallMs: 10_900, counted: 20_000 }] })).toEqual(['kept']);
    expect(states(paced, { camsweep: [{ ...ROUND, wallMs: 11_100, counted: 20_000 }] })).toEqual(['broken']);
    expect(states(paced, {})).toEqual(['open']);
  });

  it('breaks on a miss in any round, a false flag, a wrong maker and too many packets', () => {
    const all: Promised[] = [{ what: 'all-devices' }, { what: 'all-makers' }, { what: 'no-false-flag' }, { what: 'packets' }];
    expect(states(all, {})).toEqual(['kept', 'kept', 'kept', 'kept']);
    expect(states(all, { camsweep: [ROUND, { ...ROUND, missed: ['10.77.0.9'] }] })[0]).toBe('broken');
    expect(states(all, { camsweep: [{ ...ROUND, wrongMakers: ['10.77.0.9: none'] }] })[1]).toBe('broken');
    expect(states(all, { camsweep: [{ ...ROUND, falseFlags: ['10.77.0.9'] }] })[2]).toBe('broken');
    // 154 dark addresses, 100 hosts, 30 devices
    const budget = 2 * 154 + 10 * 100 + 20 * 30;
    expect(states(all, { camsweep: [{ ...ROUND, sentPackets: budget }] })[3]).toBe('kept');
    expect(states(all, { camsweep: [{ ...ROUND, sentPackets: budget + 1 }] })[3]).toBe('broken');
  });

  it('never fails on seconds, always on a run without a result', () => {
    expect(states([{ what: 'first-flag', atMost: 100 }], { camsweep: [{ ...ROUND, firstFlagMs: 5000 }] })).toEqual(['told']);
    expect(states([], { camsweep: [{ ...ROUND, failed: 'no result' }] })).toEqual(['broken']);
  });

  it('holds a dry run against what the scan counted', () => {
    const of = (inside: ScenarioResult['inside']): string[] =>
      checkScenario({ ...result([{ what: 'estimate' }], {}), inside }).map(({ state }) => state);
    expect(of({ estimate: [254, 1250, 9000], counted: 1000 })).toEqual(['kept']);
    expect(of({ estimate: [254, 1251, 9000], counted: 1000 })).toEqual(['broken']);
    expect(of({ estimate: [254, 749, 9000], counted: 1000 })).toEqual(['broken']);
    expect(of({ counted: 1000 })).toEqual(['open']);
  });

  it('renders a table and a chart in which titles are escaped', () => {
    const seen = result([], { 'nmap-sn-root': [{ ...ROUND, wallMs: 1600 }] });
    expect(renderMarkdown([seen], 'machine')).toContain('| **camsweep** | **1.00** |');
    const svg = renderChart([{ title: seen.scenario.title, devices: 30, rows: rowsOf(seen) }]);
    expect(svg).toContain('Test &lt;network&gt;');
    expect(svg).not.toContain('NaN');
    let elements = 0;
    const parser = new SaxesParser();
    parser.on('opentag', () => elements++);
    parser.write(svg).close(); // throws where it is not well formed
    expect(elements).toBeGreaterThan(10);
  });
});

describe('scripts/bench/tools', () => {
  // Built after the output formats of nmap 7.93, masscan 1.3.2, arp-scan 1.10.0 and fping 5.1.
  it('reads what each tool prints', () => {
    const grepable = 'Host: 10.77.0.9 ()\tStatus: Up\nHost: 10.77.0.9 ()\tPorts: 80/open/tcp//http///\nHost: 10.77.0.8 ()\tStatus: Down\n';
    expect([...TOOLS['nmap-sn'].read(grepable).live]).toEqual(['10.77.0.9']);
    expect([...TOOLS['nmap-st'].read(grepable).live]).toEqual(['10.77.0.9']);
    expect([...TOOLS.masscan.read('#masscan\nopen tcp 80 10.77.0.9 1700000000\n# end\n').live]).toEqual(['10.77.0.9']);
    expect([...TOOLS['arp-scan'].read('10.77.0.9\t02:00:00:00:00:01\n').live]).toEqual(['10.77.0.9']);
    expect([...TOOLS.fping.read('10.77.0.9\n').live]).toEqual(['10.77.0.9']);
  });

  it('reads the words of nmap scripts host by host', () => {
    const text =
      'Nmap scan report for 10.77.0.9\nPORT STATE SERVICE\n80/tcp open http\n|_http-title: HIKVISION\n\nNmap scan report for 10.77.0.10\n80/tcp closed http\n';
    const { live, words } = TOOLS['nmap-scripts'].read(text);
    expect([...live]).toEqual(['10.77.0.9']);
    expect(words.get('10.77.0.9')).toContain('HIKVISION');
  });
});
