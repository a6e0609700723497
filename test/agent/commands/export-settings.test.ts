import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describePlans } from '../../../agent/commands/export-plans.ts';
import { exportJob, isApiJob } from '../../../agent/commands/export-settings.ts';
import { writeDocument } from '../../../agent/commands/export-document.ts';
import { exportEntries } from '../../../agent/config/export-entries.ts';
import { resolveSettings } from '../../../agent/config/resolve.ts';
import { CamsweepError } from '../../../agent/errors.ts';
import { DEVICE } from '../export/samples.ts';
import { inFolder } from '../inventory/store/temporary.ts';

const file = (text: string): { path: string; text: string } => ({ path: 'camsweep.yaml', text });
const SURROUNDINGS = { entries: [], environment: {}, given: [] };

function faultOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof CamsweepError ? `${error.code} ${error.message}` : String(error);
  }
  return 'none';
}

const jobOf = (text: string, name: string, environment: Record<string, string> = {}, given: string[] = []): ReturnType<typeof exportJob> =>
  exportJob(name, { entries: exportEntries(file(text)), environment, given });

describe('exports of the configuration', () => {
  it('are no options of a scan, and are read with their settings', () => {
    const text = 'site: hq\nexports:\n  siem:\n    target: cef\n    output: /var/log/camsweep.cef\n    hostname: scanner\n';
    expect(resolveSettings({}, {}, file(text)).site).toBe('hq');
    expect(jobOf(text, 'siem')).toMatchObject({
      name: 'siem',
      output: '/var/log/camsweep.cef',
      settings: { hostname: 'scanner', facility: 16 },
    });
  });

  it.each([
    ['exports: 7', 'camsweep.yaml:1: exports: expected a map of names'],
    ['exports:\n  "a b": {target: csv}', 'camsweep.yaml:2: exports: "a b"'],
    ['exports:\n  status: {target: csv}', 'camsweep.yaml:2: exports: "status"'],
    ['exports:\n  x:\n    target: nonsense', 'camsweep.yaml:3: exports.x.target: expected one of '],
    ['exports:\n  x:\n    target: csv\n    colour: red', 'camsweep.yaml:4: exports.x.colour'],
    ['exports:\n  x:\n    target: cef\n\n    facility: 99', 'camsweep.yaml:5: exports.x.facility'],
    ['exports:\n  x:\n    target: csv\n    only: some', 'camsweep.yaml:4: exports.x.only'],
    ['exports:\n  x:\n    target: netbox', 'camsweep.yaml:2: exports.x.url: is missing; CAMSWEEP_NETBOX_URL gives it too'],
  ])('names file, line and key of what is wrong: %s', (text, words) => {
    expect(faultOf(() => jobOf(text, 'x'))).toContain(`config-invalid ${words}`);
  });

  it('takes settings from flags over the file, and says which flag is wrong', () => {
    const text = 'exports:\n  siem: {target: cef, facility: 3}\n';
    expect(jobOf(text, 'siem', {}, ['facility=5'])).toMatchObject({ settings: { facility: 5 } });
    expect(faultOf(() => jobOf(text, 'siem', {}, ['facility=x']))).toContain('--set facility');
    expect(faultOf(() => jobOf(text, 'siem', {}, ['facility']))).toContain('expected key=value');
    expect(faultOf(() => exportJob('cef', { ...SURROUNDINGS, given: ['token=abc'] }))).toContain('never given as a flag');
    expect(faultOf(() => exportJob('netbox', SURROUNDINGS))).toContain('--set url: is missing');
  });

  it('knows targets and names, and says so', () => {
    expect(isApiJob(exportJob('csv', SURROUNDINGS))).toBe(false);
    expect(faultOf(() => jobOf('exports:\n  mine: {target: csv}', 'nope'))).toMatch(
      /^export-unknown "nope": expected one of .*jsonl, csv, .*, or mine$/,
    );
  });
});

describe('what an export shows and writes', () => {
  const io = { outIsTerminal: false, columns: 80 };

  it('lists each field before and after, and a conflict with its reason', () => {
    const table = describePlans(
      [
        { action: 'update', device: DEVICE, changes: [{ field: 'firmware', before: 'V1', after: 'V2\u202e' }], why: undefined },
        { action: 'conflict', device: DEVICE, changes: [], why: 'devices 4, 7' },
        { action: 'unchanged', device: DEVICE, changes: [], why: undefined },
      ],
      false,
      io,
    );
    expect(table).toContain('firmware: V1 -> V2·');
    expect(table).toContain('devices 4, 7');
    expect(table).not.toContain('unchanged');
  });

  it('says the same as JSON, unchanged ones included', () => {
    const plan = { action: 'unchanged', device: DEVICE, changes: [], why: undefined } as const;
    expect(JSON.parse(describePlans([plan], true, io))).toMatchObject({
      schemaVersion: 1,
      devices: [{ key: DEVICE.key, action: 'unchanged' }],
    });
  });

  it('replaces a file at once, appends to a log, and leaves nothing beside where it cannot', () =>
    inFolder((folder) => {
      const path = join(folder, 'a.csv');
      writeFileSync(path, 'old');
      writeDocument(path, 'new', 'whole');
      writeDocument(join(folder, 'b.log'), 'one\n', 'append');
      writeDocument(join(folder, 'b.log'), 'two\n', 'append');
      expect([readFileSync(path, 'utf8'), readFileSync(join(folder, 'b.log'), 'utf8')]).toEqual(['new', 'one\ntwo\n']);
      expect(faultOf(() => writeDocument(join(folder, 'missing', 'c'), 'x', 'whole'))).toContain('file-unwritable');
      expect(faultOf(() => writeDocument(folder, 'x', 'whole'))).toContain('file-unwritable');
      expect(readdirSync(folder).sort()).toEqual(['a.csv', 'b.log']);
    }));
});
