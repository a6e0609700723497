/** Writes a file whole or not at all: beside its place first, then renamed. A reader never sees half of it. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { CamsweepError, messageOfError } from '../errors.ts';

/** Throws CamsweepError `file-unwritable`, naming the option it came from. */
export function writeWhole(path: string, content: string | Uint8Array, option: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    const descriptor = openSync(beside, 'wx', 0o644);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new CamsweepError('file-unwritable', `${option} ${path}: ${messageOfError(error)}`);
  }
}
