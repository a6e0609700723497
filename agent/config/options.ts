/**
 * Every setting a user can make, in one table: flag, environment variable and key in the YAML file all come from here, and
 * so does `--help`. Order of precedence: flag, environment, file, default. Secrets have no flag.
 */
import type { ServicePorts } from '../../probes/probe.ts';
import { VENDOR_PORTS } from '../../probes/vendor-probe.ts';
import { CamsweepError } from '../errors.ts';
import { PROFILE_NAMES, type ProfileName } from './profiles.ts';

/** What a value looks like to the code that uses it. */
export interface ScanSettings {
  readonly targets: readonly string[];
  readonly exclude: readonly string[];
  readonly interfaces: readonly string[];
  readonly ports: Partial<ServicePorts>;
  readonly probes: readonly string[];
  readonly profile: ProfileName;
  /** Undefined: as the profile says. */
  readonly timeoutMs: number | undefined;
  readonly hostTimeMs: number | undefined;
  readonly rate: number | undefined;
  readonly hostRate: number | undefined;
  readonly concurrency: number | undefined;
  readonly snmpCommunities: readonly string[];
  readonly credentialsFile: string | undefined;
  readonly policies: readonly string[];
  readonly record: string | undefined;
  readonly output: string | undefined;
  readonly failOn: 'nothing' | 'restricted' | 'surveillance';
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  readonly yes: boolean;
  readonly site: string;
  readonly db: string | undefined;
  readonly noStore: boolean;
  /** Scans of a site whose recordings are kept in full; 0 keeps all. */
  readonly keepRecordings: number;
}

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
  /** From text, one list item or the scalar; throws CamsweepError `option-invalid` with what was expected. */
  readonly parse: (texts: readonly string[], place: string) => T;
}

type Options = { readonly [K in keyof ScanSettings]: Option<ScanSettings[K]> };

const strings = (texts: readonly string[]): string[] =>
  texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');

function last(texts: readonly string[], place: string): string {
  const text = texts.at(-1)?.trim();
  if (text === undefined || text === '') throw new CamsweepError('option-invalid', `${place}: expected a value`);
  return text;
}

function number(min: number, max: number, unit: string): Option<number>['parse'] {
  return (texts, place) => {
    const text = last(texts, place);
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value < min || value > max) {
      throw new CamsweepError(
        'option-invalid',
        `${place}: "${text}": expected a number from ${min} to ${max}${unit === '' ? '' : ` (${unit})`}`,
      );
    }
    return value;
  };
}

function seconds(min: number, max: number): Option<number>['parse'] {
  const parse = number(min, max, 'seconds');
  return (texts, place) => Math.round(1000 * parse(texts, place));
}

function choice<const T extends string>(words: readonly T[]): Option<T>['parse'] {
  return (texts, place) => {
    const text = last(texts, place);
    const word = words.find((known) => known === text);
    if (word === undefined) throw new CamsweepError('option-invalid', `${place}: "${text}": expected one of ${words.join(', ')}`);
    return word;
  };
}

const SITE = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

function siteName(texts: readonly string[], place: string): string {
  const text = last(texts, place);
  if (!SITE.test(text)) throw new CamsweepError('option-invalid', `${place}: "${text}": expected letters, digits, blanks, dots and dashes`);
  return text;
}

/** Ports asked when the user says nothing. Short on purpose: never a port sweep, never 9100. */
export const DEFAULT_PORTS = {
  http: [80, 8000, 8080],
  https: [443, 8443],
  rtsp: [554],
  snmp: [161],
  'ws-discovery': [3702],
  mdns: [5353],
  ssdp: [1900],
  sadp: [37020],
  dhip: [37810],
  sdk: [8000],
  'dahua-sdk': [37777],
  ftp: [],
  telnet: [],
  ...VENDOR_PORTS,
} as const satisfies ServicePorts;

/** Printers print what comes to this port. */
const FORBIDDEN_PORT = 9100;

/** `80,8080` extends nothing: it replaces the HTTP list; `snmp=10161` or `rtsp=554,8554` replaces that service's list. */
export function parsePorts(texts: readonly string[], place: string): Partial<ServicePorts> {
  const lists = new Map<keyof ServicePorts, number[]>();
  let service: keyof ServicePorts = 'http';
  for (const item of texts.flatMap((text) => text.split(/[,;\s]+/))) {
    const equals = item.indexOf('=');
    const text = item.slice(equals + 1).trim();
    if (equals >= 0) {
      const name = item.slice(0, equals).trim();
      const known = serviceNames().find((candidate) => candidate === name);
      if (!known) throw new CamsweepError('option-invalid', `${place}: service "${name}": expected one of ${serviceNames().join(', ')}`);
      service = known;
      lists.set(service, []);
    }
    if (text === '') continue;
    const list = lists.get(service) ?? [];
    list.push(parsePort(text, place));
    lists.set(service, list);
  }
  return Object.fromEntries(lists);
}

function parsePort(text: string, place: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535)
    throw new CamsweepError('option-invalid', `${place}: port "${text}": expected 1 to 65535`);
  if (port === FORBIDDEN_PORT)
    throw new CamsweepError('option-invalid', `${place}: port 9100 is never asked: printers print what arrives there`);
  return port;
}

function serviceNames(): (keyof ServicePorts)[] {
  const names: (keyof ServicePorts)[] = [];
  for (const name in DEFAULT_PORTS) if (isService(name)) names.push(name);
  return names;
}

function isService(name: string): name is keyof ServicePorts {
  return Object.hasOwn(DEFAULT_PORTS, name);
}

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
    list: false,
    default: 'nothing',
    parse: choice(['nothing', 'restricted', 'surveillance']),
    help: 'exit 1 when this is found: restricted, surveillance',
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
