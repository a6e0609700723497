/** The command around the masking: files in, text out, notes aside. Reads files and stdin; prints through what it is given. */
import { readRecordings } from '../../agent/commands/judge.ts';
import { CamsweepError } from '../../agent/errors.ts';
import { loadOui } from '../../agent/net/oui.ts';
import type { Recording } from '../../probes/recording.ts';
import { loadSignatures } from '../../signatures/load.ts';
import { maskRecordings } from './mask.ts';
import { skeletonOf } from './signature.ts';
import { wordsFrom } from './words.ts';

export interface Printer {
  readonly out: (text: string) => void;
  readonly say: (text: string) => void;
}

const USAGE = 'usage: npm run mask -- [--signature] [RECORDINGS.jsonl…]';
/** Recordings that belong together fit into memory; a whole scan of a large network is not published. */
const MAX_RECORDINGS = 50_000;

/** Masks the files named in `args` together; returns the exit code. */
export async function main(args: readonly string[], { out, say }: Printer): Promise<number> {
  const files = args.filter((argument) => argument === '-' || !argument.startsWith('-'));
  const unknown = args.find((argument) => argument !== '--signature' && !files.includes(argument));
  if (unknown !== undefined) {
    say(`${unknown}: unknown option\n${USAGE}`);
    return 2;
  }
  try {
    const recordings = await readAll(files.length === 0 ? ['-'] : files);
    const oui = loadOui();
    const { recordings: masked, notes } = maskRecordings(recordings, {
      ...wordsFrom(loadSignatures()),
      isRegistered: (mac) => oui(mac) !== undefined,
    });
    out(args.includes('--signature') ? skeletonOf(masked) : masked.map((recording) => `${JSON.stringify(recording)}\n`).join(''));
    for (const note of notes) say(`note: ${note}`);
    return 0;
  } catch (error) {
    if (!(error instanceof CamsweepError)) throw error;
    say(`${error.message}\n  ${error.hintFor(undefined)}`);
    return error.exitCode;
  }
}

async function readAll(files: readonly string[]): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for (const file of files) {
    for await (const recording of readRecordings(file)) {
      if (recordings.push(recording) > MAX_RECORDINGS)
        throw new CamsweepError(
          'recording-invalid',
          `${file}: more than ${MAX_RECORDINGS} recordings: take those of the device in question`,
        );
    }
  }
  return recordings;
}
