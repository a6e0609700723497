/**
 * Every setting a user can make, in one table: flag, environment variable and key in the YAML file all come from here, and
 * so does `--help`. Order of precedence: flag, environment, file, default. Secrets have no flag.
 */
import { failConditions } from './fail-on.ts';
import { choice, last, number, seconds, siteName, strings, type Parser } from './parsers.ts';
import { parsePorts } from './ports.ts';
import { PROFILE_NAMES } from './profiles.ts';
import type { ScanSettings } from './settings.ts';

export interface Option<T> {
  /** Key in the YAML file and stem of flag and variable. */
  readonly key: string;
  /** Placeholder after the flag; absent for switches. */
  readonly placeholder?: string | undefined;
  /** False for secrets: environment or file only. */
  readonly flag: boolean;
  readonly list: boolean;
  readonly help: string;
  readonly default: T;
  readonly parse: Parser<T>;
}

type Options = { readonly [K in keyof ScanSettings]: Option<ScanSettings[K]> };

export const OPTIONS: Options = {
  targets: {
    key: 'targets',
    flag: false,
    list: true,
    default: [],
    parse: strings,
    help: 'what to scan: addresses, CIDR blocks, ranges, names, @FILE',
  },
  exclude: {
    key: 'exclude',
    placeholder: '<target>',
    flag: true,
    list: true,
    default: [],
    parse: strings,
    help: 'never ask these: address, CIDR, range, @FILE, or MAC (from when the neighbour table shows it)',
  },
  interfaces: {
    key: 'interface',
    placeholder: '<name>',
    flag: true,
    list: true,
    default: [],
    parse: strings,
    help: 'scan the subnets of these interfaces, also ones left out by default',
  },
  ports: {
    key: 'ports',
    placeholder: '<list>',
    flag: true,
    list: true,
    default: {},
    parse: parsePorts,
    help: 'ports to ask, e.g. "80,8080" or "https=443 snmp=161"',
  },
  probes: {
    key: 'probe',
    placeholder: '<id>',
    flag: true,
    list: true,
    default: [],
    parse: strings,
    help: 'only these probes (see --explain-traffic)',
  },
  profile: {
    key: 'profile',
    placeholder: '<name>',
    flag: true,
    list: false,
    default: 'gentle',
    parse: choice(PROFILE_NAMES),
    help: 'how hard to push: gentle, normal or fast; the options below override it',
  },
  timeoutMs: {
    key: 'timeout',
    placeholder: '<seconds>',
    flag: true,
    list: false,
    default: undefined,
    parse: seconds(0.05, 60),
    help: 'longest wait for one answer',
  },
  hostTimeMs: {
    key: 'host-time',
    placeholder: '<seconds>',
    flag: true,
    list: false,
    default: undefined,
    parse: seconds(0.5, 600),
    help: 'most time spent on one host',
  },
  rate: {
    key: 'rate',
    placeholder: '<packets>',
    flag: true,
    list: false,
    default: undefined,
    parse: number(1, 1_000_000, 'packets a second'),
    help: 'packets a second in all',
  },
  hostRate: {
    key: 'host-rate',
    placeholder: '<packets>',
    flag: true,
    list: false,
    default: undefined,
    parse: number(1, 100_000, 'packets a second'),
    help: 'packets a second to one host',
  },
  concurrency: {
    key: 'concurrency',
    placeholder: '<hosts>',
    flag: true,
    list: false,
    default: undefined,
    parse: number(1, 4096, 'hosts'),
    help: 'hosts asked at the same time',
  },
  neighbourLimit: {
    key: 'neighbour-limit',
    placeholder: '<entries>',
    flag: true,
    list: false,
    default: undefined,
    parse: number(64, 1_000_000, 'entries'),
    help: "Linux: entries the kernel's neighbour table holds, instead of gc_thresh3 as read; a container hides that, and 1,024 is assumed",
  },
  snmpCommunities: {
    key: 'snmp-communities',
    flag: false,
    list: true,
    default: ['public'],
    parse: strings,
    help: 'SNMP v1/v2c communities to ask with (environment or file)',
  },
  credentialsFile: {
    key: 'credentials',
    placeholder: '<file>',
    flag: true,
    list: false,
    default: undefined,
    parse: last,
    help: 'YAML file with logins for named hosts',
  },
  policies: {
    key: 'policy',
    placeholder: '<id>',
    flag: true,
    list: true,
    default: ['ca-federal-2025'],
    parse: strings,
    help: 'policies to judge by',
  },
  exceptionsFile: {
    key: 'exceptions',
    placeholder: '<file>',
    flag: true,
    list: false,
    default: undefined,
    parse: last,
    help: 'YAML file of approved exceptions (default: exceptions.yaml in the data directory)',
  },
  record: {
    key: 'record',
    placeholder: '<file>',
    flag: true,
    list: false,
    default: undefined,
    parse: last,
    help: 'write every exchange as JSON Lines',
  },
  output: {
    key: 'output',
    placeholder: '<file>',
    flag: true,
    list: false,
    default: undefined,
    parse: last,
    help: 'write the result to a file instead of stdout',
  },
  failOn: {
    key: 'fail-on',
    placeholder: '<what>',
    flag: true,
    list: true,
    default: [],
    parse: failConditions,
    help: 'what makes the exit code 1: restricted, new-restricted, surveillance; coverage<99 makes it 3; several with commas',
  },
  quiet: {
    key: 'quiet',
    flag: true,
    list: false,
    default: false,
    parse: (texts, place) => choice(['true', 'false'])(texts, place) === 'true',
    help: 'print only when something changed or is wrong, as one screen of text',
  },
  waitMs: {
    key: 'wait',
    placeholder: '<seconds>',
    flag: true,
    list: false,
    default: 0,
    parse: seconds(0, 86_400),
    help: 'how long to wait for another scan of the same site to end',
  },
  logLevel: {
    key: 'log-level',
    placeholder: '<level>',
    flag: true,
    list: false,
    default: 'error',
    parse: choice(['silent', 'error', 'warn', 'info', 'debug']),
    help: 'what is logged to stderr',
  },
  yes: {
    key: 'yes',
    flag: true,
    list: false,
    default: false,
    parse: (texts, place) => choice(['true', 'false'])(texts, place) === 'true',
    help: 'do not ask before scanning more than 4,096 addresses',
  },
  site: {
    key: 'site',
    placeholder: '<name>',
    flag: true,
    list: false,
    default: 'default',
    parse: siteName,
    help: 'which site this network is: the inventory tells sites apart',
  },
  db: {
    key: 'db',
    placeholder: '<file>',
    flag: true,
    list: false,
    default: undefined,
    parse: last,
    help: 'the inventory file (default: camsweep.db in the data directory)',
  },
  noStore: {
    key: 'no-store',
    flag: true,
    list: false,
    default: false,
    parse: (texts, place) => choice(['true', 'false'])(texts, place) === 'true',
    help: 'do not enter this scan into the inventory',
  },
  exports: {
    key: 'export',
    placeholder: '<name>',
    flag: true,
    list: true,
    default: [],
    parse: strings,
    help: 'after the scan, run this export of the configuration; may be given several times',
  },
  keepRecordings: {
    key: 'keep-recordings',
    placeholder: '<scans>',
    flag: true,
    list: false,
    default: 30,
    parse: number(0, 1_000_000, 'scans'),
    help: 'scans of a site whose recordings are kept in full, 0 for all; the newest of each device always are',
  },
};

/** Environment variable of an option, e.g. `CAMSWEEP_LOG_LEVEL`. */
export function variableOf(key: string): string {
  return `CAMSWEEP_${key.toUpperCase().replaceAll('-', '_')}`;
}
