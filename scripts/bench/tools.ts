/**
 * The scanners side by side: how each is called, and what it says it found. Options are those an expert would choose; `-n`
 * everywhere, because there is no name server in these networks.
 */
import { FIVE_PORTS } from './population.ts';
import type { World } from './world.ts';

/** What a tool said, by address. */
export interface Found {
  readonly live: ReadonlySet<string>;
  /** Words it gave about a host, where it identifies at all. */
  readonly words: ReadonlyMap<string, string>;
}

export interface Tool {
  readonly title: string;
  readonly program: string;
  /** Debian package. */
  readonly package: string;
  readonly root: boolean;
  readonly identifies: 'no' | 'partly' | 'yes';
  /** Takes so long that one round has to do. */
  readonly slow?: boolean;
  /** Waits for ever on a cable where nothing comes in any more: it is given a packet now and then. */
  readonly needsHeartbeat?: boolean;
  readonly command: (world: World) => readonly string[];
  readonly read: (stdout: string) => Found;
}

const PORTS = FIVE_PORTS.join(',');
const NO_WORDS: ReadonlyMap<string, string> = new Map();
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b/;

const live = (addresses: Iterable<string>): Found => ({ live: new Set(addresses), words: NO_WORDS });

function fromLines(pattern: RegExp): Tool['read'] {
  return (stdout) => live(stdout.split('\n').flatMap((line) => (pattern.test(line) ? (ADDRESS.exec(line)?.[0] ?? []) : [])));
}

const grepableUp = fromLines(/Status: Up/);
const grepableOpen = fromLines(/\/open\//);

/** Normal output of nmap, cut into one text a host; a host counts when a port of it is open. */
function nmapReports(stdout: string): Found {
  const words = new Map<string, string>();
  for (const part of stdout.split('Nmap scan report for ').slice(1)) {
    const address = ADDRESS.exec(part.split('\n', 1)[0] ?? '')?.[0];
    if (address !== undefined && /^\d+\/(tcp|udp)\s+open\s/m.test(part)) words.set(address, part);
  }
  return { live: new Set(words.keys()), words };
}

const nmap = { program: 'nmap', package: 'nmap' } as const;
const SCRIPTS = 'http-title,http-server-header,http-auth,http-headers,rtsp-methods';

export const TOOLS = {
  'nmap-sn-root': {
    ...nmap,
    title: 'nmap -sn (root)',
    root: true,
    identifies: 'no',
    command: ({ target }) => ['nmap', '-n', '-sn', '-T4', '-oG', '-', target],
    read: grepableUp,
  },
  'nmap-sn': {
    ...nmap,
    title: 'nmap -sn',
    root: false,
    identifies: 'no',
    command: ({ target }) => ['nmap', '-n', '-sn', '-T4', '-oG', '-', target],
    read: grepableUp,
  },
  'nmap-st': {
    ...nmap,
    title: 'nmap -sT, five ports',
    root: false,
    identifies: 'no',
    command: ({ target }) => ['nmap', '-n', '-sT', '-T4', '-p', PORTS, '--open', '-oG', '-', target],
    read: grepableOpen,
  },
  'nmap-ss-root': {
    ...nmap,
    title: 'nmap -sS, five ports, -T5 --min-rate 5000 (root)',
    root: true,
    identifies: 'no',
    command: ({ target }) => ['nmap', '-n', '-sS', '-T5', '--min-rate', '5000', '-p', PORTS, '--open', '-oG', '-', target],
    read: grepableOpen,
  },
  'nmap-ss-one-root': {
    ...nmap,
    title: 'nmap -Pn -sS, port 80, --min-rate 50000 (root)',
    root: true,
    identifies: 'no',
    command: ({ target }) => ['nmap', '-n', '-Pn', '-sS', '-T5', '--min-rate', '50000', '-p', '80', '--open', '-oG', '-', target],
    read: grepableOpen,
  },
  'nmap-st-one': {
    ...nmap,
    title: 'nmap -sT, port 80',
    root: false,
    identifies: 'no',
    command: ({ target }) => ['nmap', '-n', '-Pn', '-sT', '-T5', '--min-rate', '50000', '-p', '80', '--open', '-oG', '-', target],
    read: grepableOpen,
  },
  'nmap-scripts': {
    ...nmap,
    title: 'nmap, HTTP and RTSP scripts',
    root: false,
    identifies: 'yes',
    slow: true,
    command: ({ target }) => ['nmap', '-n', '-sT', '-T4', '-p', PORTS, '--open', '--script', SCRIPTS, target],
    read: nmapReports,
  },
  'nmap-scripts-root': {
    ...nmap,
    title: 'nmap, HTTP, RTSP, SNMP and WS-Discovery scripts (root)',
    root: true,
    identifies: 'yes',
    slow: true,
    command: ({ target }) => [
      'nmap',
      '-n',
      '-sS',
      '-sU',
      '-T4',
      '-p',
      `T:${PORTS},U:161,3702`,
      '--open',
      '--script',
      `${SCRIPTS},snmp-sysdescr,snmp-info,wsdd-discover`,
      target,
    ],
    read: nmapReports,
  },
  'arp-scan': {
    title: 'arp-scan -B 10M -r 1 -t 100 (root)',
    program: 'arp-scan',
    package: 'arp-scan',
    root: true,
    identifies: 'no',
    command: ({ target }) => ['arp-scan', '-I', 'eth0', '-q', '-x', '-B', '10M', '-r', '1', '-t', '100', target],
    read: fromLines(/^\d/),
  },
  fping: {
    title: 'fping -i 1 -r 0 -t 100 (root)',
    program: 'fping',
    package: 'fping',
    root: true,
    identifies: 'no',
    command: ({ target }) => ['fping', '-a', '-q', '-i', '1', '-r', '0', '-t', '100', '-g', target],
    read: fromLines(/^\d/),
  },
  masscan: {
    title: 'masscan, five ports, 100,000/s, wait 2 (root)',
    program: 'masscan',
    package: 'masscan',
    root: true,
    identifies: 'no',
    needsHeartbeat: true,
    command: (world) => ['masscan', '-p', PORTS, ...masscan(world)],
    read: fromLines(/^open/),
  },
  'masscan-three': {
    title: 'masscan, three ports, 100,000/s, wait 2 (root)',
    program: 'masscan',
    package: 'masscan',
    root: true,
    identifies: 'no',
    needsHeartbeat: true,
    command: (world) => ['masscan', '-p', '80,554,8000', ...masscan(world)],
    read: fromLines(/^open/),
  },
  zmap: {
    title: 'zmap, port 80, 100,000/s (root)',
    program: 'zmap',
    package: 'zmap',
    root: true,
    identifies: 'no',
    command: ({ target, nextHopMac, scannerAddress }) => [
      ...['zmap', '-q', '-v', '0', '-p', '80', '-r', '100000', '-c', '2', '-i', 'eth0', '-b', '/dev/null'],
      ...['-G', nextHopMac, '-S', scannerAddress, '-o', '-', target],
    ],
    read: fromLines(/^\d/),
  },
} as const satisfies Readonly<Record<string, Tool>>;

function masscan({ target, nextHopMac, scannerAddress }: World): string[] {
  const route = ['--adapter', 'eth0', '--adapter-ip', scannerAddress, '--router-mac', nextHopMac.replaceAll(':', '-')];
  return [...route, '--rate', '100000', '--wait', '2', '-oL', '-', target];
}

export type ToolId = keyof typeof TOOLS;
