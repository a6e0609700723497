/**
 * OCSF 1.4: a Device Inventory Info (5001) for each device and a Compliance Finding (2003) for each rule that was asked of a surveillance
 * device. Pass, warning (something is not known) and fail are what our verdicts say. One JSON object a line. Pure.
 */
import { z } from 'zod';
import type { VerdictWord } from '../../policy/types.ts';
import { safeJson } from '../escape-json.ts';
import type { DocumentTarget, ExportContext, ExportDevice, ExportVerdict } from '../types.ts';

/** The first one whose device has `vendor_name` and `model`. */
const SCHEMA_VERSION = '1.4.0';
const COLLECT = 2;
const CREATE = 1;
const IOT = 7;
const SEVERITY = { informational: 1, medium: 3, high: 4 } as const;

export const ocsfTarget: DocumentTarget<Record<string, never>> = {
  kind: 'document',
  id: 'ocsf',
  title: 'OCSF: device inventory info and compliance findings',
  settings: z.strictObject({}),
  extension: 'jsonl',
  writes: 'append',
  render: (devices, _events, context) =>
    devices
      .flatMap((device) => [inventoryInfo(device, context), ...findingsOf(device, context)])
      .map((event) => `${safeJson(event)}\n`)
      .join(''),
};

export function inventoryInfo(device: ExportDevice, context: ExportContext): unknown {
  return {
    ...{ class_uid: 5001, class_name: 'Device Inventory Info', category_uid: 5, category_name: 'Discovery' },
    ...{ activity_id: COLLECT, activity_name: 'Collect', type_uid: 500100 + COLLECT, type_name: 'Device Inventory Info: Collect' },
    ...{ severity_id: SEVERITY.informational, severity: 'Informational', status_id: 1, status: 'Success' },
    time: Date.parse(context.at),
    message: device.summary,
    metadata: metadataOf(context, `${device.key}/${context.at}`, device.flagged ? ['restricted'] : []),
    device: deviceOf(device),
    enrichments: [
      ...enrichment('device.firmware', device.firmware),
      ...enrichment('device.maker', device.maker),
      ...enrichment('device.owner', device.owner),
      ...enrichment('device.status', device.status),
      ...enrichment('device.phase_out', device.phaseOut),
      // The location object is a place on the map: it wants a city, country, region or postal code, which nobody told us.
      ...enrichment('device.location', device.location),
    ],
  };
}

function findingsOf(device: ExportDevice, context: ExportContext): unknown[] {
  return device.surveillance === false ? [] : device.verdicts.map((verdict) => complianceFinding(device, verdict, context));
}

const STATUS = {
  restricted: { status_id: 3, status: 'Fail' },
  'likely-restricted': { status_id: 3, status: 'Fail' },
  'needs-review': { status_id: 2, status: 'Warning' },
  'no-match': { status_id: 1, status: 'Pass' },
  unknown: { status_id: 2, status: 'Warning' },
} as const satisfies Record<VerdictWord, { status_id: number; status: string }>;

export function complianceFinding(device: ExportDevice, verdict: ExportVerdict, context: ExportContext): unknown {
  const status = STATUS[verdict.verdict];
  const fails = status.status_id === 3;
  return {
    ...{ class_uid: 2003, class_name: 'Compliance Finding', category_uid: 2, category_name: 'Findings' },
    ...{ activity_id: CREATE, activity_name: 'Create', type_uid: 200300 + CREATE, type_name: 'Compliance Finding: Create' },
    severity_id: fails ? SEVERITY.high : status.status_id === 2 ? SEVERITY.medium : SEVERITY.informational,
    severity: fails ? 'High' : status.status_id === 2 ? 'Medium' : 'Informational',
    ...{ status_id: 1, status: 'New' },
    time: Date.parse(context.at),
    message: `${device.summary}: ${verdict.verdict} under ${verdict.title}`,
    metadata: metadataOf(context, `${device.key}/${verdict.policy}/${context.at}`, []),
    finding_info: {
      // The same finding keeps its number from run to run.
      uid: `${device.key}/${verdict.policy}`,
      title: `${verdict.verdict}: ${verdict.title}`,
      desc: verdict.because,
      created_time: Date.parse(verdict.since),
      ...{ first_seen_time: Date.parse(device.firstSeen), last_seen_time: Date.parse(device.lastSeen) },
    },
    compliance: {
      standards: [verdict.policy],
      requirements: [verdict.title],
      control: verdict.policy,
      ...status,
      status_code: verdict.verdict,
      status_detail: verdict.because,
    },
    resources: [{ uid: device.key, name: device.summary, type: 'device', labels: [`site:${device.site}`] }],
    device: deviceOf(device),
    unmapped: { evidence: device.evidence.map(({ signature, field, value, strength }) => ({ signature, field, value, strength })) },
  };
}

function deviceOf(device: ExportDevice): unknown {
  const { key, formerKeys, brand, maker, model, serial, mac, addresses, site, firstSeen, lastSeen, deviceType } = device;
  return {
    uid: key,
    ...(formerKeys[0] === undefined ? {} : { uid_alt: formerKeys[0] }),
    ...{ type_id: IOT, type: 'IOT', name: device.summary },
    ...given('vendor_name', brand ?? maker),
    ...given('model', model),
    ...given('ip', addresses[0] ?? null),
    ...given('mac', mac),
    ...given('desc', deviceType),
    ...(serial === null ? {} : { hw_info: { serial_number: serial } }),
    network_interfaces: addresses.map((ip) => ({ type_id: 0, ip, ...given('mac', mac) })),
    ...{ first_seen_time: Date.parse(firstSeen), last_seen_time: Date.parse(lastSeen) },
    is_compliant: !device.flagged,
    groups: [{ name: site }],
  };
}

function metadataOf({ version }: ExportContext, uid: string, labels: readonly string[]): unknown {
  const product = { name: 'camsweep', vendor_name: 'Camsweep', version };
  return { version: SCHEMA_VERSION, uid, product, profiles: [], ...(labels.length === 0 ? {} : { labels }) };
}

function given(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value };
}

function enrichment(name: string, value: string | null): unknown[] {
  return value === null ? [] : [{ name, value, data: {} }];
}
