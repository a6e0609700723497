/** An Io that keeps what was written, for tests of commands. */
import pc from 'picocolors';
import type { Io } from '../../../agent/commands/io.ts';

export function writtenIo(): Io & { readonly written: () => string; readonly said: () => string } {
  const out: string[] = [];
  const said: string[] = [];
  const colors = pc.createColors(false);
  return {
    out: (text) => void out.push(text),
    say: (text) => void said.push(text),
    progress: () => undefined,
    outClosed: new AbortController().signal,
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 80,
    outColors: colors,
    errColors: colors,
    written: () => out.join(''),
    said: () => said.join('\n'),
  };
}
