import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { csvTarget } from '../../../agent/export/csv/target.ts';
import { TARGETS } from '../../../agent/export/index.ts';
import { deviceJsonSchema, jsonlTarget } from '../../../agent/export/jsonl/target.ts';
import { printable } from '../../../probes/text.ts';
import { HAS_PYTHON, python } from './external.ts';
import { ATTACKS, CONTEXT, DEVICE, hostile } from './samples.ts';

const devices = [DEVICE, ...ATTACKS.map(hostile)];

describe('list of targets', () => {
  it('has ids that are told apart', () => {
    expect(new Set(TARGETS.map(({ id }) => id)).size).toBe(TARGETS.length);
  });
});

describe('JSON Lines', () => {
  const text = jsonlTarget.render(devices, [], CONTEXT, {});

  it('gives every record back equal, and nothing a terminal obeys', () => {
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(devices);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
  });

  it('has a published schema that is the one in the code', () => {
    const published: unknown = JSON.parse(readFileSync('agent/export/jsonl/device.schema.json', 'utf8'));
    expect(published, 'run node dist/scripts/write-schema.js').toEqual(JSON.parse(JSON.stringify(deviceJsonSchema())));
    const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(files).toContain('agent/export/jsonl/device.schema.json');
  });
});

describe('CSV', () => {
  it("is read back by python's csv module as it was meant", ({ skip }) => {
    skip(!HAS_PYTHON, 'python3 is missing');
    const text = csvTarget.render(devices, [], CONTEXT, {});
    const program =
      'import csv,json,sys,io; print(json.dumps(list(csv.DictReader(io.StringIO(sys.stdin.buffer.read().decode("utf-8"), newline=""), strict=True))))';
    const rows = z.array(z.record(z.string(), z.string())).parse(python(program, text));
    expect(rows).toHaveLength(devices.length);
    rows.forEach((row, index) => {
      const model = printable(devices[index]?.model ?? '', 4000);
      expect([model, `'${model}`]).toContain(row.model);
      expect(row.model).not.toMatch(/^[\s]*[=+\-@]/);
      expect(Object.values(row).join('')).not.toMatch(/[\r\n\u202e\u001b]/);
    });
    expect(rows[0]).toMatchObject({
      ...{ schema_version: '1', key: DEVICE.key, address: '192.0.2.64', addresses: '192.0.2.64;2001:db8::64', flagged: 'true' },
      ...{ verdicts: 'ca-fed-2025=restricted', note: '', location: 'HQ, floor 2' },
    });
  });

  it('ends every line in CRLF and is the header alone for no device', () => {
    const text = csvTarget.render([DEVICE], [], CONTEXT, {});
    expect(text.split('\r\n')).toHaveLength(3);
    expect(csvTarget.render([], [], CONTEXT, {})).toMatch(/^schema_version,key,[a-z_,]+\r\n$/);
  });
});
