/**
 * `camsweep lab --demo`: the emulated office LAN on two mornings, scanned by the very program a user runs. Between them a rebrand was put
 * up, a camera was taken down and one got another lease; so it opens with what changed, then shows the table and the report.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab, LabOptions } from '../../test/lab/lab.ts';
import { EXIT } from '../errors.ts';
import type { Io } from './io.ts';

type Change = Pick<LabOptions, 'without' | 'moved'>;

/** What is not there yet, what is not there any more, and what has another address. */
const [ADDED, REMOVED, MOVED] = ['annke-camera', 'hikvision-camera-v57', 'ezviz-camera'] as const;
const FIRST: Change = { without: [ADDED] };
const SECOND: Change = { without: [REMOVED], moved: { [MOVED]: 241 } };

/** Returns the exit code of the second scan. */
export async function demo(start: (change: Change) => Promise<Lab>, io: Io, stop: AbortSignal): Promise<number> {
  // The demo keeps its scans in a place of its own: a real scan's memory is not overwritten by a play.
  const directory = mkdtempSync(join(tmpdir(), 'camsweep-demo-'));
  const hasStopped = (): boolean => stop.aborted;
  const run = createRunner({ ...process.env, CAMSWEEP_DATA_DIR: directory }, stop, io);

  const first = await start(FIRST);
  io.say(`Emulated office LAN: ${first.hosts.length} hosts on ${first.network}, real sockets. Scanning it as a user would:`);
  io.say(`  camsweep scan ${first.network} --ports "${portFlag(first)}"\n`);
  io.say('First morning …');
  const before = await scanOf(first, run, io, ['--quiet']);
  if (hasStopped()) return before.code;

  io.say('Second morning: somebody put up a camera, took one down, and one got another address …');
  const second = await scanOf(await start(SECOND), run, io, []);
  if (hasStopped()) {
    io.out(second.output);
    return second.code;
  }
  io.out('\nWHAT CHANGED\n\n');
  await run(['diff']);
  io.out(`\nWHAT IS THERE NOW\n\n${second.output}\n`);
  await run(['report', '--html', join(directory, 'report.html')]);
  io.say(`Evidence for one device, down to the bytes: CAMSWEEP_DATA_DIR=${directory} npm run --silent camsweep -- explain ADDRESS`);
  return second.code;
}

async function scanOf(lab: Lab, run: Runner, io: Io, more: readonly string[]): Promise<Finished> {
  try {
    return await run(['scan', lab.network, '--ports', portFlag(lab), ...more], true);
  } finally {
    await lab.stop();
    for (const { address, port, rule, detail } of lab.violations)
      io.say(`lab: the scan did what it must not: ${address}:${port} ${rule} ${detail}`);
  }
}

/** The lab's ports as `--ports` takes them. */
export function portFlag({ ports }: Lab): string {
  return Object.entries(ports)
    .flatMap(([service, list]) => (Array.isArray(list) && list.length > 0 ? [`${service}=${list.join(',')}`] : []))
    .join(' ');
}

interface Finished {
  readonly code: number;
  /** What it wrote to stdout, where that was kept. */
  readonly output: string;
}

type Runner = (args: readonly string[], keepOutput?: boolean) => Promise<Finished>;

/**
 * Runs the program in a process of its own. On a terminal Ctrl-C reaches it by itself; handing it on as well would be the second
 * one, which quits at once.
 */
function createRunner(env: NodeJS.ProcessEnv, stop: AbortSignal, io: Io): Runner {
  const cli = fileURLToPath(new URL('../cli.js', import.meta.url));
  return (args, keepOutput = false) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [cli, ...args], {
        env,
        stdio: ['ignore', keepOutput ? 'pipe' : 'inherit', 'inherit'],
      });
      let output = '';
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
      if (!io.errIsTerminal) stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
      child.on('error', () => resolve({ code: EXIT.internal, output }));
      child.on('close', (code) => resolve({ code: code ?? EXIT.incomplete, output }));
    });
}
