import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../scripts/mask/main.ts';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'camsweep-mask-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(text: string | undefined, ...options: string[]): Promise<{ code: number; out: string; said: string }> {
  let [out, said] = ['', ''];
  const file = join(directory, text === undefined ? 'no-such.jsonl' : 'recordings.jsonl');
  if (text !== undefined) writeFileSync(file, text);
  const code = await main([...options, file], { out: (more) => (out += more), say: (more) => (said += `${more}\n`) });
  return { code, out, said };
}

const headers = (address: string): unknown => ({
  headers: [
    ['Server', 'App-webs/'],
    ['Location', `http://${address}/`],
  ],
});
const LINE = JSON.stringify({ id: 'a', from: { address: '10.1.2.3' }, protocol: 'http', response: headers('10.1.2.3') });

describe('scripts/mask/main', () => {
  it('masks recordings, the head and the end of a scan left out', async () => {
    const { code, out, said } = await run(`{"scan":{}}\n${LINE}\n{"end":{}}\n`);
    expect([code, said]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({ id: 'a', from: { address: '192.0.2.1' }, protocol: 'http', response: headers('192.0.2.1') });
  });

  it('prints a skeleton of signatures', async () => {
    const { code, out } = await run(`${LINE}\n`, '--signature');
    expect(code).toBe(0);
    expect(out).toContain('equals: App-webs/');
    expect(out).not.toContain('10.1.2.3');
  });

  it('says what is left out', async () => {
    const { out, said } = await run(`{"id":"b","protocol":"vivotek","response":{"bytes":"AQIDBAAGAAE="}}\n`);
    expect([out, said]).toEqual(['', 'note: recording 1 (vivotek): left out: a binary form that cannot be masked safely\n']);
  });

  it.each([
    ['an option', LINE, '--all', /--all: unknown option\nusage: /],
    ['a line', 'nonsense\n', '--signature', /recordings\.jsonl:1: not JSON/],
    ['a file', undefined, '--signature', /no-such\.jsonl/],
  ])('says what is wrong with %s', async (_what, text, option, message) => {
    const { code, out, said } = await run(text, option);
    expect([code, out]).toEqual([2, '']);
    expect(said).toMatch(message);
  });
});
