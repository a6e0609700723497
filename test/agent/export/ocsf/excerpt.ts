/**
 * The part of OCSF 1.4 that our events touch, an excerpt written by hand: no package ships the definitions. Names, types, requirements and
 * numbers as read in ocsf/ocsf-schema (events/discovery/inventory_info, events/findings/compliance_finding, events/base_event and the objects
 * they hold); what its changelog adds after 1.4.0 was left out. Every object is closed, so that an attribute of no class is noticed.
 */
const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
/** timestamp_t: milliseconds since 1970. */
const time = { type: 'integer', minimum: 946_684_800_000, maximum: 4_102_444_800_000 } as const;
const anything = { type: 'object' } as const;
const closed = <P extends object>(properties: P, required: readonly string[] = []) =>
  ({ type: 'object', additionalProperties: false, properties, required }) as const;
const oneOf = (...numbers: readonly number[]) => ({ type: 'integer', enum: numbers }) as const;
const ip = {
  anyOf: [
    { type: 'string', format: 'ipv4' },
    { type: 'string', format: 'ipv6' },
  ],
} as const;
/** mac_t */
const mac = { type: 'string', pattern: '^([A-Fa-f0-9]{2}[:-]){5}[A-Fa-f0-9]{2}$' } as const;

const product = closed({ name: text, vendor_name: text, version: text, uid: text, feature: anything, lang: text }, ['vendor_name']);
const metadata = closed({ version: text, uid: text, product, profiles: texts, labels: texts }, ['product', 'version']);
const networkInterface = {
  ...closed({ type_id: oneOf(0, 1, 2, 3, 99), type: text, ip, mac, name: text, hostname: text, namespace: text, uid: text }, ['type_id']),
  anyOf: ['ip', 'mac', 'name', 'hostname'].map((name) => ({ required: [name] })),
};
/** The place on a map: one of these four at least. */
const location = {
  ...closed({ city: text, country: text, postal_code: text, region: text, desc: text }),
  anyOf: ['city', 'country', 'postal_code', 'region'].map((name) => ({ required: [name] })),
};
const device = {
  ...closed(
    {
      ...{ uid: text, uid_alt: text, name: text, desc: text, hostname: text, ip, mac, location, vendor_name: text, model: text },
      ...{ type: text, type_id: oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 99) },
      ...{ hw_info: closed({ serial_number: text, vendor_name: text, uuid: text }), is_compliant: { type: 'boolean' } },
      groups: { type: 'array', items: { ...closed({ name: text, uid: text, desc: text }), minProperties: 1 } },
      network_interfaces: { type: 'array', items: networkInterface },
      ...{ first_seen_time: time, last_seen_time: time },
    },
    ['type_id'],
  ),
  anyOf: ['ip', 'uid', 'name', 'hostname'].map((one) => ({ required: [one] })),
};
const enrichment = closed({ name: text, value: text, data: anything, type: text, provider: text }, ['data', 'name', 'value']);
const base = {
  ...{ activity_id: { type: 'integer' }, activity_name: text, type_uid: { type: 'integer' }, type_name: text, class_name: text },
  ...{ category_name: text, severity_id: oneOf(0, 1, 2, 3, 4, 5, 6, 99), severity: text, status: text, status_code: text },
  ...{ status_detail: text, time, message: text, metadata, enrichments: { type: 'array', items: enrichment }, unmapped: anything },
} as const;
const required = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'] as const;

export const INVENTORY_INFO = closed(
  {
    ...base,
    ...{ class_uid: oneOf(5001), category_uid: oneOf(5), activity_id: oneOf(0, 1, 2, 99), status_id: oneOf(0, 1, 2, 99), device },
  },
  [...required, 'device'],
);

const compliance = closed(
  {
    ...{ standards: { ...texts, minItems: 1 }, requirements: texts, control: text },
    ...{ status: text, status_id: oneOf(0, 1, 2, 3, 99), status_code: text, status_detail: text },
  },
  ['standards'],
);
const findingInfo = closed(
  {
    uid: text,
    title: text,
    desc: text,
    created_time: time,
    modified_time: time,
    first_seen_time: time,
    last_seen_time: time,
    types: texts,
  },
  ['uid'],
);
const resource = closed({ uid: text, name: text, type: text, labels: texts, owner: anything, version: text, criticality: text });

export const COMPLIANCE_FINDING = closed(
  {
    ...base,
    ...{ class_uid: oneOf(2003), category_uid: oneOf(2), activity_id: oneOf(0, 1, 2, 3, 99), status_id: oneOf(0, 1, 2, 3, 4, 5, 99) },
    ...{ finding_info: findingInfo, compliance, resources: { type: 'array', items: resource }, device },
  },
  [...required, 'compliance', 'finding_info'],
);
