/** ECS (Elastic Common Schema): one asset document a line. `_id` is the stable key, so that a later run replaces a document. Pure. */
import { z } from 'zod';
import { safeJson } from '../escape-json.ts';
import type { DocumentTarget, ExportContext, ExportDevice } from '../types.ts';

const ECS_VERSION = '9.4.0';
const GRAVEST_FIRST = ['restricted', 'likely-restricted', 'needs-review'] as const;

export const ecsTarget: DocumentTarget<Record<string, never>> = {
  kind: 'document',
  id: 'ecs',
  title: 'Elastic Common Schema, one asset document a line',
  settings: z.strictObject({}),
  extension: 'jsonl',
  writes: 'whole',
  render: (devices, _events, context) =>
    devices.map((device) => `${safeJson({ _id: device.key, ...ecsDocument(device, context) })}\n`).join(''),
};

export function ecsDocument(device: ExportDevice, { at, version }: ExportContext): Readonly<Record<string, unknown>> {
  const { key, brand, maker, owner, model, serial, mac, firmware, addresses, site } = device;
  const rules = device.verdicts.filter(({ verdict }) => verdict !== 'no-match' && verdict !== 'unknown');
  // `rule` holds one rule, not a list: the gravest. All that apply are among the tags.
  const gravest = GRAVEST_FIRST.flatMap((word) => rules.filter(({ verdict }) => verdict === word))[0];
  const macs = mac === null ? [] : [mac.toUpperCase().replaceAll(':', '-')];
  return {
    '@timestamp': at,
    ecs: { version: ECS_VERSION },
    message: device.summary,
    event: {
      ...{ kind: 'asset', category: ['host'], type: ['info'], module: 'camsweep', dataset: 'camsweep.device' },
      ...{ start: device.firstSeen, end: device.lastSeen, reason: device.because },
    },
    host: {
      id: key,
      name: key,
      ip: addresses,
      ...(macs.length === 0 ? {} : { mac: macs }),
      ...(device.deviceType === null ? {} : { type: device.deviceType }),
    },
    device: {
      id: key,
      ...((brand ?? maker) === null ? {} : { manufacturer: brand ?? maker }),
      ...(model === null ? {} : { model: { identifier: model } }),
      ...(serial === null ? {} : { serial_number: serial }),
    },
    observer: { product: 'camsweep', vendor: 'Camsweep', type: 'scanner', version },
    ...(gravest === undefined ? {} : { rule: { name: gravest.policy, description: gravest.title } }),
    related: { ip: addresses, hosts: [key] },
    tags: [...(device.flagged ? ['restricted'] : []), device.status, ...rules.map(({ policy }) => `policy:${policy}`)],
    labels: {
      ...{ site, status: device.status, flagged: String(device.flagged) },
      ...given('maker', maker),
      ...given('owner', owner),
      ...given('firmware', firmware),
      ...given('certainty', device.certainty),
      ...given('phase_out', device.phaseOut),
      ...given('custodian', device.custodian),
      ...given('location', device.location),
    },
  };
}

function given(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value };
}
