/**
 * One run of one tool in the scanner's namespace: time from its start to its end, what it cost, what crossed the cable, and
 * when it said what. Sends nothing itself.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, must, start } from './shell.ts';
import { inside, TOOL_CORE, type World } from './world.ts';

/** Milliseconds since the epoch, with fractions. */
const nowMs = (): number => performance.timeOrigin + performance.now();

export interface Line {
  readonly atMs: number;
  readonly text: string;
}

export interface Measured {
  readonly startedAtMs: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  readonly sent: Traffic;
  readonly received: Traffic;
  readonly stdout: string;
  readonly errors: readonly Line[];
  readonly code: number;
  readonly timedOut: boolean;
  /** First packet out of the namespace; undefined where it was not watched. */
  readonly firstPacketAtMs: number | undefined;
  /** CPU time others took of this machine meanwhile: noise. */
  readonly othersMs: number;
  readonly stealMs: number;
}

export interface Traffic {
  readonly packets: number;
  readonly bytes: number;
}

export interface RunOptions {
  readonly root: boolean;
  readonly timeoutMs: number;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly watchFirstPacket?: boolean | undefined;
  readonly signal: AbortSignal;
}

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'] as const;
const TICK_MS = 10; // USER_HZ is 100 on every Linux

export async function run(world: World, command: readonly string[], options: RunOptions): Promise<Measured> {
  const usage = join(world.folder, 'usage');
  const watch = options.watchFirstPacket === true ? await watchFirstPacket(world.scanner) : undefined;
  const before = { cable: counters(world.scanner), machine: machineTicks(), emulator: processTicks(world.emulatorPid), self: selfMs() };
  const full = inside(world.scanner, TOOL_CORE, [
    ...['time', '-q', '-f', '%U %S %M', '-o', usage],
    ...(options.root ? [] : NOBODY),
    ...command,
  ]);
  const [program = '', ...args] = full;
  const errors: Line[] = [];
  let stdout = '';
  let timedOut = false;
  const startedAtMs = nowMs();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A file of certificates that some machines name for Node costs a tenth of a second at each start; it is not what is measured.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: '', ...options.environment },
    detached: true,
  });
  const stop = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutMs);
  options.signal.addEventListener('abort', stop, { once: true });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const atMs = nowMs();
    for (const line of text.split('\n')) if (line !== '') errors.push({ atMs, text: line });
  });
  try {
    await once(child, 'exit');
    const wallMs = nowMs() - startedAtMs;
    const after = { cable: counters(world.scanner), machine: machineTicks(), emulator: processTicks(world.emulatorPid), self: selfMs() };
    if (child.stdout.readable) await Promise.race([once(child, 'close'), new Promise((done) => setTimeout(done, 500))]);
    const { cpuMs, peakMiB } = readUsage(usage);
    const busy = (after.machine.busy - before.machine.busy) * TICK_MS;
    return {
      startedAtMs,
      wallMs,
      cpuMs,
      peakMiB,
      sent: difference(after.cable.sent, before.cable.sent),
      received: difference(after.cable.received, before.cable.received),
      stdout,
      errors,
      code: child.exitCode ?? -1,
      timedOut,
      firstPacketAtMs: await watch?.(),
      othersMs: Math.max(0, busy - cpuMs - (after.emulator - before.emulator) * TICK_MS - (after.self - before.self)),
      stealMs: (after.machine.steal - before.machine.steal) * TICK_MS,
    };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
    await watch?.();
    await end(child);
  }
}

/** tcpdump ends with the first packet out; group membership reports of the kernel are not the tool's. */
async function watchFirstPacket(namespace: string): Promise<() => Promise<number | undefined>> {
  const filter = 'not igmp and not icmp6';
  const tcpdump = await start(
    inside(namespace, '1', ['tcpdump', '-n', '-tt', '-Q', 'out', '-i', 'eth0', '-c', '1', '--immediate-mode', filter]),
    'listening on',
  );
  let said: Promise<number | undefined> | undefined;
  return () => {
    said ??= tcpdump.stop().then((text) => {
      const seconds = /^(\d+\.\d+) /m.exec(text)?.[1];
      return seconds === undefined ? undefined : Number(seconds) * 1000;
    });
    return said;
  };
}

interface Counters {
  readonly sent: Traffic;
  readonly received: Traffic;
}

function counters(namespace: string): Counters {
  const said = must(['ip', '-n', namespace, '-s', 'link', 'show', 'dev', 'eth0']);
  const numbers = [...said.matchAll(/^\s+(\d+)\s+(\d+)(?:\s+\d+){4}/gm)].map(([, bytes, packets]) => ({
    bytes: Number(bytes),
    packets: Number(packets),
  }));
  const [received, sent] = numbers;
  if (!received || !sent) throw new Error(`no counters in: ${said}`);
  return { sent, received };
}

function difference(after: Traffic, before: Traffic): Traffic {
  return { packets: after.packets - before.packets, bytes: after.bytes - before.bytes };
}

function readUsage(file: string): { cpuMs: number; peakMiB: number } {
  try {
    const [user = 0, system = 0, kibibytes = 0] = (readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '').split(' ').map(Number);
    return { cpuMs: (user + system) * 1000, peakMiB: kibibytes / 1024 };
  } catch {
    return { cpuMs: Number.NaN, peakMiB: Number.NaN };
  }
}

function machineTicks(): { busy: number; steal: number } {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { busy: user + nice + system + irq + softirq, steal };
}

function processTicks(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  } catch {
    return 0;
  }
}

function selfMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
