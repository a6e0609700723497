import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = `${ROOT}dist/agent/bundle/`;
const chunks = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.cjs'))
  .map((name) => ({ name, code: readFileSync(`${FOLDER}${name}`, 'utf8') }));

describe('the bundle', () => {
  it('is what the program starts', () => {
    expect(chunks).toHaveLength(1);
    const digest = createHash('sha256')
      .update(chunks[0]?.code ?? '')
      .digest('hex');
    expect(readFileSync(`${ROOT}dist/agent/program.js`, 'utf8')).toContain(`'${digest}'`);
  });

  it('hands on the licence of every package in it', () => {
    const licences = readFileSync(`${FOLDER}LICENCES.txt`, 'utf8');
    const inside = chunks.flatMap(({ code }) => [...code.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name));
    expect(new Set(inside)).toContain('zod');
    for (const name of new Set(inside)) expect(licences).toMatch(new RegExp(`^${String(name)} \\d`, 'm'));
  });

  it('knows nothing of the machine it was made on', () => {
    for (const { name, code } of chunks) expect(code.includes(ROOT), name).toBe(false);
  });
});
