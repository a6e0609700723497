/** A result on its way out, a piece at a time: to stdout, or to the file that was named. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CamsweepError, messageOfError } from '../errors.ts';
import type { Io } from './io.ts';

/** What cannot be written to the file goes to stdout, all of it. */
export async function deliver(pieces: () => Iterable<string>, output: string | undefined, io: Io): Promise<void> {
  if (output === undefined) return inTurns(pieces(), io.out);
  try {
    await writeTo(output, pieces());
  } catch (error) {
    // The result is worth more than the wish where to put it.
    await inTurns(pieces(), io.out);
    throw new CamsweepError('file-unwritable', `--output ${output}: ${messageOfError(error)}; the result went to stdout`);
  }
  io.say(`Result written to ${output}`);
}

async function writeTo(path: string, pieces: Iterable<string>): Promise<void> {
  const file = openSync(path, 'w');
  try {
    await inTurns(pieces, (piece) => writeFileSync(file, piece));
  } finally {
    closeSync(file);
  }
}

/** Whoever wants to end the program is heard between two pieces. */
async function inTurns(pieces: Iterable<string>, put: (piece: string) => void): Promise<void> {
  for (const piece of pieces) {
    put(piece);
    await nextTurn();
  }
}
