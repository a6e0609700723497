/**
 * `camsweep lab`: the emulated office LAN, until Ctrl-C. With `--demo` it is scanned as a user would scan a network
 * (`demo.ts`), and everything stops.
 */
import { bindablePorts, LabError, startLab, type Lab, type LabOptions, type PortRange } from '../../test/lab/lab.ts';
import { CamsweepError, EXIT } from '../errors.ts';
import { demo, portFlag } from './demo.ts';
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
  const ports = await portRange(flags.ports, network);
  if (flags.demo) return demo((change) => start({ network, ports, ...change }), io, stop);
  const running = await start({ network, ports });
  try {
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

async function start(options: LabOptions): Promise<Lab> {
  try {
    return await startLab(options);
  } catch (error) {
    if (error instanceof LabError) throw new CamsweepError('lab-port-taken', error.message);
    throw error;
  }
}
