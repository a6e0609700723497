/**
 * A command that a test started: what it wrote, waiting for what it is to write, and its end. Every wait follows the
 * command's own output and end, has a deadline of its own, and fails with what was waited for and what was said instead.
 */
import { spawn } from 'node:child_process';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  /** Everything written to standard output so far. */
  output(): string;
  /** The same of standard error. */
  errors(): string;
  /** True when the process is gone. */
  ended(): boolean;
  /** A line for its standard input, which stays open until it is stopped. */
  tell(line: string): void;
  /** Resolves as soon as `isThere` holds, tried whenever something was written. Rejects when time or command end first. */
  until(what: string, isThere: () => boolean, withinMs?: number): Promise<void>;
  /** Sends the signal, if any, and waits for the end. Rejects, and kills, when it does not end in time. */
  end(signal?: 'SIGINT' | 'SIGTERM' | 'SIGKILL', withinMs?: number): Promise<Finished>;
  /** Ends it however it takes. Never rejects. */
  stop(): Promise<void>;
}

const UNTIL_MS = 30_000;
const END_MS = 30_000;
/** Daemons that ignore TERM are killed. */
const PATIENCE_MS = 2000;

/** Starts it; standard output and error are kept. The process may be another program's before it becomes this one (`exec`). */
export function launch(command: readonly string[], input: 'pipe' | 'ignore' = 'pipe'): Started {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: [input, 'pipe', 'pipe'] });
  const shown = command.join(' ').slice(-200);
  let [stdout, stderr, failure] = ['', '', ''];
  let closed = false;
  const watchers = new Set<() => void>();
  const notify = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    notify();
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    notify();
  });
  // A command that is gone reads no more lines; its end says so already.
  child.stdin?.on('error', () => undefined);
  child.on('error', (error) => {
    failure = error.message;
    closed = true;
    notify();
  });
  child.on('exit', notify);
  child.on('close', () => {
    closed = true;
    notify();
  });

  const exited = (): boolean => closed || child.exitCode !== null || child.signalCode !== null;
  const situation = (): string => {
    const end = failure === '' ? `code ${String(child.exitCode)}, signal ${String(child.signalCode)}` : failure;
    const state = closed
      ? `it ended (${end})`
      : exited()
        ? `it ended (${end}), and another process holds its output open`
        : 'it still runs';
    return `${state}; stdout ${JSON.stringify(stdout.slice(-500))}, stderr ${JSON.stringify(stderr.slice(-500))}`;
  };
  const wait = (what: string, isThere: () => boolean, withinMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (problem?: string): void => {
        clearTimeout(timer);
        watchers.delete(look);
        if (problem === undefined) resolve();
        else reject(new Error(`${shown}: ${problem}; ${situation()}`));
      };
      const look = (): void => {
        if (isThere()) done();
        else if (closed) done(`ended without ${what}`);
      };
      const timer = setTimeout(() => done(`no ${what} within ${withinMs} ms`), withinMs);
      watchers.add(look);
      look();
    });

  return {
    pid: child.pid ?? -1,
    output: () => stdout,
    errors: () => stderr,
    ended: exited,
    tell: (line) => void child.stdin?.write(`${line}\n`),
    until: (what, isThere, withinMs = UNTIL_MS) => wait(what, isThere, withinMs),
    end: async (signal, withinMs = END_MS) => {
      if (signal) child.kill(signal);
      try {
        await wait('its end', () => closed, withinMs);
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
      return { code: child.exitCode ?? -1, stdout, stderr };
    },
    stop: async () => {
      child.stdin?.end();
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        if (exited() || child.pid === undefined) return;
        child.kill(signal);
        await wait('its end', exited, PATIENCE_MS).catch(() => undefined);
      }
    },
  };
}
