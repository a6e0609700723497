/** Settings of the Snipe-IT target, and the parts of its answers that are read. */
import { z } from 'zod';

/** Names of custom fields as Snipe-IT shows them; their column names carry a number of the instance and are read from it. */
export const FIELD_NAMES = {
  key: 'Camsweep key',
  mac: 'MAC Address',
  addresses: 'IP Addresses',
  firmware: 'Firmware',
  restriction: 'Restriction',
  presence: 'Presence',
  firstSeen: 'First seen',
  lastSeen: 'Last seen',
} as const;
export type FieldId = keyof typeof FIELD_NAMES;

const fieldName = (usual: string) => z.string().min(1).max(190).default(usual);
const id = z.int().positive();

export const snipeItSettings = z.strictObject({
  /** Of the status label new assets get. */
  statusId: id,
  /** Of the category new models get. */
  categoryId: id,
  /** Of the field set new models get: without one Snipe-IT stores no custom field. */
  fieldsetId: id.optional(),
  /** Default location of new assets. */
  locationId: id.optional(),
  companyId: id.optional(),
  /** Model of devices that do not tell theirs. */
  unknownModel: z.string().min(1).max(190).default('Unknown model'),
  fields: z
    .strictObject({
      key: fieldName(FIELD_NAMES.key),
      mac: fieldName(FIELD_NAMES.mac),
      addresses: fieldName(FIELD_NAMES.addresses),
      firmware: fieldName(FIELD_NAMES.firmware),
      restriction: fieldName(FIELD_NAMES.restriction),
      presence: fieldName(FIELD_NAMES.presence),
      firstSeen: fieldName(FIELD_NAMES.firstSeen),
      lastSeen: fieldName(FIELD_NAMES.lastSeen),
    })
    .prefault({}),
});
export type SnipeItSettings = z.infer<typeof snipeItSettings>;

/** Refusals come as 200 too: this says which of the two an answer is. */
export const outcome = z.object({ status: z.literal('error'), messages: z.unknown().optional() });

const named = z.object({ id: z.number(), name: z.string() });
const text = z.string().nullish();

export const assetRow = z.object({
  id: z.number(),
  asset_tag: text,
  serial: text,
  model: named.nullish(),
  /** By name as shown; PHP makes an empty list of an empty map. */
  custom_fields: z.union([z.record(z.string(), z.object({ field: z.string(), value: z.unknown() })), z.array(z.never())]).nullish(),
});
export type AssetRow = z.infer<typeof assetRow>;

export const fieldRow = z.object({ id: z.number(), name: z.string(), db_column_name: z.string() });
export const makerRow = named;
export const modelRow = named.extend({ manufacturer: named.nullish() });
export const page = z.object({ total: z.number(), rows: z.array(z.unknown()) });
export const written = z.object({ status: z.literal('success'), payload: z.object({ id: z.number() }) });
