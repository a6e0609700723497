/** Which ports are asked: the defaults, and how a user replaces them. Pure. */
import type { ServicePorts } from '../../probes/probe.ts';
import { VENDOR_PORTS } from '../../probes/vendor-probe.ts';
import { CamsweepError } from '../errors.ts';

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

/** Enough for every port a site has moved its devices to, and far from a port sweep. */
const MAX_PORTS = 64;

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
  for (const [name, list] of lists) {
    if (new Set(list).size > MAX_PORTS)
      throw new CamsweepError(
        'option-invalid',
        `${place}: ${list.length} ports for ${name}: at most ${MAX_PORTS}, camsweep sweeps no ports`,
      );
  }
  return Object.fromEntries([...lists].map(([name, list]) => [name, [...new Set(list)]]));
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
