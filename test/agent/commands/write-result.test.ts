import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeResult } from '../../../agent/commands/write-result.ts';
import { inFolder } from '../inventory/store/temporary.ts';
import { writtenIo } from './written-io.ts';

const pieces = (): readonly string[] => ['{"a":1', ',"b":2', '}\n'];
const WHOLE = '{"a":1,"b":2}\n';

describe('agent/commands/write-result', () => {
  it('writes a file in pieces, and says where it is', () =>
    inFolder((folder) => {
      const [io, file] = [writtenIo(), join(folder, 'result.json')];
      writeResult(pieces, file, io);
      expect([readFileSync(file, 'utf8'), io.written()]).toEqual([WHOLE, '']);
      expect(io.said()).toContain(file);
    }));

  it.skipIf(!existsSync('/dev/full'))('gives the whole result to stdout where the disk is full in the middle', () => {
    const io = writtenIo();
    expect(() => writeResult(pieces, '/dev/full', io)).toThrow(/\/dev\/full.*the result went to stdout/);
    expect(io.written()).toBe(WHOLE);
  });

  it('gives the whole result to stdout where there is no such folder', () =>
    inFolder((folder) => {
      const io = writtenIo();
      expect(() => writeResult(pieces, join(folder, 'none', 'result.json'), io)).toThrow(/the result went to stdout/);
      expect(io.written()).toBe(WHOLE);
    }));

  it('stops where nobody reads any more', () => {
    const closing = new AbortController();
    const written: string[] = [];
    const out = (text: string): void => {
      written.push(text);
      closing.abort();
    };
    const io = { ...writtenIo(), outClosed: closing.signal, out };
    writeResult(pieces, undefined, io);
    expect(written).toEqual(['{"a":1']);
  });
});
