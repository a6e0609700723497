/** Settings of the NetBox target, and the parts of its answers that are read. */
import { z } from 'zod';

/**
 * Custom fields of devices, by what they are called in NetBox (at most 50 of `[a-z0-9_]`, no `__`: extras/models/customfields.py).
 * Dates are type `date`, the others `text`; the key is unique, which is the only guard NetBox has against a second record.
 */
export const FIELDS = {
  key: 'camsweep_key',
  serial: 'camsweep_serial',
  firmware: 'camsweep_firmware',
  verdict: 'camsweep_verdict',
  presence: 'camsweep_presence',
  addresses: 'camsweep_addresses',
  firstSeen: 'camsweep_first_seen',
  lastSeen: 'camsweep_last_seen',
} as const;
export type FieldId = keyof typeof FIELDS;
export const isFieldId = (id: string): id is FieldId => id in FIELDS;
export const FIELD_IDS = Object.keys(FIELDS).filter(isFieldId);
export const DATE_FIELDS: readonly FieldId[] = ['firstSeen', 'lastSeen'];

/** DeviceStatusChoices of dcim/choices.py. */
const STATUSES = ['offline', 'active', 'planned', 'staged', 'failed', 'inventory', 'decommissioning'] as const;

/** Django's SlugField, at most 100 letters in every NetBox model. */
const slug = (usual: string) => slugText.default(usual);
const slugText = z.string().regex(/^[-a-zA-Z0-9_]{1,100}$/, 'expected a slug: letters, digits, - and _');
const id = z.int().positive();

export const netBoxSettings = z.strictObject({
  /** Slug of the NetBox site for a site of Camsweep; where none is named, the slug of the same name. */
  sites: z.record(z.string(), slugText).default({}),
  /** Slug of the role new devices get. */
  role: slug('surveillance'),
  /** Of new devices. NetBox documents what people intend, so what was found waits in `inventory` until somebody decides. */
  status: z.enum(STATUSES).default('inventory'),
  tenantId: id.optional(),
  /** On everything Camsweep made or took over. */
  tag: slug('camsweep'),
  /** While a policy matches and no exception covers it. */
  flaggedTag: slug('camsweep-restricted'),
  /** While it is gone, or part of another device. */
  goneTag: slug('camsweep-gone'),
  /** Of an interface Camsweep has to make. At most 64 letters. */
  interfaceName: z.string().min(1).max(64).default('eth0'),
  interfaceType: z.string().min(1).max(50).default('other'),
  /** Whether IP addresses are written at all. */
  addresses: z.boolean().default(true),
  /** A scan sees no mask: an address that has to be made gets this one. */
  prefixLength4: z.int().min(1).max(32).default(32),
  prefixLength6: z.int().min(1).max(128).default(128),
  /** Addresses are looked for and made in this VRF; without one in the global table. */
  vrfId: id.optional(),
  /** Device type of what does not tell its model. */
  unknownModel: z.string().min(1).max(100).default('Unknown model'),
});
export type NetBoxSettings = z.infer<typeof netBoxSettings>;

const text = z.string().nullish();
const ref = z.object({ id: z.number() });
const named = ref.extend({ name: z.string(), slug: z.string() });
const choice = z.object({ value: z.string() });
const tags = z.array(z.object({ id: z.number(), slug: z.string() }));
const assignment = { assigned_object_type: text, assigned_object_id: z.number().nullish() };

export const deviceRow = ref.extend({
  name: text,
  serial: text,
  site: named,
  device_type: ref.extend({ model: z.string() }),
  primary_ip4: ref.nullish(),
  primary_ip6: ref.nullish(),
  tags,
  custom_fields: z.record(z.string(), z.unknown()),
});
export type DeviceRow = z.infer<typeof deviceRow>;
export const DEVICE_FIELDS = 'id,name,serial,site,device_type,primary_ip4,primary_ip6,tags,custom_fields';

export const interfaceRow = ref.extend({
  name: z.string(),
  device: ref,
  primary_mac_address: ref.nullish(),
  mac_addresses: z.array(ref.extend({ mac_address: z.string() })).nullish(),
});
export type InterfaceRow = z.infer<typeof interfaceRow>;
export const INTERFACE_FIELDS = 'id,name,device,primary_mac_address,mac_addresses';

/** What an interface looks like where an object is assigned to one; of a virtual machine, it has no device. */
const holder = z.object({ id: z.number(), device: ref.nullish() }).nullish();

export const macRow = ref.extend({ mac_address: z.string(), ...assignment, assigned_object: holder });
export type MacRow = z.infer<typeof macRow>;
export const MAC_FIELDS = 'id,mac_address,assigned_object_type,assigned_object_id,assigned_object';

export const addressRow = ref.extend({
  address: z.string(),
  vrf: ref.nullish(),
  status: choice,
  ...assignment,
  assigned_object: holder,
  tags,
});
export type AddressRow = z.infer<typeof addressRow>;
export const ADDRESS_FIELDS = 'id,address,vrf,status,assigned_object_type,assigned_object_id,assigned_object,tags';

export const namedRow = named;
export const typeRow = ref.extend({ model: z.string(), slug: z.string() });
export const fieldRow = ref.extend({
  name: z.string(),
  object_types: z.array(z.string()),
  type: choice,
  unique: z.boolean(),
  filter_logic: choice,
});
export type FieldRow = z.infer<typeof fieldRow>;
export const statusAnswer = z.object({ 'netbox-version': z.string() });
export const page = z.object({ count: z.number(), next: text, results: z.array(z.unknown()) });
