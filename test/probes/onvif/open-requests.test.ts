/** What the build writes once must be what the library writes each time, and nothing else may pass for it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openRequests, REQUESTS_FILE } from '../../../probes/onvif/open-requests.ts';
import { writeOpenRequests, writeRequest } from '../../../probes/onvif/request-writer.ts';
import { OPERATIONS } from './messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'camsweep-requests-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string): URL {
  const file = join(folder, REQUESTS_FILE);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

describe('probes/onvif/open-requests', () => {
  it('are what the library writes, for every operation there is', async () => {
    const written = await writeOpenRequests();
    expect(Object.keys(written).sort()).toEqual([...OPERATIONS].sort());
    const find = openRequests(fileWith(JSON.stringify(written)));
    for (const operation of OPERATIONS) {
      const now = await writeRequest(operation);
      expect(now).toContain(operation);
      expect(now).not.toContain('Security');
      expect(find(operation)).toBe(now);
    }
  });

  it('are the same in two writings: nothing of a time or of chance is in them', async () => {
    expect(await writeOpenRequests()).toEqual(await writeOpenRequests());
  });

  it.each([
    ['cut off', '{"GetScopes": "<?xml'],
    ['of another kind', '["GetScopes"]'],
    ['nothing', 'null'],
    ['without the operation', '{"GetServices": "<x/>"}'],
    ['with something else in its place', '{"GetScopes": 7}'],
  ])('finds nothing in a file that is %s', (_what, text) => {
    expect(openRequests(fileWith(text))('GetScopes')).toBeUndefined();
  });

  it('finds nothing where there is no file', () => {
    expect(openRequests(pathToFileURL(join(folder, 'absent.json')))('GetScopes')).toBeUndefined();
  });
});
