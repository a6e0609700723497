/**
 * Networks that exist only for a test: one namespace a host, one more that holds a bridge a segment, no way out. Linux, root.
 *
 * `withNetwork` makes it, runs the body, and takes everything away again: processes by the ids it started, namespaces by
 * name. The links are made inside the namespaces, so the machine's own interfaces are neither touched nor seen.
 */
import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launch, type Finished, type Started } from './started.ts';

export type { Finished, Started } from './started.ts';

export interface Link {
  /** Hosts on a segment of the same name hear each other. */
  readonly segment: string;
  /** With its prefix: `10.61.1.10/24`. */
  readonly address: string;
  /** Give every device one that fits it; default: the kernel's choice. */
  readonly mac?: string;
}

/** Host name to its links; the first is `eth0`, the next `eth1`, and so on. */
export type NetworkSpec = Readonly<Record<string, readonly Link[]>>;

export interface Network {
  /** Name of a host's namespace, for `ip netns exec` or `ip -n`. */
  namespace(host: string): string;
  /** Runs a command on a host to its end, at most a minute unless told otherwise; beyond it rejects. */
  run(host: string, command: readonly string[], timeoutMs?: number): Promise<Finished>;
  /** Starts a command on a host and waits for its first line on standard output, at most a minute; it ends with the network. */
  start(host: string, command: readonly string[], timeoutMs?: number): Promise<Started>;
  /** Resolves when something on the host is bound to the port (TCP or UDP). Rejects when `by` ends first, or after a minute. */
  bound(host: string, port: number, by: Started): Promise<void>;
  /** Starts a command on a host and waits for nothing; it ends with the network. */
  launch(host: string, command: readonly string[]): Started;
}

const execute = promisify(execFile);
const RUN_MS = 60_000;
/** A Node.js that compiles TypeScript, on a machine that does other things too. */
const START_MS = 60_000;
let networks = 0;

/** Why no network can be made here, or undefined when one can. Tests print it and skip. */
export async function whyNoNetwork(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `cs-${process.pid}-try`;
  try {
    await execute('ip', ['netns', 'add', name]);
    await execute('ip', ['netns', 'del', name]);
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown'}`;
  }
}

/** `node` arguments that run a TypeScript file of this checkout. */
export function nodeTypeScript(file: string, ...args: readonly string[]): string[] {
  return [process.execPath, '--import', fileURLToPath(new URL('./typescript.mjs', import.meta.url)), file, ...args];
}

export async function withNetwork<T>(spec: NetworkSpec, body: (network: Network) => Promise<T>): Promise<T> {
  const prefix = `cs-${process.pid}-${++networks}`;
  const namespaces = [`${prefix}-switch`, ...Object.keys(spec).map((host) => `${prefix}-${host}`)];
  const started: Started[] = [];
  const launchOn = (host: string, command: readonly string[], input: 'pipe' | 'ignore' = 'pipe'): Started => {
    const process = launch(inside(namespace(host), command), input);
    started.push(process);
    return process;
  };
  const namespace = (host: string): string => {
    if (!(host in spec)) throw new Error(`no host ${host} in this network`);
    return `${prefix}-${host}`;
  };
  try {
    for (const name of namespaces) await execute('ip', ['netns', 'add', name]);
    await ipEach(undefined, wiring(spec, prefix));
    for (const [host, links] of Object.entries(spec)) await ipEach(namespace(host), addressing(links));
    return await body({
      namespace,
      run: (host, command, timeoutMs = RUN_MS) => launchOn(host, command, 'ignore').end(undefined, timeoutMs),
      start: async (host, command, timeoutMs = START_MS) => {
        const process = launchOn(host, command);
        await process.until('first line', () => process.output().includes('\n'), timeoutMs);
        return process;
      },
      launch: launchOn,
      bound: (host, port, by) => bound(host, port, by),
    });
  } finally {
    await Promise.all(started.map((process) => process.stop()));
    for (const name of namespaces) await remove(name);
  }
}

/** Bridges, and a cable from each host's link to the bridge of its segment. */
function wiring(spec: NetworkSpec, prefix: string): string[] {
  const segments = [...new Set(Object.values(spec).flatMap((links) => links.map(({ segment }) => segment)))];
  const bridge = (segment: string): string => `br${segments.indexOf(segment)}`;
  const cables = Object.entries(spec).flatMap(([host, links]) => links.map((link, index) => ({ host, link, index })));
  const inSwitch = `-n ${prefix}-switch`;
  // Each cable names the namespaces of both its ends: it never exists anywhere else.
  return [
    ...segments.map((segment) => `link add name ${bridge(segment)} netns ${prefix}-switch type bridge mcast_snooping 0`),
    ...cables.map(
      ({ host, link, index }, port) =>
        `link add name eth${index} netns ${prefix}-${host}${link.mac === undefined ? '' : ` address ${link.mac}`} type veth peer name port${port} netns ${prefix}-switch`,
    ),
    ...segments.map((segment) => `${inSwitch} link set ${bridge(segment)} up`),
    ...cables.map(({ link }, port) => `${inSwitch} link set port${port} master ${bridge(link.segment)} up`),
  ];
}

function addressing(links: readonly Link[]): string[] {
  return [
    'link set lo up',
    ...links.flatMap(({ address }, index) => [`address add ${address} dev eth${index}`, `link set eth${index} up`]),
    'route add 224.0.0.0/4 dev eth0',
  ];
}

async function ipEach(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  for (const line of lines) await execute('ip', [...(namespace === undefined ? [] : ['-n', namespace]), ...line.split(' ')]);
}

/** `ip netns exec` becomes the command, so the id is that of the command itself. */
function inside(namespace: string, command: readonly string[]): string[] {
  return ['ip', 'netns', 'exec', namespace, ...command];
}

/** The kernel's own lists, read through the process that is to bind it: nothing is started to look. */
async function bound(host: string, port: number, by: Started): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} 0`;
  const startMs = performance.now();
  for (;;) {
    // Until `ip` has changed over, the lists are the machine's own.
    const changedOver = ![await netOf('self'), ''].includes(await netOf(by.pid));
    const lists = await Promise.all(
      ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => readFile(`/proc/${by.pid}/net/${name}`, 'utf8').catch(() => '')),
    );
    if (changedOver && lists.join('').includes(wanted)) return;
    const said = JSON.stringify(`${by.output()}${by.errors()}`.slice(-500));
    if (by.ended()) throw new Error(`${host} ended before it listened on port ${port}: ${said}`);
    if (performance.now() - startMs > START_MS) throw new Error(`${host} does not listen on port ${port} after ${START_MS} ms: ${said}`);
    await sleep(50);
  }
}

const netOf = (pid: number | 'self'): Promise<string> => readlink(`/proc/${pid}/ns/net`).catch(() => '');

/** Ends what still runs in a namespace of ours (a daemon may have left its parent), then the namespace. */
async function remove(name: string): Promise<void> {
  try {
    const { stdout } = await execute('ip', ['netns', 'pids', name]);
    for (const pid of stdout.split('\n').filter((line) => /^\d+$/.test(line))) process.kill(Number(pid), 'SIGKILL');
    await execute('ip', ['netns', 'del', name]);
  } catch {
    // It was never made, or is gone: either is what we want.
  }
}
