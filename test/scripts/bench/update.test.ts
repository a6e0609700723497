import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { updated, type Results } from '../../../scripts/bench/update.ts';

const before: Results = {
  data: readFileSync(new URL('../../../scripts/bench/results/latest.json', import.meta.url), 'utf8'),
  markdown: readFileSync(new URL('../../../scripts/bench/results/latest.md', import.meta.url), 'utf8'),
};

interface Latest {
  machine: string;
  scenarios: { id: string; live: number }[];
}
const parse = (text: string): Latest => JSON.parse(text) as Latest;

describe('scripts/bench/update', () => {
  it('changes nothing where nothing was run again, and nothing where the same came out', () => {
    const { machine } = parse(before.data);
    for (const again of [before, { data: JSON.stringify({ machine, scenarios: [] }), markdown: `${machine}\n` }]) {
      const after = updated(before, again);
      expect(parse(after.data)).toEqual(parse(before.data));
      expect(after.markdown.trim()).toBe(before.markdown.trim());
    }
  });

  it('puts a scenario in place of its former self', () => {
    const latest = parse(before.data);
    const loss = latest.scenarios.find(({ id }) => id === 'attached-24-loss');
    const title = /^### (Attached \/24, 3 % [^(\n]*)/m.exec(before.markdown)?.[1] ?? '';
    const again = {
      data: JSON.stringify({ ...latest, scenarios: [{ ...loss, live: 77 }] }),
      markdown: `${latest.machine}\n\n### ${title}(77 live)\n\nnew words\n`,
    };
    const after = updated(before, again);
    expect(parse(after.data).scenarios.map(({ id, live }) => [id, live])).toEqual(
      latest.scenarios.map(({ id, live }) => [id, id === 'attached-24-loss' ? 77 : live]),
    );
    expect(after.markdown.match(/^### .*$/gm)).toHaveLength(latest.scenarios.length);
    expect(after.markdown).toContain(`### ${title}(77 live)\n\nnew words\n`);
  });

  it('refuses results of another day or machine', () => {
    const other = before.data.replace(/Measured \d{4}/, 'Measured 1999');
    expect(() => updated(before, { ...before, data: other })).toThrow(/^--update: .*Measured 1999.*run all$/);
  });
});
