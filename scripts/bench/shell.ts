/** Programs run to their end, and programs that go on. Everything started here is known by its id and ended by it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 60_000;

/** Output of a command. Throws with its own words when it fails. */
export function must(command: readonly string[], input?: string): string {
  const [program = '', ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', input: input ?? '', timeout: LIMIT_MS });
  if (status === 0) return stdout;
  throw new Error(`${command.slice(0, 8).join(' ')}: ${error?.message ?? stderr.trim().split('\n').slice(0, 3).join('; ')}`);
}

/** True when the command succeeded. */
export function may(command: readonly string[], input?: string): boolean {
  try {
    must(command, input);
    return true;
  } catch {
    return false;
  }
}

export interface Running {
  readonly pid: number;
  /** Ends it (TERM, a second, KILL) and gives what it wrote. */
  stop(): Promise<string>;
}

/** Starts a program and waits for a word on one of its outputs ('' for none). Rejects when it ends before or takes too long. */
export async function start(command: readonly string[], word: string, timeoutMs = 60_000): Promise<Running> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  const ready = new Promise<void>((resolve, reject) => {
    if (word === '') return void child.once('spawn', resolve).once('error', reject);
    const timer = setTimeout(() => reject(new Error(`${command.join(' ')}: not ready after ${timeoutMs} ms`)), timeoutMs);
    const hear = (text: string): void => {
      written += text;
      if (!written.includes(word)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${command.join(' ')} ended: ${written.slice(-500)}`)));
  });
  const stop = async (): Promise<string> => {
    await end(child);
    return written;
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? -1, stop };
}

export async function end(child: ChildProcess): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = once(child, 'close');
    child.kill(signal);
    await Promise.race([gone, sleep(1000)]);
  }
}
