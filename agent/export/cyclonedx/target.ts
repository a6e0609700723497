/**
 * CycloneDX 1.6: each device as a component of type `device` with the evidence for its identity, its firmware as a component inside.
 * The serial number stays the same for the same sites, the version grows with each scan. Pure.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { safeJson } from '../escape-json.ts';
import type { DocumentTarget, ExportContext, ExportDevice } from '../types.ts';

const settings = z.strictObject({
  /** Tells the BOM from another organisation's with a site of the same name. */
  namespace: z.string().default(''),
});
type Settings = z.infer<typeof settings>;

export const cyclonedxTarget: DocumentTarget<Settings> = {
  kind: 'document',
  id: 'cyclonedx',
  title: 'CycloneDX 1.6, devices with the evidence for what they are',
  settings,
  extension: 'cdx.json',
  writes: 'whole',
  render: (devices, _events, context, { namespace }) => `${safeJson(bomOf(devices, context, namespace), 2)}\n`,
};

export function bomOf(devices: readonly ExportDevice[], context: ExportContext, namespace: string): unknown {
  const { at, version, scans } = context;
  const sites = scans.map(({ site }) => site).sort();
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6' },
    serialNumber: `urn:uuid:${uuidOf(['camsweep', namespace, ...sites].join('\n'))}`,
    version: Math.max(
      1,
      scans.reduce((sum, { number }) => sum + (number ?? 1), 0),
    ),
    metadata: {
      timestamp: at,
      tools: { components: [{ type: 'application', name: 'camsweep', version }] },
      component: { type: 'platform', name: `network: ${sites.join(', ')}`, 'bom-ref': 'network' },
      properties: scans.flatMap(({ site, uid, complete }) => [
        property(`scan.${site}`, uid),
        property(`scan.${site}.complete`, String(complete)),
      ]),
    },
    components: devices.filter(({ mergedInto }) => mergedInto === undefined).map(componentOf),
  };
}

/** How far CycloneDX wants a number: only their order means something here. */
const CONFIDENCE = { proof: 1, strong: 0.8, weak: 0.3, confirmed: 1, probable: 0.8, possible: 0.3 } as const;

function confidenceOf(word: string | null): number {
  return Object.entries(CONFIDENCE).find(([known]) => known === word)?.[1] ?? 0;
}

function componentOf(device: ExportDevice): unknown {
  const { key, brand, maker, model, firmware, deviceType, summary, evidence, certainty } = device;
  const name = model ?? deviceType ?? 'unidentified device';
  const label = brand ?? maker;
  return {
    ...{ type: 'device', 'bom-ref': key, name, description: summary },
    ...(label === null ? {} : { manufacturer: { name: label } }),
    ...(maker === null || maker === label ? {} : { supplier: { name: maker } }),
    ...(firmware === null
      ? {}
      : { components: [{ type: 'firmware', 'bom-ref': `${key}/firmware`, name: `${name} firmware`, version: firmware.slice(0, 1024) }] }),
    evidence: {
      identity: [
        {
          ...{ field: 'name', confidence: confidenceOf(certainty), concludedValue: name },
          methods: evidence.map(({ signature, field, value, strength }) => ({
            ...{ technique: 'other', confidence: confidenceOf(strength), value: `${signature}: ${field} = ${value}` },
          })),
        },
      ],
    },
    properties: propertiesOf(device),
    tags: [device.status, ...(device.flagged ? ['restricted'] : [])],
  };
}

function propertiesOf(device: ExportDevice): unknown[] {
  const { serial, mac, maker, owner, site, firstSeen, lastSeen, certainty, phaseOut, custodian, location, addresses, verdicts } = device;
  const facts = { serial, mac, maker, owner, site, firstSeen, lastSeen, certainty, phaseOut, custodian, location };
  return [
    ...Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [property(name, value)])),
    ...addresses.map((address) => property('address', address)),
    ...verdicts.map(({ policy, verdict }) => property('verdict', `${policy}=${verdict}`)),
    ...device.contradictions.map((text) => property('contradiction', text)),
  ];
}

function property(name: string, value: string): { name: string; value: string } {
  return { name: `camsweep:${name}`, value };
}

/** A version 8 UUID: the same for the same text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
