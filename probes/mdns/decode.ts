/**
 * One mDNS recording to `mdns.*` fields. Pure; takes `{instance, type, txt, host, port}` with any part absent or of the
 * wrong type, or `{bytes}` with a raw packet. `txt` may be an object or a list of `key=value`. RFC 6763.
 */
import { field, optionalField } from '../observation.ts';
import type { Field } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { responseBytes } from '../recording.ts';
import { normaliseMac, textOf } from '../text.ts';
import { LIMITS, readPacket, splitName, txtPairs } from './codec.ts';
import { createCollector } from './services.ts';

const MAX_FIELDS = 400;
const MAC_KEYS: ReadonlySet<string> = new Set(['macaddress', 'mac', 'mac_address', 'mac-address', 'macaddr', 'mac_addr', 'ethmac']);

interface Parts {
  readonly instance?: string | undefined;
  readonly type?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: unknown;
  readonly txt: readonly (readonly [key: string, value: string])[];
}

export const decodeMdns: Decoder = ({ response, from }) => {
  const structured = fieldsOf(partsOf(response));
  if (structured.length > 0) return structured;
  const bytes = responseBytes(response);
  return bytes ? fieldsOfPacket(bytes, from.address) : [];
};

function fieldsOfPacket(bytes: Uint8Array, address: string): Field[] {
  const reading = readPacket(bytes);
  if (!('packet' in reading)) return [];
  const collector = createCollector();
  collector.add(reading.packet, { address, port: 5353 }, bytes);
  const services = collector.services().flatMap((service) => fieldsOf({ ...service, txt: txtPairs(service.txt ?? []) }));
  const types = collector.offered().map(({ type }) => field('mdns.type', type));
  return [...services, ...types].slice(0, MAX_FIELDS);
}

function fieldsOf({ instance, type, host, port, txt }: Parts): Field[] {
  return [
    ...optionalField('mdns.type', type),
    ...optionalField('mdns.instance', instance),
    ...optionalField('mdns.host', host),
    ...(isPort(port) ? optionalField('mdns.port', port) : []),
    ...txt.flatMap(txtFields),
    ...workstationMac(type, instance),
  ];
}

function txtFields([key, value]: readonly [string, string]): Field[] {
  const name = key.toLowerCase();
  // RFC 6763 section 6.4: printable US-ASCII. Anything else is no name a signature could mean.
  if (!/^[\x21-\x7e]{1,64}$/.test(name)) return [];
  const mac = MAC_KEYS.has(name) ? normaliseMac(value) : undefined;
  return [...optionalField(`mdns.txt.${name}`, value), ...optionalField('mdns.mac', mac)];
}

/** `name [00:11:22:33:44:55]` is how Avahi names a `_workstation._tcp` instance. */
function workstationMac(type: string | undefined, instance: string | undefined): Field[] {
  if (type?.toLowerCase() !== '_workstation._tcp') return [];
  return optionalField('mdns.mac', normaliseMac(/\[([0-9a-f:]{17})\]$/i.exec(instance ?? '')?.[1] ?? ''));
}

function partsOf(response: Readonly<Record<string, unknown>>): Parts {
  const given = textOrNothing(response.type);
  const split = given === undefined ? undefined : splitName(given.includes('.local') ? given : `${given}.local`);
  const instance = textOrNothing(response.instance);
  const full = instance === undefined ? undefined : splitName(instance);
  return {
    instance: full?.instance ?? instance ?? split?.instance,
    type: split?.type ?? given ?? full?.type,
    host: textOrNothing(response.host)?.replace(/\.$/, ''),
    port: response.port,
    txt: txtOf(response.txt),
  };
}

function txtOf(txt: unknown): (readonly [string, string])[] {
  if (Array.isArray(txt)) {
    const list: readonly unknown[] = txt.slice(0, LIMITS.txtEntries);
    return txtPairs(list.flatMap((entry) => (typeof entry === 'string' ? [Buffer.from(entry, 'utf8')] : (bytesOf(entry) ?? []))));
  }
  if (typeof txt !== 'object' || txt === null) return [];
  const pairs: (readonly [string, string])[] = [];
  const seen = new Set<string>();
  for (const [key, value] of Object.entries(txt).slice(0, LIMITS.txtEntries)) {
    const text = valueText(value);
    if (text === undefined || seen.has(key.toLowerCase())) continue;
    seen.add(key.toLowerCase());
    pairs.push([key, text]);
  }
  return pairs;
}

function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const bytes = bytesOf(value);
  return bytes && textOf(bytes);
}

/** A buffer as JSON carries it: `{"bytes": base64}`, `{"base64": …}`, or what Node makes of a Buffer. */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Uint8Array) return value;
  if ('bytes' in value && typeof value.bytes === 'string') return Buffer.from(value.bytes, 'base64');
  if ('base64' in value && typeof value.base64 === 'string') return Buffer.from(value.base64, 'base64');
  if (!('data' in value) || !Array.isArray(value.data)) return undefined;
  const data: readonly unknown[] = value.data.slice(0, LIMITS.packetBytes);
  return Uint8Array.from(data.filter((byte) => typeof byte === 'number'));
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isPort(port: unknown): boolean {
  return /^\d{1,5}$/.test(typeof port === 'number' || typeof port === 'string' ? String(port) : '') && Number(port) <= 65535;
}
