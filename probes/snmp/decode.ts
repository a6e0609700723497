/**
 * SNMP recordings to fields: `{varbinds: {oid: value}, engineID?}` in any usual spelling, `{bytes}` = one datagram, or
 * both. Pure; bounded; never throws.
 *
 * A name for "no such object" is no value. Where the recording says what was asked (`request.oids`), objects nobody
 * asked for are not read: a wrong OID must not become an answer. Fields: design section 7, `vocabulary/fields.yaml`.
 */
import { field } from '../observation.ts';
import type { Field } from '../observation.ts';
import type { Decoder } from '../probe.ts';
import { responseBytes } from '../recording.ts';
import { parseSnmp, PDU } from './codec.ts';
import { readEngineId } from './engine-id.ts';
import { enterpriseOf, normaliseOid } from './oid.ts';
import { engineOctets, macOf, valueText } from './value.ts';

const MAX_VARBINDS = 200;
const MAX_OTHER_OIDS = 60;
const MAX_MACS = 16;
const IF_PHYS_ADDRESS = '1.3.6.1.2.1.2.2.1.6.';
const HR_DEVICE_DESCR = '1.3.6.1.2.1.25.3.2.1.3.';
/** Statistics a v3 Report carries (usmStats, snmpMPDStats …): about the exchange, not the device. */
const SNMP_MODULES = '1.3.6.1.6.3.';

const SYSTEM_FIELDS: Readonly<Record<string, string>> = {
  '1.3.6.1.2.1.1.1': 'snmp.sysDescr',
  '1.3.6.1.2.1.1.2': 'snmp.sysObjectID',
  '1.3.6.1.2.1.1.4': 'snmp.sysContact',
  '1.3.6.1.2.1.1.5': 'snmp.sysName',
  '1.3.6.1.2.1.1.6': 'snmp.sysLocation',
};

interface Varbind {
  readonly oid: string;
  readonly value: unknown;
}

/** Decoder of protocol `snmp`. */
export const decodeSnmp: Decoder = ({ request, response }) => {
  // A datagram that answered nothing we asked is kept as evidence; no object in it is believed.
  if (request?.unrelated === true) return [];
  const bytes = responseBytes(response);
  const message = bytes && parseSnmp(bytes);
  const understood = message?.pduType === PDU.getResponse || message?.pduType === PDU.report;
  const asked = askedOids(request);
  const varbinds = new Map<string, Varbind>();
  for (const { oid, value } of [...(understood ? message.varbinds : []), ...recordedVarbinds(response.varbinds)]) {
    if (asked && !asked.has(oid)) continue;
    if (!varbinds.has(oid)) varbinds.set(oid, { oid, value });
  }
  const engineID = message?.engineID ?? engineOctets(response.engineID);
  return [...varbindFields([...varbinds.values()]), ...(engineID ? engineFields(engineID) : [])];
};

function askedOids(request: Readonly<Record<string, unknown>> | undefined): ReadonlySet<string> | undefined {
  const oids = request?.oids;
  if (!Array.isArray(oids) || oids.length === 0) return undefined;
  return new Set(oids.slice(0, MAX_VARBINDS).flatMap((oid: unknown) => (typeof oid === 'string' ? [normaliseOid(oid) ?? oid] : [])));
}

function recordedVarbinds(varbinds: unknown): Varbind[] {
  if (typeof varbinds !== 'object' || varbinds === null) return [];
  const pairs: Varbind[] = [];
  for (const key in varbinds) {
    if (pairs.length >= MAX_VARBINDS) break;
    const value: unknown = Object.getOwnPropertyDescriptor(varbinds, key)?.value;
    const oid = normaliseOid(key);
    if (oid !== undefined) pairs.push({ oid, value });
  }
  return pairs;
}

function varbindFields(varbinds: readonly Varbind[]): Field[] {
  const fields: Field[] = [];
  const enterprises = new Set<string>();
  const macs = new Set<string>();
  let others = 0;
  for (const { oid, value } of varbinds) {
    if (oid.startsWith(SNMP_MODULES)) continue;
    if (oid.startsWith(IF_PHYS_ADDRESS)) {
      const mac = macOf(value);
      if (mac !== undefined && macs.size < MAX_MACS) macs.add(mac);
      continue;
    }
    const name = systemName(oid);
    const text = valueText(value, name !== undefined);
    if (text === undefined) continue;
    if (name === 'snmp.sysObjectID') fields.push(...objectIdFields(text));
    else if (name !== undefined) fields.push(field(name, text));
    else if (others++ < MAX_OTHER_OIDS) fields.push(field(`snmp.oid.${oid}`, text));
    const enterprise = enterpriseOf(oid);
    if (enterprise !== undefined) enterprises.add(enterprise);
  }
  for (const enterprise of enterprises) fields.push(field('snmp.enterprise', enterprise));
  for (const mac of macs) fields.push(field('snmp.interface.mac', mac));
  return fields;
}

/** Field of an object that has a name of its own. */
function systemName(oid: string): string | undefined {
  if (oid.startsWith(HR_DEVICE_DESCR)) return 'snmp.hrDeviceDescr';
  const object = oid.endsWith('.0') ? oid.slice(0, -2) : oid;
  return Object.hasOwn(SYSTEM_FIELDS, object) ? SYSTEM_FIELDS[object] : undefined;
}

function objectIdFields(text: string): Field[] {
  const oid = normaliseOid(text);
  const enterprise = oid === undefined ? undefined : enterpriseOf(oid);
  const own = field('snmp.sysObjectID', oid ?? text);
  return enterprise === undefined ? [own] : [own, field('snmp.sysObjectID.enterprise', enterprise)];
}

function engineFields(engineID: Uint8Array): Field[] {
  const { enterprise, mac } = readEngineId(engineID);
  const fields = [field('snmp.engineID', Buffer.from(engineID).toString('hex'))];
  if (enterprise !== undefined) fields.push(field('snmp.engineID.enterprise', String(enterprise)));
  if (mac !== undefined) fields.push(field('snmp.engineID.mac', mac));
  return fields;
}
