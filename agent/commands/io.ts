/** The only door to the terminal: results to stdout, everything else to stderr, colour only where a person looks. */
import { writeSync } from 'node:fs';
import pc from 'picocolors';

export interface Io {
  /** Result text, as is. */
  readonly out: (text: string) => void;
  /** A line for people. */
  readonly say: (text: string) => void;
  /** Rewrites the progress line; nothing when stderr is no terminal. An empty text clears it. */
  readonly progress: (text: string) => void;
  /** Aborts when nobody reads stdout any more (`| head`): what runs for days then ends. */
  readonly outClosed: AbortSignal;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: number;
  readonly outColors: ReturnType<typeof pc.createColors>;
  readonly errColors: ReturnType<typeof pc.createColors>;
}

const DEFAULT_COLUMNS = 80;

/** The process's own streams. Writes are synchronous: nothing is lost when the process ends right after. */
export function processIo(): Io {
  let shown = '';
  const closed = new AbortController();
  const outIsTerminal = process.stdout.isTTY;
  const errIsTerminal = process.stderr.isTTY;
  const wantsColor = process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';
  const clear = (): void => {
    if (shown !== '') write(2, '\r\u001b[K');
    shown = '';
  };
  return {
    out: (text) => {
      if (outIsTerminal) clear();
      if (!write(1, text)) closed.abort();
    },
    say: (text) => {
      clear();
      write(2, `${text}\n`);
    },
    progress: (text) => {
      if (!errIsTerminal || text === shown) return;
      write(2, `\r\u001b[K${text}`);
      shown = text;
    },
    outClosed: closed.signal,
    outIsTerminal,
    errIsTerminal,
    columns: (outIsTerminal ? process.stdout.columns : process.stderr.columns) || DEFAULT_COLUMNS,
    outColors: pc.createColors(outIsTerminal && wantsColor),
    errColors: pc.createColors(errIsTerminal && wantsColor),
  };
}

const RETRY_WAIT_MS = 5;

/** Writes everything. A closed pipe (`| head`) ends output quietly, with false; a full one is waited for. */
function write(descriptor: 1 | 2, text: string): boolean {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_WAIT_MS);
        continue;
      }
      if (code === 'EPIPE') return false;
      throw error;
    }
  }
  return true;
}
