/**
 * A result on its way out, a piece at a time: to stdout, or to the file that was named. Without a pause between the pieces: whoever
 * presses Ctrl-C twice in it would get half a result.
 */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { CamsweepError, messageOfError } from '../errors.ts';
import type { Io } from './io.ts';

/** What cannot be written to the file goes to stdout, all of it; then throws CamsweepError. */
export function writeResult(pieces: () => Iterable<string>, output: string | undefined, io: Io): void {
  if (output === undefined) return toStdout(pieces(), io);
  try {
    toFile(output, pieces());
  } catch (error) {
    // The result is worth more than the wish where to put it.
    toStdout(pieces(), io);
    throw new CamsweepError('file-unwritable', `--output ${output}: ${messageOfError(error)}; the result went to stdout`);
  }
  io.say(`Result written to ${output}`);
}

function toStdout(pieces: Iterable<string>, { out, outClosed }: Io): void {
  for (const piece of pieces) {
    if (outClosed.aborted) return;
    out(piece);
  }
}

function toFile(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, 'w');
  try {
    for (const piece of pieces) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
}
