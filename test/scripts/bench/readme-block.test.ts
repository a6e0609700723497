import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartOf, withBlock } from '../../../scripts/bench/readme-block.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('scripts/bench/readme-block', () => {
  it('is what the README says of speed', () => {
    const readme = read('README.md');
    const latest = read('scripts/bench/results/latest.json');
    expect(withBlock(readme, latest)).toBe(readme);
    expect(chartOf(latest)).toBe(read('scripts/bench/results/chart.svg'));
  });

  it('tells of every aim that was not reached', () => {
    const spread = { median: 1200, min: 1100, max: 1300 };
    const row = { id: 'camsweep', title: 'camsweep', wallMs: spread, devices: { median: 2 }, makers: 2 };
    const peer = { id: 'nmap-st', title: 'nmap -sT', wallMs: { median: 12_000, min: 11_000, max: 13_000 }, devices: row.devices };
    const checks = [
      { text: 'a kept one', state: 'kept' },
      { text: 'a broken one', state: 'broken' },
      { text: 'memory: 9 MiB, aim 5 MiB not met', state: 'told' },
      { text: 'memory: 4 MiB, aim 5 MiB met', state: 'told' },
    ];
    const results = { machine: 'A machine.', scenarios: [{ title: 'A network', devices: 2, rows: [row, peer], checks }] };
    const made = withBlock('before\n<!-- bench: begin -->old<!-- bench: end -->\nafter\n', JSON.stringify(results));
    expect(made).toContain('| A network | **1.20 s, 2 of 2, 2 named** |  | 12.0 s, 2 of 2 |  |  |');
    expect(made.match(/^- .*$/gm)).toEqual(['- A network: a broken one; memory: 9 MiB, aim 5 MiB not met.']);
    expect(made).not.toContain('old');
    expect([made.startsWith('before\n'), made.endsWith('\nafter\n')]).toEqual([true, true]);
  });

  it('refuses a README without its place, and data that is none', () => {
    expect(() => withBlock('nothing', '{}')).toThrow('bench: begin');
    expect(() => withBlock('<!-- bench: begin --><!-- bench: end -->', '{}')).toThrow();
  });
});
