/** Programs that are not ours and read our output: python3's own modules. */
import { spawnSync } from 'node:child_process';

export const HAS_PYTHON = spawnSync('python3', ['-c', 'import csv, json']).status === 0;

/** Runs a python program on the text and parses what it prints as JSON. Throws with python's words. */
export function python(program: string, input: string): unknown {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program], { input, maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`python3: ${stderr.toString()}`);
  const value: unknown = JSON.parse(stdout.toString());
  return value;
}
