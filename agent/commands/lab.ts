/**
 * `camsweep lab`: the emulated office LAN, until Ctrl-C. With `--demo` it is scanned as a user would scan a network, the
 * result is printed, the report written, and everything stops.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bindablePorts, LabError, startLab, type Lab, type PortRange } from '../../test/lab/lab.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import type { Io } from './io.ts';

export interface LabFlags {
  readonly demo: boolean;
  /** First three numbers of the /24, e.g. `127.77.0`. */
  readonly network: string;
  readonly ports: string;
}

/** Starts the lab and waits, or runs the demo. Returns the exit code. */
export async function lab(flags: LabFlags, io: Io, stop: AbortSignal): Promise<number> {
  const network = parseNetwork(flags.network);
  const running = await start(network, await portRange(flags.ports, network));
  try {
    if (flags.demo) return await demo(running, io, stop);
    io.say(`Emulated office LAN: ${running.hosts.length} hosts on ${network}. Ctrl-C ends it. Scan it with:`);
    io.out(`camsweep scan ${network} --ports "${portFlag(running)}"\n`);
    for (const { address, host } of running.hosts) io.say(`  ${address.padEnd(14)} ${host.id}`);
    await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
    return EXIT.done;
  } finally {
    await running.stop();
  }
}

function parseNetwork(text: string): string {
  const prefix = text.replace(/\.0\/24$|\.$/, '');
  if (!/^127(\.\d{1,3}){2}$/.test(prefix) || prefix.split('.').some((part) => Number(part) > 255)) {
    throw new CamsweepError('option-invalid', `--network "${text}": expected a loopback /24 such as 127.77.0`);
  }
  return `${prefix}.0/24`;
}

async function portRange(wanted: string, network: string): Promise<PortRange> {
  if (wanted === 'standard' || wanted === 'high') return wanted;
  if (wanted === 'auto') return bindablePorts(network.replace('0/24', '1'));
  throw new CamsweepError('option-invalid', `--ports "${wanted}": expected standard, high or auto`);
}

async function start(network: string, ports: PortRange): Promise<Lab> {
  try {
    return await startLab({ network, ports });
  } catch (error) {
    if (error instanceof LabError) throw new CamsweepError('lab-port-taken', error.message);
    throw error;
  }
}

function portFlag({ ports }: Lab): string {
  return Object.entries(ports)
    .flatMap(([service, list]) => (Array.isArray(list) && list.length > 0 ? [`${service}=${list.join(',')}`] : []))
    .join(' ');
}

async function demo(running: Lab, io: Io, stop: AbortSignal): Promise<number> {
  // The demo keeps its scan in a place of its own: a real scan's memory is not overwritten by a play.
  const directory = mkdtempSync(join(tmpdir(), 'camsweep-demo-'));
  const environment = { ...process.env, CAMSWEEP_DATA_DIR: directory };
  const page = join(directory, 'report.html');
  io.say(`Emulated office LAN: ${running.hosts.length} hosts on ${running.network}, real sockets. Scanning it as a user would:`);
  io.say(`  camsweep scan ${running.network} --ports "${portFlag(running)}"\n`);
  const code = await camsweep(['scan', running.network, '--ports', portFlag(running)], environment, stop, io.errIsTerminal);
  if (!stop.aborted) await camsweep(['report', '--html', page], environment, stop, io.errIsTerminal);
  io.say(`Evidence for one device, down to the bytes: CAMSWEEP_DATA_DIR=${directory} npm run --silent camsweep -- explain ADDRESS`);
  for (const { address, port, rule, detail } of running.violations)
    io.say(`lab: the scan did what it must not: ${address}:${port} ${rule} ${detail}`);
  return code;
}

/**
 * Runs the very program a user runs, in a process of its own. On a terminal Ctrl-C reaches it by itself; handing it on as well
 * would be the second one, which quits at once.
 */
function camsweep(args: readonly string[], env: NodeJS.ProcessEnv, stop: AbortSignal, onTerminal: boolean): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../cli.js', import.meta.url)), ...args], { env, stdio: 'inherit' });
    if (!onTerminal) stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.on('error', () => resolve(EXIT.internal));
    child.on('close', (code) => resolve(code ?? EXIT.incomplete));
  });
}
