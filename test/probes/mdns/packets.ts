/**
 * mDNS packets for tests, built after RFC 6762/6763 and the service shapes in vendor documentation; none is recorded.
 */
import { encode } from 'dns-packet';
import { META_QUERY } from '../../../probes/mdns/codec.ts';

export interface Instance {
  readonly instance: string;
  readonly type: string;
  readonly host?: string;
  readonly port?: number;
  readonly txt?: readonly (string | Uint8Array)[];
  readonly address?: string;
}

export const AXIS: Instance = {
  instance: 'AXIS P1375 - B8A44F000001',
  type: '_axis-video._tcp',
  host: 'axis-b8a44f000001.local',
  port: 80,
  txt: ['macaddress=B8A44F000001', 'bare'],
  address: '192.0.2.10',
};

/** PTR in the answers, the rest as additionals: how responders usually put it. */
export function announce({ instance, type, host, port, txt, address }: Instance): Uint8Array {
  const name = `${instance}.${type}.local`;
  const additionals = [
    ...(host === undefined ? [] : [{ name, type: 'SRV', ttl: 120, data: { port: port ?? 80, target: host } }]),
    ...(txt === undefined ? [] : [{ name, type: 'TXT', ttl: 120, data: txt.map((entry) => Buffer.from(entry)) }]),
    ...(host === undefined || address === undefined ? [] : [{ name: host, type: 'A', ttl: 120, data: address }]),
  ];
  return encode({ type: 'response', flags: 0x400, answers: [{ name: `${type}.local`, type: 'PTR', ttl: 120, data: name }], additionals });
}

export function offer(...types: readonly string[]): Uint8Array {
  const answers = types.map((type) => ({ name: META_QUERY, type: 'PTR', ttl: 120, data: `${type}.local` }));
  return encode({ type: 'response', flags: 0x400, answers });
}

/** The packet that makes a naive browser send a query a record and block for seconds. */
export function flood(count: number): Uint8Array {
  return offer(...Array.from({ length: count }, (_, index) => `_t${index}._tcp`));
}
