/** JSON Lines: the canonical record, one device a line, as device.schema.json says. Pure. */
import { z } from 'zod';
import { exportDeviceSchema } from '../device-schema.ts';
import { safeJson } from '../escape-json.ts';
import type { DocumentTarget, ExportDevice } from '../types.ts';

export const jsonlTarget: DocumentTarget<Record<string, never>> = {
  kind: 'document',
  id: 'jsonl',
  title: 'JSON Lines, the canonical record',
  settings: z.strictObject({}),
  extension: 'jsonl',
  writes: 'whole',
  render: (devices) => devices.map((device) => `${jsonLine(device)}\n`).join(''),
};

export function jsonLine(device: ExportDevice): string {
  return safeJson(exportDeviceSchema.parse(device));
}

/** JSON Schema (2020-12) of a line; jsonl/device.schema.json is this, and a test says so. */
export function deviceJsonSchema(): unknown {
  return { $id: 'urn:camsweep:export-device:1', title: 'Camsweep device', ...z.toJSONSchema(exportDeviceSchema) };
}
