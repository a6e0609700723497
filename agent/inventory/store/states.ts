/** Conclusions and outcomes by content: a device that stays the same costs a number a scan. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { OUTCOMES, type Outcome } from '../../../probes/probe.ts';
import { CamsweepError } from '../../errors.ts';
import { VERDICTS } from '../../policy/types.ts';
import { IDENTIFIER_KINDS, type DeviceState } from '../types.ts';
import { blob, integer, text, type Database } from './database.ts';
import { hashOf } from './exchanges.ts';

const claim = z.object({ value: z.string(), name: z.string(), certainty: z.string() }).nullable();
const stateSchema = z.object({
  maker: claim,
  brand: claim,
  owner: z.object({ value: z.string(), name: z.string() }).nullable(),
  model: claim,
  firmware: claim,
  serial: claim,
  deviceType: claim,
  mac: z.string().nullable(),
  surveillance: z.boolean().nullable(),
  certainty: z.string().nullable(),
  summary: z.string(),
  because: z.string(),
  contradictions: z.array(z.string()),
  evidence: z.array(z.object({ signature: z.string(), field: z.string(), value: z.string(), strength: z.string(), channel: z.string() })),
  verdicts: z.array(
    z.object({
      policy: z.string(),
      title: z.string(),
      verdict: z.enum(VERDICTS),
      certainty: z.string().nullable(),
      because: z.string(),
      basis: z.enum(['maker', 'brand', 'owner', 'rebrand', 'none']),
    }),
  ),
  identifiers: z.array(z.object({ kind: z.enum(IDENTIFIER_KINDS), value: z.string() })),
  ports: z.array(z.number()),
  protocols: z.array(z.string()),
});

/** Words every state repeats: what is left is what tells it from the others. NEVER CHANGE IT: stored states cannot be read without it. */
const DICTIONARY = Buffer.from(
  JSON.stringify({
    maker: { value: 'hikvision', name: 'Hikvision', certainty: 'confirmed' },
    brand: { value: 'dahua', name: 'Dahua', certainty: 'probable' },
    owner: { value: 'axis', name: 'Axis' },
    model: { value: 'DS-2CD2', name: 'DS-2CD2', certainty: 'possible' },
    firmware: { value: 'V5.7.3 build 22', name: 'V5.7.3 build 22', certainty: 'confirmed' },
    serial: null,
    deviceType: { value: 'camera', name: 'camera', certainty: 'confirmed' },
    mac: null,
    surveillance: true,
    certainty: 'confirmed',
    summary: 'camera, sold as , made by Hikvision',
    because: 'vendor protocol (sadp.present), web (http.header.server), RTSP (rtsp.realm), ONVIF (onvif.Manufacturer), MAC (link.mac)',
    contradictions: [],
    evidence: [
      { signature: 'hikvision.sadp.', field: 'http.header.server', value: '', strength: 'strong', channel: 'web' },
      { signature: '', field: 'link.mac', value: '', strength: 'weak', channel: 'link' },
      { signature: '', field: 'snmp.sysDescr', value: '', strength: 'proof', channel: 'vendor' },
    ],
    verdicts: [
      {
        policy: 'ca-federal-2025',
        title: '',
        verdict: 'restricted',
        certainty: 'confirmed',
        because: ' is not named by this policy.',
        basis: 'maker',
      },
      { policy: '', title: '', verdict: 'unknown', certainty: null, because: 'Neither maker nor brand is established.', basis: 'none' },
    ],
    identifiers: [
      { kind: 'mac', value: '' },
      { kind: 'serial', value: 'DS-2CD20' },
      { kind: 'onvif', value: 'urn:uuid:' },
      { kind: 'claimed-mac', value: '' },
    ],
    ports: [80, 443, 554, 8000],
    protocols: ['arp', 'http', 'https', 'onvif', 'rtsp', 'sadp', 'ws-discovery'],
  }),
);

/** Number of the state, stored once. To be called inside a transaction. */
export function putState(database: Database, state: DeviceState): number {
  const content = Buffer.from(JSON.stringify(state));
  const hash = hashOf(content);
  const known = database.get('SELECT id FROM states WHERE hash = ?', hash);
  if (known) return integer(known, 'id');
  return database.run('INSERT INTO states (hash, content) VALUES (?, ?)', hash, deflateRawSync(content, { dictionary: DICTIONARY })).lastId;
}

export function getState(database: Database, id: number): DeviceState | undefined {
  const row = database.get('SELECT content FROM states WHERE id = ?', id);
  if (!row) return undefined;
  try {
    return stateSchema.parse(JSON.parse(inflateRawSync(blob(row, 'content'), { dictionary: DICTIONARY }).toString('utf8')));
  } catch (error) {
    throw new CamsweepError('store-unusable', `${database.path}: state ${id} is damaged: ${String(error)}`);
  }
}

/** Number of a set of outcomes, stored once. */
export function putOutcomes(database: Database, outcomes: Readonly<Record<string, Outcome>>): number {
  const content = JSON.stringify(Object.fromEntries(Object.entries(outcomes).sort(([a], [b]) => (a < b ? -1 : 1))));
  const known = database.get('SELECT id FROM outcome_sets WHERE outcomes = ?', content);
  return known ? integer(known, 'id') : database.run('INSERT INTO outcome_sets (outcomes) VALUES (?)', content).lastId;
}

export function getOutcomes(database: Database, id: number | null): Readonly<Record<string, Outcome>> {
  const row = id === null ? undefined : database.get('SELECT outcomes FROM outcome_sets WHERE id = ?', id);
  if (!row) return {};
  const value: unknown = JSON.parse(text(row, 'outcomes'));
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.flatMap(([probe, word]: [string, unknown]) => {
      const outcome = OUTCOMES.find((known) => known === word);
      return outcome === undefined ? [] : [[probe, outcome] as const];
    }),
  );
}

/** Number of an address, stored once. */
export function putAddress(database: Database, address: string): number {
  const known = database.get('SELECT id FROM addresses WHERE address = ?', address);
  return known ? integer(known, 'id') : database.run('INSERT INTO addresses (address) VALUES (?)', address).lastId;
}
