/** `--record FILE`: every exchange as it comes, one JSON object a line. */
import { closeSync, openSync } from 'node:fs';
import type { Recording } from '../../probes/recording.ts';
import { CamsweepError, messageOfError } from '../errors.ts';
import { writeFully } from '../inventory/scan-file.ts';

/** Starts a file of recordings. Throws CamsweepError `file-unwritable`. */
export function openRecord(path: string): { write: (recording: Recording) => void; close: () => void } {
  try {
    const descriptor = openSync(path, 'w', 0o600);
    return {
      write: (recording) => writeFully(descriptor, `${JSON.stringify(recording)}\n`),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    throw new CamsweepError('file-unwritable', `--record ${path}: ${messageOfError(error)}`);
  }
}
