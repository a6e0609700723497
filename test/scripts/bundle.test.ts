import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openRequests, REQUESTS_FILE } from '../../probes/onvif/open-requests.ts';
import { writeRequest } from '../../probes/onvif/request-writer.ts';

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

describe('what is packed beside the compiled code', () => {
  it('has the requests to ONVIF devices as the library writes them today', async () => {
    const find = openRequests(pathToFileURL(`${ROOT}dist/probes/onvif/${REQUESTS_FILE}`));
    expect(find('GetScopes')).toBe(await writeRequest('GetScopes'));
  });
});
