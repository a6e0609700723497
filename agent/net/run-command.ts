/** Runs one system command that prints a table: fixed arguments, no shell, bounded time and output. Never rejects. */
import { execFile } from 'node:child_process';

export type CommandOutput = { readonly ok: true; readonly stdout: string } | { readonly ok: false; readonly problem: string };

const TIMEOUT_MS = 5000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Output words in English where the system can. */
export function runCommand(file: string, args: readonly string[]): Promise<CommandOutput> {
  const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } };
  return new Promise((resolve) => {
    execFile(file, [...args], options, (error, stdout) => {
      if (error) resolve({ ok: false, problem: `${file} ${args[0] ?? ''}: ${error.message.split('\n')[0] ?? 'failed'}` });
      else resolve({ ok: true, stdout });
    });
  });
}
