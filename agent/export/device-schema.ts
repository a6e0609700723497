/**
 * The canonical record as a schema: what `jsonl` writes, what others may rely on, and the source of the published JSON Schema
 * (jsonl/device.schema.json). Strict: a field that is not here is not written.
 */
import { z } from 'zod';
import { VERDICTS } from '../policy/types.ts';
import { DEVICE_STATUSES, IDENTIFIER_KINDS } from '../inventory/types.ts';
import { EXPORT_SCHEMA_VERSION, type ExportDevice } from './types.ts';

const text = z.string().nullable();
const moment = z.string().describe('ISO 8601, UTC');

export const exportVerdictSchema = z.strictObject({
  policy: z.string().describe('id of the policy'),
  title: z.string(),
  verdict: z.enum(VERDICTS),
  certainty: text,
  since: moment.describe('since when it is this verdict'),
  because: z.string(),
});

export const exportDeviceSchema = z
  .strictObject({
    schemaVersion: z.literal(EXPORT_SCHEMA_VERSION),
    key: z.string().min(1).describe('stable: never changes once a target has seen it'),
    formerKeys: z.array(z.string()).describe('other keys that led to this device'),
    mergedInto: z.string().optional().describe('no device of its own any more: part of the one with this key'),
    identifiers: z.array(z.strictObject({ kind: z.enum(IDENTIFIER_KINDS), value: z.string() })),
    brand: text.describe('label it is sold under'),
    maker: text.describe('whose firmware and board it is'),
    owner: text.describe('corporate group of the maker'),
    model: text,
    firmware: text,
    serial: text,
    mac: text.describe('lower case, colons'),
    deviceType: text,
    surveillance: z.boolean().nullable(),
    certainty: text,
    addresses: z.array(z.string()),
    site: z.string(),
    status: z.enum(DEVICE_STATUSES),
    phaseOut: text.describe('where it stands on its way out, as people and coverage say'),
    custodian: text,
    location: text,
    note: text,
    firstSeen: moment,
    lastSeen: moment,
    flagged: z.boolean().describe('matches a policy, and no exception covers it'),
    verdicts: z.array(exportVerdictSchema),
    summary: z.string(),
    because: z.string(),
    contradictions: z.array(z.string()),
    evidence: z.array(
      z.strictObject({ signature: z.string(), field: z.string(), value: z.string(), strength: z.string(), channel: z.string() }),
    ),
  })
  .describe(
    'One device of a Camsweep inventory. Text in it was said by the device: escape it wherever it is shown.',
  ) satisfies z.ZodType<ExportDevice>;
