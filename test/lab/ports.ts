/**
 * Where the services of the lab listen. Host data names standard ports; where those below 1024 cannot be bound the lab
 * moves them up by 10,000, and tells the scan through `lab.ports`.
 */
import { createServer } from 'node:net';
import type { ServicePorts } from '../../probes/probe.ts';

export type PortRange = 'standard' | 'high';

const STANDARD = {
  http: [80, 8080],
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
  ftp: [21],
  telnet: [23],
} as const satisfies ServicePorts;

/** The port a service with this standard port listens on. */
export function portIn(range: PortRange, standard: number): number {
  return range === 'high' && standard < 1024 ? standard + 10_000 : standard;
}

/** All ports by service, as the scan's settings want them. */
export function portsOf(range: PortRange): ServicePorts {
  const move = (ports: readonly number[]): number[] => ports.map((port) => portIn(range, port));
  return {
    http: move(STANDARD.http),
    https: move(STANDARD.https),
    rtsp: move(STANDARD.rtsp),
    snmp: move(STANDARD.snmp),
    'ws-discovery': move(STANDARD['ws-discovery']),
    mdns: move(STANDARD.mdns),
    ssdp: move(STANDARD.ssdp),
    sadp: move(STANDARD.sadp),
    dhip: move(STANDARD.dhip),
    sdk: move(STANDARD.sdk),
    'dahua-sdk': move(STANDARD['dahua-sdk']),
    ftp: move(STANDARD.ftp),
    telnet: move(STANDARD.telnet),
  };
}

/** `standard` where this process may bind low ports (root, or a low ip_unprivileged_port_start), else `high`. */
export async function bindablePorts(address = '127.0.0.1'): Promise<PortRange> {
  return new Promise((resolve) => {
    const server = createServer();
    // Only a refusal for lack of rights says high; a taken port is reported by the lab itself, with its name.
    server.once('error', (error) => resolve('code' in error && error.code === 'EACCES' ? 'high' : 'standard'));
    server.listen({ host: address, port: 21 }, () => server.close(() => resolve('standard')));
  });
}
